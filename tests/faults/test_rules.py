"""Which requests a rule strikes, and what it says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mock_knock.world.errors import ConflictError, InvalidParamsError, MissingError
from mock_knock.world.fault_book import FaultBook, together
from mock_knock.world.faults import FaultRule, Latency, RequestFacts

POLL = RequestFacts("getBulkOperation", "GET", "/v1/bulk_operations/x")
TRIGGER = RequestFacts("triggerWorkflow", "POST", "/v1/workflows/welcome/trigger")

requests = st.lists(st.sampled_from([POLL, TRIGGER]), max_size=30)


@given(requests, st.integers(0, 5), st.none() | st.integers(0, 5))
def test_skip_and_times_count_matching_requests(
    script: list[RequestFacts], skip: int, times: int | None
) -> None:
    book = FaultBook()
    book.add(
        {
            "match": {"operation": "get*"},
            "skip": skip,
            "times": times,
            "status": {"status": 503},
        }
    )
    struck = [book.strike(request) is not None for request in script]
    polls = [at for at, request in enumerate(script) if request is POLL]
    expected = set(polls[skip:] if times is None else polls[skip : skip + times])
    assert {at for at, yes in enumerate(struck) if yes} == expected
    (counted,) = book
    assert (counted.matched, counted.struck) == (len(polls), len(expected))


@given(st.floats(0, 1), st.text(max_size=10))
def test_chances_follow_from_the_seed_alone(probability: float, seed: str) -> None:
    def run() -> list[bool]:
        book = FaultBook()
        book.put("x", {"probability": probability, "seed": seed, "latency": {"seconds": 1}})
        return [book.strike(POLL) is not None for _ in range(200)]

    first = run()
    assert first == run()
    assert abs(sum(first) / 200 - probability) < 0.2
    if probability in (0.0, 1.0):
        assert set(first) <= {probability == 1.0}


@given(st.floats(0, 0.999999), st.floats(0, 100), st.floats(0, 100), st.floats(0, 3))
def test_latencies_stay_within_what_they_say(
    chance: float, first: float, second: float, sigma: float
) -> None:
    low, high = sorted((first, second))
    assert Latency(distribution="fixed", seconds=low).draw(chance) == low
    assert low <= Latency(distribution="uniform", low=low, high=high).draw(chance) <= high
    drawn = Latency(distribution="lognormal", median=high, sigma=sigma, at_most=200).draw(chance)
    assert 0 <= drawn <= 200


def test_half_of_the_lognormal_latencies_are_below_the_median() -> None:
    book = FaultBook()
    book.add({"latency": {"distribution": "lognormal", "median": 0.2, "sigma": 0.5}})
    faults = [book.strike(POLL) for _ in range(1000)]
    delays = sorted(fault.delay for fault in faults if fault)
    assert delays[499] == pytest.approx(0.2, rel=0.1)
    # One standard deviation is a factor of e to the sigma.
    assert delays[841] == pytest.approx(0.2 * 2.718281828**0.5, rel=0.15)


def test_latencies_add_up_and_of_each_other_kind_the_first_rule_decides() -> None:
    book = FaultBook()
    book.add({"id": "a", "latency": {"seconds": 1}})
    book.add({"id": "b", "latency": {"seconds": 2}, "status": {"status": 503}})
    book.add({"id": "c", "status": {"status": 500}, "connection": {"kind": "truncate"}})
    book.add({"id": "d", "enabled": False, "connection": {"kind": "reset"}})
    fault = book.strike(POLL)
    assert fault is not None
    assert fault.status is not None
    assert fault.connection is not None
    assert (fault.rules, fault.delay) == (("a", "b", "c"), 3)
    assert (fault.status.status, fault.connection.kind) == (503, "truncate")
    assert not fault.carried_out
    assert together(None, fault) is fault
    both = together(fault, fault)
    assert both is not None
    assert both.delay == 6


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({}, "latency"),
        ({"latency": {"seconds": 1}, "when": 1}, "when"),
        ({"latency": {"seconds": 1, "wait": 2}}, "latency.wait"),
        ({"latency": {"distribution": "normal", "seconds": 1}}, "latency.distribution"),
        ({"latency": {"distribution": "uniform", "seconds": 1}}, "latency.seconds"),
        ({"latency": {"distribution": "uniform", "low": 1}}, "latency.high"),
        ({"latency": {"distribution": "uniform", "low": 2, "high": 1}}, "latency.high"),
        ({"latency": {"distribution": "lognormal", "median": 1}}, "latency.sigma"),
        ({"latency": {"seconds": -1}}, "latency.seconds"),
        ({"latency": {"seconds": True}}, "latency.seconds"),
        ({"latency": 3}, "latency"),
        ({"status": {"status": 200}}, "status.status"),
        ({"status": {"status": 503, "retry_after": -1}}, "status.retry_after"),
        ({"status": {"status": 503, "headers": {"a b": "c"}}}, "status.headers"),
        ({"status": {"status": 503, "headers": {"a": "c\r\nd"}}}, "status.headers.a"),
        ({"status": {"status": 503, "headers": {"Content-Length": "1"}}}, "status.headers"),
        ({"connection": {"kind": "melt"}}, "connection.kind"),
        ({"connection": {"kind": "reset", "bytes": 1}}, "connection.bytes"),
        ({"connection": {"kind": "dribble", "bytes": 0}}, "connection.bytes"),
        ({"body": {}}, "body"),
        ({"body": {"remove": ["id"]}}, "body"),
        ({"body": {"remove": ["/id"]}, "status": {"status": 503}}, "body"),
        ({"latency": {"seconds": 1}, "carried_out": False}, "carried_out"),
        ({"latency": {"seconds": 1}, "probability": 1.5}, "probability"),
        ({"latency": {"seconds": 1}, "skip": -1}, "skip"),
        ({"latency": {"seconds": 1}, "id": "a/b"}, "id"),
    ],
)
def test_a_rule_that_makes_no_sense_names_its_field(rule: dict[str, Any], field: str) -> None:
    book = FaultBook()
    with pytest.raises(InvalidParamsError) as refusal:
        book.add(rule)
    assert refusal.value.details[0].field == field
    assert len(book) == 0


@given(st.lists(st.sampled_from(["add", "put", "remove", "switch", "clear"]), max_size=20))
def test_the_book_keeps_rules_in_order_and_by_id(steps: list[str]) -> None:
    book, model = FaultBook(), dict[str, bool]()
    rule = {"latency": {"seconds": 0}}
    for at, step in enumerate(steps):
        if step == "add":
            added = book.add(rule).rule.id
            assert added not in model
            model[added] = True
        elif step == "put":
            book.put(f"mine-{at % 3}", rule)
            model[f"mine-{at % 3}"] = True
        elif step == "clear":
            book.clear()
            model.clear()
        elif model:
            id = sorted(model)[at % len(model)]
            if step == "remove":
                book.remove(id)
                del model[id]
            else:
                book.switch(id, enabled=not model[id])
                model[id] = not model[id]
        assert {c.rule.id: c.rule.enabled for c in book} == model
        assert [c.rule.id for c in book] == list(model)


def test_an_unknown_rule_is_missing_and_a_taken_id_a_conflict() -> None:
    book = FaultBook()
    book.add({"id": "a", "latency": {"seconds": 0}})
    with pytest.raises(ConflictError):
        book.add({"id": "a", "latency": {"seconds": 0}})
    with pytest.raises(MissingError):
        book.remove("b")
    with pytest.raises(InvalidParamsError):
        book.put("b", {"id": "c", "latency": {"seconds": 0}})


@given(st.floats(0, 600), st.integers(400, 599), st.sampled_from(["empty", "truncate"]))
def test_a_rule_survives_its_json(seconds: float, status: int, kind: str) -> None:
    assume(seconds == seconds)
    rule = FaultRule.from_json(
        {
            "id": "x",
            "match": {"operation": "get*", "method": "GET"},
            "latency": {"seconds": seconds},
            "status": {"status": status, "headers": {"x-a": "b"}},
            "connection": {"kind": kind},
        }
    )
    assert FaultRule.from_json(rule.to_json()) == rule
