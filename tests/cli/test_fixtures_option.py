"""`mock-knock serve --fixtures FILE`."""

from __future__ import annotations

from pathlib import Path

import pytest

from .serving import Serving, run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "knock.yml"
    file.write_text("users: [{id: ellie, name: Ellie}]\n", encoding="utf-8")
    return file


@pytest.mark.parametrize("by_variable", [False, True], ids=["option", "variable"])
def test_every_environment_begins_with_the_file(file: Path, by_variable: bool) -> None:
    options = () if by_variable else ("--fixtures", str(file))
    variables = {"MOCK_KNOCK_FIXTURES": str(file)} if by_variable else {}
    with Serving(*options, variables=variables) as serving:
        for key in ("sk_a", "pk_b", "My API Key"):
            with serving.client(key) as client:
                assert client.get("/v1/users/ellie").json()["name"] == "Ellie"


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    with Serving(variables={"MOCK_KNOCK_FIXTURES": ""}) as serving, serving.client() as client:
        assert client.get("/v1/users").json()["entries"] == []


def test_a_wrong_file_is_refused_with_a_line_for_each_fault(tmp_path: Path) -> None:
    file = tmp_path / "knock.yml"
    file.write_text("users:\n  - id: a/b\nworkflow:\n  - key: a\n", encoding="utf-8")
    done = run("serve", "--port", "0", "--fixtures", str(file))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        f"{file}:2: users[0].id cannot be 'a/b': an id may not contain '/'",
        f"{file}:3: workflow is no field here: did you mean 'workflows'?",
    ]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = run("serve", "--port", "0", "--fixtures", str(tmp_path / "none.yml"))
    assert done.returncode == 2
    assert (
        done.stderr == f"{tmp_path}/none.yml: the file cannot be read: No such file or directory\n"
    )
