"""What users and objects have in common: ids, stored properties, channel data, preference sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from mock_knock.world.errors import Detail, InvalidParamsError, MissingError, invalid_field
from mock_knock.world.instants import Instant, is_rfc3339
from mock_knock.world.merging import merged
from mock_knock.world.preferences import PreferenceSets

MAX_ID_LENGTH = 256
MAX_PROPERTIES_BYTES = 256 * 1024
"""Custom properties of one recipient together, as JSON: Knock docs, identifying recipients."""

_TEXTS = frozenset({"name", "email", "avatar", "locale", "phone_number", "timezone", "created_at"})
NOT_PROPERTIES = frozenset(
    {"__typename", "id", "updated_at", "channel_data", "preferences", "$trigger_data"}
)
"""Keys of an identify request that are no properties of the recipient."""


class Recipient:
    """The stored state of one user or object. `place` is its rank in the order of creation."""

    __slots__ = ("channel_data", "id", "place", "preferences", "properties", "updated_at")

    def __init__(self, id: str, place: int) -> None:
        self.id = id
        self.place = place
        self.properties: dict[str, Any] = {}
        self.channel_data: dict[str, Any] = {}
        self.preferences = PreferenceSets()
        self.updated_at: Instant = 0

    def identify(self, properties: dict[str, Any], body: Mapping[str, Any], now: Instant) -> None:
        """Take over `properties` (already merged) and the inline parts of `body`, at `now`."""
        self.properties = properties
        self.updated_at = now
        # For some recipients the documents allow anything here; only maps mean something.
        channel_data, preferences = body.get("channel_data"), body.get("preferences")
        if isinstance(channel_data, Mapping):
            given = {str(channel_id).lower(): data for channel_id, data in channel_data.items()}
            self.channel_data = {**self.channel_data, **given}
        if isinstance(preferences, Mapping):
            self.preferences.merge_inline(preferences)


def id_problem(id: str) -> str | None:
    """Why nothing can have this id, or None when it is a good one (Knock docs: concepts, users)."""
    if not id:
        return "an id has at least one character"
    if len(id) > MAX_ID_LENGTH:
        return f"an id has at most {MAX_ID_LENGTH} characters, this one has {len(id)}"
    for character in "/#":
        if character in id:
            return f"an id may not contain {character!r}"
    return None


def check_id(id: str, field: str, kind: str) -> None:
    """Raise MissingError, naming `field`, when no `kind` can have this id.

    An id that cannot exist is answered like one that does not exist.
    """
    problem = id_problem(id)
    if problem is not None:
        message = f"No {kind} can have the id {id[:80]!r}: {problem}"
        raise MissingError(message, details=(Detail(field, problem, "invalid_id"),))


def check_reserved(body: Mapping[str, Any], field: str) -> None:
    """Raise InvalidParamsError when a reserved property is of a type that it cannot have.

    For recipients that come where the documents allow anything (an actor, a tenant).
    """
    for name in _TEXTS & body.keys():
        value = body[name]
        if value is not None and not isinstance(value, str):
            raise invalid_field(f"{field}.{name}", "must be a string or null", "type")
        if name == "created_at" and value is not None and not is_rfc3339(value):
            problem = "must be a date-time such as 2026-01-05T09:00:00Z"
            raise invalid_field(f"{field}.{name}", problem, "format")


def merged_properties(
    present: Mapping[str, Any],
    body: Mapping[str, Any],
    reserved: frozenset[str],
    not_properties: frozenset[str] = NOT_PROPERTIES,
) -> dict[str, Any]:
    """The properties after an upsert with `body`: deep merge, custom ones 256 kB at the most.

    Raises InvalidParamsError when the custom properties (those not in `reserved`) grow too large.
    """
    patch = {key: value for key, value in body.items() if key not in not_properties}
    result = merged(present, patch)
    custom = {key: value for key, value in result.items() if key not in reserved}
    size = len(orjson.dumps(custom)) if custom else 0
    if size > MAX_PROPERTIES_BYTES:
        raise InvalidParamsError(
            f"The custom properties would take {size} bytes as JSON; at most "
            f"{MAX_PROPERTIES_BYTES} are kept. Send fewer or smaller properties",
            details=(Detail("properties", f"over {MAX_PROPERTIES_BYTES} bytes", "too_large"),),
        )
    return result
