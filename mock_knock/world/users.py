"""Users of one environment: identify, read, list, delete, merge."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mock_knock.world.errors import MissingError, invalid_field
from mock_knock.world.events import SILENCE
from mock_knock.world.instants import Instant, to_millisecond_text
from mock_knock.world.listing import Listing, Page, PageRequest
from mock_knock.world.merging import merged
from mock_knock.world.recipients import Recipient, check_id, merged_properties

RESERVED = frozenset(
    {"name", "email", "avatar", "locale", "phone_number", "timezone", "created_at"}
)
"""Properties with a meaning of their own (Knock docs: identifying recipients)."""


class User(Recipient):
    """One user."""

    __slots__ = ()

    def to_json(self, *, with_preferences: bool = False) -> dict[str, Any]:
        """The user in Knock's form: properties at top level, `created_at` always there."""
        shape = {
            "__typename": "User",
            "id": self.id,
            "created_at": None,
            **self.properties,
            "updated_at": to_millisecond_text(self.updated_at),
        }
        if with_preferences:
            shape["preferences"] = self.preferences.to_json()
        return shape


class Users:
    """Every user of one environment, by id and in the order of their creation."""

    __slots__ = ("_by_id", "_created", "_listing", "events")

    def __init__(self) -> None:
        self._by_id: dict[str, User] = {}
        self._listing: Listing[User] = Listing()
        self.events = SILENCE
        self._created = 0

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __contains__(self, user_id: str) -> bool:
        return user_id in self._by_id

    @property
    def created(self) -> int:
        """How many were ever created: the last place that was given away."""
        return self._created

    def rows(self) -> Iterator[User]:
        """Every user, in the order of their creation."""
        return self._listing.rows()

    def put_back(self, users: Iterable[User], created: int) -> None:
        """Take over what a snapshot had, by place; nobody must be here yet."""
        for user in users:
            self._by_id[user.id] = user
            self._listing.add(user.place, user)
        self._created = created

    def find(self, user_id: str) -> User | None:
        """The user, or None when it was never identified or is deleted."""
        return self._by_id.get(user_id)

    def get(self, user_id: str, field: str = "user_id") -> User:
        """The user. Raises MissingError, naming `field`, when there is none."""
        user = self._by_id.get(user_id)
        if user is None:
            check_id(user_id, field, "user")
            raise MissingError(
                f"There is no user {user_id!r} in this environment: identify it first, or check "
                "that the API key is of the environment that has it"
            )
        return user

    def identify(
        self, user_id: str, body: Mapping[str, Any], now: Instant, field: str = "user_id"
    ) -> User:
        """Create the user or merge `body` into it.

        Raises MissingError for an id that no user can have, InvalidParamsError when the custom
        properties grow over 256 kB; then nothing has changed.
        """
        user = self._by_id.get(user_id)
        if user is None:
            check_id(user_id, field, "user")
        properties = merged_properties(user.properties if user else {}, body, RESERVED)
        if user is None:
            self._created += 1
            user = User(user_id, self._created)
            self._by_id[user_id] = user
            self._listing.add(user.place, user)
        user.identify(properties, body, now)
        self.events.record("user.identified", user_id, now)
        return user

    def delete(self, user_id: str) -> bool:
        """Remove the user; says whether there was one. Its id may be used again, starting empty."""
        user = self._by_id.pop(user_id, None)
        if user is None:
            return False
        self._listing.remove(user.place)
        return True

    def merge(self, user_id: str, from_user_id: str, now: Instant) -> User:
        """Merge the user `from_user_id` into `user_id`, which survives (Knock docs: merging users).

        Properties are deep-merged and the survivor wins; preference sets and channel data that
        only the other has are taken over. Raises MissingError or InvalidParamsError.
        """
        user = self.get(user_id)
        other = self.get(from_user_id, "from_user_id")
        if user is other:
            raise invalid_field(
                "from_user_id",
                f"must name another user: {user_id!r} cannot be merged into itself",
            )
        user.properties = merged(other.properties, user.properties)
        user.channel_data = {**other.channel_data, **user.channel_data}
        user.preferences.add_missing(other.preferences)
        user.updated_at = now
        self.delete(from_user_id)
        return user

    def page(
        self,
        wanted: PageRequest,
        keep: Callable[[User], bool] | None = None,
        *,
        newest_first: bool = False,
    ) -> Page[User]:
        """One page of the users that `keep` lets through, in the order of their creation."""
        return self._listing.page(wanted, keep=keep, newest_first=newest_first)
