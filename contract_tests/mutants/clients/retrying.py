"""Clients that repeat what they should not, too soon, or never."""

from __future__ import annotations

import time

import httpx

from contract_tests.mutants.clients.careful import CarefulClient, StopError, Users
from contract_tests.mutants.clients.planted import planted
from contract_tests.rules import clients as rules


@planted(
    rules.RETRY_AFTER, "429 at the submission", "429 at a poll", "429 at the trigger",
    "503 with Retry-After at a poll",
)  # fmt: skip
class HasItsOwnPace(CarefulClient):
    """It repeats every call after half a second, whatever Retry-After says."""

    def rest(self, answer: httpx.Response) -> None:
        time.sleep(0.5)


@planted(rules.RETRY_AFTER, "429 at the trigger")
class MillisecondsToRest(CarefulClient):
    """It takes Retry-After for milliseconds."""

    def rest(self, answer: httpx.Response) -> None:
        time.sleep(float(answer.headers.get("retry-after", 1000)) / 1000)


@planted(rules.RETRY_AFTER, "503 with Retry-After at a poll")
class RestsAfterA429Only(CarefulClient):
    """It does not look for Retry-After at a 503."""

    def rest(self, answer: httpx.Response) -> None:
        if answer.status_code == 429:
            super().rest(answer)


@planted(rules.COPES, "429 at the submission", "429 at a poll", "429 at the trigger")
class ALimitIsARefusal(CarefulClient):
    """It gives up at the first 429."""

    def rest(self, answer: httpx.Response) -> None:
        if answer.status_code == 429:
            raise StopError("failed", "there were too many requests")
        super().rest(answer)


@planted(rules.COPES, "503 at polls")
class AnOutageIsTheEnd(CarefulClient):
    """It gives up at the first poll that is answered with an error."""

    def polled(self, answer: httpx.Response) -> None:
        answer.raise_for_status()
        super().polled(answer)


@planted(rules.COPES, "cut in polls", "half an answer to a poll")
class ACutPollIsTheEnd(CarefulClient):
    """It gives up at the first poll that is cut off."""

    def poll(self, id: str) -> None:
        self.polled(self.ask(id))


@planted(
    rules.STOPS_AT_401, "the key expires after the submission", "the key expires between polls"
)
class EveryPollMayBeRepeated(CarefulClient):
    """It takes every error of a poll for one that passes."""

    def polled(self, answer: httpx.Response) -> None:
        if answer.is_error:
            self.rest(answer)
        else:
            super().polled(answer)


@planted(rules.STOPS_AT_401, "the key is refused from the start")
class EverySubmissionMayBeRepeated(CarefulClient):
    """It submits again after every error."""

    def submit(self, users: Users) -> None:
        for _ in range(self.tries):
            answer = self.send_users(users)
            if answer.is_success:
                break
            self.rest(answer)
        self.submitted(answer)


@planted(rules.STOPS_AT_401, "the key expires before the trigger")
class EveryTriggerMayBeRepeated(CarefulClient):
    """It triggers again after every error."""

    def trigger(self, recipients: list[str], key: str) -> None:
        for _ in range(self.tries):
            try:
                return super().trigger(recipients, key)
            except StopError as stop:
                if stop.outcome == "unknown":
                    raise
                time.sleep(1)
        return super().trigger(recipients, key)


@planted(rules.GIVES_UP, "submissions fail for ever")
class SubmitsUntilItIsTaken(CarefulClient):
    """A submission that was answered 500 is repeated, as often as that is so."""

    def send_users(self, users: Users) -> httpx.Response:
        answer = super().send_users(users)
        while answer.is_server_error:
            time.sleep(60)
            answer = super().send_users(users)
        return answer


@planted(rules.GIVES_UP, "triggers fail for ever")
class TriggersUntilItIsTaken(CarefulClient):
    """A trigger that was answered 503 is repeated, as often as that is so."""

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        answer = super().send_trigger(recipients, key)
        while answer.is_server_error:
            time.sleep(60)
            answer = super().send_trigger(recipients, key)
        return answer
