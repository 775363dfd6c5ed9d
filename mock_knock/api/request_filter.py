"""Which requests of a journal are meant: criteria, all of which must hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fnmatch import translate
from typing import Any, NamedTuple

import orjson

from mock_knock.api.errors import invalid
from mock_knock.api.journal import JournalEntry
from mock_knock.api.json_subset import difference, shown
from mock_knock.world.errors import Detail
from mock_knock.world.instants import Instant, from_text, to_text

_STATUS = re.compile(r"[1-5](xx|[0-9]{2})(,[1-5](xx|[0-9]{2}))*")
_NOTHING = object()


class Criterion(NamedTuple):
    """One thing that must hold. `problem` says why it does not, for an entry that fails `test`."""

    name: str
    test: Callable[[JournalEntry], bool]
    problem: Callable[[JournalEntry], str]


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Criteria on requests and their answers; what is not given may be anything.

    operation_id, request_id: exactly. method: in any case. path: a pattern with `*`, `?` and
    `[...]`, such as `/v1/users/*`. status: codes or classes, such as `422` or `4xx,5xx`.
    since, until: instants of the environment's time, both inclusive. body: JSON that the request's
    body has (see `json_subset`). text: found, in any case, in the path, the query, an id or a body.
    """

    operation_id: str | None = None
    method: str | None = None
    path: str | None = None
    status: str | None = None
    since: Instant | None = None
    until: Instant | None = None
    request_id: str | None = None
    body: Any = None
    text: str | None = None

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> RequestFilter:
        """Criteria by name; moments as RFC 3339 text, a status also as a number.

        Raises ApiError 422, naming the criterion, for one that makes no sense.
        """
        values = {name: given[name] for name in _NAMES & given.keys()}
        status = values.get("status")
        if status is not None:
            values["status"] = str(status).lower().replace(" ", "")
            if not _STATUS.fullmatch(values["status"]):
                problem = f"is codes or classes such as 422 or 4xx,5xx, not {str(status)[:40]!r}"
                raise invalid([Detail("status", problem, "pattern")])
        for name in ("since", "until"):
            if values.get(name) is not None:
                values[name] = from_text(values[name])
        return cls(**values)

    def criteria(self) -> list[Criterion]:
        """What must hold, what is quickly looked at first."""
        found = (
            None if self.operation_id is None else _operation(self.operation_id),
            None if self.request_id is None else _request_id(self.request_id),
            None if self.method is None else _method(self.method),
            None if self.status is None else _status(self.status),
            None if self.since is None else _since(self.since),
            None if self.until is None else _until(self.until),
            None if self.path is None else _path(self.path),
            None if self.body is None else _body(self.body),
            None if self.text is None else _text(self.text),
        )
        return [criterion for criterion in found if criterion is not None]

    def matcher(self) -> Callable[[JournalEntry], bool]:
        """Whether an entry is meant."""
        tests = [criterion.test for criterion in self.criteria()]
        if len(tests) == 1:
            return tests[0]
        return lambda entry: all(test(entry) for test in tests)


_NAMES = frozenset(field.name for field in fields(RequestFilter))


class Miss(NamedTuple):
    """A request that was not meant: by how little, and which criteria it failed, each with how."""

    entry: JournalEntry
    failed: Mapping[str, str]


def nearest_misses(
    wanted: RequestFilter, entries: Iterable[JournalEntry], most: int = 5
) -> list[Miss]:
    """The requests that fail the fewest criteria, the latest of them first. `entries`: oldest
    first."""
    criteria = wanted.criteria()
    ranked: list[tuple[int, int, JournalEntry]] = []
    for place, entry in enumerate(entries):
        failed = sum(not criterion.test(entry) for criterion in criteria)
        if failed:
            ranked.append((failed, -place, entry))
    ranked.sort(key=lambda rank: rank[:2])
    return [
        Miss(entry, {c.name: c.problem(entry) for c in criteria if not c.test(entry)})
        for _, _, entry in ranked[:most]
    ]


def told_misses(misses: Sequence[Miss]) -> str:
    """The misses as sentences."""
    if not misses:
        return "No other request came"
    told = (
        f"{miss.entry.method} {miss.entry.path} -> {miss.entry.status} "
        f"({'; '.join(miss.failed.values())})"
        for miss in misses
    )
    return f"What came close: {', '.join(told)}"


@dataclass(frozen=True, slots=True)
class WantedCount:
    """How many requests are expected; both bounds are inclusive, None is no bound."""

    at_least: int | None = 1
    at_most: int | None = None

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> WantedCount:
        """Read `count`, or `at_least` and `at_most`; without any of them, at least one.

        Raises ApiError 422 for a count that contradicts itself.
        """
        exactly, low, high = given.get("count"), given.get("at_least"), given.get("at_most")
        if exactly is not None:
            if low is not None or high is not None:
                problem = "stands for both bounds: give either it, or at_least and at_most"
                raise invalid([Detail("count", problem, "contradiction")])
            return cls(exactly, exactly)
        if low is None and high is None:
            return cls()
        if low is not None and high is not None and low > high:
            problem = f"is above at_most ({high}), so no count would do"
            raise invalid([Detail("at_least", problem, "contradiction")])
        return cls(low, high)

    def holds(self, count: int) -> bool:
        """Whether so many are as expected."""
        return (self.at_least is None or count >= self.at_least) and (
            self.at_most is None or count <= self.at_most
        )

    def __str__(self) -> str:
        if self.at_least == self.at_most:
            return f"exactly {self.at_least}"
        bounds = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{word} {bound}" for word, bound in bounds if bound is not None)


def _operation(wanted: str) -> Criterion:
    return Criterion(
        "operation_id",
        lambda entry: entry.operation_id == wanted,
        lambda entry: f"the operation is {entry.operation_id or 'none'}, not {wanted}",
    )


def _request_id(wanted: str) -> Criterion:
    return Criterion(
        "request_id",
        lambda entry: entry.request_id == wanted,
        lambda entry: f"the id is {entry.request_id}, not {wanted}",
    )


def _method(wanted: str) -> Criterion:
    upper = wanted.upper()
    return Criterion(
        "method",
        lambda entry: entry.method == upper,
        lambda entry: f"the method is {entry.method}, not {upper}",
    )


def _status(wanted: str) -> Criterion:
    parts = wanted.split(",")
    classes = {int(part[0]) for part in parts if part.endswith("xx")}
    codes = {int(part) for part in parts if not part.endswith("xx")}
    return Criterion(
        "status",
        lambda entry: entry.status in codes or entry.status // 100 in classes,
        lambda entry: f"the status is {entry.status}, not {wanted}",
    )


def _since(wanted: Instant) -> Criterion:
    return Criterion(
        "since",
        lambda entry: entry.at >= wanted,
        lambda entry: f"it came at {to_text(entry.at)}, before {to_text(wanted)}",
    )


def _until(wanted: Instant) -> Criterion:
    return Criterion(
        "until",
        lambda entry: entry.at <= wanted,
        lambda entry: f"it came at {to_text(entry.at)}, after {to_text(wanted)}",
    )


def _path(wanted: str) -> Criterion:
    match = re.compile(translate(wanted)).match
    return Criterion(
        "path",
        lambda entry: match(entry.path) is not None,
        lambda entry: f"the path is {entry.path}, not {wanted}",
    )


def _body(wanted: Any) -> Criterion:
    def problem(entry: JournalEntry) -> str | None:
        found = _parsed(entry.body)
        if found is _NOTHING:
            return "the body is no JSON" if entry.body else "there is no body"
        return difference(wanted, found)

    return Criterion(
        "body",
        lambda entry: bool(entry.body) and problem(entry) is None,
        lambda entry: problem(entry) or "",
    )


def _text(wanted: str) -> Criterion:
    lower = wanted.lower()
    # In a body a letter may stand as itself or, in JSON, as an escape.
    needles = {lower.encode("utf-8", "replace"), _escaped(lower)}

    def test(entry: JournalEntry) -> bool:
        if lower in f"{entry.path}\0{entry.request_id}\0{entry.operation_id}".lower():
            return True
        source = b"\0".join((entry.query_string, entry.body, entry.answer_body)).lower()
        return any(needle in source for needle in needles)

    return Criterion("text", test, lambda entry: f"{shown(wanted)} is nowhere in it")


def _escaped(text: str) -> bytes:
    """The text as JSON writes it with escapes for all that is not ASCII."""
    return json.dumps(text)[1:-1].encode()


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except ValueError:
        return _NOTHING
