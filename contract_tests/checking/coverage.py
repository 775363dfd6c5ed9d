"""What a run has seen: operations by status, and how bulk operations moved."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Coverage:
    """Counts of answers and of transitions.

    answers: by operation id and status.
    states: observations of bulk operations, by kind and status.
    moves: transitions seen, by kind, earlier and later status.
    """

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    states: Counter[tuple[str, str]] = field(default_factory=Counter)
    moves: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """Nested counts, by name."""
        answers: dict[str, dict[str, int]] = {}
        for (operation, status), count in sorted(self.answers.items()):
            answers.setdefault(operation, {})[str(status)] = count
        states: dict[str, dict[str, int]] = {}
        for (kind, state), count in sorted(self.states.items()):
            states.setdefault(kind, {})[state] = count
        moves: dict[str, dict[str, int]] = {}
        for (kind, before, after), count in sorted(self.moves.items()):
            moves.setdefault(kind, {})[f"{before} -> {after}"] = count
        return {"answers": answers, "states": states, "moves": moves}
