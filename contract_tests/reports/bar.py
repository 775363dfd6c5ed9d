"""A progress bar on standard error, and lines above it."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text


class LiveBar:
    """A bar where a terminal shows it, the lines elsewhere too; nothing at all when quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = Console(stderr=True, quiet=quiet, highlight=False)
        columns = (
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TimeElapsedColumn(),
        )  # fmt: skip
        self._bar = Progress(*columns, console=self._console, transient=True)
        self._bar.disable = quiet or not self._console.is_terminal
        self._task = self._bar.add_task("collecting", total=None)

    def expect(self, count: int) -> None:
        """So much is to come."""
        self._bar.update(self._task, total=count)

    def at(self, name: str) -> None:
        """This is going on."""
        self._bar.update(self._task, description=name[:48])

    def advance(self) -> None:
        """One more is over."""
        self._bar.advance(self._task)

    def say(self, line: str, style: str = "") -> None:
        """Print a line."""
        self._console.print(Text(line, style=style))

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()
