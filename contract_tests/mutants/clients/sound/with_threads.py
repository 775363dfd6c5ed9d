"""A client with a thread for each operation, which sleeps and asks by itself."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contract_tests.mutants.clients.careful import CarefulClient


class SideBySide(CarefulClient):
    """Waits for each operation in a thread of its own, and triggers in threads."""

    def wait(self) -> None:
        with ThreadPoolExecutor(max_workers=4) as pool:
            waits = [pool.submit(self._wait_for, id) for id in self.pending]
        for wait in waits:
            wait.result()
        self.waited()

    def _wait_for(self, id: str) -> None:
        for pause in self.pauses():
            time.sleep(pause)
            self.poll(id)
            if id not in self.pending:
                return

    def notify(self, recipients: Any) -> None:
        starts = range(0, len(recipients), self.chunk)
        chunks = [list(recipients[start : start + self.chunk]) for start in starts]
        with ThreadPoolExecutor(max_workers=4) as pool:
            calls = [
                pool.submit(self.trigger, some, f"{self.key}-{number}")
                for number, some in enumerate(chunks)
            ]
        for some, call in zip(chunks, calls, strict=True):
            if call.exception() is None:
                self.notified += some
        for call in calls:
            call.result()
