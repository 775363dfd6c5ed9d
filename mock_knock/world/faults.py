"""Faults on purpose: what a rule says about which requests go wrong, how often, and in what way."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from statistics import NormalDist
from typing import Any, Literal, NamedTuple

from mock_knock.world.errors import invalid_field

MAX_SECONDS = 600.0
"""The longest latency, and the longest pause between two pieces of an answer, in seconds."""

_ID_LENGTH = 64
_NORMAL = NormalDist()

Distribution = Literal["fixed", "uniform", "lognormal"]
Cut = Literal["reset", "empty", "truncate", "malformed_chunk", "dribble"]

_NEEDS: dict[str, tuple[str, ...]] = {
    "fixed": ("seconds",),
    "uniform": ("low", "high"),
    "lognormal": ("median", "sigma"),
}
CUTS = ("reset", "empty", "truncate", "malformed_chunk", "dribble")


class RequestFacts(NamedTuple):
    """What rules look at: the operation of the documents, and the request line."""

    operation_id: str
    method: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which requests a rule is for. Patterns are shell patterns: `*`, `?`, `[abc]`.

    operation: the id of the operation, such as `getBulkOperation` or `bulk*`.
    method: `GET`, `POST`, ...; None for all.
    path: the decoded path, such as `/v1/users/*`.
    """

    operation: str = "*"
    method: str | None = None
    path: str = "*"

    def __call__(self, request: RequestFacts) -> bool:
        return (
            (self.operation == "*" or fnmatchcase(request.operation_id, self.operation))
            and (self.method is None or request.method == self.method)
            and (self.path == "*" or fnmatchcase(request.path, self.path))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long an answer is kept back, in seconds.

    `fixed`: always `seconds`. `uniform`: evenly between `low` and `high`. `lognormal`: half of them
    below `median`, the spread being `sigma`; the right shape for real servers. Nothing is over
    `at_most`.
    """

    distribution: Distribution = "fixed"
    seconds: float | None = None
    low: float | None = None
    high: float | None = None
    median: float | None = None
    sigma: float | None = None
    at_most: float = MAX_SECONDS

    def __post_init__(self) -> None:
        needed = _NEEDS.get(self.distribution)
        if needed is None:
            raise invalid_field("latency.distribution", f"must be one of {', '.join(_NEEDS)}")
        for name in ("seconds", "low", "high", "median", "sigma"):
            value = getattr(self, name)
            if (value is None) == (name in needed):
                verb = "is needed" if name in needed else "cannot be given"
                raise invalid_field(f"latency.{name}", f"{verb} for a {self.distribution} latency")
            if value is not None:
                most = 10.0 if name == "sigma" else MAX_SECONDS
                _check_number(f"latency.{name}", value, most)
        _check_number("latency.at_most", self.at_most, MAX_SECONDS)
        if self.low is not None and self.high is not None and self.low > self.high:
            raise invalid_field("latency.high", "must not be below low")

    def draw(self, chance: float) -> float:
        """The latency for an even chance from 0 to below 1."""
        if self.seconds is not None:
            drawn = self.seconds
        elif self.low is not None and self.high is not None:
            drawn = self.low + (self.high - self.low) * chance
        else:
            assert self.median is not None
            assert self.sigma is not None
            # An even chance of 0 has no place on the curve.
            drawn = self.median * math.exp(self.sigma * _NORMAL.inv_cdf(max(chance, 1e-9)))
        return min(drawn, self.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """An answer with this status, in Knock's envelope, in place of the real one.

    `code` and `message` are by default those that fit the status. `headers` go with it;
    `retry_after` (seconds) is that of a 429 or 503, one second for a 429 by default.
    """

    status: int
    code: str | None = None
    message: str | None = None
    retry_after: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 400 <= self.status <= 599:
            raise invalid_field("status.status", "must be from 400 to 599")
        if self.retry_after is not None:
            _check_number("status.retry_after", self.retry_after, 86_400.0)
        for name, value in self.headers.items():
            if not name or not all(c.isascii() and (c.isalnum() or c in "-_") for c in name):
                raise invalid_field("status.headers", f"has {name[:40]!r}, which is no header name")
            if name.lower() in _OWN_HEADERS:
                raise invalid_field("status.headers", f"cannot set {name}: the server sets it")
            if not all(" " <= c <= "~" for c in value):
                raise invalid_field(f"status.headers.{name}", "must be printable ASCII")


_OWN_HEADERS = frozenset({"content-length", "transfer-encoding", "connection", "content-type"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """What becomes of the connection that the answer goes over.

    kind: `reset` (RST in place of an answer); `empty` (closed without a byte); `truncate` (the
        whole head, `bytes` of the body, closed); `malformed_chunk` (a chunked answer, `bytes` of
        the body, then a chunk whose size is no number, closed); `dribble` (everything, `bytes` at
        a time, `interval` seconds apart).
    bytes: by default half of the body, and 16 for `dribble`.
    """

    kind: Cut
    bytes: int | None = None
    interval: float = 0.05

    def __post_init__(self) -> None:
        if self.kind not in CUTS:
            raise invalid_field("connection.kind", f"must be one of {', '.join(CUTS)}")
        if self.bytes is not None:
            if self.kind in ("reset", "empty"):
                raise invalid_field("connection.bytes", f"cannot be given for {self.kind}")
            low = 1 if self.kind == "dribble" else 0
            if isinstance(self.bytes, bool) or not low <= self.bytes <= 2**31:
                raise invalid_field("connection.bytes", f"must be a whole number from {low}")
        _check_number("connection.interval", self.interval, MAX_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Changes to the JSON of an otherwise good answer, by JSON pointer (RFC 6901).

    `set` puts a value (a new field, or another value of any type), `remove` takes one away. A
    pointer that leads nowhere in an answer changes nothing in it. `*` stands for every entry of a
    list.
    """

    set: Mapping[str, Any] = field(default_factory=dict)
    remove: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "remove", tuple(self.remove))
        if not self.set and not self.remove:
            raise invalid_field("body", "must set or remove something")
        for pointer in (*self.set, *self.remove):
            if not pointer.startswith("/"):
                raise invalid_field("body", f"has {pointer[:80]!r}: a JSON pointer begins with /")


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRule:
    """One rule. What it does is any of `latency`, `status`, `connection` and `body`.

    skip: how many matching requests pass first. times: how many go wrong after these (None: all).
    probability: the share of them that do, chosen by `seed`.
    carried_out: whether the call has its effect. By default not with a `status`, and always without
        one: a connection that is cut leaves the client not knowing.
    """

    id: str
    match: Match = field(default_factory=Match)
    enabled: bool = True
    skip: int = 0
    times: int | None = None
    probability: float = 1.0
    seed: str = ""
    latency: Latency | None = None
    status: Status | None = None
    connection: Connection | None = None
    body: Body | None = None
    carried_out: bool | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.id) <= _ID_LENGTH or not self.id.isprintable() or "/" in self.id:
            raise invalid_field("id", f"must be 1 to {_ID_LENGTH} printable characters without /")
        if not any((self.latency, self.status, self.connection, self.body)):
            raise invalid_field("latency", "or one of status, connection and body is needed")
        _check_number("probability", self.probability, 1.0)
        for name in ("skip", "times"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not 0 <= value < 2**31):
                raise invalid_field(name, "must be a whole number of at least 0")
        if self.carried_out is False and self.status is None and self.connection is None:
            raise invalid_field("carried_out", "cannot be false where the real answer is sent")
        if self.body is not None and self.status is not None:
            raise invalid_field("body", "cannot be given together with status")

    @classmethod
    def from_json(cls, data: Mapping[str, Any], id: str | None = None) -> FaultRule:
        """The rule as JSON has it; `id` for one that names none.

        Raises InvalidParamsError, naming the field, for what makes no sense.
        """
        given = dict(data)
        if id is not None:
            given.setdefault("id", id)
        for name, kind in _PARTS.items():
            part = given.get(name)
            if part is not None:
                _check_known(kind, part, f"{name}.")
                given[name] = kind(**part)
        if given.get("match", ...) is None:
            del given["match"]
        _check_known(cls, given, "")
        return cls(**given)

    def to_json(self) -> dict[str, Any]:
        """Every field that says something, as JSON."""
        shown: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name in _PARTS:
                shown[one.name] = None if value is None else part_to_json(value)
            else:
                shown[one.name] = value
        return shown

    @property
    def spares_the_world(self) -> bool:
        """Whether the call has no effect."""
        if self.carried_out is None:
            return self.status is not None
        return not self.carried_out


_PARTS: dict[str, type[Any]] = {
    "match": Match,
    "latency": Latency,
    "status": Status,
    "connection": Connection,
    "body": Body,
}


def _check_known(kind: type[Any], given: object, prefix: str) -> None:
    if not isinstance(given, Mapping):
        raise invalid_field(prefix.rstrip(".") or "rule", "must be an object")
    known = {one.name for one in fields(kind)}
    for name in given:
        if name not in known:
            raise invalid_field(
                f"{prefix}{name}", f"is no field here; there are {', '.join(sorted(known))}"
            )


def _check_number(name: str, value: object, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise invalid_field(name, f"must be a number from 0 to {most:g}")


def part_to_json(part: object) -> dict[str, Any]:
    """A part of a rule as JSON."""
    shown = {}
    for one in fields(part):  # type: ignore[arg-type]  # each part is a dataclass
        value = getattr(part, one.name)
        shown[one.name] = list(value) if isinstance(value, tuple) else value
    return shown
