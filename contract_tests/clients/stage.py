"""Where scenarios are played: environments of a mock-knock, set up as each asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any, Final

from contract_tests.clients.scenario import CUTS, OPERATIONS, Course, Scenario, Trouble
from contract_tests.clients.task import Task
from contract_tests.clients.tempo import Tempo
from mock_knock import ClockSpec, KnockServer, MockKnock, Settings, WorldSettings

WORKFLOWS: Final = ("import-done", "welcome")
"""One for even numbers of users, one for odd ones: it is the task that says which."""
_JOURNAL: Final = 20_000
_SUBMISSION: Final = "users.identify"
_CONNECTIONS: Final = {"cut": "reset", "cut before": "empty", "cut in the midst": "truncate"}
_ODD_IDS: Final = (
    "Dr-Grant",
    "dr-grant",
    "0042",
    "zoë söz",
    " ian malcolm ",
    "j.hammond@ingen.com",
)
_BODIES: Final[dict[str, dict[str, Any]]] = {
    "unknown fields": {
        "set": {
            "/shard": "eu-1",
            "/links": {"self": None, "related": ["a"]},
            "/error_items/*/reason": {"code": "new"},
        }
    },
    "nulls": {
        "set": {"/error_items": None, "/progress_path": None, "/started_at": None,
                "/completed_at": None, "/failed_at": None}
    },
    "fields left out": {
        "remove": ["/progress_path", "/started_at", "/completed_at", "/failed_at"]
    },
    "another estimate": {"set": {"/estimated_total_rows": 9}},
    "unknown status": {"set": {"/status": "archived"}},
}  # fmt: skip


class Stage:
    """A server with a clock that fits how the client's time passes. Close it after use.

    virtual: whether time stands still until the client sleeps; else it is the host's.
    """

    def __init__(self, *, virtual: bool) -> None:
        clock = ClockSpec.parse("manual" if virtual else "real")
        world = WorldSettings(clock=clock)
        self._server = KnockServer(Settings(world=world, journal_size=_JOURNAL))
        self._numbers = count(1)  # programs are run side by side

    @contextmanager
    def set_up(self, scenario: Scenario, tempo: Tempo) -> Iterator[tuple[MockKnock, Task]]:
        """A fresh environment in which the scenario will happen, and what the client is asked."""
        mock = MockKnock(self._server, f"client_{next(self._numbers)}")
        try:
            _prepare(mock, scenario, tempo)
            yield mock, _task(mock, scenario, tempo)
        finally:
            mock.close()

    def close(self) -> None:
        """Stop the server."""
        self._server.stop()


class Stages:
    """A stage for each clock, made when it is first asked for. Close them after use."""

    def __init__(self) -> None:
        self._stages: dict[bool, Stage] = {}

    def __getitem__(self, virtual: bool) -> Stage:
        if virtual not in self._stages:
            self._stages[virtual] = Stage(virtual=virtual)
        return self._stages[virtual]

    def close(self) -> None:
        """Stop their servers."""
        for stage in self._stages.values():
            stage.close()


def earlier(task: Task) -> Task:
    """The task of an import before this one: other users, the same workflow."""
    users = [{**user, "id": f"earlier-{user['id']}"} for user in task.users]
    return replace(task, users=users, recipients=[user["id"] for user in users])


def _task(mock: MockKnock, scenario: Scenario, tempo: Tempo) -> Task:
    users: list[dict[str, Any]] = [
        {
            "id": f"user-{number:04}",
            "name": f"Zoë {number}",
            "email": f"user-{number:04}@example.com",
            "plan": {"seats": number, "trial": number % 2 == 0},
            "newsletter": False,
        }
        for number in range(scenario.users)
    ]
    if scenario.ids == "odd":
        for user, id in zip(users, _ODD_IDS, strict=False):
            user["id"] = id
    return Task(
        base_url=mock.url,
        api_key=mock.api_key,
        users=users,
        recipients=[user["id"] for user in users],
        workflow=WORKFLOWS[scenario.users % 2],
        data={"park": "Isla Nublar", "visit": {"day": 3}, "discount": 0},
        patience=tempo.patience,
    )


def _prepare(mock: MockKnock, scenario: Scenario, tempo: Tempo) -> None:
    for workflow in WORKFLOWS:
        mock.workflows.declare(workflow)
    mock.faults.limit_rates()
    for course in scenario.courses:
        mock.plan_next(_SUBMISSION, **_plan(course, tempo))
    mock.plan_all(_SUBMISSION, **_plan(scenario.course, tempo))
    if scenario.expires_after is not None:
        mock.faults.add(
            skip=scenario.expires_after,
            status={
                "status": 401,
                "code": "authentication_error",
                "message": "The API key has expired. Give a current one.",
            },
        )
    for trouble in scenario.troubles:
        mock.faults.add(
            OPERATIONS[trouble.call], skip=trouble.skip, times=trouble.times,
            **_fault(trouble, tempo),
        )  # fmt: skip


def _plan(course: Course, tempo: Tempo) -> dict[str, Any]:
    queue, work = tempo.seconds(course)
    plan: dict[str, Any] = {"failing_positions": list(course.failing), "outcome": course.outcome}
    if course.speed == "at once":
        plan["progress"] = "immediate"
    else:
        plan |= {"progress": "time", "queue_for": queue, "duration": work}
    if course.outcome != "completed":
        plan["stop_in"] = course.stop_in
        if course.stop_in == "processing":
            plan["after_fraction"] = course.after
    return plan


def _fault(trouble: Trouble, tempo: Tempo) -> dict[str, Any]:
    if trouble.kind in CUTS:
        connection = {"kind": _CONNECTIONS[trouble.kind]}
        return {"connection": connection, "carried_out": trouble.kind != "cut before"}
    if trouble.kind in _BODIES:
        return {"body": _BODIES[trouble.kind]}
    status: dict[str, Any] = {"status": int(trouble.kind[:3])}
    if trouble.kind in ("429", "503 with Retry-After"):
        status["retry_after"] = tempo.retry_after
    elif trouble.kind == "429 with a short Retry-After":
        status["retry_after"] = 1
    elif trouble.kind == "429 with a long Retry-After":
        status["retry_after"] = tempo.long_retry_after
    elif trouble.kind == "504 although carried out":
        return {"status": status, "carried_out": True}
    return {"status": status}
