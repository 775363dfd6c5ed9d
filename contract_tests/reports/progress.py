"""What can be seen while a run goes on: a bar in a terminal, a line a suite elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.text import Text

from contract_tests.checking.check import Check
from contract_tests.reports.run import CheckResult

if TYPE_CHECKING:
    from contract_tests.suites.session import KitSession

_STYLES = {"failed": "bold red", "error": "bold magenta", "not judged": "yellow"}


class Progress:
    """Shows how a run goes on, on standard error; nothing at all when quiet."""

    def __init__(self, session: KitSession, *, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False)
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeElapsedColumn(),
        )  # fmt: skip
        self._bar = Bar(*columns, console=self._console, transient=True)
        self._bar.disable = quiet or not self._console.is_terminal
        self._task = self._bar.add_task("collecting", total=None)
        self._left: Counter[str] = Counter()
        self._seen: dict[str, Counter[str]] = {}
        self._kind = session.examiner.target.kind
        session.told = self._told

    def expect(self, checks: Sequence[Check]) -> None:
        """These are to come."""
        self._left.update(check.suite for check in checks)
        self._bar.update(self._task, total=len(checks))
        self._console.print(f"{len(checks)} checks of {self._kind}")

    def at(self, name: str) -> None:
        """This one is going on."""
        self._bar.update(self._task, description=name[:48])

    def _told(self, result: CheckResult) -> None:
        self._bar.advance(self._task)
        if result.outcome == "failed":
            line = f"  {result.suite}/{result.name}: {result.reason[:300]}"
            self._console.print(Text(line, style=_STYLES["failed"]))
        seen = self._seen.setdefault(result.suite, Counter())
        seen[result.outcome] += 1
        self._left[result.suite] -= 1
        if not self._left[result.suite]:
            words = ", ".join(f"{count} {outcome}" for outcome, count in seen.items())
            self._console.print(f"{result.suite}: {words}")

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
