"""A client on requests, which leaves repeats to urllib3: other ones for each kind of call."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

from requests import RequestException, Response, Session
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from contract_tests.clients import Outcome, Report, Task

_PASSING = (429, 500, 502, 503, 504)


def import_users(task: Task) -> Report:
    """Identify the users of the task, wait, and trigger its workflow."""
    with _session(task) as session:
        return _Import(task, session).run()


def _session(task: Task) -> Session:
    session = Session()
    session.headers["Authorization"] = f"Bearer {task.api_key}"
    reads = Retry(
        5, status_forcelist=_PASSING, allowed_methods={"GET"}, backoff_factor=1,
        raise_on_status=False,
    )  # fmt: skip
    # A submission that was cut off may have been taken: read=False says not to repeat that.
    submissions = Retry(
        5, read=False, other=False, status_forcelist=(429,), allowed_methods={"POST"},
        raise_on_status=False,
    )  # fmt: skip
    triggers = Retry(
        5, status_forcelist=_PASSING, allowed_methods={"POST"}, backoff_factor=1,
        raise_on_status=False,
    )  # fmt: skip
    session.mount(f"{task.base_url}/v1/bulk_operations/", HTTPAdapter(max_retries=reads))
    session.mount(f"{task.base_url}/v1/users/", HTTPAdapter(max_retries=submissions))
    session.mount(f"{task.base_url}/v1/workflows/", HTTPAdapter(max_retries=triggers))
    return session


class _Import:
    def __init__(self, task: Task, session: Session) -> None:
        self.task = task
        self.session = session
        self.notified: list[str] = []
        self.failed_rows: list[str] = []

    def run(self) -> Report:
        """Step by step; each answers why the work ends there, or nothing."""
        operations: list[dict[str, Any]] = []
        end = self._submit(operations)
        while operations and not end:
            end = self._wait(operations.pop(0))
        end = end or self._notify()
        if not end:
            return self._report("partial" if self.failed_rows else "completed")
        return self._report(*end)

    def _submit(self, operations: list[dict[str, Any]]) -> tuple[Outcome, str] | None:
        users = [dict(user) for user in self.task.users]
        while users:
            batch, users = users[:1_000], users[1_000:]
            try:
                answer = self._post("users/bulk/identify", {"users": batch})
            except RequestException as error:
                return "unknown", f"a submission may have been taken: {error}"
            if not answer.ok:
                return "failed", answer.text
            operations.append(answer.json())
            if users:
                time.sleep(1)
        return None

    def _wait(self, operation: dict[str, Any]) -> tuple[Outcome, str] | None:
        url = f"{self.task.base_url}/v1/bulk_operations/{operation['id']}"
        for _ in range(int(self.task.patience / 30)):
            if operation["status"] == "completed":
                self.failed_rows += [item["id"] for item in operation["error_items"] or ()]
                return None
            if operation["status"] == "failed":
                return "failed", "an operation failed"
            time.sleep(30)
            try:
                answer = self.session.get(url, timeout=30)
                if 400 <= answer.status_code < 500 and answer.status_code != 429:
                    return "failed", answer.text
                operation = answer.json() if answer.ok else operation
            except RequestException:
                continue
        return "gave_up", "an operation did not end"

    def _notify(self) -> tuple[Outcome, str] | None:
        failed = set(self.failed_rows)
        good = [id for id in self.task.recipients if id not in failed]
        while good:
            some, good = good[:1_000], good[1_000:]
            path = f"workflows/{self.task.workflow}/trigger"
            body = {"recipients": some, "data": dict(self.task.data)}
            try:
                answer = self._post(path, body, {"Idempotency-Key": str(uuid4())})
            except RequestException as error:
                return "unknown", f"a trigger may have been taken: {error}"
            if not answer.ok:
                return "partial" if self.notified else "failed", answer.text
            self.notified += some
        return None

    def _post(self, path: str, body: object, headers: dict[str, str] | None = None) -> Response:
        url = f"{self.task.base_url}/v1/{path}"
        return self.session.post(url, json=body, headers=headers, timeout=30)

    def _report(self, outcome: Outcome, message: str = "") -> Report:
        return Report(outcome, tuple(self.notified), tuple(self.failed_rows), message)
