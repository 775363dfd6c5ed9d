"""One thing that may become of an import: how the operations go, and what goes wrong beside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final, Literal

Call = Literal["submit", "poll", "trigger"]
OPERATIONS: Final[dict[Call, str]] = {
    "submit": "bulkIdentifyUsers",
    "poll": "getBulkOperation",
    "trigger": "triggerWorkflow",
}
"""Operation ids of the documents, by the part that they play."""

Kind = Literal[
    "401", "404", "422", "429", "429 with a short Retry-After",
    "429 with a long Retry-After", "500", "503",
    "503 with Retry-After", "504 although carried out", "cut", "cut before", "cut in the midst",
    "unknown fields", "nulls", "fields left out", "another estimate", "unknown status",
]  # fmt: skip
"""What an answer is instead. `cut`: the call is carried out, and the connection broken without an
answer; `cut before`: the same, and the call is not carried out; `cut in the midst`: carried out,
and half of the answer's body arrives."""

CUTS: Final = frozenset({"cut", "cut before", "cut in the midst"})
_HARMLESS: Final = frozenset({"unknown fields", "nulls", "fields left out", "another estimate"})
_LIMITS: Final = frozenset({"429", "429 with a short Retry-After", "429 with a long Retry-After"})
_FINAL: Final = frozenset({"unknown status", "401", "404", "422"})
EVER: Final = 1_000_000
"""For `Trouble.times`: all of them."""
_MOST_RETRIES = 2
"""What the official SDKs retry of their own accord (max_retries), so what a client may be asked."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Answers to one kind of call that go wrong: `times` of them, after `skip` that do not."""

    call: Call
    kind: Kind
    skip: int = 0
    times: int = 1

    @property
    def passes(self) -> bool:
        """Whether whoever asks again, as he safely can, gets through."""
        if self.kind in _HARMLESS or self.kind in _LIMITS:
            return True
        return self.call == "poll" and self.kind not in _FINAL

    def describe(self) -> str:
        """In words."""
        which = "every one" if self.times >= EVER else f"{self.times}"
        after = f" after the first {self.skip}" if self.skip else ""
        return f"{self.call}{after}: {which} answered with {self.kind}"


Ids = Literal["plain", "odd"]
"""`odd`: capitals, spaces, letters of other alphabets, digits alone, two that differ by case."""
Speed = Literal["at once", "usual", "slow"]


@dataclass(frozen=True, slots=True)
class Course:
    """How an operation goes.

    failing: positions of the rows that fail.
    outcome: how it ends; `stuck` never does. stop_in, after: where a failed or stuck one stops, and
    after which share of its rows.
    queue, work: how long it is queued and processing, as multiples of what is usual at its speed.
    """

    outcome: Literal["completed", "failed", "stuck"] = "completed"
    failing: tuple[int, ...] = ()
    stop_in: Literal["queued", "processing"] = "processing"
    after: float = 0.5
    speed: Speed = "usual"
    queue: float = 1.0
    work: float = 1.0

    def describe(self) -> str:
        """In words."""
        parts = []
        if self.failing:
            rows = ", ".join(str(n) for n in self.failing[:5])
            more = f" and {len(self.failing) - 5} more" if len(self.failing) > 5 else ""
            parts.append(f"rows {rows}{more} fail")
        if self.outcome == "completed":
            parts.append("completed")
        elif self.stop_in == "queued":
            parts.append(f"{self.outcome} while queued")
        else:
            parts.append(f"{self.outcome} after {self.after:.0%} of the rows")
        if self.speed != "usual":
            parts.append({"slow": "very slowly", "at once": "at once"}[self.speed])
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario.

    users: how many there are to identify and notify.
    course: how operations go. courses: how the first ones go instead, one each.
    troubles: what goes wrong with calls.
    expires_after: requests after which the key is refused; None: never.
    ids: what the users' ids look like.
    is_second: whether the client has imported other users in the same environment before.
    """

    name: str
    sentence: str
    users: int = 5
    course: Course = Course()
    courses: tuple[Course, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    expires_after: int | None = None
    ids: Ids = "plain"
    is_second: bool = False

    @property
    def taken(self) -> tuple[Course, ...]:
        """The courses that operations may take; `course` is for those that are submitted again."""
        return (*self.courses, self.course)

    @property
    def all_complete(self) -> bool:
        """Whether operations come to a good end, be it with failed rows."""
        return all(course.outcome == "completed" for course in self.taken)

    @property
    def is_passable(self) -> bool:
        """Whether a careful client gets through: nothing goes wrong but what passes by itself."""
        if not self.all_complete or self.expires_after is not None:
            return False
        if any(not trouble.passes for trouble in self.troubles):
            return False
        counts: Counter[Call] = Counter()
        for trouble in self.troubles:
            if trouble.kind not in _HARMLESS:
                counts[trouble.call] += trouble.times
        return all(count <= _MOST_RETRIES for count in counts.values())

    @property
    def is_slow(self) -> bool:
        """Whether an operation takes longer than a client need wait."""
        return any(course.speed == "slow" for course in self.taken)

    def describe(self) -> list[str]:
        """In words, a line each."""
        lines = [f"{self.users} user{'s' if self.users != 1 else ''}"]
        for number, course in enumerate(self.courses, 1):
            lines.append(f"operation {number}: {course.describe()}")
        others = "other operations" if self.courses else "operations"
        lines.append(f"{others}: {self.course.describe()}")
        lines += [trouble.describe() for trouble in self.troubles]
        if self.expires_after is not None:
            lines.append(f"the key is refused after {self.expires_after} requests")
        if self.ids == "odd":
            lines.append("ids with capitals, spaces and other alphabets")
        if self.is_second:
            lines.append("other users have been imported before")
        return lines

    def to_json(self) -> dict[str, Any]:
        """Name, sentence and description."""
        return {"name": self.name, "sentence": self.sentence, "in_words": self.describe()}
