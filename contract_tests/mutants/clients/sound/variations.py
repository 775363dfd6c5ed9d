"""The careful client with other decisions, each of which is as good."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import httpx

from contract_tests.clients import Outcome, Task
from contract_tests.mutants.clients.careful import CarefulClient, Operation, StopError, Users


class StopsAtFailedRows(CarefulClient):
    """Where a row failed it notifies nobody, and says so."""

    def good(self) -> list[str]:
        if self.failed_rows:
            raise StopError("partial", "rows failed, so nobody was notified")
        return super().good()


class NotifiesFailedRows(CarefulClient):
    """Whose row failed is notified too, since he may be known from before; the report says so."""

    def good(self) -> list[str]:
        return list(self.task.recipients)


class BatchByBatch(CarefulClient):
    """Submits, polls and notifies one batch before it comes to the next."""

    def work(self) -> None:
        for number, users in enumerate(self.batches()):
            if number:
                time.sleep(self.between_batches)
            self.submit(users)
            self.wait()
            failed = set(self.failed_rows)
            ids = [str(user["id"]) for user in users]
            self.key = f"{self.key}-{number}"
            self.notify([id for id in ids if id not in failed])


class Raises(CarefulClient):
    """What goes wrong is an exception, unless somebody has been notified by then."""

    def stopped(self, stop: StopError) -> Any:
        if self.notified:
            return super().stopped(stop)
        raise stop


class TriesOnce(CarefulClient):
    """Gives up at the first trouble that is no 429 and no poll's."""

    def trigger(self, recipients: list[str], key: str) -> None:
        try:
            answer = self.send_trigger(recipients, key)
            for _ in range(self.tries):
                if answer.status_code != 429:
                    break
                self.rest(answer)
                answer = self.send_trigger(recipients, key)
        except httpx.TransportError as error:
            raise StopError("unknown", f"a trigger may have been taken: {error}") from error
        if answer.is_error:
            raise StopError("failed", f"a trigger was answered {answer.status_code}")


class FollowsThePath(CarefulClient):
    """Polls at the progress_path that it was given, where it was given one."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self.paths: dict[str, str] = {}

    def note(self, operation: Operation) -> None:
        super().note(operation)
        if operation.get("progress_path"):
            self.paths[operation["id"]] = operation["progress_path"]

    def ask(self, id: str) -> httpx.Response:
        return self.http.get(self.paths[id]) if id in self.paths else super().ask(id)


class EveryFiveSeconds(CarefulClient):
    """Polls every five seconds, and the first time at once."""

    def pauses(self) -> Iterator[float]:
        yield 0.0
        yield from [5.0] * int(self.task.patience / 5)


class SubmitsFailedRowsAgain(CarefulClient):
    """Rows that failed in a completed operation are submitted once more."""

    def work(self) -> None:
        self.submit_all()
        self.wait()
        again, first = set(self.failed_rows), set(self.statuses)
        for users in self.split([dict(user) for user in self.task.users if user["id"] in again]):
            time.sleep(self.between_batches)
            self.submit(users)
        self.wait()
        if again:
            self.failed_in = {id: rows for id, rows in self.failed_in.items() if id not in first}
        self.notify(self.good())


class SubmitsFailedOperationsAgain(CarefulClient):
    """What failed is submitted once more, when every operation has ended."""

    def wait(self) -> None:
        self.of: dict[str, Users] = dict(zip(self.statuses, self.batches(), strict=True))
        super().wait()

    def waited(self) -> None:
        failed = [id for id, status in self.statuses.items() if status == "failed"]
        if not self.pending and self.of:
            for id in failed:
                del self.statuses[id]
                time.sleep(self.between_batches)
                self.submit(self.of[id])
            self.of = {}
            super().wait()
        super().waited()


class LooksTwice(CarefulClient):
    """Its patience ends by the clock, and before it notifies it looks whether users are there."""

    def pauses(self) -> Iterator[float]:
        deadline = time.monotonic() + self.task.patience
        while (left := deadline - time.monotonic()) > 0:
            yield min(left, 20.0)

    def notify(self, recipients: Sequence[str]) -> None:
        for id in recipients[:3]:
            if self.http.get(f"/users/{id}").status_code == 404:
                raise StopError("failed", f"{id} is not there")
        super().notify(recipients)


class OtherForms(CarefulClient):
    """Recipients are objects with an id, and the report has no more than it must."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.http.post(
            f"/workflows/{self.task.workflow}/trigger",
            json={"recipients": [{"id": id} for id in recipients], "data": dict(self.task.data)},
            headers={"idempotency-key": key},
        )

    def report(self, outcome: Outcome, message: str = "") -> Any:
        said: dict[str, Any] = {"outcome": outcome}
        if self.failed_rows:
            said["failed_rows"] = self.failed_rows
        if self.notified and outcome not in ("completed", "partial"):
            said["notified"] = self.notified
        return said


class NotifiesWhatIsThere(CarefulClient):
    """Of several operations those that are completed count, whatever becomes of the others."""

    def waited(self) -> None:
        if "completed" not in self.statuses.values():
            super().waited()

    def good(self) -> list[str]:
        failed = set(self.failed_rows)
        there = [
            str(user["id"])
            for status, users in zip(self.statuses.values(), self.batches(), strict=False)
            for user in users
            if status == "completed"
        ]
        return [id for id in there if id not in failed]

    def report(self, outcome: Outcome, message: str = "") -> Any:
        if outcome == "completed" and len(self.notified) < len(self.task.recipients):
            return super().report("partial", message)
        return super().report(outcome, message)


class LooksThreeTimes(CarefulClient):
    """An operation that is not found is asked for three times, since it is new."""

    not_found = 0

    def polled(self, answer: httpx.Response) -> None:
        self.not_found += answer.status_code == 404
        if answer.status_code != 404 or self.not_found == 3:
            super().polled(answer)


class WaitsForUsers(CarefulClient):
    """Before it notifies it looks for a user until that is there, for a while."""

    def good(self) -> list[str]:
        good = super().good()
        for id in good[:1]:
            for pause in (1, 2, 4):
                if self.http.get(f"/users/{id}").status_code != 404:
                    break
                time.sleep(pause)
        return good


class KeysOfOperations(CarefulClient):
    """The Idempotency-Key is made of the operation's id, so it is another for every import."""

    def trigger(self, recipients: list[str], key: str) -> None:
        super().trigger(recipients, f"{next(iter(self.statuses))}-{key[-2:]}")
