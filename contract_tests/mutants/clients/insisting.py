"""Clients that do not take no for an answer, or none for one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

from contract_tests.clients import Outcome
from contract_tests.mutants.clients.careful import CarefulClient, StopError, Users
from contract_tests.mutants.clients.planted import planted
from contract_tests.rules import clients as rules


@planted(
    rules.GIVES_UP, "submissions are 429 for ever", "polls are 429 for ever",
    "triggers are 429 for ever",
)  # fmt: skip
class EveryLimitPasses(CarefulClient):
    """After a 429 it rests and asks again, until it is let in."""

    def post_users(self, users: Users) -> httpx.Response:
        return self.let_in(lambda: super(EveryLimitPasses, self).post_users(users))

    def ask(self, id: str) -> httpx.Response:
        return self.let_in(lambda: super(EveryLimitPasses, self).ask(id))

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.let_in(lambda: super(EveryLimitPasses, self).send_trigger(recipients, key))

    def let_in(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        """The first answer that is no 429."""
        pause = 1.0
        while (answer := call()).status_code == 429:
            self.rest(answer)
            time.sleep(pause)
            pause *= 2
        return answer


@planted(rules.GIVES_UP, "polls are cut for ever", "triggers are cut for ever")
class EveryLineIsMended(CarefulClient):
    """What is cut off is repeated until an answer comes."""

    def ask(self, id: str) -> httpx.Response:
        return self.get_through(lambda: super(EveryLineIsMended, self).ask(id))

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        call = super().send_trigger
        return self.get_through(lambda: call(recipients, key))

    def get_through(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        """The first answer that arrives."""
        pause = 1.0
        while True:
            try:
                return call()
            except httpx.TransportError:
                time.sleep(pause)
                pause *= 2


class _Insists(CarefulClient):
    refusals = (400, 403, 404, 422)

    def insist(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        """The answer to the fifth try, unless one before is no refusal."""
        answer = call()
        for _ in range(self.tries - 1):
            if answer.status_code not in self.refusals:
                break
            time.sleep(self.longest_pause)
            answer = call()
        return answer


@planted(
    rules.TAKES_NO, "the submission is refused", "the operation is not found",
    "the trigger is refused",
)  # fmt: skip
class ARefusalMayPass(_Insists):
    """What was refused as wrong is sent again, five times in all."""

    def post_users(self, users: Users) -> httpx.Response:
        return self.insist(lambda: super(_Insists, self).post_users(users))

    def ask(self, id: str) -> httpx.Response:
        return self.insist(lambda: super(_Insists, self).ask(id))

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.insist(lambda: super(_Insists, self).send_trigger(recipients, key))


@planted(rules.TAKES_NO, "the operation is not found")
class NotThereYet(CarefulClient):
    """An operation that is not found is thought to be made just now."""

    def polled(self, answer: httpx.Response) -> None:
        if answer.status_code != 404:
            super().polled(answer)


@planted(rules.STOPS_AT_401, "the key expires between polls", "the key expires before the trigger")
class AsksOnceMore(_Insists):
    """A key that is refused is tried once more."""

    tries = 2
    refusals = (401,)  # type: ignore[assignment]

    def ask(self, id: str) -> httpx.Response:
        return self.insist(lambda: super(_Insists, self).ask(id))

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        return self.insist(lambda: super(_Insists, self).send_trigger(recipients, key))


@planted(rules.RETRY_AFTER, "429 with a long rest")
class RestsHalfAMinuteAtMost(CarefulClient):
    """Whatever Retry-After says, it waits no longer than half a minute."""

    def rest(self, answer: httpx.Response) -> None:
        time.sleep(min(float(answer.headers.get("retry-after", 1)), 30.0))


@planted(rules.REPORTS, "triggers fail after the first", "the key expires between triggers")
class ForgetsTheFirst(CarefulClient):
    """When a trigger fails, the report says that nobody was notified."""

    def stopped(self, stop: StopError) -> Any:
        self.notified = []
        return super().stopped(stop)


@planted(rules.REPORTS, "triggers fail after the first", "the key expires between triggers")
class TheFirstTriggerTells(CarefulClient):
    """Triggers after the first are thought to fare as it did."""

    def trigger(self, recipients: list[str], key: str) -> None:
        try:
            super().trigger(recipients, key)
        except StopError:
            if not self.notified:
                raise


@planted(rules.REPORTS, "the key is refused from the start", "the trigger is refused")
class GivesUpOnEverything(CarefulClient):
    """The report says gave_up whatever came in between, and no operation was unfinished."""

    def stopped(self, stop: StopError) -> Any:
        return self.report("gave_up", str(stop))


@planted(rules.REPORTS, "stuck in queued", "the key is refused from the start")
class CannotTell(CarefulClient):
    """The report says unknown of whatever is not completed, though every call was answered."""

    def report(self, outcome: Outcome, message: str = "") -> Any:
        passed = outcome in ("completed", "partial")
        return super().report(outcome if passed else "unknown", message)
