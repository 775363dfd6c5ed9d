"""The flow that matters, unmodified: bulk identify, poll to the end, trigger.

The document is a verbatim copy of the published one, its faults included.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from contract_tests.arazzo import (
    CriterionError,
    Library,
    Policies,
    Request,
    Result,
    Servers,
    TransportError,
    VirtualClock,
    link,
    parse_document,
    run,
    run_file,
)

from .flows import BASE, SEED, Answer, answer, path_of, rules

ID = "182bd5e5-6b5f-4d3c-9c0f-5f3f1d2d9a11"
OURS = Path(__file__).parents[2] / "arazzo" / "knock-bulk-identify-users-notify.arazzo.yml"
INPUTS: dict[str, Any] = {
    "apiKey": "sk_test_123",
    "users": [{"id": "a", "name": "Ann"}, {"id": "b"}, {"id": "c"}],
    "recipientIds": ["a", "b"],
    "workflowKey": "welcome",
}


class FakeKnock:
    """Three operations of Knock; polls walk through a history, the last state for ever."""

    def __init__(
        self,
        *history: str,
        failed_rows: tuple[str, ...] = (),
        answers: dict[str, Answer] | None = None,
    ) -> None:
        self.history = list(history) or ["completed"]
        self.failed_rows = failed_rows
        self.answers = answers or {}
        self.requests: list[Request] = []
        self.polls = 0

    def send(self, request: Request) -> Any:
        self.requests.append(request)
        kind = "poll" if request.method == "GET" else "trigger"
        kind = "identify" if request.url.endswith("/v1/users/bulk/identify") else kind
        given = self.answers.get(kind)
        if isinstance(given, TransportError):
            raise given
        if given is not None:
            return given
        if kind == "trigger":
            return answer(200, {"workflow_run_id": "run-1"})
        if kind == "identify":
            return answer(200, self._operation("queued"))
        state = self.history[min(self.polls, len(self.history) - 1)]
        self.polls += 1
        return answer(200, self._operation(state))

    def _operation(self, status: str) -> dict[str, Any]:
        failed = self.failed_rows if status in ("completed", "failed") else ()
        return {
            "__typename": "BulkOperation",
            "id": ID,
            "name": "users.identify",
            "status": status,
            "estimated_total_rows": 3,
            "processed_rows": 3 if status == "completed" else 0,
            "success_count": 3 - len(failed) if status == "completed" else 0,
            "error_count": len(failed),
            "error_items": [{"id": row, "collection": None} for row in failed],
        }

    @property
    def triggers(self) -> list[Request]:
        return [r for r in self.requests if r.url.endswith("/trigger")]


def run_seed(
    knock: FakeKnock, clock: VirtualClock | None = None, inputs: Any = None, **policies: Any
) -> Result:
    return run_file(
        SEED,
        INPUTS if inputs is None else inputs,
        transport=knock,
        clock=clock or VirtualClock(),
        servers=Servers(BASE),
        policies=Policies(**policies),
    )


def test_it_waits_for_the_end_and_triggers_once() -> None:
    knock, clock = FakeKnock("queued", "processing", "completed"), VirtualClock()
    result = run_seed(knock, clock)
    assert result.status == "completed"
    assert path_of(result) == ["bulkIdentify", *["pollBulkOperation"] * 3, "triggerWorkflow"]
    assert clock.sleeps == [1.0, 1.0]
    assert result.outputs == {
        "bulkOperationId": ID,
        "bulkStatus": "completed",
        "workflowRunId": "run-1",
    }
    assert result.notes == ()
    (summary,) = result.bulk_operations
    assert (summary.status, summary.polls, summary.processed_rows) == ("completed", 3, 3)
    assert summary.statuses == ["queued", "queued", "processing", "completed"]


def test_its_requests_are_the_ones_its_author_meant() -> None:
    knock = FakeKnock("queued", "completed")
    run_seed(knock, inputs={**INPUTS, "data": {"x": [1]}})
    seen = [
        (r.method, r.url, r.header("authorization"), json.loads(r.content or b"null"))
        for r in knock.requests
    ]
    key = "Bearer sk_test_123"
    poll = ("GET", f"{BASE}/v1/bulk_operations/{ID}", key, None)
    assert seen == [
        ("POST", f"{BASE}/v1/users/bulk/identify", key, {"users": INPUTS["users"]}),
        poll,
        poll,
        (
            "POST",
            f"{BASE}/v1/workflows/welcome/trigger",
            key,
            {"recipients": ["a", "b"], "data": {"x": [1]}},
        ),
    ]


def test_data_that_is_not_given_is_not_sent() -> None:
    knock = FakeKnock()
    result = run_seed(knock)
    assert json.loads(knock.triggers[0].content or b"") == {"recipients": ["a", "b"]}
    assert "absent-value" in rules(result)


def test_the_result_names_policies_and_says_what_was_read_leniently() -> None:
    shown = run_seed(FakeKnock()).to_json()
    assert shown["policies"]["none_matched"] == "stop"
    assert {d["rule"] for d in shown["diagnostics"]} == {
        "bare-operation-id",
        "bare-embedding",
        "jsonpath-lenient",
        "absent-value",
    }
    assert all(d["section"].startswith("Arazzo 1.0.1, ") for d in shown["diagnostics"])
    assert "sk_test_123" not in json.dumps(shown)


def test_an_operation_that_fails_stops_the_flow() -> None:
    knock = FakeKnock("queued", "processing", "failed")
    result = run_seed(knock)
    assert result.status == "failed"
    assert "none of its onSuccess actions applied" in result.reason
    assert knock.triggers == []
    assert "none-matched" in rules(result)
    assert result.outputs == {"bulkOperationId": ID, "bulkStatus": "failed"}
    assert result.notes == (
        f"operation {ID} (users.identify) ended failed; no workflow was triggered after it",
    )


def test_an_operation_that_fails_is_fallen_through_under_the_other_policy() -> None:
    knock = FakeKnock("processing", "failed")
    result = run_seed(knock, none_matched="next")
    assert result.status == "completed"
    assert len(knock.triggers) == 1
    (note,) = result.notes
    assert note.endswith("ended failed, and the workflow was triggered all the same")


@pytest.mark.parametrize("state", ["queued", "processing"])
def test_an_operation_that_never_ends_is_stuck(state: str) -> None:
    knock, clock = FakeKnock(state), VirtualClock()
    result = run_seed(knock, clock)
    assert result.status == "stuck"
    assert clock.now() == 120
    assert knock.triggers == []
    assert f"was last seen {state}" in result.notes[0]
    few = run_seed(FakeKnock(state), max_visits=7)
    assert few.status == "stuck"
    assert few.bulk_operations[0].polls == 7


def test_a_state_that_the_flow_does_not_know() -> None:
    assert run_seed(FakeKnock("paused")).status == "failed"
    fallen = run_seed(FakeKnock("paused"), none_matched="next")
    assert fallen.notes[0].startswith("the workflow was triggered while operation")
    assert fallen.notes[0].endswith("was still paused")


@pytest.mark.parametrize(
    ("rows", "recipients", "note"),
    [
        (("a", "b"), ["a", "b"], "with 2 failed rows (a, b); the flow did not look, and"),
        (("a",), ["a", "b"], "; the flow did not look, and the trigger names them"),
        (("a", "c"), ["a"], "and the trigger names 1 of them"),
        (("c",), ["a", {"id": "b", "collection": "x"}, {"id": "d"}], "names none of them"),
        (("c",), [{"id": "c", "name": "inline"}], "names them"),
        (tuple("abcdefg"), ["z"], "with 7 failed rows (a, b, c, d, e, ...)"),
    ],
)  # fmt: skip
def test_rows_that_failed_are_noted_on_a_completed_run(
    rows: tuple[str, ...], recipients: list[Any], note: str
) -> None:
    # The seed's schema wants recipients as ids; Knock takes objects and inline users as well.
    document = yaml.safe_load(SEED.read_text(encoding="utf-8"))
    document["workflows"][0]["inputs"]["properties"]["recipientIds"].pop("items")
    program = link(parse_document(document, folder=str(SEED.parent)), Library())
    result = run(
        program,
        {**INPUTS, "recipientIds": recipients},
        transport=FakeKnock("processing", "completed", failed_rows=rows),
        clock=VirtualClock(),
        servers=Servers(BASE),
    )
    assert result.status == "completed"
    assert result.bulk_operations[0].error_count == len(rows)
    assert note in result.notes[0]


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 503])
@pytest.mark.parametrize(
    ("where", "visited"),
    [
        ("identify", ["bulkIdentify"]),
        ("poll", ["bulkIdentify", "pollBulkOperation"]),
        ("trigger", ["bulkIdentify", "pollBulkOperation", "triggerWorkflow"]),
    ],
)
def test_a_refusal_at_any_step_fails_the_run(where: str, status: int, visited: list[str]) -> None:
    refusal = answer(status, {"code": "x", "message": "said why"})
    for policy in ("stop", "next"):
        knock = FakeKnock(answers={where: refusal})
        result = run_seed(knock, none_matched=policy)
        assert result.status == "failed"
        assert path_of(result) == visited
        assert f"the answer was {status} (said why)" in result.reason
        assert not result.unreachable


@pytest.mark.parametrize("where", ["identify", "poll", "trigger"])
def test_a_cut_connection_at_any_step_fails_the_run(where: str) -> None:
    result = run_seed(FakeKnock(answers={where: TransportError("the line was cut")}))
    assert result.status == "failed"
    assert "no response: the line was cut" in result.reason
    assert result.unreachable is (where == "identify")


def test_an_answer_that_is_no_bulk_operation() -> None:
    result = run_seed(FakeKnock(answers={"identify": answer(200, {"ok": True})}))
    assert result.status == "error"
    assert "path parameter 'id' has no value ($steps.bulkIdentify.outputs.bulkOperationId)" in (
        result.reason
    )
    result = run_seed(FakeKnock(answers={"poll": answer(200)}))
    assert result.status == "failed"
    assert "none of its onSuccess actions" in result.reason


@pytest.mark.parametrize("name", ["apiKey", "users", "recipientIds", "workflowKey"])
def test_an_input_that_is_missing_is_named_before_any_request(name: str) -> None:
    knock = FakeKnock()
    inputs = {key: value for key, value in INPUTS.items() if key != name}
    result = run_seed(knock, inputs=inputs)
    assert result.status == "error"
    assert f"input '{name}' is missing" in result.reason
    assert knock.requests == []


def test_strict_reading_refuses_the_document() -> None:
    with pytest.raises(CriterionError, match="no RFC 9535 query") as caught:
        run_seed(FakeKnock(), jsonpath="strict")
    assert caught.value.place.endswith("#/workflows/0/steps/1/onSuccess/0/criteria/0")


def test_without_bare_embedding_the_key_is_sent_as_it_is_written() -> None:
    knock = FakeKnock()
    run_seed(knock, bare_embedding="off")
    assert knock.requests[0].header("authorization") == "Bearer $inputs.apiKey"


def test_ids_with_dollars_and_slashes_are_data() -> None:
    users = [{"id": "$inputs.apiKey", "name": "{$inputs.apiKey}"}]
    knock = FakeKnock()
    inputs = {
        **INPUTS,
        "users": users,
        "workflowKey": "a/b {$inputs.apiKey}",
        "recipientIds": ["$url"],
    }
    run_seed(knock, inputs=inputs)
    assert json.loads(knock.requests[0].content or b"") == {"users": users}
    assert knock.requests[-1].url == f"{BASE}/v1/workflows/a%2Fb%20%7B%24inputs.apiKey%7D/trigger"
    assert json.loads(knock.triggers[0].content or b"") == {"recipients": ["$url"]}


def test_the_project_s_own_flow_says_the_same_in_other_words() -> None:
    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            words = ("title", "summary", "description")
            return {key: bare(item) for key, item in value.items() if key not in words}
        return [bare(item) for item in value] if isinstance(value, list) else value

    seed = yaml.safe_load(SEED.read_text(encoding="utf-8"))
    ours = yaml.safe_load(OURS.read_text(encoding="utf-8"))
    assert bare(ours) == bare(seed)
    assert ours["info"]["description"] != seed["info"]["description"]
