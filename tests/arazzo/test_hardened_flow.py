"""The hardened flow against the mock, over HTTP: whatever becomes of the import, it does right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contract_tests.arazzo import (
    Policies,
    Request,
    Response,
    Result,
    Servers,
    TransportError,
    VirtualClock,
    run_file,
)
from contract_tests.arazzo.http_transport import HttpTransport
from contract_tests.cli import main
from contract_tests.explore.readings import CHOICES
from mock_knock import ClockSpec, KnockServer, MockKnock, Settings, WorldSettings

from .flows import path_of

FLOW = Path(__file__).parents[2] / "arazzo" / "knock-bulk-identify-users-notify.hardened.arazzo.yml"
THROTTLED = Response(429, (("Retry-After", "7"),), b"{}")
CUT = TransportError("the line was cut")


class Meddler:
    """Stands before a server, and answers certain requests itself.

    `answers` are for the requests to `path`, in turn; None lets one through, and a TransportError
    lets it through and loses the answer.
    """

    def __init__(
        self, inner: HttpTransport, path: str, answers: Sequence[Response | TransportError | None]
    ) -> None:
        self._inner = inner
        self._path = path
        self._answers = list(answers)

    def send(self, request: Request) -> Response:
        mine = self._path in request.url and bool(self._answers)
        answer = self._answers.pop(0) if mine else None
        if isinstance(answer, Response):
            return answer
        response = self._inner.send(request)
        if answer is not None:
            raise answer
        return response


def run_hardened(
    mock: MockKnock,
    path: str = "",
    *answers: Response | TransportError | None,
    users: Sequence[str] = ("ellie", "alan"),
    **policies: Any,
) -> tuple[Result, VirtualClock]:
    def passes(seconds: float) -> None:
        mock.clock.advance(seconds)

    clock = VirtualClock(on_sleep=passes)
    inputs = {
        "apiKey": mock.api_key,
        "users": [{"id": user, "name": user.title()} for user in users],
        "recipientIds": list(users),
        "workflowKey": "welcome",
    }
    with HttpTransport() as transport:
        result = run_file(
            FLOW,
            inputs,
            transport=Meddler(transport, path, answers),
            clock=clock,
            servers=Servers(mock.url),
            policies=Policies(**policies),
        )
    return result, clock


def notified(mock: MockKnock) -> set[str]:
    return {run["recipient"] for run in mock.workflows.runs}


@pytest.mark.parametrize(
    "policies",
    [dict(zip(CHOICES, values, strict=True)) for values in product(*CHOICES.values())],
    ids=lambda policies: "-".join(map(str, policies.values())),
)
def test_it_completes_under_every_policy(mock_knock: MockKnock, policies: dict[str, Any]) -> None:
    result, clock = run_hardened(mock_knock, **policies)
    assert (result.status, result.notes) == ("completed", ())
    assert path_of(result) == ["bulkIdentify", *["pollBulkOperation"] * 3, "triggerWorkflow"]
    assert clock.sleeps == [2.0, 2.0]
    assert notified(mock_knock) == {"ellie", "alan"}
    assert result.outputs["bulkStatus"] == "completed"
    assert (result.outputs["errorCount"], result.outputs["errorItems"]) == (0, [])
    assert result.outputs.keys() >= {"bulkOperationId", "workflowRunId"}


def test_it_depends_on_nothing_that_the_specification_leaves_open(mock_knock: MockKnock) -> None:
    result, _ = run_hardened(mock_knock)
    assert result.diagnostics == ()


def test_a_thousand_users(mock_knock: MockKnock) -> None:
    users = [f"user-{n}" for n in range(1000)]
    result, _ = run_hardened(mock_knock, users=users)
    assert result.status == "completed"
    assert notified(mock_knock) == set(users)


def test_failed_rows_stop_it_and_are_told(mock_knock: MockKnock) -> None:
    result, _ = run_hardened(mock_knock, users=["ellie", "mock_row_fails_1"])
    assert result.status == "failed"
    assert "bulkEndedBadly" in result.reason
    assert [item["id"] for item in result.outputs["errorItems"]] == ["mock_row_fails_1"]
    assert result.outputs["errorCount"] == 1
    assert notified(mock_knock) == set()


@pytest.mark.parametrize("plan", [{"after_rows": 1}, {"stop_in": "queued"}])
def test_a_failed_operation_stops_it_under_either_policy(
    mock_knock: MockKnock, plan: dict[str, Any]
) -> None:
    for none_matched in ("stop", "next"):
        mock_knock.plan_next("users.identify", outcome="failed", **plan)
        result, _ = run_hardened(mock_knock, none_matched=none_matched)
        assert result.status == "failed"
        assert result.outputs["bulkStatus"] == "failed"
    assert notified(mock_knock) == set()


@pytest.mark.parametrize("stop_in", ["queued", "processing"])
def test_a_stuck_operation_is_given_up_by_the_flow_itself(
    mock_knock: MockKnock, stop_in: str
) -> None:
    mock_knock.plan_next("users.identify", outcome="stuck", stop_in=stop_in)
    result, clock = run_hardened(mock_knock, max_seconds=100_000.0)
    assert result.status == "failed"  # and not stuck: the flow has a bound of its own
    assert path_of(result).count("pollBulkOperation") == 51
    assert clock.now() == 100
    assert notified(mock_knock) == set()


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("bulk/identify", "bulkIdentify"),
        ("/bulk_operations/", "pollBulkOperation"),
        ("/trigger", "triggerWorkflow"),
    ],
)
def test_a_429_is_waited_out_at_every_step(mock_knock: MockKnock, path: str, step: str) -> None:
    result, clock = run_hardened(mock_knock, path, THROTTLED)
    assert result.status == "completed"
    assert 7.0 in clock.sleeps
    usual = 3 if step == "pollBulkOperation" else 1
    assert path_of(result).count(step) == usual + 1
    assert len(mock_knock.requests.of("bulkIdentifyUsers")) == 1


def test_rows_are_not_submitted_again_after_a_cut_connection(mock_knock: MockKnock) -> None:
    result, _ = run_hardened(mock_knock, "bulk/identify", CUT)
    assert result.status == "failed"
    assert len(mock_knock.requests.of("bulkIdentifyUsers")) == 1
    assert notified(mock_knock) == set()


def test_a_cut_poll_is_asked_again(mock_knock: MockKnock) -> None:
    result, _ = run_hardened(mock_knock, "/bulk_operations/", CUT)
    assert result.status == "completed"


def test_nobody_is_notified_twice_after_a_cut_trigger(mock_knock: MockKnock) -> None:
    result, _ = run_hardened(mock_knock, "/trigger", CUT)
    assert result.status == "completed"
    assert len(mock_knock.requests.of("triggerWorkflow")) == 2
    assert len(mock_knock.workflows.runs) == 2  # one for each recipient
    assert {run["workflow_run_id"] for run in mock_knock.workflows.runs} == {
        result.outputs["workflowRunId"]
    }


def test_a_refusal_ends_it_at_once(mock_knock: MockKnock) -> None:
    for path, polls in (("bulk/identify", 0), ("/bulk_operations/", 1)):
        result, clock = run_hardened(mock_knock, path, Response(401, (), b"{}"))
        assert result.status == "failed"
        assert path_of(result).count("pollBulkOperation") == polls
        assert clock.sleeps == []


def test_it_runs_from_the_command_line_against_a_server(tmp_path: Path) -> None:
    server = KnockServer(Settings(world=WorldSettings(clock=ClockSpec.parse("x600"))))
    server.start()
    inputs = tmp_path / "inputs.json"
    given = {"users": [{"id": "ellie"}], "recipientIds": ["ellie"], "workflowKey": "welcome"}
    inputs.write_text(json.dumps(given), encoding="utf-8")
    try:
        result = CliRunner().invoke(
            main,
            ["flow", "run", "knock-bulk-identify-users-notify.hardened", "--server", server.url,
             "--api-key", "sk_hardened", "--inputs", str(inputs), "--json"],
        )  # fmt: skip
    finally:
        server.stop()
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["status"] == "completed"
