"""Clients whose reports do not say what happened."""

from __future__ import annotations

from typing import Any

import httpx

from contract_tests.clients import Outcome, Report
from contract_tests.mutants.clients.careful import CarefulClient, Operation, StopError
from contract_tests.mutants.clients.planted import planted
from contract_tests.rules import clients as rules


@planted(rules.REPORTS, "the key is refused from the start", "cut in the submission")
class NothingEverFails(CarefulClient):
    """Whatever goes wrong, the report says completed."""

    def stopped(self, stop: StopError) -> Any:
        return self.report("completed")


@planted(rules.REPORTS, "stuck in queued")
class GivesUpQuietly(CarefulClient):
    """When its patience is over it notifies nobody, and says completed."""

    def stopped(self, stop: StopError) -> Any:
        if stop.outcome == "gave_up":
            return self.report("completed")
        return super().stopped(stop)


@planted(rules.REPORTS, "the key expires before the trigger")
class SentIsNotified(CarefulClient):
    """Whoever is named in a trigger counts as notified, whatever the answer is."""

    def trigger(self, recipients: list[str], key: str) -> None:
        self.send_trigger(recipients, key)


@planted(rules.REPORTS, "500 at the trigger", "429 at the trigger")
class TriggersOnceAndForgets(CarefulClient):
    """One try, and nobody looks at the answer: those recipients count as notified."""

    def trigger(self, recipients: list[str], key: str) -> None:
        self.tries = 1
        try:
            super().trigger(recipients, key)
        except StopError as stop:
            self.problem = stop


@planted(rules.REPORTS, "cut before the trigger")
class ACutTriggerIsDone(CarefulClient):
    """A trigger that was cut off counts as one that succeeded."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        try:
            return super().send_trigger(recipients, key)
        except httpx.TransportError:
            return httpx.Response(200)


@planted(rules.REPORTS, "cut in the trigger", "half an answer to the trigger")
class ACutTriggerHasFailed(CarefulClient):
    """A trigger that was cut off counts as failed, and nobody as notified."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        try:
            return super().send_trigger(recipients, key)
        except httpx.TransportError as error:
            raise StopError("failed", "nobody was notified") from error


@planted(rules.REPORTS, "some rows fail", "all rows fail")
class FailedRowsAreFine(CarefulClient):
    """The report says completed although rows failed."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return super().report("completed" if outcome == "partial" else outcome, message)


@planted(rules.REPORTS, "some rows fail", "all rows fail")
class KeepsFailedRowsToItself(CarefulClient):
    """The report does not name the rows that failed."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return Report(outcome, tuple(self.notified), (), message)


@planted(rules.REPORTS, "some rows fail")
class NamesEverybody(CarefulClient):
    """The report names all recipients as notified, even those who were left out."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return Report(outcome, tuple(self.task.recipients), tuple(self.failed_rows), message)


@planted(rules.REPORTS, "one user")
class NamesNobody(CarefulClient):
    """The report says that nobody was notified."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return Report(outcome, (), tuple(self.failed_rows), message)


@planted(rules.REPORTS, "some rows fail")
class NumbersRows(CarefulClient):
    """The report has the positions of the rows that failed instead of their ids."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        ids = [str(user["id"]) for user in self.task.users]
        rows = tuple(str(ids.index(id)) for id in self.failed_rows)
        return Report(outcome, tuple(self.notified), rows, message)


@planted(rules.REPORTS, "some rows fail")
class HandsOnErrorItems(CarefulClient):
    """The report has the error items themselves instead of ids."""

    def note(self, operation: Operation) -> None:
        self.items = operation.get("error_items")
        super().note(operation)

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return {"outcome": outcome, "failed_rows": self.items}


@planted(rules.REPORTS, "some rows fail")
class BlamesAll(CarefulClient):
    """When rows have failed, the report names every user as failed."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        rows = self.task.recipients if self.failed_rows else ()
        return Report(outcome, tuple(self.notified), tuple(rows), message)


@planted(rules.REPORTS, "all succeed")
class SaysFailed(CarefulClient):
    """The report says failed although everything went through."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return super().report("failed", message)


@planted(rules.REPORTS, "all succeed")
class SaysPartial(CarefulClient):
    """The report says partial although everything went through."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return super().report("partial" if outcome == "completed" else outcome, message)


@planted(rules.REPORTS, "fails early")
class KnowsNothing(CarefulClient):
    """The report says unknown of all that is not completed."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return super().report("completed" if outcome == "completed" else "unknown", message)


@planted(rules.REPORTS, "fails from queued")
class FailedIsPartial(CarefulClient):
    """The report of a failed operation says partial, and nobody was notified."""

    def stopped(self, stop: StopError) -> Any:
        return self.report("partial", str(stop))


@planted(rules.REPORTS, "fails from queued", "fails late")
class FailedIsGivenUp(CarefulClient):
    """The report of a failed operation says that it had not ended."""

    def waited(self) -> None:
        if "failed" in self.statuses.values():
            raise StopError("gave_up", "the operation did not get done")
        super().waited()


@planted(rules.REPORTS, "one user")
class ReturnsNothing(CarefulClient):
    """It does its work without a word."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return None


@planted(rules.REPORTS, "one user")
class ReturnsText(CarefulClient):
    """Its report is a line for a person."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return f"{outcome}: {len(self.notified)} notified"


@planted(rules.REPORTS, "one user")
class HasItsOwnWords(CarefulClient):
    """Its outcomes are none of the protocol's."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        return {"outcome": "success" if outcome == "completed" else outcome}


@planted(rules.REPORTS, "all succeed")
class CrashesInTheEnd(CarefulClient):
    """When everybody has been notified it divides by the number of failed rows."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        share = len(self.notified) / len(self.failed_rows)
        return super().report(outcome, f"{message} ({share:.0%})")


@planted(rules.REPORTS, "some rows fail")
class NamesRowsTwice(CarefulClient):
    """The report names every row that failed as often as there were polls that showed it."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        rows = [*self.failed_rows, *self.failed_rows]
        return Report(outcome, tuple(self.notified), tuple(rows), message)
