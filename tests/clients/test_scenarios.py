"""The catalogue does what it says: a sound client meets each scenario's course and troubles."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from contract_tests.clients import Report, Task
from contract_tests.clients.adapters import knockapi_async, knockapi_sync
from contract_tests.clients.catalogue import SCENARIOS, by_name
from contract_tests.clients.drawing import scenarios
from contract_tests.clients.python_client import PythonClient
from contract_tests.clients.record import Record, Sent
from contract_tests.clients.run import ClientRun, Draws
from contract_tests.clients.scenario import EVER, Course, Scenario, Trouble
from contract_tests.clients.tempo import VIRTUAL
from contract_tests.clients.written import read_written, written


@pytest.fixture(scope="module")
def run() -> Iterator[ClientRun]:
    with ClientRun(PythonClient(knockapi_sync.import_users)) as run:
        yield run


@pytest.fixture(scope="module")
def async_run() -> Iterator[ClientRun]:
    with ClientRun(PythonClient(knockapi_async.import_users)) as run:
        yield run


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_the_sdk_clients_keep_to_every_rule(
    scenario: Scenario, run: ClientRun, async_run: ClientRun
) -> None:
    for one in (run, async_run):
        played = one.play(scenario)
        assert played.verdicts == ()
        report = played.record.ending.report
        assert report is not None
        assert not report.raised


@pytest.mark.parametrize("seed", range(4))
def test_the_sdk_clients_keep_to_every_rule_in_drawn_scenarios(seed: int) -> None:
    for client in (knockapi_sync, knockapi_async):
        draws = Draws("dev", 15, seed)
        with ClientRun(PythonClient(client.import_users), draws) as run:
            assert run.draw() == []
            assert run.drawn >= 10


def rest(sent: Sent) -> float:
    return float(sent.answer_headers["retry-after"])


def bites(trouble: Trouble, sent: Sent) -> bool:
    """Whether a request was met by that trouble."""
    if sent.call != trouble.call or not sent.staged:
        return False
    match trouble.kind:
        case "cut" | "cut in the midst":
            return not sent.arrived and sent.taken
        case "cut before":
            return not sent.arrived and not sent.taken
        case "401" | "404" | "422" | "500" | "503":
            return sent.status == int(trouble.kind) and "retry-after" not in sent.answer_headers
        case "504 although carried out":
            return sent.status == 504 and sent.taken
        case "429" | "503 with Retry-After":
            return sent.status == int(trouble.kind[:3]) and rest(sent) == VIRTUAL.retry_after
        case "429 with a short Retry-After":
            return sent.status == 429 and 0 < rest(sent) < VIRTUAL.retry_after
        case "429 with a long Retry-After":
            return sent.status == 429 and rest(sent) > 30
        case "another estimate":
            return bool(sent.answer["estimated_total_rows"] != sent.answer["processed_rows"])
        case "unknown status":
            return sent.shown == "archived"
        case "unknown fields":
            return "shard" in sent.answer
        case "nulls":
            return sent.answer["error_items"] is None
        case "fields left out":
            return "progress_path" not in sent.answer


@pytest.mark.parametrize(
    "scenario", [s for s in SCENARIOS if s.troubles], ids=lambda scenario: scenario.name
)
def test_every_trouble_is_met(scenario: Scenario, run: ClientRun) -> None:
    sent = run.play(scenario).record.sent
    for trouble in scenario.troubles:
        met = sum(bites(trouble, one) for one in sent)
        assert met == trouble.times or (trouble.times == EVER and met), trouble


def final(course: Course) -> str:
    return course.stop_in if course.outcome == "stuck" else course.outcome


def ends(record: Record) -> list[str]:
    return [operation["status"] for operation in record.operations.values()]


@pytest.mark.parametrize(
    "scenario",
    [s for s in SCENARIOS if not s.troubles and s.expires_after is None],
    ids=lambda scenario: scenario.name,
)
def test_every_operation_takes_its_course(scenario: Scenario, run: ClientRun) -> None:
    record = run.play(scenario).record
    batches = -(-scenario.users // 1000)
    courses = (*scenario.courses, *[scenario.course] * batches)[:batches]
    courses *= 2 if scenario.is_second else 1
    assert sorted(ends(record)) == sorted(map(final, courses))
    for operation, course in zip(record.operations.values(), courses, strict=True):
        rows = operation["estimated_total_rows"]
        if course.outcome == "completed":
            assert operation["error_count"] == sum(n < rows for n in course.failing)
        elif course.stop_in == "processing":
            assert operation["processed_rows"] == int(rows * course.after)


@pytest.mark.parametrize("name", [s.name for s in SCENARIOS if s.expires_after is not None])
def test_an_expired_key_is_refused_from_then_on(name: str, run: ClientRun) -> None:
    scenario = by_name()[name]
    assert scenario.expires_after is not None
    sent = run.play(scenario).record.sent
    assert [one.status == 401 for one in sent] == [False] * scenario.expires_after + [True]


def test_names_and_sentences_are_unlike_each_other() -> None:
    assert len(by_name()) == len(SCENARIOS) >= 35
    assert all(scenario.sentence.endswith(".") for scenario in SCENARIOS)
    assert len({tuple(s.describe()) for s in SCENARIOS}) == len(SCENARIOS)


@given(scenarios())
@settings(database=None)
def test_drawn_scenarios_can_be_told(scenario: Scenario) -> None:
    assert scenario.name == "drawn"
    assert scenario.describe()[0].startswith(f"{scenario.users} user")
    assert len(scenario.troubles) <= 2


@given(scenarios())
@settings(database=None)
def test_drawn_scenarios_can_be_written_and_read(scenario: Scenario) -> None:
    text = written(scenario)
    assert read_written(text) == scenario
    assert "'" not in text  # a shell takes it as it is


@pytest.mark.parametrize(
    "text",
    ["drawn", "drawn []", "drawn {", 'drawn {"nobody": 1}', 'drawn {"course": 1}', "all succeed {}",
     'drawn {"troubles": [{"call": "poll"}]}', 'drawn {"troubles": 3}'],
)  # fmt: skip
def test_what_is_no_written_scenario_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_written(text)


def test_the_same_seed_draws_the_same() -> None:
    def drawn(seed: int) -> list[int]:
        seen: list[int] = []

        def client(task: Task) -> Report:
            seen.append(len(task.users))
            return knockapi_sync.import_users(task)

        with ClientRun(PythonClient(client), Draws("dev", 15, seed)) as run:
            run.draw()
        return seen

    first, again, other = drawn(3), drawn(3), drawn(4)
    assert first == again
    assert first != other
