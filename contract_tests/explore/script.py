"""The script of one history: which answer is given when, and what else might have been."""

from __future__ import annotations

from dataclasses import dataclass, field

USUAL = "usual"
"""The id of the history without a surprise."""


def parse_history(id: str) -> tuple[str, ...]:
    """The answers of a history's id."""
    return () if id == USUAL else tuple(id.split("."))


class NoSuchAnswer(ValueError):
    """Raised for a history that asks for an answer that cannot be given at that point."""


@dataclass
class Script:
    """Chooses answers: those that are given first, then each time the first on offer.

    Only the first `depth` answers are choices. made: the answers so far, that many at most;
    offered: what each was chosen from.
    """

    given: tuple[str, ...] = ()
    depth: int = 6
    made: list[str] = field(default_factory=list)
    offered: list[tuple[str, ...]] = field(default_factory=list)

    def choose(self, options: tuple[str, ...]) -> str:
        """The next answer. Raises NoSuchAnswer when the given one is not on offer."""
        at = len(self.made)
        if at >= self.depth:
            return options[0]
        answer = self.given[at] if at < len(self.given) else options[0]
        if answer not in options:
            raise NoSuchAnswer(
                f"answer {at + 1} of the history cannot be {answer!r}; it is one of "
                f"{', '.join(options)}"
            )
        self.made.append(answer)
        self.offered.append(options)
        return answer

    def history(self) -> str:
        """The history's id: the answers up to the last that is not the usual one."""
        last = max(self.surprises(), default=-1)
        return ".".join(self.made[: last + 1]) or USUAL

    def surprises(self) -> list[int]:
        """Where the answer was not the usual one."""
        return [n for n, answer in enumerate(self.made) if answer != self.offered[n][0]]

    def neighbours(self) -> list[tuple[str, ...]]:
        """Every history that differs from this one in one later answer, and then is as usual."""
        return [
            (*self.made[:at], other)
            for at in range(len(self.given), len(self.made))
            for other in self.offered[at][1:]
        ]
