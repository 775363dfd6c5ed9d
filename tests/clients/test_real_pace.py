"""Programs that poll without a pause are told so, however slowly they are answered."""

from __future__ import annotations

from itertools import accumulate, repeat

import pytest

from contract_tests.clients import Report, Task
from contract_tests.clients.ending import Ending
from contract_tests.clients.judging.requests import requests
from contract_tests.clients.record import Record, Sent
from contract_tests.clients.scenario import Scenario
from contract_tests.rules import Rule
from contract_tests.rules.clients import PACE

TOOK = 0.03
POLLS = 60
TASK = Task("http://127.0.0.1", "sk", [], [], "welcome", {}, 15.0)


def poll(number: int, at: float, operation: str = "a") -> Sent:
    return Sent(
        number=number, at=at, call="poll", method="GET", path=f"/v1/bulk_operations/{operation}",
        body=None, headers={}, status=200, answer={"id": operation, "status": "processing"},
        answer_headers={}, took=TOOK, arrived=True, staged=False, taken=True,
    )  # fmt: skip


def broken(sent: list[Sent], *, virtual: bool = False) -> set[Rule]:
    ending = Ending(Report("gave_up"))
    record = Record(Scenario("plain", "."), TASK, ending, tuple(sent), {}, virtual)
    return {verdict.rule for verdict in requests(record)}


def times(pause: float) -> list[float]:
    return list(accumulate(repeat(TOOK + pause, POLLS - 1), initial=0.0))


@pytest.mark.parametrize(("pause", "told"), [(0.0, True), (0.001, True), (0.01, False), (1, False)])
def test_it_is_the_pause_that_counts(pause: float, told: bool) -> None:
    sent = [poll(number, at) for number, at in enumerate(times(pause))]
    assert broken(sent) == ({PACE} if told else set())


def test_polls_of_many_operations_one_after_the_other_are_no_race() -> None:
    sent = [poll(number, at, f"op-{number}") for number, at in enumerate(times(0.0))]
    assert broken(sent) == set()


def test_where_time_is_simulated_the_server_tells() -> None:
    sent = [poll(number, at) for number, at in enumerate(times(0.0))]
    assert broken(sent, virtual=True) == set()
