"""What can be seen while a run goes on: a bar in a terminal, a line a suite elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from contract_tests.checking.check import Check
from contract_tests.reports.bar import LiveBar
from contract_tests.reports.run import CheckResult

if TYPE_CHECKING:
    from contract_tests.suites.session import KitSession

_FAILED = "bold red"


class Progress(LiveBar):
    """Shows how a run goes on, on standard error; nothing at all when quiet."""

    def __init__(self, session: KitSession, *, quiet: bool) -> None:
        super().__init__(quiet=quiet)
        self._left: Counter[str] = Counter()
        self._seen: dict[str, Counter[str]] = {}
        self._kind = session.examiner.target.kind
        session.told = self._told

    def expect_checks(self, checks: Sequence[Check]) -> None:
        """These are to come."""
        self._left.update(check.suite for check in checks)
        self.expect(len(checks))
        self.say(f"{len(checks)} checks of {self._kind}")

    def _told(self, result: CheckResult) -> None:
        self.advance()
        if result.outcome == "failed":
            self.say(f"  {result.suite}/{result.name}: {result.reason[:300]}", _FAILED)
        seen = self._seen.setdefault(result.suite, Counter())
        seen[result.outcome] += 1
        self._left[result.suite] -= 1
        if not self._left[result.suite]:
            words = ", ".join(f"{count} {outcome}" for outcome, count in seen.items())
            self.say(f"{result.suite}: {words}")
