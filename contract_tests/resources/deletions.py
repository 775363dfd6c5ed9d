"""Every call that deletes, and what goes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from contract_tests.checking.answer import Answer
from contract_tests.checking.scene import Scene
from contract_tests.resources.bulk import finish
from contract_tests.resources.estate import (
    AUDIENCE,
    HUB,
    TENANT,
    TENANTS,
    Holder,
    Piece,
    Stock,
    pieces_of,
)
from contract_tests.resources.recipients import CHANNELS
from contract_tests.rules import Rule
from contract_tests.rules import resources as rules

_HUB = Holder(HUB, "places")
_OF_OBJECTS: Final = ("Object", "Tenant", "Subscription")
"""The rows that go with an object; of its messages and schedules nothing is documented."""


@dataclass(frozen=True)
class Deletion:
    """One call that deletes something of a holder, and what is to be seen of it.

    part: the piece that it is about.
    below: whether everything goes that is read below the holder's own path.
    paths: what else shows nothing but what goes.
    types: the rows of lists that go, by __typename.
    rule: the one that is broken where something stays.
    """

    name: str
    holder: Holder
    part: str
    send: Callable[[Scene, Stock, Holder], Answer | None]
    types: tuple[str, ...] = ()
    below: bool = False
    paths: Callable[[Scene, Holder], tuple[str, ...]] = lambda scene, holder: ()
    rule: Rule = rules.DELETE_CASCADES

    def owns(self, scene: Scene, path: str, shown: Any) -> bool:
        """Whether what is read at a path is all of what goes."""
        root = self.holder.path(scene)
        below = self.below and (path == root or path.startswith((f"{root}/", f"{root}?")))
        message = self.below and isinstance(shown, dict) and concerns(scene, self.holder, shown)
        paths = self.paths(scene, self.holder)
        of_a_set = any(path == one.rpartition("/")[0] for one in paths if "/preferences/" in one)
        return below or message or of_a_set or path in paths

    def takes(self, scene: Scene, row: Any) -> bool:
        """Whether a row of a list is of what goes, or may go with it."""
        if not isinstance(row, dict):
            return False
        if self.below:
            return concerns(scene, self.holder, row) or is_followed(scene, self.holder, row)
        return row.get("__typename") in self.types and concerns(scene, self.holder, row)

    def must_take(self, scene: Scene, row: Any) -> bool:
        """Whether a row has to go."""
        return self.takes(scene, row) and (
            not self.holder.collection or row.get("__typename") in _OF_OBJECTS or not self.below
        )


def _key_of(reference: Any) -> tuple[str, str]:
    """Collection and id of what an answer refers to."""
    if not isinstance(reference, dict):
        return "", str(reference)
    if reference.get("__typename") == "Tenant":
        return TENANTS, str(reference.get("id"))
    return str(reference.get("collection") or ""), str(reference.get("id"))


def concerns(scene: Scene, holder: Holder, row: dict[str, Any]) -> bool:
    """Whether a row is the holder itself, or of it."""
    key = holder.key(scene)
    if row.get("__typename") in ("User", "Object", "Tenant"):
        return _key_of(row) == key
    names = ("recipient", "user_id")
    return key in [_key_of(row[name]) for name in names if row.get(name) is not None]


def is_followed(scene: Scene, holder: Holder, row: dict[str, Any]) -> bool:
    """Whether a row is somebody's subscription to the holder."""
    subscription = row.get("__typename") == "Subscription"
    return subscription and _key_of(row.get("object")) == holder.key(scene)


def _single(scene: Scene, stock: Stock, holder: Holder) -> Answer:
    return scene.delete(holder.path(scene))


def _users_in_bulk(scene: Scene, stock: Stock, holder: Holder) -> None:
    body = {"user_ids": [scene.id(holder.name)]}
    finish(scene, scene.post("/v1/users/bulk/delete", body))


def _objects_in_bulk(scene: Scene, stock: Stock, holder: Holder) -> None:
    collection, id = holder.key(scene)
    path = f"/v1/objects/{collection}/bulk/delete"
    finish(scene, scene.post(path, {"object_ids": [id]}))


def _tenants_in_bulk(scene: Scene, stock: Stock, holder: Holder) -> None:
    ids = [("tenant_ids[]", scene.id(holder.name))]
    finish(scene, scene.post("/v1/tenants/bulk/delete", params=ids))


def _tenant_as_object(scene: Scene, stock: Stock, holder: Holder) -> Answer:
    return scene.delete(_as_object(scene, holder)[0])


def _as_object(scene: Scene, holder: Holder) -> tuple[str, ...]:
    collection, id = holder.key(scene)
    return (f"/v1/objects/{collection}/{quote(id)}",)


def _set_paths(name: str) -> Callable[[Scene, Holder], tuple[str, ...]]:
    def paths(scene: Scene, holder: Holder) -> tuple[str, ...]:
        set_id = scene.id(TENANT) if name == TENANT else name
        return (f"{holder.path(scene)}/preferences/{set_id}",)

    return paths


def _channel_path(scene: Scene, holder: Holder) -> tuple[str, ...]:
    return (f"{holder.path(scene)}/channel_data/{CHANNELS[0]}",)


def _at(paths: Callable[[Scene, Holder], tuple[str, ...]]) -> Any:
    def send(scene: Scene, stock: Stock, holder: Holder) -> Answer:
        return scene.delete(paths(scene, holder)[0])

    return send


def _unsubscribe(scene: Scene, stock: Stock, holder: Holder) -> Answer:
    body = {"recipients": [holder.reference(scene)]}
    return scene.delete(f"{_HUB.path(scene)}/subscriptions", body)


def _unsubscribe_in_bulk(scene: Scene, stock: Stock, holder: Holder) -> None:
    collection, id = _HUB.key(scene)
    rows = [{"id": id, "recipients": [holder.reference(scene)]}]
    path = f"/v1/objects/{collection}/bulk/subscriptions/delete"
    finish(scene, scene.post(path, {"subscriptions": rows}))


def _unschedule(scene: Scene, stock: Stock, holder: Holder) -> Answer | None:
    listed = scene.ok(scene.get(f"{holder.path(scene)}/schedules"))["entries"]
    ids = [one["id"] for one in listed]
    return scene.delete("/v1/schedules", {"schedule_ids": ids}) if ids else None


def _leave(scene: Scene, stock: Stock, holder: Holder) -> Answer:
    path = f"/v1/audiences/{scene.id(AUDIENCE)}/members"
    return scene.delete(path, {"members": [{"user": {"id": scene.id(holder.name)}}]})


def _parts_of(user: Holder, thing: Holder) -> list[Deletion]:
    """What is deleted by itself; its holder stays."""
    found = []
    for holder, kind in ((user, "user"), (thing, "object")):
        for name, part in (
            ("default", "its default preferences"), (TENANT, "its preferences for a tenant"),
        ):  # fmt: skip
            paths = _set_paths(name)
            found.append(
                Deletion(
                    f"the {name} preferences of a {kind}", holder, part, _at(paths),
                    paths=paths, rule=rules.DELETED_IS_GONE,
                )
            )  # fmt: skip
        found += [
            Deletion(
                f"channel data of a {kind}", holder, "its data of one channel",
                _at(_channel_path), paths=_channel_path, rule=rules.CHANNEL_DATA_UNSET,
            ),
            Deletion(
                f"a schedule of a {kind}", holder, "its schedule", _unschedule, ("Schedule",),
                rule=rules.SCHEDULES_DELETED,
            ),
        ]  # fmt: skip
    found += [
        Deletion(
            "a subscription of a user", user, "its subscription", _unsubscribe, ("Subscription",),
            rule=rules.UNSUBSCRIBED,
        ),
        Deletion(
            "a subscription of an object, in bulk", thing, "its subscription",
            _unsubscribe_in_bulk, ("Subscription",), rule=rules.UNSUBSCRIBED,
        ),
        Deletion(
            "a membership", user, "its membership of an audience", _leave, ("AudienceMember",),
            rule=rules.AUDIENCE_KEPT,
        ),
    ]  # fmt: skip
    return found


def _whole(kind: str, holder: Holder, send: Any) -> Deletion:
    paths = _as_object if holder.collection == TENANTS else lambda scene, holder: ()
    return Deletion(kind, holder, "itself", send, below=True, paths=paths)


DELETIONS: Final[tuple[Deletion, ...]] = (
    *_parts_of(Holder("dee"), Holder("dee", "cats")),
    _whole("a user", Holder("ann"), _single),
    _whole("an object", Holder("bo", "cats"), _single),
    _whole("a tenant", Holder("cy", TENANTS), _single),
    _whole("users in bulk", Holder("dan"), _users_in_bulk),
    _whole("objects in bulk", Holder("eve", "cats"), _objects_in_bulk),
    _whole("tenants in bulk", Holder("flo", TENANTS), _tenants_in_bulk),
    _whole("a tenant, as an object", Holder("gil", TENANTS), _tenant_as_object),
)
"""In this order in one scene: what hangs on a holder before the holder itself."""

_OTHERS_WITH_MUCH: Final = (
    Holder("annabel"), Holder("Ann"), Holder("ann", "cats"), Holder("bo"), Holder("bo", "dogs"),
    Holder("bobby", "cats"), Holder("dee", "dogs"), Holder("bo", "catsup"),
)  # fmt: skip
_LITTLE: Final = ("itself",)


def everything() -> list[Piece]:
    """What is deleted, and what is like it: ids that begin or sound alike, the same elsewhere."""
    rich = dict.fromkeys([*(deletion.holder for deletion in DELETIONS), *_OTHERS_WITH_MUCH])
    names = dict.fromkeys(deletion.holder.name for deletion in DELETIONS)
    like = (Holder(name, where) for name in names for where in ("", "cats", "dogs", TENANTS))
    poor = [Piece(one, part) for one in like if one not in rich for part in _LITTLE]
    return [*pieces_of(list(rich)), *poor]
