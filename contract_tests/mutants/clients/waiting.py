"""Clients that do not wait for the right thing, or not long enough, or too long."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import repeat

import httpx

from contract_tests.mutants.clients.careful import CarefulClient, Operation, StopError
from contract_tests.mutants.clients.planted import planted
from contract_tests.rules import clients as rules


@planted(rules.NOT_BEFORE, "all succeed")
class NeverPolls(CarefulClient):
    """The submission's answer is taken for the end."""

    def wait(self) -> None:
        """There is nothing to wait for, it thinks."""


@planted(rules.NOT_BEFORE, "one user")
class TriggersFirst(CarefulClient):
    """It notifies at once, and waits after that."""

    def work(self) -> None:
        self.submit_all()
        self.notify(self.good())
        self.wait()


@planted(rules.NOT_BEFORE, "very slow")
class SleepsInsteadOfAsking(CarefulClient):
    """Two minutes are thought to be enough for every import."""

    def wait(self) -> None:
        time.sleep(120)


@planted(rules.NOT_AFTER_FAILED, "fails early", "fails late")
class FailedIsDone(CarefulClient):
    """A failed operation has ended, and that is all that is looked at."""

    def waited(self) -> None:
        if self.pending:
            super().waited()


@planted(rules.NOT_AFTER_FAILED, "fails late")
class NotifiesWhatWasProcessed(CarefulClient):
    """When an operation fails, as many users are notified as it had processed."""

    processed = 0

    def note(self, operation: Operation) -> None:
        super().note(operation)
        self.processed = operation["processed_rows"]

    def waited(self) -> None:
        if self.pending:
            super().waited()

    def good(self) -> list[str]:
        if "failed" in self.statuses.values():
            return super().good()[: self.processed]
        return super().good()


@planted(rules.NOT_AFTER_FAILED, "rows fail, then the operation")
class RowsTellItAll(CarefulClient):
    """Where rows are said to have failed, the others are thought to be there."""

    def note(self, operation: Operation) -> None:
        if operation["status"] == "failed" and operation["error_items"]:
            operation = {**operation, "status": "completed"}
        super().note(operation)


@planted(rules.NOT_BEFORE, "stuck in processing")
class NoLongerQueuedIsDone(CarefulClient):
    """Whatever is not queued any more is taken for completed."""

    @property
    def pending(self) -> list[str]:
        return [id for id, status in self.statuses.items() if status == "queued"]


@planted(rules.NOT_BEFORE, "stuck after the last row")
class AllRowsAreDone(CarefulClient):
    """An operation that has processed every row is taken for completed."""

    def note(self, operation: Operation) -> None:
        if operation["processed_rows"] == operation["estimated_total_rows"]:
            operation = {**operation, "status": "completed"}
        super().note(operation)


@planted(rules.NOT_BEFORE, "more than 1,000 users", "one batch fails")
class OnlyTheFirstOperation(CarefulClient):
    """Of several operations the first is waited for."""

    @property
    def pending(self) -> list[str]:
        first = next(iter(self.statuses))
        return [id for id in super().pending if id == first]


@planted(rules.NOT_BEFORE, "more than 1,000 users")
class OnlyTheLastOperation(CarefulClient):
    """Of several operations the last is waited for."""

    @property
    def pending(self) -> list[str]:
        last = next(reversed(self.statuses))
        return [id for id in super().pending if id == last]


@planted(rules.COPES, "completed at once")
class ExpectsEveryState(CarefulClient):
    """An operation that was never seen queued is an error."""

    def submitted(self, answer: httpx.Response) -> None:
        super().submitted(answer)
        if any(status != "queued" for status in self.statuses.values()):
            raise StopError("failed", "the operation is in an impossible state")


@planted(rules.POLLS_STOP, "all succeed")
class MakesSure(CarefulClient):
    """Every operation is asked for once more after it has ended."""

    def waited(self) -> None:
        for id in self.statuses:
            self.poll(id)
        super().waited()


@planted(rules.POLLS_STOP, "one batch fails")
class PollsAllUntilAllHaveEnded(CarefulClient):
    """While one operation goes on, those that have ended are asked for, too."""

    @property
    def pending(self) -> list[str]:
        return list(self.statuses) if super().pending else []


@planted(rules.POLLS_STOP, "fails from queued")
class FailedMayRecover(CarefulClient):
    """It waits on for a failed operation to become completed."""

    @property
    def pending(self) -> list[str]:
        return [id for id, status in self.statuses.items() if status != "completed"]


@planted(rules.GIVES_UP, "stuck in queued", "stuck in processing")
class NeverGivesUp(CarefulClient):
    """It polls until the operation has ended, however long that takes."""

    def pauses(self) -> Iterator[float]:
        pause = self.first_pause
        while True:
            yield pause
            pause *= 2


@planted(rules.GIVES_UP, "polls fail for ever")
class WaitsOutEveryOutage(CarefulClient):
    """A poll that fails is repeated until it does not."""

    def polled(self, answer: httpx.Response) -> None:
        pause = 60.0
        while answer.is_server_error:
            time.sleep(pause)
            pause *= 2
            answer = self.http.get(answer.url)
        super().polled(answer)


@planted(rules.PACE, "one user")
class NeverRests(CarefulClient):
    """It polls without a pause, and a 429 changes nothing."""

    def pauses(self) -> Iterator[float]:
        return repeat(0.0)

    def rest(self, answer: httpx.Response) -> None:
        """It does not."""


@planted(rules.COPES, "all succeed")
class GivesUpAfterThreePolls(CarefulClient):
    """Three polls, five seconds apart, are thought to be enough."""

    def pauses(self) -> Iterator[float]:
        yield from (5.0, 5.0, 5.0)


@planted(rules.COPES, "one user")
class PatienceInMilliseconds(CarefulClient):
    """Its patience is taken for milliseconds, and over at once."""

    def pauses(self) -> Iterator[float]:
        left = self.task.patience / 1000
        for pause in super().pauses():
            if left <= 0:
                return
            yield pause
            left -= pause


@planted(rules.COPES, "another estimate")
class WaitsForTheEstimate(CarefulClient):
    """A completed operation has to have processed as many rows as were expected."""

    def note(self, operation: Operation) -> None:
        if operation["processed_rows"] != operation["estimated_total_rows"]:
            operation = {**operation, "status": "processing"}
        super().note(operation)


@planted(rules.NOT_AFTER_FAILED, "the first batch fails")
class TheLastOneTells(CarefulClient):
    """Of several operations the last one says how it went."""

    def waited(self) -> None:
        if self.pending or [*self.statuses.values()][-1] == "failed":
            super().waited()


@planted(rules.NOT_BEFORE, "one batch is stuck")
class OneIsEnough(CarefulClient):
    """When its patience is over and an operation is completed, everybody is notified."""

    def waited(self) -> None:
        if "completed" not in self.statuses.values():
            super().waited()


@planted(rules.GIVES_UP, "a status nobody knows for ever")
class WaitsForAKnownStatus(CarefulClient):
    """Its patience does not count while the status is none that it knows."""

    def poll(self, id: str) -> None:
        super().poll(id)
        while self.statuses[id] not in ("queued", "processing", "completed", "failed"):
            time.sleep(self.longest_pause)
            super().poll(id)
