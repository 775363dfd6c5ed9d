"""How a bulk operation is to go: its pace, the rows that fail, and how it ends."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from typing import Any, Literal

from mock_knock.world.bulk_kinds import KINDS, can_match
from mock_knock.world.errors import Detail, InvalidParamsError, MissingError
from mock_knock.world.magic_ids import MagicWish

Progress = Literal["time", "polls", "immediate", "manual"]
Outcome = Literal["completed", "failed", "stuck"]
Phase = Literal["queued", "processing"]

_CHOICES = {
    "progress": ("time", "polls", "immediate", "manual"),
    "outcome": ("completed", "failed", "stuck"),
    "stop_in": ("queued", "processing"),
}
MAX_SECONDS = 366 * 86_400.0


class PlanError(InvalidParamsError):
    """Raised for a plan that contradicts itself; `field` names the culprit."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}", details=(Detail(field, problem),))
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one bulk operation will go. Durations are seconds of the environment's time.

    progress: what moves it: `time`; `polls` (each read of the operation); `immediate` (it has
        ended when the call answers); `manual` (only a control call moves it).
    queue_for: time spent queued (`time`).
    rows_per_second, duration: the pace of its rows (`time`); `duration` is for all rows together
        and decides when given.
    reads: the read that shows the end (`polls`); the first read of several shows `queued`.
    failing_ids, failing_positions, failing_fraction: rows that become error items: by row id, by
        position in the request (0 is the first), or a share of them all, chosen by the seed.
    outcome: how it ends: `completed`; `failed`; `stuck` (never ends).
    stop_in: where a `failed` or `stuck` operation stops: `queued`, or in the midst of `processing`.
    after_rows, after_fraction: after how many rows it stops in `processing`; half by default.
    """

    progress: Progress = "time"
    queue_for: float = 1.0
    rows_per_second: float = 300.0
    duration: float | None = None
    reads: int = 3
    failing_ids: tuple[str, ...] = ()
    failing_positions: tuple[int, ...] = ()
    failing_fraction: float = 0.0
    outcome: Outcome = "completed"
    stop_in: Phase = "processing"
    after_rows: int | None = None
    after_fraction: float | None = None

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise PlanError(name, f"must be one of {', '.join(choices)}")
        for name, kind in (("failing_ids", str), ("failing_positions", int)):
            given = getattr(self, name)
            listed = isinstance(given, list | tuple)
            if not listed or any(type(item) is not kind for item in given):
                noun = "texts" if kind is str else "whole numbers"
                raise PlanError(name, f"must be a list of {noun}")
            object.__setattr__(self, name, tuple(given))
        _number("queue_for", self.queue_for, 0, MAX_SECONDS)
        _number("rows_per_second", self.rows_per_second, 1e-6, 1e9)
        if self.duration is not None:
            _number("duration", self.duration, 0, MAX_SECONDS)
        _number("reads", self.reads, 1, 1_000_000, whole=True)
        _number("failing_fraction", self.failing_fraction, 0, 1)
        if self.after_rows is not None:
            _number("after_rows", self.after_rows, 0, math.inf, whole=True)
        if self.after_fraction is not None:
            _number("after_fraction", self.after_fraction, 0, 1)
        if self.after_rows is not None and self.after_fraction is not None:
            raise PlanError("after_fraction", "cannot be given together with after_rows")
        stops = self.outcome != "completed"
        if not stops and (self.after_rows is not None or self.after_fraction is not None):
            raise PlanError("outcome", "must be failed or stuck for an operation that stops early")
        if self.stop_in == "queued" and not stops:
            raise PlanError("outcome", "must be failed or stuck for one that stops in queued")

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Plan:
        """The plan with these fields, the rest by default. Raises PlanError, naming the field."""
        known = {field.name for field in fields(cls)}
        for name in data:
            if name not in known:
                raise PlanError(
                    name, f"is no field of a plan; there are {', '.join(sorted(known))}"
                )
        return cls(**data)

    def to_json(self) -> dict[str, Any]:
        """Every field, as JSON."""
        return {
            field.name: list(value) if isinstance(value, tuple) else value
            for field in fields(self)
            for value in (getattr(self, field.name),)
        }

    def stop_row(self, total: int) -> int | None:
        """How many of `total` rows are done where it stops; None when it stops at none of them."""
        if self.outcome == "completed" or self.stop_in == "queued":
            return None
        if self.after_rows is not None:
            return min(self.after_rows, total)
        fraction = 0.5 if self.after_fraction is None else self.after_fraction
        # 0.29 of 100 rows are 29, although 100 * 0.29 is a little less.
        return math.floor(round(total * fraction, 9))

    def with_wish(self, wish: MagicWish) -> Plan:
        """This plan, changed as magic row ids ask."""
        if wish.queue_for is not None:
            return replace(self, progress="time", queue_for=wish.queue_for)
        if wish.outcome is None:
            return self
        return replace(
            self,
            outcome=wish.outcome,
            stop_in=wish.stop_in,
            after_rows=wish.after_rows,
            after_fraction=None,
        )


def _number(name: str, value: object, low: float, high: float, *, whole: bool = False) -> None:
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not low <= value <= high:
        kind = "a whole number" if whole else "a number"
        bound = f"from {low} to {high}" if high < math.inf else f"of at least {low}"
        raise PlanError(name, f"must be {kind} {bound}")


def _check_name(name: str) -> None:
    if not can_match(name):
        kinds = ", ".join(KINDS).replace(".*.", ".<collection>.")
        problem = f"{name[:80]!r} is that of no bulk operation; there are {kinds}, and * for parts"
        raise PlanError("name", problem)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A plan and why it was chosen: `request`, `next`, `rule`, `magic_ids` or `default`."""

    plan: Plan
    reason: str


class PlanBook:
    """The plans of one environment, and the order in which they are consulted.

    First one that the request itself asks for, then one put up for the next operation (the
    earliest that matches), then a rule that matches the operation's name (the latest), then magic
    row ids, then the default.
    """

    __slots__ = ("_next", "_rules", "asked", "default", "magic_ids")

    def __init__(self, default: Plan, *, magic_ids: bool = True) -> None:
        self.default = default
        self.magic_ids = magic_ids
        self.asked: Plan | None = None  # by the request under way, for its own operation
        self._next: list[tuple[str, Plan]] = []
        self._rules: list[tuple[str, Plan]] = []

    @property
    def upcoming(self) -> tuple[tuple[str, Plan], ...]:
        """The plans put up for next operations, each with the names it is for; oldest first."""
        return tuple(self._next)

    @property
    def rules(self) -> tuple[tuple[str, Plan], ...]:
        """The rules, each with the names it is for, in the order in which they are consulted."""
        return tuple(self._rules)

    def put_next(self, plan: Plan, name: str = "*") -> None:
        """Let the next operation whose name matches (`users.identify`, `objects.*`) go so, once.

        Raises PlanError for a name that no operation ever has.
        """
        _check_name(name)
        self._next.append((name, plan))

    def put_rule(self, name: str, plan: Plan) -> None:
        """Let every operation whose name matches go so, whatever earlier rules say of it.

        Raises PlanError for a name that no operation ever has.
        """
        _check_name(name)
        self._rules = [(name, plan), *((n, p) for n, p in self._rules if n != name)]

    def remove_next(self, position: int | None = None) -> None:
        """Take back one of `upcoming`, or all of them. Raises MissingError for no position."""
        if position is None:
            self._next.clear()
        elif 0 <= position < len(self._next):
            del self._next[position]
        else:
            raise MissingError(
                f"There is no plan at position {position}: {len(self._next)} are put up for next "
                "operations, the first at position 0"
            )

    def remove_rule(self, name: str) -> None:
        """Take back the rule of that very name. Raises MissingError when there is none."""
        left = [(n, p) for n, p in self._rules if n != name]
        if len(left) == len(self._rules):
            there = ", ".join(n for n, _ in self._rules) or "none"
            raise MissingError(f"There is no rule for {name[:80]!r}; there are: {there}")
        self._rules = left

    def choose(self, name: str, row_ids: Sequence[str]) -> Chosen:
        """The plan for an operation, in the order above; a plan for the next one is used up."""
        if self.asked is not None:
            return Chosen(self.asked, "request")
        for index, (pattern, plan) in enumerate(self._next):
            if fnmatchcase(name, pattern):
                del self._next[index]
                return Chosen(plan, "next")
        for pattern, plan in self._rules:
            if fnmatchcase(name, pattern):
                return Chosen(plan, "rule")
        if self.magic_ids:
            wish = MagicWish.of(row_ids)
            if wish is not None:
                failing = tuple(dict.fromkeys((*self.default.failing_ids, *wish.failing_ids)))
                return Chosen(
                    replace(self.default.with_wish(wish), failing_ids=failing), "magic_ids"
                )
        return Chosen(self.default, "default")
