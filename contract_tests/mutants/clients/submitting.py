"""Clients that submit users wrongly."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import requests
from knockapi import APIConnectionError, APIStatusError, Knock
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from contract_tests.mutants.clients.careful import CarefulClient, StopError, Users
from contract_tests.mutants.clients.planted import planted
from contract_tests.rules import clients as rules


@planted(rules.BATCHES, "more than 1,000 users")
class AllInOneCall(CarefulClient):
    """All users are submitted in one call, however many they are."""

    batch = 1_000_000


@planted(rules.BATCHES, "more than 1,000 users")
class OneTooMany(CarefulClient):
    """Batches have 1,001 users."""

    batch = 1_001


@planted(rules.BATCHES, "more than 1,000 users")
class OnlyFullBatches(CarefulClient):
    """The last batch is left out unless it is full."""

    def batches(self) -> list[Users]:
        return super().batches()[: len(self.task.users) // self.batch]


@planted(rules.NOT_BEFORE, "exactly 1,000 users")
class NoLastBatchIsFull(CarefulClient):
    """A last batch of exactly 1,000 is neither less than that nor more, and left out."""

    def batches(self) -> list[Users]:
        *full, last = super().batches()
        return [*full, last] if len(last) < self.batch else full


@planted(rules.SUBMITS_ONCE, "more than 1,000 users")
class OverlappingBatches(CarefulClient):
    """Each batch begins with the last user of the one before."""

    def split(self, users: Users) -> list[Users]:
        return [users[start : start + self.batch] for start in range(0, len(users), self.batch - 1)]


@planted(rules.BATCHES, "all succeed")
class LeavesUsersOut(CarefulClient):
    """Users on trial are not submitted, and notified all the same."""

    def batches(self) -> list[Users]:
        return [
            [user for user in users if not user["plan"]["trial"]] for users in super().batches()
        ]


@planted(rules.BATCHES, "one user")
class AddsSomebody(CarefulClient):
    """A test user of its own goes first."""

    def batches(self) -> list[Users]:
        first, *rest = super().batches()
        return [[{"id": "canary"}, *first], *rest]


@planted(rules.BATCHES, "one user")
class MakesTextOfAll(CarefulClient):
    """Every property is submitted as text."""

    def batches(self) -> list[Users]:
        return [
            [{name: str(value) for name, value in user.items()} for user in users]
            for users in super().batches()
        ]


@planted(rules.BATCHES, "one user")
class OnlyKnownProperties(CarefulClient):
    """Properties that the reference does not name are left out."""

    known = ("id", "name", "email", "phone_number", "timezone", "locale")

    def batches(self) -> list[Users]:
        return [
            [{name: user[name] for name in self.known if name in user} for user in users]
            for users in super().batches()
        ]


@planted(rules.ACCEPTED, "one user")
class BareList(CarefulClient):
    """The body of a submission is the list itself."""

    def post_users(self, users: Users) -> httpx.Response:
        return self.http.post("/users/bulk/identify", json=users)


@planted(rules.PACE, "more than 1,000 users")
class BatchAfterBatch(CarefulClient):
    """Batches are submitted without a pause; a 429 will tell."""

    between_batches = 0.0


@planted(rules.PACE, "more than 1,000 users")
class BatchesSideBySide(CarefulClient):
    """Batches are submitted in threads, all at once."""

    def submit_all(self) -> None:
        with ThreadPoolExecutor() as pool:
            list(pool.map(self.submit, self.batches()))


@planted(
    rules.SUBMITS_ONCE, "cut in the submission", "half an answer to the submission",
    "cut in the second submission",
)  # fmt: skip
class SubmitsAgainAfterACut(CarefulClient):
    """A submission is repeated when the connection breaks."""

    def send_users(self, users: Users) -> httpx.Response:
        for _ in range(self.tries):
            try:
                return self.post_users(users)
            except httpx.TransportError:
                time.sleep(1)
        return super().send_users(users)


@planted(rules.SUBMITS_ONCE, "cut in the submission", "half an answer to the submission")
class LeavesItToTheSdk(CarefulClient):
    """It submits by the official SDK as that comes, which repeats what was cut off."""

    def send_users(self, users: Users) -> httpx.Response:
        with Knock(api_key=self.task.api_key, base_url=self.task.base_url) as knock:
            call: Any = knock.users.bulk.with_raw_response.identify
            try:
                answer: httpx.Response = call(users=users).http_response
            except APIConnectionError as error:
                raise StopError("unknown", "a submission may have been taken") from error
            except APIStatusError as error:
                return error.response
            return answer


@planted(rules.SUBMITS_ONCE, "cut in the submission")
class RetriesEveryMethod(CarefulClient):
    """It submits by requests, with a Retry of urllib3 that makes no difference between methods."""

    def post_users(self, users: Users) -> httpx.Response:
        with requests.Session() as session:
            repeats = Retry(3, allowed_methods=None, backoff_factor=1)
            session.mount(self.task.base_url, HTTPAdapter(max_retries=repeats))
            answer = session.post(
                f"{self.task.base_url}/v1/users/bulk/identify",
                headers={"authorization": f"Bearer {self.task.api_key}"},
                json={"users": users},
                timeout=30,
            )
            return httpx.Response(answer.status_code, content=answer.content)


@planted(rules.SUBMITS_ONCE, "some rows fail")
class SubmitsAllAgain(CarefulClient):
    """When rows have failed, all of them are submitted again."""

    def wait(self) -> None:
        super().wait()
        if self.failed_rows:
            self.submit_all()
            super().wait()


@planted(rules.NOT_FAILED_ROWS, "some rows fail")
class DoesNotWaitTwice(CarefulClient):
    """Rows that failed are submitted again, and notified without a look at what became of that."""

    def good(self) -> list[str]:
        again = set(self.failed_rows)
        rows = [dict(user) for user in self.task.users if user["id"] in again]
        for users in self.split(rows):
            time.sleep(self.between_batches)
            self.submit(users)
        self.failed_in.clear()
        return super().good()


@planted(rules.SUBMITS_ONCE, "very slow", "stuck in queued")
class SubmitsAgainWhenSlow(CarefulClient):
    """Users are submitted again when the operation has not ended after five minutes."""

    hurry = 300.0

    def waited(self) -> None:
        if self.pending and self.hurry:
            self.hurry = 0
            self.statuses.clear()
            self.submit_all()
            self.wait()
        super().waited()

    def pauses(self) -> Iterator[float]:
        left = self.hurry or self.task.patience
        for pause in super().pauses():
            if left > 0:
                yield pause
            left -= pause


@planted(rules.SUBMITS_ONCE, "cut in the submission", "stuck in processing")
class StartsOver(CarefulClient):
    """When anything goes wrong, the whole job is done again."""

    def work(self) -> None:
        for _ in range(2):
            try:
                return super().work()
            except StopError:
                self.statuses.clear()
        return super().work()


@planted(rules.ACCEPTED, "500 at the submission")
class PollsWhatIsNotThere(CarefulClient):
    """Whether the submission was accepted is not looked at, and the operation has no id."""

    def submitted(self, answer: httpx.Response) -> None:
        self.statuses[str(answer.json().get("id"))] = "queued"


@planted(rules.NOT_BEFORE, "cut before the submission")
class TakesACutForTaken(CarefulClient):
    """A submission that was cut off is taken for one that succeeded."""

    def submit(self, users: Users) -> None:
        try:
            super().submit(users)
        except StopError as stop:
            if stop.outcome != "unknown":
                raise


@planted(rules.BATCHES, "exactly 1,000 users")
class EmptyLastBatch(CarefulClient):
    """There is a batch more than there need be, where users come to full ones."""

    def split(self, users: Users) -> list[Users]:
        return [users[start : start + self.batch] for start in range(0, len(users) + 1, self.batch)]


@planted(rules.BATCHES, "one user")
class PlainLettersOnly(CarefulClient):
    """What is no ASCII is lost on the way."""

    def post_users(self, users: Users) -> httpx.Response:
        text = json.dumps({"users": users}, ensure_ascii=False).encode("ascii", "ignore")
        headers = {"content-type": "application/json"}
        return self.http.post("/users/bulk/identify", content=text, headers=headers)
