"""What follows a step: actions in order, gotos, retries, ends."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.arazzo import Policies, Result, TransportError, VirtualClock

from .flows import Handler, Script, answer, flow, path_of, rules, run_flow, step

OK = [{"condition": "$statusCode == 200"}]


def action(name: str, kind: str, *conditions: str, **fields: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "type": kind, **fields}
    if conditions:
        found["criteria"] = [{"condition": condition} for condition in conditions]
    return found


def chosen(result: Result) -> list[str | None]:
    return [visit.action.name if visit.action else None for visit in result.steps]


def delays(result: Result) -> list[float]:
    return [visit.action.delay for visit in result.steps if visit.action]


def test_without_actions_the_steps_run_in_order() -> None:
    result = run_flow(flow(step("a"), step("b"), step("c")))
    assert result.status == "completed"
    assert path_of(result) == ["a", "b", "c"]


def test_without_failure_actions_a_failure_ends_the_run() -> None:
    result = run_flow(
        flow(step("a", successCriteria=OK), step("b")),
        Script(answer(500, {"message": "it broke"})),
    )
    assert result.status == "failed"
    assert result.reason == (
        "step 'a' failed: the answer was 500 (it broke), and $statusCode == 200 does not hold"
    )
    assert path_of(result) == ["a"]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(200, "completed"), (299, "completed"), (199, "failed"), (300, "failed")],
)
def test_without_success_criteria_a_2xx_is_success(status: int, outcome: str) -> None:
    result = run_flow(flow(step()), Script(answer(status)))
    assert result.status == outcome
    assert "success-criteria-omitted" in rules(result)


def test_the_first_action_that_applies_wins() -> None:
    item = step(
        onSuccess=[
            action("no", "end", "$statusCode == 404"),
            action("half", "end", "$statusCode == 200", "$statusCode == 404"),
            action("first", "goto", "$statusCode == 200", stepId="three"),
            action("second", "end", "$statusCode == 200"),
        ]
    )
    result = run_flow(flow(item, step("two"), step("three")))
    assert path_of(result) == ["one", "three"]
    assert chosen(result)[0] == "first"
    shown = [(c.used_by, c.value) for c in result.steps[0].criteria]
    assert shown == [("no", False), ("half", True), ("half", False), ("first", True)]


def test_after_a_criterion_that_does_not_hold_the_rest_is_not_looked_at() -> None:
    criteria = [*OK, {"condition": "$response.body#/count > 5"}]
    result = run_flow(flow(step(successCriteria=criteria)), Script(answer(500)))
    assert result.status == "failed"
    assert [c.value for c in result.steps[0].criteria] == [False, None]


def test_a_criterion_that_cannot_be_evaluated_is_an_error() -> None:
    criteria = [{"condition": "$response.body#/count > 5"}]
    result = run_flow(flow(step(successCriteria=criteria)), Script(answer(200, {})))
    assert result.status == "error"
    assert "a missing value and a number cannot be compared" in result.reason
    assert [c.value for c in result.steps[0].criteria] == [None]
    assert result.steps[0].error is not None


def test_end_ends() -> None:
    result = run_flow(flow(step(onSuccess=[action("stop", "end")]), step("two")))
    assert result.status == "completed"
    assert result.reason == "action 'stop' ended the workflow"
    assert path_of(result) == ["one"]


@pytest.mark.parametrize(
    ("policy", "status", "path"),
    [("stop", "failed", ["one"]), ("next", "completed", ["one", "two"])],
)
def test_when_no_success_action_applies_the_policy_decides(
    policy: str, status: str, path: list[str]
) -> None:
    item = step(onSuccess=[action("no", "end", "$statusCode == 404")])
    result = run_flow(flow(item, step("two")), none_matched=policy)
    assert result.status == status
    assert path_of(result) == path
    assert result.to_json()["policies"]["none_matched"] == policy
    (remark,) = [d for d in result.diagnostics if d.rule == "none-matched"]
    assert "silent" in remark.message
    assert remark.place == "flow.yml#/workflows/0/steps/0/onSuccess"


def test_when_no_failure_action_applies_the_run_ends() -> None:
    item = step(onFailure=[action("no", "goto", "$statusCode == 404", stepId="two")])
    result = run_flow(flow(item, step("two")), Script(answer(500)))
    assert result.status == "failed"
    assert "none-matched" in rules(result)


def test_a_failure_action_that_ends_is_a_failure() -> None:
    result = run_flow(flow(step(onFailure=[action("stop", "end")])), Script(answer(500)))
    assert result.status == "failed"
    assert "failure-end" in rules(result)


def test_a_failure_action_may_go_on() -> None:
    item = step(onFailure=[action("on", "goto", stepId="three")])
    result = run_flow(flow(item, step("two"), step("three")), Script(answer(500), answer(200)))
    assert result.status == "completed"
    assert path_of(result) == ["one", "three"]


def test_workflow_actions_are_the_default_and_the_step_overrides_by_name() -> None:
    document = flow(
        step("a", onSuccess=[action("skip", "goto", stepId="c")]),
        step("b"),
        step("c"),
        step("d"),
        successActions=[
            action("skip", "goto", "$url == ''", stepId="a"),
            action("leave", "end"),
        ],
    )
    result = run_flow(document)
    assert path_of(result) == ["a", "c"]
    assert chosen(result) == ["skip", "leave"]


def test_reusable_actions_and_parameters() -> None:
    document = flow(
        step(
            parameters=[{"reference": "$components.parameters.tag", "value": "$inputs.mine"}],
            onFailure=[{"reference": "$components.failureActions.again"}],
            onSuccess=[{"reference": "$components.successActions.leave"}],
        ),
        step("two"),
        components={
            "parameters": {"tag": {"name": "tag", "in": "query", "value": "default"}},
            "successActions": {"leave": action("leave", "end")},
            "failureActions": {"again": action("again", "retry", retryAfter=3)},
        },
    )
    transport = Script(answer(500), answer(200))
    result = run_flow(document, transport, {"mine": "x"})
    assert result.status == "completed"
    assert chosen(result) == ["again", "leave"]
    assert [r.url for r in transport.requests] == ["http://server.test/things?tag=x"] * 2


@pytest.mark.parametrize(
    ("fields", "visits"),
    [({}, 2), ({"retryLimit": 0}, 1), ({"retryLimit": 1}, 2), ({"retryLimit": 4}, 5)],
)
def test_retry_limits(fields: dict[str, Any], visits: int) -> None:
    item = step(onFailure=[action("again", "retry", **fields)])
    result = run_flow(flow(item), Script(answer(503)))
    assert result.status == "failed"
    assert len(result.steps) == visits
    assert "retries are used up (again)" in result.reason


def test_later_failure_actions_come_after_the_retries() -> None:
    item = step(
        onFailure=[
            action("again", "retry", "$statusCode == 503", retryLimit=2, retryAfter=0.5),
            action("other", "retry", retryLimit=1, retryAfter=5),
            action("give up", "goto", stepId="sorry"),
        ]
    )
    clock = VirtualClock()
    result = run_flow(
        flow(item, step("two"), step("sorry")),
        Script(*[answer(503)] * 4, answer(200)),
        clock=clock,
    )
    assert result.status == "completed"
    assert chosen(result) == ["again", "again", "other", "give up", None]
    assert clock.sleeps == [0.5, 0.5, 5]
    assert path_of(result)[-1] == "sorry"


def test_retries_are_counted_anew_when_a_step_is_entered_again() -> None:
    document = flow(
        step(
            "a",
            onFailure=[action("again", "retry", retryLimit=1)],
            onSuccess=[action("back", "goto", stepId="a")],
        )
    )
    answers = [answer(503), answer(200), answer(503), answer(200), answer(503), answer(503)]
    result = run_flow(document, Script(*answers))
    assert result.status == "failed"
    assert chosen(result) == ["again", "back", "again", "back", "again", None]


@pytest.mark.parametrize(
    ("headers", "seconds", "source"),
    [
        ({}, 0.25, "retryAfter"),
        ({"Retry_After": "7"}, 7, "Retry-After"),
        ({"Retry_After": " 0 "}, 0, "Retry-After"),
        ({"Retry_After": "Thu, 01 Jan 1970 00:01:40 GMT"}, 100, "Retry-After"),
        (
            {
                "Retry_After": "Sun, 06 Nov 1994 08:49:40 GMT",
                "Date": "Sun, 06 Nov 1994 08:49:37 GMT",
            },
            3,
            "Retry-After",
        ),
        (
            {
                "Retry_After": "Sun, 06 Nov 1994 08:49:37 GMT",
                "Date": "Sun, 06 Nov 1994 08:49:40 GMT",
            },
            0,
            "Retry-After",
        ),
        ({"Retry_After": "soon"}, 0.25, "retryAfter"),
        ({"Retry_After": "-5"}, 0.25, "retryAfter"),
    ],
)
def test_retry_after_overrules(headers: dict[str, str], seconds: float, source: str) -> None:
    item = step(onFailure=[action("again", "retry", retryAfter=0.25)])
    clock = VirtualClock()
    result = run_flow(flow(item), Script(answer(503, **headers), answer(200)), clock=clock)
    assert result.status == "completed"
    assert delays(result)[0] == seconds
    assert sum(clock.sleeps) == seconds
    assert result.steps[0].action is not None
    assert result.steps[0].action.reason.endswith(source)


def test_a_retry_without_retry_after_waits_the_revisit_delay() -> None:
    item = step(onFailure=[action("again", "retry")])
    clock = VirtualClock()
    run_flow(flow(item), Script(answer(503), answer(200)), clock=clock, revisit_delay=2.5)
    assert clock.sleeps == [2.5]


def test_a_retry_that_would_wait_too_long_is_stuck_at_once() -> None:
    item = step(onFailure=[action("again", "retry")])
    clock = VirtualClock()
    result = run_flow(flow(item), Script(answer(429, Retry_After="3600")), clock=clock)
    assert result.status == "stuck"
    assert "3600 s before retry 1 of 1 of step 'one' would pass the limit of 120 s" in result.reason
    assert clock.sleeps == []


def test_a_broken_connection_is_retried_like_any_failure() -> None:
    item = step(onFailure=[action("again", "retry", retryLimit=2)])
    result = run_flow(flow(item), Script(TransportError("cut"), TransportError("cut"), answer(200)))
    assert result.status == "completed"
    assert [v.error for v in result.steps] == ["no response: cut", "no response: cut", None]
    assert [v.response is None for v in result.steps] == [True, True, False]


def test_a_broken_connection_is_never_a_success() -> None:
    result = run_flow(flow(step(successCriteria=OK)), Script(TransportError("cut")))
    assert result.status == "failed"
    assert result.reason == "step 'one' failed: no response: cut"
    assert [c.value for c in result.steps[0].criteria] == [None]
    assert result.unreachable


def test_a_retry_may_run_a_step_first() -> None:
    document = flow(
        step("a", onFailure=[action("renew", "retry", stepId="fresh", retryLimit=2)]),
        step("done", onSuccess=[action("leave", "end")]),
        step("fresh", operation="makeThing", onSuccess=[action("astray", "goto", stepId="done")]),
    )
    answers = Script(answer(401), answer(200), answer(401), answer(200), answer(200))
    result = run_flow(document, answers)
    assert result.status == "completed"
    assert path_of(result) == ["a", "fresh", "a", "fresh", "a", "done"]


def test_a_retry_whose_step_fails_is_given_up() -> None:
    document = flow(
        step("a", onFailure=[action("renew", "retry", stepId="fresh")]),
        step("fresh", operation="makeThing"),
    )
    result = run_flow(document, Script(answer(401)))
    assert result.status == "failed"
    assert "step 'fresh' failed: the answer was 401; it was run before the retry" in result.reason
    assert path_of(result) == ["a", "fresh"]


@pytest.mark.parametrize("renewed", [200, 403])
def test_a_retry_may_run_a_workflow_first(renewed: int) -> None:
    document = flow(
        step("a", onFailure=[action("renew", "retry", workflowId="renewal")]),
        workflows=[{"workflowId": "renewal", "steps": [step("fresh", operation="makeThing")]}],
    )
    result = run_flow(document, Script(answer(401), answer(renewed), answer(200)))
    assert result.status == ("completed" if renewed == 200 else "failed")
    assert path_of(result)[:2] == ["a", "fresh"]
    assert result.steps[1].depth == 1


def test_a_goto_waits_only_before_a_step_that_was_visited() -> None:
    document = flow(
        step("a"),
        step("b", onSuccess=[action("on", "goto", stepId="d")]),
        step("c", onSuccess=[action("leave", "end")]),
        step(
            "d",
            onSuccess=[
                action("back", "goto", "$response.body#/again == true", stepId="b"),
                action("fresh", "goto", stepId="c"),
            ],
        ),
    )
    bodies = iter([None, None, {"again": True}, None, {"again": False}, None])
    clock = VirtualClock()
    result = run_flow(document, Handler(lambda _: answer(200, next(bodies))), clock=clock)
    assert path_of(result) == ["a", "b", "d", "b", "d", "c"]
    assert clock.sleeps == [1.0, 1.0]
    assert [visit.visit for visit in result.steps] == [1, 1, 1, 2, 2, 1]
    assert [visit.at for visit in result.steps] == [0, 0, 0, 1, 2, 2]


@pytest.mark.parametrize(
    ("policies", "visits", "reason"),
    [
        ({"max_visits": 5, "revisit_delay": 0}, 5, "was visited 5 times without an end"),
        ({"max_seconds": 3}, 4, "a wait of 1 s before step 'one' is visited again would pass"),
    ],
)
def test_a_loop_without_an_end_is_stuck(policies: dict[str, Any], visits: int, reason: str) -> None:
    result = run_flow(flow(step(onSuccess=[action("me", "goto", stepId="one")])), **policies)
    assert result.status == "stuck"
    assert reason in result.reason
    assert len(result.steps) == visits


def test_a_server_that_takes_too_long_is_noticed() -> None:
    clock = VirtualClock()

    def slow(_: object) -> Any:
        clock.sleep(100)
        return answer(200)

    result = run_flow(flow(step("a"), step("b"), step("c")), Handler(slow), clock=clock)
    assert result.status == "stuck"
    assert "120 s passed without an end, at step 'c'" in result.reason


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"none_matched": "maybe"}, "none_matched must be stop or next, not 'maybe'"),
        ({"revisit_delay": -1}, "revisit_delay must be 0 or more seconds"),
        ({"revisit_delay": float("nan")}, "revisit_delay"),
        ({"max_seconds": 0}, "max_seconds"),
        ({"max_visits": 0}, "max_visits"),
        ({"max_depth": 1000}, "max_depth must be from 1 to 64"),
    ],
)
def test_policies_that_make_no_sense(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Policies(**fields)
