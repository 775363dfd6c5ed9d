"""The plain install: a server that serves, and little beside it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from .commands import PATIENCE, Clean, run

KIT_AND_DEVELOPMENT = {
    "hypothesis",
    "schemathesis",
    "pytest",
    "playwright",
    "jsonpath-rfc9535",
    "knockapi",
    "ruff",
    "mypy",
    "hatchling",
}


@pytest.fixture(scope="module")
def server_bin(clean: Clean) -> Path:
    return clean("server")


def test_it_pulls_in_nothing_that_only_the_kit_or_development_needs(
    server_bin: Path, elsewhere: Path
) -> None:
    listed = run(
        server_bin / "pip", "list", "--format=json", "--disable-pip-version-check", cwd=elsewhere
    )
    installed = {package["name"].lower() for package in json.loads(listed)}
    assert "mock-knock" in installed
    assert not installed & KIT_AND_DEVELOPMENT
    assert run(server_bin / "pip", "check", cwd=elsewhere)


@pytest.mark.parametrize("module", [False, True], ids=["mock-knock", "python -m mock_knock"])
def test_it_serves_from_an_empty_folder(server_bin: Path, elsewhere: Path, module: bool) -> None:
    command = [server_bin / "python", "-m", "mock_knock"] if module else [server_bin / "mock-knock"]
    with subprocess.Popen(
        [*map(str, command), "serve", "--port", "0", "--progress", "polls"],
        cwd=elsewhere,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = re.search(r"http://\S+", process.stdout.readline())
        assert url is not None
        assert "/_mock_knock/" in process.stdout.readline()
        headers = {"authorization": "Bearer sk_test"}
        with httpx.Client(base_url=url[0], headers=headers) as client:
            body = {"users": [{"id": "a", "name": "A"}]}
            operation = client.post("/v1/users/bulk/identify", json=body).json()
            while operation["status"] != "completed":
                operation = client.get(operation["progress_path"]).json()
            assert client.get("/v1/users/a").json()["name"] == "A"
            assert "See a bulk operation run" in client.get("/_mock_knock/").text
            for file in ("static/console.js", "documents/swagger/swagger-ui-bundle.js"):
                assert client.get(f"/_mock_knock/console/{file}").status_code == 200
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")
    assert list(elsewhere.iterdir()) == []


def test_it_comes_from_the_wheel(server_bin: Path, elsewhere: Path) -> None:
    code = "import mock_knock.documents as d; print(d.__file__); print(d.documents_root())"
    module, documents = run(server_bin / "python", "-c", code, cwd=elsewhere).splitlines()
    assert str(server_bin.parent) in module
    assert documents == str(Path(module).parent / "_documents")


def test_the_kits_command_says_what_it_lacks(server_bin: Path, elsewhere: Path) -> None:
    result = subprocess.run(
        [str(server_bin / "knock-contract"), "--help"],
        cwd=elsewhere,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert "Traceback" not in result.stderr
    if result.returncode != 0:
        assert "mock-knock[contract]" in result.stderr
