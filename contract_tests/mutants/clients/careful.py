"""A sound client in plain httpx, made of small methods: a broken one has one of them replaced."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import uuid4

import httpx

from contract_tests.clients import Outcome, Report, Task

MOST: Final = 1_000
"""Users that a submission takes, and recipients that a trigger does."""
TLS: Final = ssl.create_default_context()
"""Made once: to make it takes longer than all the calls of a small import."""
Users = list[dict[str, Any]]
Operation = dict[str, Any]


class StopError(Exception):
    """Raised where nothing more can be done. outcome: what the report says then."""

    def __init__(self, outcome: Outcome, message: str) -> None:
        super().__init__(message)
        self.outcome = outcome


class CarefulClient:
    """Submits in batches, polls until every operation has ended, and notifies the good rows."""

    batch = chunk = MOST
    between_batches = 1.0
    tries = 5
    first_pause, growth, longest_pause = 1.0, 1.5, 30.0

    def __init__(self, task: Task) -> None:
        self.task = task
        self.http = httpx.Client(
            base_url=f"{task.base_url}/v1",
            headers={"authorization": f"Bearer {task.api_key}"},
            verify=TLS,
        )
        self.statuses: dict[str, str] = {}
        self.failed_in: dict[str, list[str]] = {}
        self.notified: list[str] = []
        self.key = str(uuid4())

    def run(self) -> Any:
        """Do the work, and say what became of it."""
        with self.http:
            try:
                self.work()
            except StopError as stop:
                return self.stopped(stop)
            return self.report("partial" if self.failed_rows else "completed")

    def work(self) -> None:
        """Everything, in order. Raises StopError where it ends before its time."""
        self.submit_all()
        self.wait()
        self.notify(self.good())

    # Submitting

    def submit_all(self) -> None:
        """Every batch, as often as the tier allows."""
        for number, users in enumerate(self.batches()):
            if number:
                time.sleep(self.between_batches)
            self.submit(users)

    def batches(self) -> list[Users]:
        """The users, as many at a time as one call takes."""
        return self.split([dict(user) for user in self.task.users])

    def split(self, users: Users) -> list[Users]:
        """These users in batches."""
        return [users[start : start + self.batch] for start in range(0, len(users), self.batch)]

    def submit(self, users: Users) -> None:
        """Submit one batch: again after a 429, which was not carried out, and never else."""
        answer = self.send_users(users)
        for _ in range(self.tries - 1):
            if answer.status_code != 429:
                break
            self.rest(answer)
            answer = self.send_users(users)
        self.submitted(answer)

    def send_users(self, users: Users) -> httpx.Response:
        """One call; where it is cut off nobody knows whether the rows were taken."""
        try:
            return self.post_users(users)
        except httpx.TransportError as error:
            raise StopError("unknown", f"a submission may have been taken: {error}") from error

    def post_users(self, users: Users) -> httpx.Response:
        """The call itself."""
        return self.http.post("/users/bulk/identify", json={"users": users})

    def submitted(self, answer: httpx.Response) -> None:
        """Remember the operation."""
        if answer.is_error:
            outcome: Outcome = "unknown" if answer.is_server_error else "failed"
            raise StopError(outcome, f"a submission was answered {answer.status_code}")
        self.note(answer.json())

    # Waiting

    def wait(self) -> None:
        """Poll until every operation has ended, or patience has."""
        for pause in self.pauses():
            if not self.pending:
                break
            time.sleep(pause)
            for id in self.pending:
                self.poll(id)
        self.waited()

    @property
    def pending(self) -> list[str]:
        """Ids of the operations that have not ended."""
        return [id for id, status in self.statuses.items() if status not in ("completed", "failed")]

    def pauses(self) -> Iterator[float]:
        """Seconds to sleep before each poll; they grow, and end when patience does."""
        pause, left = self.first_pause, self.task.patience
        while left > 0:
            yield min(pause, left)
            left -= pause
            pause = min(pause * self.growth, self.longest_pause)

    def poll(self, id: str) -> None:
        """Ask for one operation; what fails for a while is asked again the next time."""
        try:
            answer = self.ask(id)
        except httpx.TransportError:
            return
        self.polled(answer)

    def ask(self, id: str) -> httpx.Response:
        """The call itself."""
        return self.http.get(f"/bulk_operations/{id}")

    def polled(self, answer: httpx.Response) -> None:
        """Make of the answer what can be made of it."""
        if answer.status_code == 429 or answer.is_server_error:
            self.rest(answer)
        elif answer.is_error:
            raise StopError("failed", f"a poll was answered {answer.status_code}")
        else:
            self.note(answer.json())

    def note(self, operation: Operation) -> None:
        """Remember what an answer says of its operation."""
        self.statuses[operation["id"]] = operation["status"]
        if operation["status"] == "completed":
            self.failed_in[operation["id"]] = self.rows_failed(operation)

    def rows_failed(self, operation: Operation) -> list[str]:
        """The ids of the rows that failed."""
        return [item["id"] for item in operation.get("error_items") or ()]

    def waited(self) -> None:
        """Go on only when every operation is completed."""
        if "failed" in self.statuses.values():
            raise StopError("failed", "an operation failed")
        if self.pending:
            raise StopError("gave_up", "an operation had not ended when patience had")

    def rest(self, answer: httpx.Response) -> None:
        """Sleep as long as the answer asks for."""
        time.sleep(float(answer.headers.get("retry-after", 1)))

    # Notifying

    def good(self) -> list[str]:
        """Those whose rows are there."""
        failed = set(self.failed_rows)
        return [id for id in self.task.recipients if id not in failed]

    def notify(self, recipients: Sequence[str]) -> None:
        """Trigger the workflow, for as many at a time as one call takes."""
        for number, start in enumerate(range(0, len(recipients), self.chunk)):
            some = list(recipients[start : start + self.chunk])
            self.trigger(some, f"{self.key}-{number}")
            self.notified += some

    def trigger(self, recipients: list[str], key: str) -> None:
        """One trigger. The key makes it one that can be repeated, whatever became of it."""
        unclear = False
        for _ in range(self.tries):
            try:
                answer = self.send_trigger(recipients, key)
            except httpx.TransportError:
                unclear = True
                time.sleep(self.first_pause)
                continue
            if not answer.is_error:
                return
            if answer.status_code != 429 and not answer.is_server_error:
                break
            unclear |= answer.is_server_error
            self.rest(answer)
        raise StopError("unknown" if unclear else "failed", "a trigger did not go through")

    def send_trigger(self, recipients: list[str], key: str) -> httpx.Response:
        """The call itself."""
        return self.http.post(
            f"/workflows/{self.task.workflow}/trigger",
            json={"recipients": recipients, "data": dict(self.task.data)},
            headers={"idempotency-key": key},
        )

    # Reporting

    @property
    def failed_rows(self) -> list[str]:
        """The ids of all rows that failed."""
        return [id for ids in self.failed_in.values() for id in ids]

    def stopped(self, stop: StopError) -> Any:
        """The report of work that ended before its time."""
        if self.notified and stop.outcome == "failed":
            return self.report("partial", str(stop))
        return self.report(stop.outcome, str(stop))

    def report(self, outcome: Outcome, message: str = "") -> Any:
        """What is known."""
        return Report(outcome, tuple(self.notified), tuple(self.failed_rows), message)
