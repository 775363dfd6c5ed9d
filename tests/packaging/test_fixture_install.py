"""A project of somebody else's, with pytest and the wheel: the fixture works as documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from .commands import Clean, run

TESTS = """
import httpx
import pytest


def test_over_a_socket(mock_knock):
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    with httpx.Client(base_url=mock_knock.url, headers=headers) as client:
        body = {"users": [{"id": "nadia", "name": "Nadia"}]}
        operation = client.post("/v1/users/bulk/identify", json=body).json()
        states = []
        while operation["status"] != "completed":
            operation = client.get(operation["progress_path"]).json()
            states.append(operation["status"])
        assert states == ["queued", "processing", "completed"]
        client.post("/v1/workflows/welcome/trigger", json={"recipients": ["nadia"]})
    assert mock_knock.users["nadia"]["name"] == "Nadia"
    assert [run["recipient"] for run in mock_knock.workflows.runs] == ["nadia"]
    assert [r.operation_id for r in mock_knock.requests][-1] == "triggerWorkflow"


def test_in_process(mock_knock):
    assert len(mock_knock.users) == 0
    with mock_knock.client() as client:
        assert client.get("/v1/users/nobody").status_code == 404


def test_it_can_fail(mock_knock):
    assert "nobody" in mock_knock.users
"""


@pytest.fixture(scope="module")
def pytest_bin(clean: Clean) -> Path:
    return clean("pytest", "pytest", extras="[contract]")


def test_the_fixture_works(pytest_bin: Path, elsewhere: Path) -> None:
    (elsewhere / "test_shop.py").write_text(TESTS, encoding="utf-8")
    options = ("-q", "-p", "no:cacheprovider", "-W", "error", "-k", "not can_fail")
    told = run(pytest_bin / "python", "-m", "pytest", *options, cwd=elsewhere)
    assert "2 passed, 1 deselected" in told


def test_the_settings_can_be_overridden(pytest_bin: Path, elsewhere: Path) -> None:
    (elsewhere / "conftest.py").write_text(
        "import pytest\n"
        "from mock_knock import Settings\n"
        "@pytest.fixture(scope='session')\n"
        "def mock_knock_settings():\n"
        "    return Settings(unknown='example')\n",
        encoding="utf-8",
    )
    (elsewhere / "test_shop.py").write_text(
        "def test_lenient(mock_knock):\n"
        "    with mock_knock.client() as client:\n"
        "        assert client.get('/v1/users/nobody').status_code == 200\n",
        encoding="utf-8",
    )
    options = ("-q", "-p", "no:cacheprovider", "-W", "error")
    assert "1 passed" in run(pytest_bin / "python", "-m", "pytest", *options, cwd=elsewhere)


def test_a_project_that_never_asks_for_it_pays_nothing(pytest_bin: Path, elsewhere: Path) -> None:
    (elsewhere / "test_shop.py").write_text(
        "import sys\n"
        "def test_nothing_is_loaded():\n"
        # jsonschema_rs is there with the kit: schemathesis has a plugin of its own.
        "    assert not {'connexion', 'uvicorn', 'flask'} & set(sys.modules)\n",
        encoding="utf-8",
    )
    options = ("-q", "-p", "no:cacheprovider", "-W", "error")
    assert "1 passed" in run(pytest_bin / "python", "-m", "pytest", *options, cwd=elsewhere)
