"""What happened in one scenario: what the client sent and was shown, and what became of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contract_tests.clients.ending import Ending
from contract_tests.clients.scenario import OPERATIONS, Call, Scenario
from contract_tests.clients.task import Task
from mock_knock import MockKnock

_CALLS: dict[str, Call] = {operation: call for call, operation in OPERATIONS.items()}
_CUTS = frozenset({"reset", "empty", "truncate", "malformed_chunk"})
ENDED = ("completed", "failed")
UNFINISHED = ("queued", "processing")


@dataclass(frozen=True)
class Sent:
    """One request. `at`: seconds since the first. `call`: its part; None for any other request.

    status: of the answer that the server gave; `arrived` says whether the client got all of it.
    took: seconds of the host until the answer.
    staged: whether the scenario made it go wrong. taken: whether it was carried out, and not a
    replay of an earlier one.
    """

    number: int
    at: float
    call: Call | None
    method: str
    path: str
    body: Any
    headers: Mapping[str, str]
    status: int
    answer: Any
    answer_headers: Mapping[str, str]
    took: float
    arrived: bool
    staged: bool
    taken: bool

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The users of a submission."""
        users = self.body.get("users") if isinstance(self.body, dict) else None
        return [user for user in users if isinstance(user, dict)] if users else []

    @property
    def recipients(self) -> list[str]:
        """The ids of those that a trigger names."""
        named = self.body.get("recipients") if isinstance(self.body, dict) else None
        return [str(r.get("id")) if isinstance(r, dict) else str(r) for r in named or []]

    @property
    def operation(self) -> str:
        """The id of the operation that a submission has started or that a poll asks for."""
        if self.call == "poll":
            return self.path.rpartition("/")[2]
        found = self.answer.get("id") if isinstance(self.answer, dict) else None
        return str(found) if found and self.taken else ""

    @property
    def shown(self) -> str:
        """The operation's status that the client was shown; empty when it was shown none."""
        if self.call not in ("submit", "poll") or not self.arrived or self.status >= 300:
            return ""
        return str(self.answer.get("status", "")) if isinstance(self.answer, dict) else ""

    @property
    def outcome(self) -> str:
        """What the client got, for a line in a report."""
        if not self.arrived:
            return "cut off, and carried out" if self.taken else "cut off"
        return f"{self.status} {self.shown}".strip()


@dataclass(frozen=True)
class Record:
    """The whole of it.

    operations: by id, as they stood in the end, the rows of each under `rows`.
    virtual: whether its time is simulated.
    """

    scenario: Scenario
    task: Task
    ending: Ending
    sent: tuple[Sent, ...]
    operations: Mapping[str, Mapping[str, Any]]
    virtual: bool = True

    def of(self, call: Call) -> list[Sent]:
        """The requests of one part."""
        return [one for one in self.sent if one.call == call]

    @cached_property
    def notified(self) -> Counter[str]:
        """How often each recipient was notified."""
        return Counter(
            recipient for one in self.of("trigger") if one.taken for recipient in one.recipients
        )

    @cached_property
    def submitted(self) -> frozenset[str]:
        """Ids of the users whose submission was taken."""
        return frozenset(row for rows in self.rows.values() for row in rows)

    @cached_property
    def rows(self) -> dict[str, frozenset[str]]:
        """The user ids of each operation."""
        return {
            one.operation: frozenset(str(row.get("id")) for row in one.rows)
            for one in self.of("submit")
            if one.operation
        }

    def failed_rows(self, operation: str) -> frozenset[str]:
        """The ids of the rows of an operation that failed, by its end."""
        items = self.operations.get(operation, {}).get("error_items") or []
        return frozenset(str(item["id"]) for item in items)

    @cached_property
    def all_failed_rows(self) -> frozenset[str]:
        """Users whose row failed in every completed operation that they are in."""
        failed: set[str] = set()
        good: set[str] = set()
        for id, rows in self.rows.items():
            if self.operations[id]["status"] == "completed":
                failed |= self.failed_rows(id)
                good |= rows - self.failed_rows(id)
        return frozenset(failed - good)

    def last_shown(self, operation: str, before: int | None = None) -> str:
        """The status that the client was shown last, of the requests before that number."""
        for one in reversed(self.sent[: len(self.sent) if before is None else before]):
            if one.operation == operation and one.shown:
                return one.shown
        return ""

    def operations_of(self, user: str) -> Iterator[str]:
        """The operations that the user was submitted with."""
        return (id for id, rows in self.rows.items() if user in rows)


def read_record(
    mock: MockKnock,
    scenario: Scenario,
    task: Task,
    ending: Ending,
    *,
    virtual: bool,
    since: int = 0,
) -> Record:
    """Look at what is in the environment now. since: how many requests had come before."""
    requests = list(mock.requests)[since:]
    first = requests[0].at if requests else None
    sent = []
    for number, request in enumerate(requests):
        faults = [note["data"] for note in request.notes if note["kind"] == "fault"]
        cut = any(fault.get("connection") in _CUTS for fault in faults)
        carried_out = all(fault["carried_out"] for fault in faults)
        headers = request.answer_headers
        assert first is not None
        sent.append(
            Sent(
                number=number,
                at=(request.at - first).total_seconds(),
                call=_CALLS.get(request.operation_id or ""),
                method=request.method,
                path=request.path,
                body=_json(request.body),
                headers=request.headers,
                status=request.status,
                answer=request.answer if request.status < 600 else None,
                answer_headers=headers,
                took=request.entry.seconds,
                arrived=not cut,
                staged=bool(faults),
                taken=(
                    carried_out
                    and (request.status < 300 or bool(faults))
                    and "idempotent-replayed" not in headers
                ),
            )
        )
    operations = {operation["id"]: operation for operation in mock.bulk_operations}
    return Record(scenario, task, ending, tuple(sent), operations, virtual)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return None
