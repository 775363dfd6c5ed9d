"""Keeping to the documented rate limits of a real environment."""

from __future__ import annotations

import time

from contract_tests.checking.documents import Operation

_SHARE = 0.8
"""Of what a tier lets through: others use the environment too."""


class Pace:
    """Waits before a request until its tier lets it through."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    def wait(self, operation: Operation | None) -> None:
        """Return when the operation may be called."""
        if operation is None:
            time.sleep(0.2)
            return
        now = time.monotonic()
        due = max(now, self._next.get(operation.id, now))
        self._next[operation.id] = due + 1 / (operation.per_second * _SHARE)
        time.sleep(due - now)
