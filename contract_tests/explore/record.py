"""What one history came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from contract_tests.explore.knock import Event
from contract_tests.explore.operation import Operation
from contract_tests.surface import Role

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule that a history broke. place: the step at fault, as file, `#` and JSON Pointer."""

    rule: str
    level: Level
    message: str
    place: str


@dataclass(slots=True)
class Record:
    """One history, run.

    history: its id, which repeats it. surprises: how many answers were not the usual ones.
    status, reason, outputs: as in a Result. seconds: virtual. places: the step of each event.
    ended_by: what followed the last visit (`next`, `end`, `fail`, ...), None where nothing could.
    requests: how many were sent. triggered: when a trigger took effect, in virtual seconds.
    """

    history: str
    made: tuple[str, ...]
    surprises: int
    status: str
    reason: str
    outputs: dict[str, Any]
    seconds: float
    events: list[Event]
    places: list[str]
    operations: list[Operation]
    ended_by: str | None
    verdicts: list[Verdict] = field(default_factory=list)
    requests: int = field(init=False)
    triggered: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.requests = len(self.events)
        self.triggered = tuple(
            event.at for event in self.events if event.role is Role.TRIGGER and event.effect
        )

    def forget(self) -> None:
        """Drop what only a judge needs; thousands of records are kept."""
        self.events, self.places = [], []

    @property
    def level(self) -> Level | None:
        """The gravest verdict's; None for a history that broke no rule."""
        levels = {verdict.level for verdict in self.verdicts}
        return "error" if "error" in levels else "warning" if levels else None

    def to_json(self) -> dict[str, Any]:
        """The record as a JSON value."""
        return {
            "history": self.history,
            "outcome": self.status,
            "reason": self.reason,
            "requests": self.requests,
            "seconds": round(self.seconds, 6),
            "triggered_at": list(self.triggered),
            "operations": [{"id": o.id, "status": o.status} for o in self.operations],
            "outputs": self.outputs,
            "verdicts": [
                {"rule": v.rule, "level": v.level, "message": v.message, "place": v.place}
                for v in self.verdicts
            ],
        }
