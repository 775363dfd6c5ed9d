"""Clients that notify the wrong people, or wrongly, or twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import httpx

from contract_tests.clients import Outcome, Report
from contract_tests.mutants.clients.careful import CarefulClient, Operation
from contract_tests.mutants.clients.planted import planted
from contract_tests.rules import clients as rules


@planted(
    rules.ONCE, "cut in the trigger", "half an answer to the trigger", "504 at the trigger",
    "cut in the second trigger",
)  # fmt: skip
class TriggersWithoutAKey(CarefulClient):
    """A trigger that was cut off is repeated, and no trigger has an Idempotency-Key."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.http.post(
            f"/workflows/{self.task.workflow}/trigger",
            json={"recipients": recipients, "data": dict(self.task.data)},
        )


@planted(
    rules.ONCE, "cut in the trigger", "half an answer to the trigger", "504 at the trigger",
    "cut in the second trigger",
)  # fmt: skip
class EachTryHasItsKey(CarefulClient):
    """The Idempotency-Key is a new one in every repeat."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return super().send_trigger(recipients, str(uuid4()))


@planted(rules.ONCE, "more than 1,000 users")
class EverybodyForEachBatch(CarefulClient):
    """It triggers for all recipients as often as there are batches."""

    def notify(self, recipients: Sequence[str]) -> None:
        for _ in self.statuses:
            self.key = str(uuid4())
            super().notify(recipients)


@planted(rules.COPES, "more than 1,000 users")
class OneKeyForAll(CarefulClient):
    """All triggers have the same Idempotency-Key."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return super().send_trigger(recipients, self.key)


@planted(rules.ACCEPTED, "more than 1,000 users")
class TooManyAtOnce(CarefulClient):
    """It triggers for everybody in one call, however many they are."""

    chunk = 1_000_000


@planted(rules.PACE, "rows of a later batch fail")
class OneTriggerEach(CarefulClient):
    """Every recipient has a trigger of his own, one after the other without a pause."""

    chunk = 1


@planted(rules.NOT_FAILED_ROWS, "some rows fail", "all rows fail")
class ReadsOnlyTheStatus(CarefulClient):
    """It does not look for rows that failed."""

    def rows_failed(self, operation: Operation) -> list[str]:
        return []


@planted(rules.NOT_FAILED_ROWS, "rows of a later batch fail")
class OnlyTheFirstErrors(CarefulClient):
    """Of several operations, the failed rows of the first are looked at."""

    @property
    def failed_rows(self) -> list[str]:
        return self.failed_in.get(next(iter(self.statuses), ""), [])


@planted(rules.NOT_FAILED_ROWS, "rows of the first batch fail")
class OnlyTheLastErrors(CarefulClient):
    """Failed rows replace those of the operation before."""

    @property
    def failed_rows(self) -> list[str]:
        return self.failed_in.get(next(reversed(self.statuses), ""), [])


@planted(rules.NOT_FAILED_ROWS, "some rows fail")
class LeavesOutTheFirst(CarefulClient):
    """As many are left out as rows failed: the first ones."""

    def rows_failed(self, operation: Operation) -> list[str]:
        return list(self.task.recipients[: operation["error_count"]])


@planted(rules.RIGHT_TRIGGER, "all succeed")
class AnotherWorkflow(CarefulClient):
    """It triggers a workflow that nobody asked for."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.http.post("/workflows/new-user/trigger", json={"recipients": recipients})


@planted(rules.RIGHT_TRIGGER, "all succeed")
class WithoutData(CarefulClient):
    """It triggers without the data."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.http.post(
            f"/workflows/{self.task.workflow}/trigger",
            json={"recipients": recipients},
            headers={"idempotency-key": key},
        )


@planted(rules.RIGHT_TRIGGER, "one user")
class ByAddress(CarefulClient):
    """Recipients are named by their e-mail addresses."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        addresses = {user["id"]: user["email"] for user in self.task.users}
        return super().send_trigger([addresses[id] for id in recipients], key)


@planted(rules.COPES, "one user")
class ForgetsToAwait(CarefulClient):
    """Triggers are tasks that nobody waits for; they end with the event loop."""

    async def run(self) -> Any:
        self.tasks: list[asyncio.Task[None]] = []
        return super().run()

    def trigger(self, recipients: list[str], key: str) -> None:
        self.tasks.append(asyncio.create_task(self._later(recipients, key)))

    async def _later(self, recipients: list[str], key: str) -> None:
        await asyncio.sleep(0)  # where an async library would connect
        super().trigger(recipients, key)


@planted(rules.RIGHT_TRIGGER, "exactly 1,000 users")
class AlwaysWelcomes(CarefulClient):
    """The workflow is the one that was asked for when this was written."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.http.post(
            "/workflows/welcome/trigger",
            json={"recipients": recipients, "data": self.task.data},
            headers={"idempotency-key": key},
        )


@planted(rules.RIGHT_TRIGGER, "one user")
class RenamesRecipients(CarefulClient):
    """Recipients are identified once more by the trigger, without their names."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.http.post(
            f"/workflows/{self.task.workflow}/trigger",
            json={
                "recipients": [{"id": id, "name": ""} for id in recipients],
                "data": self.task.data,
            },
            headers={"idempotency-key": key},
        )


@planted(rules.NOT_FAILED_ROWS, "some rows fail", "all rows fail")
class NamesFailedRowsOnly(CarefulClient):
    """Everybody is notified; the report names failed rows, and not who was notified."""

    def good(self) -> list[str]:
        return list(self.task.recipients)

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return Report(outcome, None, tuple(self.failed_rows), message)


@planted(rules.COPES, "a second import")
class OneKeyForEveryImport(CarefulClient):
    """The Idempotency-Key is made of the workflow's name, so a second import is a repeat."""

    def trigger(self, recipients: list[str], key: str) -> None:
        super().trigger(recipients, f"{self.task.workflow}-{key[-1]}")


@planted(rules.RIGHT_TRIGGER, "all rows fail")
class NotifiesNobody(CarefulClient):
    """Where nobody is left, it triggers for nobody."""

    def notify(self, recipients: Sequence[str]) -> None:
        super().notify(recipients)
        if not recipients:
            self.send_trigger([], self.key)


@planted(rules.RIGHT_TRIGGER, "one user")
class ForATenant(CarefulClient):
    """The trigger is for a tenant that nobody has named."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.http.post(
            f"/workflows/{self.task.workflow}/trigger",
            json={"recipients": recipients, "data": self.task.data, "tenant": "acme"},
            headers={"idempotency-key": key},
        )


@planted(rules.RIGHT_TRIGGER, "one user")
class OnlyTrueData(CarefulClient):
    """Data that is false, 0 or empty is left out."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        data = {name: value for name, value in self.task.data.items() if value}
        return self.http.post(
            f"/workflows/{self.task.workflow}/trigger",
            json={"recipients": recipients, "data": data},
            headers={"idempotency-key": key},
        )
