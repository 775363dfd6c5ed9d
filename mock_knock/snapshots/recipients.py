"""The sections of users, objects, tenants, and of subscriptions between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.snapshots.faults import Path, reading, refused
from mock_knock.snapshots.moments import instant
from mock_knock.snapshots.places import in_order
from mock_knock.world.environment import Environment
from mock_knock.world.instants import to_text
from mock_knock.world.objects import TENANTS, Object
from mock_knock.world.recipients import Recipient, check_id
from mock_knock.world.references import RecipientKey, recipient_key, reference
from mock_knock.world.subscriptions import Subscription
from mock_knock.world.users import User

Json = dict[str, Any]


def write_recipients(world: Environment) -> Json:
    """`users`, `objects` and `tenants`."""
    collections: dict[str, Json] = {}
    for found in world.objects.rows():
        collections.setdefault(found.collection, {})[found.id] = _write(found)
    tenants = collections.pop(TENANTS, {})
    users = {user.id: _write(user) for user in world.users.rows()}
    return {"users": users, "objects": collections, "tenants": tenants}


def read_recipients(document: Json, world: Environment) -> None:
    """Put users, objects and tenants in place."""
    counters = document["counters"]
    users = []
    for id, given in document["users"].items():
        path: Path = ("users", id)
        with reading(*path):
            check_id(id, "id", "user")
            user = User(id, given["place"])
            _read(given, user)
        users.append((user, path))
    world.users.put_back(in_order(users, counters["users"]), counters["users"])
    if TENANTS in document["objects"]:
        raise refused(("objects", TENANTS), "is where tenants are: put them under /tenants")
    objects = []
    for name, there in (*document["objects"].items(), (TENANTS, document["tenants"])):
        for id, given in there.items():
            path = ("tenants", id) if name == TENANTS else ("objects", name, id)
            with reading(*path):
                check_id(name, "collection", "collection")
                check_id(id, "id", "object")
                found = Object(name, id, given["place"])
                _read(given, found)
            objects.append((found, path))
    world.objects.put_back(in_order(objects, counters["objects"]), counters["objects"])


def write_subscriptions(world: Environment) -> Json:
    """`subscriptions`, by place."""
    return {
        str(subscription.place): {
            "object": reference(subscription.object),
            "recipient": reference(subscription.recipient),
            "properties": subscription.properties,
            "inserted_at": to_text(subscription.inserted_at),
            "updated_at": to_text(subscription.updated_at),
        }
        for subscription in world.subscriptions.rows()
    }


def read_subscriptions(document: Json, world: Environment) -> None:
    """Put subscriptions in place, behind the recipients."""
    created = document["counters"]["subscriptions"]
    pairs = set()
    found = []
    for place, given in document["subscriptions"].items():
        path: Path = ("subscriptions", place)
        with reading(*path):
            subscription = Subscription(
                known(given["object"], (*path, "object"), world),
                known(given["recipient"], (*path, "recipient"), world),
                int(place),
                instant(given["inserted_at"]),
            )
            subscription.properties = given["properties"]
            subscription.updated_at = instant(given["updated_at"])
        pair = (subscription.object, subscription.recipient)
        if pair in pairs:
            raise refused(path, "is the same subscription as an earlier one")
        pairs.add(pair)
        found.append((subscription, path))
    world.subscriptions.put_back(in_order(found, created), created)


def known(given: str | Mapping[str, Any], path: Path, world: Environment) -> RecipientKey:
    """The key of a recipient that must be there. Raises SnapshotError when it is not."""
    key = recipient_key(given)
    if world.recipients.find(key) is None:
        raise refused(path, f"is no recipient of this snapshot: {given}")
    return key


def key_of(given: str | Mapping[str, Any] | None) -> RecipientKey | None:
    """The key that a reference names, null for none."""
    return None if given is None else recipient_key(given)


def reference_to(key: RecipientKey | None) -> str | dict[str, str] | None:
    """The reference of a key, null for none."""
    return None if key is None else reference(key)


def _write(recipient: Recipient) -> Json:
    return {
        "place": recipient.place,
        "properties": recipient.properties,
        "channel_data": recipient.channel_data,
        "preferences": recipient.preferences.written,
        "updated_at": to_text(recipient.updated_at),
    }


def _read(given: Json, recipient: Recipient) -> None:
    recipient.properties = given["properties"]
    recipient.channel_data = given["channel_data"]
    recipient.preferences.put_back(given["preferences"])
    recipient.updated_at = instant(given["updated_at"])
