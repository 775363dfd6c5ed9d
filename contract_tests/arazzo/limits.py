"""What keeps a run from going on for ever: visits, time and depth, by policy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from contract_tests.arazzo.clock import Clock
from contract_tests.arazzo.policies import Policies


class Stopped(Exception):
    """Raised at a limit: the run is stuck. `reason` is a sentence for a person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Limits:
    """Counts and times one run."""

    def __init__(self, policies: Policies, clock: Clock) -> None:
        self.clock = clock
        self._policies = policies
        self._start = clock.now()
        self._counts: Counter[Hashable] = Counter()

    def elapsed(self) -> float:
        """Clock seconds since the run began."""
        return self.clock.now() - self._start

    def visit(self, step: Hashable, step_id: str) -> int:
        """Count a visit of a step and give its number, from 1. Raises Stopped."""
        if self.elapsed() > self._policies.max_seconds:
            raise Stopped(
                f"{self._policies.max_seconds:g} s passed without an end, at step {step_id!r} "
                "(policy max_seconds)"
            )
        if self._counts[step] >= self._policies.max_visits:
            raise Stopped(
                f"step {step_id!r} was visited {self._policies.max_visits} times without an end "
                "(policy max_visits)"
            )
        self._counts[step] += 1
        return self._counts[step]

    def descend(self, depth: int, workflow_id: str) -> None:
        """Check the depth at which a workflow is called. Raises Stopped."""
        if depth >= self._policies.max_depth:
            raise Stopped(
                f"workflows call each other more than {self._policies.max_depth} deep, at "
                f"{workflow_id!r} (policy max_depth)"
            )

    def sleep(self, seconds: float, why: str) -> None:
        """Wait on the clock. Raises Stopped at once when the wait would pass the time limit."""
        if self.elapsed() + seconds > self._policies.max_seconds:
            raise Stopped(
                f"a wait of {seconds:g} s {why} would pass the limit of "
                f"{self._policies.max_seconds:g} s (policy max_seconds)"
            )
        if seconds > 0:
            self.clock.sleep(seconds)
