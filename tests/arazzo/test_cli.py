"""`knock-contract flow run`, from the command line to a socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from contract_tests.cli import main

from .flows import OPENAPI, SEED, flow, step
from .stub_server import Stub, serving

INPUTS = {"users": [{"id": "a"}], "recipientIds": ["a"], "workflowKey": "welcome"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOCK_KNOCK_URL", "KNOCK_BASE_URL", "KNOCK_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stub() -> Iterator[Stub]:
    with serving(Stub()) as running:
        yield running


@pytest.fixture
def inputs(tmp_path: Path) -> str:
    file = tmp_path / "inputs.json"
    file.write_text(json.dumps(INPUTS), encoding="utf-8")
    return str(file)


def knock_contract(*args: object, **options: Any) -> Result:
    arguments = ["flow", "run", *map(str, args), "--revisit-delay", "0"]
    result = CliRunner().invoke(main, arguments, **options)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return result


def test_the_seed_completes(stub: Stub, inputs: str) -> None:
    stub.history = ["queued", "processing", "completed"]
    result = knock_contract(
        SEED, "--server", stub.url, "--api-key", "sk_test_1", "--inputs", inputs
    )
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert (
        lines[0] == "knock-bulk-identify-users-notify.seed.arazzo.yml: bulk-identify-users-notify"
    )
    assert [line.split()[2] for line in lines[1:6]] == [
        "bulkIdentify",
        "pollBulkOperation",
        "pollBulkOperation",
        "pollBulkOperation",
        "triggerWorkflow",
    ]
    assert lines[7].startswith("completed: ")
    assert '  workflowRunId: "run-1"' in lines
    assert "[jsonpath-lenient]" in result.stdout
    assert "sk_test_1" not in result.output
    assert {auth for _, _, auth, _ in stub.seen} == {"Bearer sk_test_1"}
    assert stub.seen[0][3] == {"users": [{"id": "a"}]}


@pytest.mark.parametrize(
    ("history", "options", "code", "start"),
    [
        (["failed"], [], 1, "failed: "),
        (["failed"], ["--none-matched", "next"], 0, "completed: "),
        (["queued"], ["--max-visits", "4"], 1, "stuck: "),
    ],
)
def test_outcomes_and_exit_statuses(
    stub: Stub, inputs: str, history: list[str], options: list[str], code: int, start: str
) -> None:
    stub.history = history
    result = knock_contract(
        SEED, "--server", stub.url, "--api-key", "k", "--inputs", inputs, *options
    )
    assert result.exit_code == code
    assert any(line.startswith(start) for line in result.stdout.splitlines())
    assert "notes:" in result.stdout


def test_a_refusing_server_fails_and_its_control_characters_do_no_harm(
    stub: Stub, inputs: str
) -> None:
    stub.status = 401
    result = knock_contract(SEED, "--server", stub.url, "--api-key", "k", "--inputs", inputs)
    assert result.exit_code == 1
    assert "the answer was 401 (refused?[31m)" in result.stdout


def test_the_json_result_on_stdout_and_in_a_file(stub: Stub, inputs: str, tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    result = knock_contract(
        SEED, "--server", stub.url, "--api-key", "k", "--inputs", inputs, "--json", "--output", file
    )
    shown = json.loads(result.stdout)
    assert shown["status"] == "completed"
    assert shown["policies"]["revisit_delay"] == 0
    assert shown == json.loads(file.read_text(encoding="utf-8"))
    bad = knock_contract(
        SEED, "--server", stub.url, "--api-key", "k", "--inputs", inputs, "--output", tmp_path
    )
    assert bad.exit_code == 2
    assert "cannot be written" in bad.stderr


def test_inputs_from_stdin_and_one_by_one(stub: Stub) -> None:
    result = knock_contract(
        SEED, "--server", stub.url, "--inputs", "-",
        "--input", "workflowKey=other", "--input", 'data={"n": 1}', "--input", "apiKey=from-input",
        input="users: [{id: a}]\nrecipientIds: [a]\nworkflowKey: welcome\n",
        env={"KNOCK_API_KEY": "from-env"},
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    method, path, authorization, body = stub.seen[-1]
    assert (method, path) == ("POST", "/v1/workflows/other/trigger")
    assert body == {"recipients": ["a"], "data": {"n": 1}}
    assert authorization == "Bearer from-input"


@pytest.mark.parametrize("name", ["MOCK_KNOCK_URL", "KNOCK_BASE_URL"])
def test_server_and_key_from_the_environment(stub: Stub, inputs: str, name: str) -> None:
    result = knock_contract(
        SEED, "--inputs", inputs, env={name: stub.url, "KNOCK_API_KEY": "sk_env"}
    )
    assert result.exit_code == 0, result.output
    assert stub.seen[0][2] == "Bearer sk_env"


def test_servers_by_source(stub: Stub, inputs: str) -> None:
    result = knock_contract(
        SEED, "--server", stub.url, "--source-server", "knockWorkflowsApi=http://127.0.0.1:9",
        "--api-key", "k", "--inputs", inputs, "--timeout", "2",
    )  # fmt: skip
    assert result.exit_code == 1
    assert "http://127.0.0.1:9 cannot be reached" in result.stdout
    assert len(stub.seen) == 2


def test_a_flow_whose_sources_are_elsewhere(stub: Stub, inputs: str, tmp_path: Path) -> None:
    moved = tmp_path / "flow.yml"
    moved.write_bytes(SEED.read_bytes())
    args = (moved, "--server", stub.url, "--api-key", "k", "--inputs", inputs)
    result = knock_contract(*args, "--openapi", OPENAPI)
    assert result.exit_code == 0, result.output
    assert "[source-substituted]" in result.stdout


def test_one_of_several_workflows(stub: Stub, tmp_path: Path) -> None:
    file = tmp_path / "flow.json"
    other = {"workflowId": "other", "steps": [step("x")]}
    file.write_text(json.dumps(flow(step("y"), workflows=[other])), encoding="utf-8")
    args = (file, "--server", stub.url, "--openapi", OPENAPI)
    result = knock_contract(*args)
    assert result.exit_code == 2
    assert result.stderr == "error: flow.json has several workflows; say --workflow: main, other\n"
    assert knock_contract(*args, "--workflow", "other").exit_code == 0
    assert "no workflow 'z', only main, other" in knock_contract(*args, "--workflow", "z").stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ([SEED, "--server", "http://h"], "inputs 'apiKey', 'users', 'recipientIds', 'workflowKey'"),
        ([SEED], "say which server: --server URL"),
        ([SEED, "--server", "localhost:4010"], "is no server URL"),
        ([SEED, "--server", "http://h:99999"], "is no server URL"),
        ([SEED, "--server", "http://h", "--source-server", "x"], "takes NAME=VALUE, not"),
        ([SEED, "--source-server", "knockUsersApi=http://h"], "no server is known for the source"),
        ([SEED, "--server", "http://h", "--input", "x"], "--input takes NAME=VALUE"),
        ([SEED, "--server", "http://h", "--inputs", "absent.json"], "absent.json: there is"),
        ([SEED, "--server", "http://h", "--jsonpath", "strict"], "is no RFC 9535 query"),
        ([SEED, "--server", "http://h", "--max-visits", "0"], "max_visits must be 1 or more"),
        (["absent.yml", "--server", "http://h"], "absent.yml: there is no such file"),
        ([OPENAPI, "--server", "http://h"], "cannot be read"),
        ([OPENAPI / "small.yml", "--server", "http://h"], "is an OpenAPI document"),
    ],
)  # fmt: skip
def test_what_could_not_run_is_one_line_and_status_2(args: list[object], message: str) -> None:
    result = knock_contract(*args)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1]", "inputs must be a mapping"),
        ("a: [", "neither YAML nor JSON"),
        ("users: 5", "input 'users' must be of type array"),
    ],
)
def test_bad_inputs(text: str, message: str) -> None:
    result = knock_contract(SEED, "--server", "http://h", "--inputs", "-", input=text)
    assert result.exit_code == 2
    assert message in result.stderr


def test_an_unreachable_server_is_status_2(inputs: str) -> None:
    result = knock_contract(
        SEED, "--server", "http://127.0.0.1:9", "--api-key", "k", "--inputs", inputs
    )
    assert result.exit_code == 2
    assert "http://127.0.0.1:9 cannot be reached" in result.stderr


def test_a_packaged_flow_goes_by_its_name(stub: Stub, inputs: str) -> None:
    name = "knock-bulk-identify-users-notify"
    stub.history = ["completed"]
    result = knock_contract(name, "--server", stub.url, "--api-key", "sk_1", "--inputs", inputs)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{name}.arazzo.yml: bulk-identify-users-notify")


def test_help_names_every_policy() -> None:
    result = knock_contract("--help")
    for name in ("none-matched", "jsonpath", "bare-embedding", "absent-input", "revisit-delay",
                 "max-visits", "max-seconds", "max-depth"):  # fmt: skip
        assert f"--{name}" in result.stdout
