"""What stands beside the row of a bulk call, under the same id or a like one, stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import KINDS, Kind, UpdateMessages
from contract_tests.lifecycle.operation import Operation
from contract_tests.lifecycle.sending import in_parts
from contract_tests.lifecycle.twins import CHANNEL, TENANT, difference, takes_channel
from contract_tests.rules import lifecycle as rules
from contract_tests.rules.resources import ISOLATION

SUITE = "lifecycle"
ROW: Final = "row"
"""Every kind has a single row, of this name."""
_NAMES: Final = (ROW, "row-and-more", "ROW")
_COLLECTIONS: Final = ("things", "other-things")
_MARK: Final = "mark"
_SOON: Final = "2031-03-04T05:06:07.000000Z"
_MARKS: Final = ("seen_at", "read_at", "interacted_at", "link_clicked_at", "archived_at", "tenant")
OTHER_KEY: Final = "KNOCK_OTHER_API_KEY"

_USERS: Final = ("user", "user preferences", "user channel data", "user schedule", "user message")

Place = tuple[str, ...]
Facts = dict[Place, Any]


def _of_user(place: Place) -> bool:
    sort, *at = place
    return at[-1] == ROW if sort == "subscription" else sort.startswith("user") and at[0] == ROW


MAY_CHANGE: Final[dict[str, Callable[[Place], bool]]] = {
    "users.identify": lambda place: place == ("user", ROW),
    "users.set_preferences": lambda place: place == ("user preferences", ROW, "default"),
    "users.delete": _of_user,
    "objects.set": lambda place: place == ("object", "things", ROW),
    "objects.delete": lambda place: place[0] not in _USERS and place[1:3] == ("things", ROW),
    "objects.upsert_subscriptions": lambda place: place == ("subscription", "things", ROW, _MARK),
    "objects.delete_subscriptions": lambda place: place == ("subscription", "things", ROW, _MARK),
    "tenants.set": lambda place: place == ("tenant", ROW),
    "tenants.delete": lambda place: place == ("tenant", ROW),
    "schedules.create_schedules": lambda place: place[:3] == ("user schedule", ROW, "new"),
    "messages.archived": lambda place: place[:2] == ("user message", ROW),
}
"""By kind, which facts its row may change."""


def _settle(scene: Scene, key: str) -> None:
    """Make something of every sort under each name, in one environment."""
    scene.ok(scene.put(f"/v1/tenants/{scene.id(TENANT)}", {"name": "Acme"}, key=key))
    scene.ok(scene.put(f"/v1/users/{scene.id(_MARK)}", {"name": _MARK}, key=key))
    with_channel = key != OTHER_KEY and takes_channel(scene)
    for name in _NAMES:
        _entities(scene, name, key)
        user, settings = f"/v1/users/{scene.id(name)}", {"categories": {name: False}}
        scene.ok(scene.put(f"{user}/preferences/default", settings, key=key))
        scene.ok(scene.put(f"{user}/preferences/{scene.id(TENANT)}", settings, key=key))
        if with_channel:
            scene.ok(scene.put(f"{user}/channel_data/{CHANNEL}", {"data": {"tokens": [name]}}))
    for name in _NAMES:
        for collection in _COLLECTIONS:
            path = f"/v1/objects/{scene.id(collection)}/{scene.id(name)}"
            settings = {"categories": {collection: False}}
            scene.ok(scene.put(f"{path}/preferences/default", settings, key=key))
            readers = [scene.id(each) for each in _NAMES]
            if (collection, name) != ("things", ROW):  # those subscribe to it by themselves
                readers.append(scene.id(_MARK))
            body = {"recipients": readers, "properties": {"of": name}}
            scene.ok(scene.post(f"{path}/subscriptions", body, key=key))
    workflow = scene.target.workflow
    if scene.target.lacks(Capability.WORKFLOW) is None:
        ids = [scene.id(name) for name in _NAMES]
        body = {"workflow": workflow, "recipients": ids, "scheduled_at": _SOON, "data": {"n": 1}}
        scene.ok(scene.post("/v1/schedules", body, key=key))
        trigger = {"recipients": ids, "data": {"n": 1}}
        scene.ok(scene.post(f"/v1/workflows/{workflow}/trigger", trigger, key=key))
        if scene.target.controlled:
            scene.pass_time(60)


def _entities(scene: Scene, name: str, key: str) -> None:
    """A user, a tenant and objects of that name."""
    id, body = scene.id(name), {"name": name, "plan": {"of": name}}
    objects = [f"/v1/objects/{scene.id(collection)}/{id}" for collection in _COLLECTIONS]
    for path in (f"/v1/users/{id}", f"/v1/tenants/{id}", *objects):
        scene.ok(scene.put(path, body, key=key))


def facts(scene: Scene, key: str) -> Facts:
    """Everything that stands there, by sort and names."""
    found: Facts = {}

    def look(place: Place, path: str) -> Any:
        answer = scene.get(path, key=key)
        found[place] = _plain(answer.json) if answer.status == 200 else answer.status
        return answer.json if answer.status == 200 else {}

    names = {scene.id(name): name for name in (*_NAMES, _MARK)}
    messages = scene.target.lacks(Capability.WORKFLOW) is None
    for name in _NAMES if key != OTHER_KEY else (ROW,):
        id = scene.id(name)
        user = f"/v1/users/{id}"
        look(("user", name), user)
        look(("tenant", name), f"/v1/tenants/{id}")
        for set_name, set_id in (("default", "default"), ("tenant", scene.id(TENANT))):
            look(("user preferences", name, set_name), f"{user}/preferences/{set_id}")
        look(("user channel data", name), f"{user}/channel_data/{CHANNEL}")
        for collection in _COLLECTIONS:
            path = f"/v1/objects/{scene.id(collection)}/{id}"
            look(("object", collection, name), path)
            look(("object preferences", collection, name), f"{path}/preferences/default")
            answer = scene.get(f"{path}/subscriptions", key=key)
            for entry in answer.json["entries"] if answer.status == 200 else ():
                reader = names.get(entry["recipient"]["id"], "?")
                found["subscription", collection, name, reader] = entry["properties"]
        if not messages:
            continue
        answer = scene.get(f"{user}/schedules", key=key)
        for entry in answer.json["entries"] if answer.status == 200 else ():
            is_new = "new" if (entry.get("data") or {}).get(_MARK) == _MARK else "old"
            found["user schedule", name, is_new, entry["id"]] = _plain(entry)
        answer = scene.get(f"{user}/messages", key=key)
        for item in answer.json["items"] if answer.status == 200 else ():
            marks = {mark: item.get(mark) for mark in _MARKS}
            found["user message", name, item["id"]] = marks
    return found


def _plain(entity: Any) -> Any:
    """Without what a server may touch beside, and with recipients as their ids."""
    if isinstance(entity, dict):
        return {
            name: value["id"] if name in ("recipient", "actor") and value else value
            for name, value in entity.items()
            if name not in ("__cursor", "updated_at")
        }
    return entity


def _keep_apart(scene: Scene, kinds: Sequence[Kind]) -> None:
    """Carry each kind out on its one row, and compare everything else before and after."""
    keys = ["KNOCK_API_KEY"]
    if not any(
        scene.target.lacks(each) for each in (Capability.OTHER_KEY, Capability.STRAY_WRITES)
    ):
        keys.append(OTHER_KEY)
    for key in keys:
        _settle(scene, key)
    for kind in sorted(kinds, key=_destroys):
        if any(scene.target.lacks(capability) for capability in kind.needs):
            continue
        _entities(scene, ROW, "KNOCK_API_KEY")  # an earlier kind may have deleted some
        if not isinstance(kind, UpdateMessages):  # there is a message already
            kind.prepare(scene, [ROW], _MARK)
        before = {key: facts(scene, key) for key in keys}
        operation = Operation(scene, kind, [ROW], _MARK, ready=True)
        operation.run_to_end()
        operation.look_at([ROW])
        if OTHER_KEY in keys and scene.target.controlled:
            # Each environment has a clock of its own.
            scene.control("POST", "/clock/advance", {"seconds": 3_600}, key=OTHER_KEY)
        for key, seen in before.items():
            _unchanged(scene, kind, key, seen)
    if OTHER_KEY in keys and not scene.target.controlled:
        _forget_others(scene)


def _destroys(kind: Kind) -> bool:
    return "delete" in kind.key


def _unchanged(scene: Scene, kind: Kind, key: str, before: Facts) -> None:
    after = facts(scene, key)
    own = key != OTHER_KEY
    may_change = MAY_CHANGE[kind.key]
    # Things first, then what hangs on them, which may have gone with one.
    for place in sorted({*before, *after}, key=lambda place: (len(place), place)):
        if own and may_change(place):
            continue
        wrong = difference(before.get(place), after.get(place), " ".join(place))
        told = f"{kind.key} of {ROW!r} alone: {wrong} after it"
        whose = "" if own else " (in another environment)"
        rule = rules.ONLY_ITS_ROWS if own else ISOLATION
        scene.require(rule, not wrong, told + whose, kind.operation)


def _forget_others(scene: Scene) -> None:
    """The run removes what it has made with its own key only."""
    for name in (*_NAMES, TENANT):
        scene.delete(f"/v1/tenants/{scene.id(name)}", key=OTHER_KEY)
        for collection in _COLLECTIONS:
            path = f"/v1/objects/{scene.id(collection)}/{scene.id(name)}"
            scene.delete(path, key=OTHER_KEY)
        scene.delete(f"/v1/users/{scene.id(name)}", key=OTHER_KEY)


add_check(
    Check(
        SUITE, "bulk calls leave everything else alone", (rules.ONLY_ITS_ROWS, ISOLATION), (),
        partial(in_parts, parts=KINDS, run=_keep_apart),
    )
)  # fmt: skip
