"""Clients that read answers wrongly or too strictly, or ask in a way that nothing answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from contract_tests.clients import Task
from contract_tests.mutants.clients.careful import CarefulClient, Operation
from contract_tests.mutants.clients.planted import planted
from contract_tests.rules import clients as rules


@planted(rules.COPES, "nulls")
class NoNullsExpected(CarefulClient):
    """It crashes where error_items is null."""

    def rows_failed(self, operation: Operation) -> list[str]:
        return [item["id"] for item in operation["error_items"]]


@dataclass
class _Operation:
    id: str
    name: str
    status: str
    estimated_total_rows: int
    processed_rows: int
    success_count: int
    error_count: int
    error_items: list[Any] | None
    inserted_at: str
    updated_at: str
    progress_path: str | None = None
    started_at: str | None = None
    completed_at: str | None = None
    failed_at: str | None = None


@planted(rules.COPES, "unknown fields")
class NoOtherFields(CarefulClient):
    """It crashes where an answer has a field that it does not know."""

    def note(self, operation: Operation) -> None:
        known = {name: value for name, value in operation.items() if name != "__typename"}
        super().note(vars(_Operation(**known)))


@planted(rules.COPES, "fields left out")
class EveryFieldIsThere(CarefulClient):
    """It crashes where an operation does not say when it started."""

    def note(self, operation: Operation) -> None:
        self.started = operation["started_at"]
        super().note(operation)


@planted(rules.COPES, "nulls", "fields left out")
class WaitsForATime(CarefulClient):
    """An operation is taken for completed when it says at what time that was."""

    def note(self, operation: Operation) -> None:
        if operation["status"] == "completed" and not operation.get("completed_at"):
            operation = {**operation, "status": "processing"}
        super().note(operation)


@planted(rules.NOT_BEFORE, "a status nobody knows")
class OthersAreDone(CarefulClient):
    """Every status but queued, processing and failed is taken for completed."""

    @property
    def pending(self) -> list[str]:
        return [id for id, status in self.statuses.items() if status in ("queued", "processing")]


@planted(rules.NOT_BEFORE, "503 at polls")
class ErrorsAreOperations(OthersAreDone):
    """The `status` of an error is taken for the operation's, and for an end."""

    def polled(self, answer: httpx.Response) -> None:
        self.note({**answer.json(), "id": answer.url.path.rpartition("/")[2]})


@planted(rules.ACCEPTED, "all succeed")
class PollsByName(CarefulClient):
    """It polls with the operation's name instead of its id."""

    def note(self, operation: Operation) -> None:
        super().note({**operation, "id": operation["name"]})


@planted(rules.COPES, "all succeed")
class WrongPath(CarefulClient):
    """It polls where nothing is."""

    def ask(self, id: str) -> httpx.Response:
        return self.http.get(f"/bulk-operations/{id}")


@planted(rules.COPES, "one user")
class BareKey(CarefulClient):
    """The key is sent without the word Bearer."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.http.headers["authorization"] = task.api_key


@planted(rules.NOT_FAILED_ROWS, "many rows fail")
class TheFirstTwentyErrors(CarefulClient):
    """No more than twenty of the rows that failed are read."""

    def rows_failed(self, operation: Operation) -> list[str]:
        return super().rows_failed(operation)[:20]
