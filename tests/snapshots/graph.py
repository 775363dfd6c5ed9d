"""Two environments compared object by object, whatever a snapshot knows of them.

What a snapshot forgets stands out here, even where no call shows it at once.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from types import MethodType
from typing import Any

from mock_knock.world.bulk_operations import BulkOperation
from mock_knock.world.clock import Clock
from mock_knock.world.events import EventStream
from mock_knock.world.guide_engagement import GuideEngagement
from mock_knock.world.listing import Listing, Listings
from mock_knock.world.message import Message
from mock_knock.world.timeline import Timeline

_ASIDE = {
    "ApiEnvironment.id",  # what it is known by, not what it holds
    "ApiEnvironment.label",
    "ApiEnvironment.journal",  # no part of a snapshot
    "ApiEnvironment.stops",
    "ApiEnvironment.tally",
    "Environment.host",  # the host's own
    "Messages._ageing",  # swept as needed
    "Messages._by_data",  # made as needed
    "Messages._collections",  # those of messages that are gone may stay
    "Messages._made_at",  # what is gone was made some time or other
    "Sending._plain",  # filled as needed
    "RecipientRuns._ageing",
    "RecipientRuns._overdue",
    "RecipientRuns._started_at",
    "Sending._versions",
}


def attributes(value: object) -> list[str]:
    """The names of all that an object of ours holds."""
    if isinstance(value, tuple):
        return sorted(value._fields)  # type: ignore[attr-defined]  # ours are named tuples
    slots = [
        name
        for kind in type(value).__mro__
        for name in _listed(getattr(kind, "__slots__", ()))
        if name != "__weakref__" and hasattr(value, name)
    ]
    return sorted({*slots, *getattr(value, "__dict__", ())})


def is_ours(value: object) -> bool:
    """Whether it is an object of a class of mock_knock."""
    module = type(value).__module__
    return module.startswith("mock_knock.") and not isinstance(value, type)


def objects(root: object, aside: Container[str]) -> Iterator[object]:
    """Every object of ours within reach, but through attributes (`Class.name`) left aside."""
    seen: dict[int, object] = {}
    ahead = [root]
    while ahead:
        value = ahead.pop()
        if id(value) in seen:
            continue
        seen[id(value)] = value
        if is_ours(value):
            yield value
            names = attributes(value)
            kept = [name for name in names if f"{type(value).__name__}.{name}" not in aside]
            ahead += [getattr(value, name) for name in kept]
        elif isinstance(value, Mapping):
            ahead += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple | set | frozenset):
            ahead += value
        elif isinstance(value, MethodType):
            ahead.append(value.__self__)


def compare(one: object, other: object) -> None:
    """Raise AssertionError, naming the way there, where the two are not alike."""
    _Comparison().same(one, other, "")


def _listed(slots: Any) -> tuple[str, ...]:
    return (slots,) if isinstance(slots, str) else tuple(slots)


class _Comparison:
    def __init__(self) -> None:
        self._seen: set[tuple[int, int]] = set()

    def same(self, one: Any, other: Any, path: str) -> None:
        if (id(one), id(other)) in self._seen:
            return
        if is_ours(one) or isinstance(one, dict | list | tuple):
            self._seen.add((id(one), id(other)))
        if isinstance(one, BulkOperation) and one.ended:
            # Its rows may go when it has ended: only their number counts.
            assert one.to_json() == other.to_json(), path
        elif isinstance(one, Message) and one.gone:
            assert (one.id, True) == (other.id, other.gone), path
        elif isinstance(one, GuideEngagement):
            # The messages that are gone may stay in it.
            self.same((one.by_step(), one.final), (other.by_step(), other.final), path)
        elif isinstance(one, Listings):
            assert one._by_key.keys() == other._by_key.keys(), path
            for key in one._by_key:
                rows = list(one.get(key).rows()), list(other.get(key).rows())
                self._values(*rows, f"{path}[{key!r}]")
        elif isinstance(one, Listing):
            self._values(list(one.rows()), list(other.rows()), path)
        elif isinstance(one, EventStream):
            return  # what happened is no part of a snapshot
        elif isinstance(one, Clock):
            assert one.scale == other.scale, path
        elif isinstance(one, Timeline):
            self._timeline(one, other, path)
        elif isinstance(one, Mapping):
            self._mapping(one, other, path)
        elif isinstance(one, list | tuple) and not is_ours(one):
            self._values(list(one), list(other), path)
        elif is_ours(one):
            self._object(one, other, path)
        elif isinstance(one, MethodType):
            assert one.__name__ == other.__name__, path
            self.same(one.__self__, other.__self__, path)
        elif callable(one):
            assert callable(other), path
            assert getattr(one, "__qualname__", "") == getattr(other, "__qualname__", ""), path
        else:
            assert one == other, f"{path}: {one!r} is not {other!r}"

    def _object(self, one: Any, other: Any, path: str) -> None:
        assert type(one) is type(other), path
        names = attributes(one)
        assert names == attributes(other), path
        for name in names:
            if f"{type(one).__name__}.{name}" not in _ASIDE:
                self.same(getattr(one, name), getattr(other, name), f"{path}.{name}")

    def _timeline(self, one: Timeline, other: Timeline, path: str) -> None:
        assert one.scheduled == other.scheduled, path
        there, here = one.pending(), other.pending()
        assert len(there) == len(here), path
        for first, second in zip(there, here, strict=True):
            assert (first[:2], first[3]) == (second[:2], second[3]), path
            if type(first.event) is type(second.event):
                self.same(first.event, second.event, f"{path}@{first.place}")

    def _mapping(self, one: Mapping[Any, Any], other: Mapping[Any, Any], path: str) -> None:
        filled, full = _without_empty(one), _without_empty(other)
        assert filled.keys() == full.keys(), f"{path}: {filled.keys() ^ full.keys()}"
        for key, value in filled.items():
            self.same(value, full[key], f"{path}[{key!r}]")

    def _values(self, one: list[Any], other: list[Any], path: str) -> None:
        assert len(one) == len(other), path
        for at, (first, second) in enumerate(zip(one, other, strict=True)):
            self.same(first, second, f"{path}[{at}]")


def _without_empty(found: Mapping[Any, Any]) -> dict[Any, Any]:
    """Entries with nothing in them may stay until they are swept."""
    return {
        key: value
        for key, value in found.items()
        if not (isinstance(value, Listing | dict) and not len(value))
    }
