"""Histories: all of them, each once, the simple ones first; and each can be had again."""

from __future__ import annotations

import pytest

from contract_tests.explore.engine import Engine
from contract_tests.explore.histories import Exploration
from contract_tests.explore.record import Record
from contract_tests.explore.script import NoSuchAnswer, parse_history

from .flows import HARDENED, PUBLISHED, engine


def naively(engine: Engine, made: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Every history by plain recursion: try each answer at the next point, and go on."""
    _, script = engine.run(made)
    if len(script.made) == len(made):
        return {made}
    return {
        found
        for answer in script.offered[len(made)]
        for found in naively(engine, (*made, answer))
    }  # fmt: skip


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("file", [PUBLISHED, HARDENED], ids=["published", "hardened"])
def test_they_are_all_there_and_each_is_there_once(file: object, depth: int) -> None:
    runner = engine(file, depth)  # type: ignore[arg-type]
    exploration = Exploration(runner, 100_000)
    found = [record.made for record in exploration]
    assert len(set(found)) == len(found) == exploration.count
    assert set(found) == naively(runner)
    assert exploration.dropped == 0


def test_the_simple_ones_come_first() -> None:
    surprises = [record.surprises for record in Exploration(engine(PUBLISHED), 2000)]
    assert surprises == sorted(surprises)
    assert surprises[:2] == [0, 1]


def test_each_has_an_id_that_brings_it_back() -> None:
    runner = engine(HARDENED, none_matched="next")
    ids = set()
    for record in Exploration(runner, 300):
        ids.add(record.history)
        again, _ = runner.run(parse_history(record.history))
        assert again.to_json() == record.to_json()
    assert len(ids) == 300
    assert "usual" in ids


def test_a_limit_leaves_out_the_ones_with_most_surprises_and_the_seed_says_which() -> None:
    def ids(seed: int) -> list[str]:
        exploration = Exploration(engine(HARDENED), 200, seed)
        found = [record.history for record in exploration]
        assert exploration.dropped > 0
        assert len(found) == 200
        return found

    assert ids(1) == ids(1)
    assert ids(1) != ids(2)
    one_surprise = {r.history for r in Exploration(engine(HARDENED), 1000) if r.surprises < 2}
    assert one_surprise <= set(ids(1))


def test_a_history_that_cannot_be_says_what_can() -> None:
    runner = engine(PUBLISHED)
    with pytest.raises(NoSuchAnswer, match=r"answer 2 .* cannot be 'done'; it is one of queued, "):
        runner.run(("ok", "done"))
    with pytest.raises(NoSuchAnswer, match=r"answer 3 .* cannot be 'queued'"):
        runner.run(("ok", "processing", "queued"))


def test_the_trace_of_a_history_is_the_history() -> None:
    runner = engine(HARDENED)
    for given in (("ok", "queued", "429", "processing", "partial"), ("ok", "stuck"), ("cut",)):
        record, _ = runner.run(given)
        result = runner.replay(given)
        assert (result.status, result.reason, result.seconds) == (
            record.status,
            record.reason,
            record.seconds,
        )
        assert sum(visit.request is not None for visit in result.steps) == record.requests


def outcome(record: Record) -> tuple[str, int, bool]:
    return record.status, record.requests, bool(record.triggered)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ("usual", ("completed", 5, True)),
        ("ok.completed", ("completed", 3, True)),
        ("ok.partial", ("failed", 2, False)),
        ("ok.all-rows-failed", ("failed", 2, False)),
        ("ok.failed-queued", ("failed", 2, False)),
        ("ok.processing.failed-late", ("failed", 3, False)),
        ("ok.unknown", ("failed", 2, False)),
        ("ok.stuck", ("failed", 52, False)),
        ("ok.processing.stuck", ("failed", 52, False)),
        ("cut", ("failed", 1, False)),
        ("429", ("completed", 6, True)),
        ("ok.429.queued", ("completed", 6, True)),
        ("ok.completed.cut", ("completed", 4, True)),
        ("ok.completed.422", ("failed", 3, False)),
    ],
)
def test_what_the_hardened_flow_does(history: str, expected: tuple[str, int, bool]) -> None:
    record, _ = engine(HARDENED).run(parse_history(history))
    assert outcome(record) == expected


def test_a_429_is_waited_out_in_virtual_time() -> None:
    record, _ = engine(HARDENED).run(("429",))
    assert record.seconds == 30 + 2 + 2
