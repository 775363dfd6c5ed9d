"""Messages by what is in their trigger's data, for lists that are filtered by it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mock_knock.world.listing import Listing, Listings
from mock_knock.world.message import Message
from mock_knock.world.trigger_data import TriggerData, comparable

MOST_KEYS = 16
"""How many keys are indexed at once; the one that was asked for first makes room."""


class MessageData:
    """An index that is made for a key of the data when a filter first names it."""

    __slots__ = ("_by_key",)

    def __init__(self) -> None:
        self._by_key: dict[str, Listings[Any, Message]] = {}

    def add(self, message: Message) -> None:
        """Index a message under every key that there is an index of."""
        for key, index in self._by_key.items():
            _add(index, key, message)

    def remove(self, message: Message) -> None:
        """Take a message out of every index."""
        for key, index in self._by_key.items():
            data = message.data or {}
            if _is_flat(data.get(key)):
                index.remove(comparable(data.get(key)), message)

    def narrowest(self, keep: TriggerData, messages: Iterable[Message]) -> Listing[Message] | None:
        """The messages that agree with the filter in one key of it, the fewest of them.

        `messages` are all that there are. None for a filter that names no key.
        """
        if keep.wanted is None:
            return Listing()
        listings = [
            self._index(key, messages).get(comparable(value))
            for key, value in list(keep.wanted.items())[:MOST_KEYS]
        ]
        return min(listings, key=len, default=None)

    def _index(self, key: str, messages: Iterable[Message]) -> Listings[Any, Message]:
        found = self._by_key.get(key)
        if found is None:
            while len(self._by_key) >= MOST_KEYS:
                del self._by_key[next(iter(self._by_key))]
            found = self._by_key[key] = Listings()
            for message in messages:
                _add(found, key, message)
        return found


def _add(index: Listings[Any, Message], key: str, message: Message) -> None:
    data = message.data
    if data is not None and key in data and _is_flat(data[key]):
        index.add(comparable(data[key]), message)


def _is_flat(value: object) -> bool:
    return not isinstance(value, list | dict)
