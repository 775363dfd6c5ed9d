"""Clients that change what they were given, or lose count of their batches."""

from __future__ import annotations

import time
from typing import Any

import httpx

from contract_tests.mutants.clients.careful import CarefulClient, StopError, Users
from contract_tests.mutants.clients.planted import planted
from contract_tests.rules import clients as rules


@planted(rules.BATCHES, "ids of all kinds")
class PlainIds(CarefulClient):
    """Ids are submitted in small letters."""

    def batches(self) -> list[Users]:
        return [
            [{**user, "id": user["id"].lower()} for user in users] for users in super().batches()
        ]


@planted(rules.BATCHES, "ids of all kinds")
class TrimsIds(CarefulClient):
    """Spaces around ids are taken for slips."""

    def batches(self) -> list[Users]:
        return [
            [{**user, "id": user["id"].strip()} for user in users] for users in super().batches()
        ]


@planted(rules.BATCHES, "one user")
class AddsAProperty(CarefulClient):
    """Every user gets a property that says where it comes from."""

    def batches(self) -> list[Users]:
        return [[{**user, "source": "import"} for user in users] for users in super().batches()]


@planted(rules.BATCHES, "one user")
class OnlyWhatIsTrue(CarefulClient):
    """Properties that are false, 0 or empty are taken for missing."""

    def batches(self) -> list[Users]:
        return [
            [{name: value for name, value in user.items() if value} for user in users]
            for users in super().batches()
        ]


@planted(rules.BATCHES, "one user")
class NumbersForBooleans(CarefulClient):
    """True and false are submitted as 1 and 0."""

    def batches(self) -> list[Users]:
        return [[self.number(user) for user in users] for users in super().batches()]

    def number(self, value: Any) -> Any:
        """The same without booleans."""
        if isinstance(value, dict):
            return {name: self.number(one) for name, one in value.items()}
        return int(value) if isinstance(value, bool) else value


@planted(rules.NOT_BEFORE, "500 at the second submission")
class GoesOnWithoutABatch(CarefulClient):
    """A batch that was not taken is left behind, its users are notified."""

    def submitted(self, answer: httpx.Response) -> None:
        if answer.is_success or not self.statuses:
            super().submitted(answer)


@planted(rules.SUBMITS_ONCE, "500 at the second submission")
class BeginsWithTheFirstAgain(CarefulClient):
    """When a batch is not taken, all are submitted once more."""

    def submit_all(self) -> None:
        try:
            super().submit_all()
        except StopError:
            time.sleep(self.between_batches)
            super().submit_all()


@planted(rules.COPES, "429 at the second submission")
class LeavesALimitedBatchOut(CarefulClient):
    """A second batch that comes too soon is not tried again, and its users are left out."""

    left_out = 0

    def submit(self, users: Users) -> None:
        if self.statuses:
            answer = self.send_users(users)
            if answer.status_code == 429:
                self.left_out = len(users)
                return
            self.submitted(answer)
        else:
            super().submit(users)

    def good(self) -> list[str]:
        return super().good()[: len(self.task.users) - self.left_out]


@planted(rules.NOTHING_ELSE, "some rows fail")
class DeletesFailedRows(CarefulClient):
    """Users whose row failed are deleted, in case they were there."""

    def good(self) -> list[str]:
        for id in self.failed_rows:
            self.http.delete(f"/users/{id}")
        return super().good()


@planted(rules.NOTHING_ELSE, "fails late", "stuck in processing")
class TakesAllBack(CarefulClient):
    """When an import does not succeed, its users are deleted."""

    def stopped(self, stop: StopError) -> Any:
        time.sleep(self.between_batches)
        ids = [user["id"] for user in self.task.users]
        self.http.post("/users/bulk/delete", json={"user_ids": ids})
        return super().stopped(stop)
