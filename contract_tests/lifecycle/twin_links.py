"""Rows that subscribe, schedule and set preferences, beside the single calls that do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import (
    AddSubscriptions,
    CreateSchedules,
    DeleteSubscriptions,
    Kind,
    SetPreferences,
)
from contract_tests.lifecycle.operation import Operation
from contract_tests.lifecycle.sending import Sending
from contract_tests.lifecycle.twin_entities import EVERY_SETTING, VALUES
from contract_tests.lifecycle.twins import (
    TENANT,
    Body,
    Row,
    Twins,
    Views,
    object_path,
    read,
    tenant_path,
    user_path,
)
from contract_tests.rules import lifecycle as rules

_ODD: Final = " Ü+%@"
_OWN_USERS: Final = ("u1", "u2", "u3")
_NESTED: Final[Body] = {"role": "reader", "limits": {"a": 1, "b": None}, **VALUES}
_FIELDS: Final[Body] = {"name": "Inline", "email": "in@example.com", "plan": {"a": 1}}
_SOON, _SOON_AFTER = "2031-03-04T05:06:07.000000Z", "2031-03-05T05:06:07.000000Z"
_LATER = "2032-03-04T05:06:07.000000Z"


def _of(scene: Scene, name: str, own: str) -> str:
    """The id of something that belongs to one twin."""
    return f"{scene.id(name)}-{own}"


def _filled(scene: Scene, name: str, value: Any) -> Any:
    """A body in which `~u1` is the id of the twin's own `u1`, and `~` that of the twin."""
    if isinstance(value, dict):
        return {key: _filled(scene, name, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(scene, name, each) for each in value]
    if isinstance(value, str) and value.startswith("~"):
        own = {"~": scene.id(name), "~things": scene.id("things"), "~acme": scene.id(TENANT)}
        return own.get(value) or _of(scene, name, value[1:])
    return value


def _make_own(scene: Scene, name: str) -> None:
    """Three users and an object of the twin's own."""
    for own in _OWN_USERS:
        scene.ok(scene.put(user_path(scene, f"{name}-{own}"), {"name": own}))
    scene.ok(scene.put(_thing(scene, f"{name}-o1"), {"name": "o1"}))


def _thing(scene: Scene, name: str) -> str:
    return object_path(scene, scene.id("things"), name)


_OBJECT: Final = {"id": "~o1", "collection": "~things"}
_EACH: Final = [
    "~u1", {"id": "~u4", **_FIELDS}, _OBJECT,
    {"id": "~o2", "collection": "~things", "name": "Inline", "plan": {"a": 1}},
]  # fmt: skip


class SubscriptionTwins(Twins):
    """The body of addSubscriptionsForObject, and a row with the object's id."""

    kind: Kind = AddSubscriptions()
    action = "add"
    rows: tuple[Row, ...] = (
        Row("several recipients", {"recipients": ["~u1", "~u2", "~u3"]}),
        Row("properties", {"recipients": ["~u1", "~u2"], "properties": _NESTED}),
        Row("each form of a recipient", {"recipients": _EACH, "properties": {"role": "x"}}),
        Row(
            "properties over others", {"recipients": ["~u1"], "properties": {"role": "writer"}},
            {"recipients": ["~u1", "~u2"], "properties": _NESTED},
        ),
        Row(
            "no properties", {"recipients": ["~u1"]},
            {"recipients": ["~u1", "~u2"], "properties": _NESTED},
        ),
        Row(
            "properties are null", {"recipients": ["~u1"], "properties": None},
            {"recipients": ["~u1", "~u2"], "properties": _NESTED},
        ),
        Row("one recipient twice", {"recipients": ["~u1", "~u2", "~u1"]}),
        Row("ids with other characters", {"recipients": ["~u1"]}, odd=_ODD),
        Row(
            "a recipient given inline who is there",
            {"recipients": [{"id": "~u1", "plan": {"b": 2}}]}, {"recipients": ["~u1"]},
        ),
    )  # fmt: skip

    def begin(self, scene: Scene, name: str, row: Row) -> None:
        _make_own(scene, name)
        scene.ok(scene.put(_thing(scene, name), {"name": "Thing"}))
        if row.first is not None:
            body = _filled(scene, name, row.first)
            scene.ok(scene.post(f"{_thing(scene, name)}/subscriptions", body))

    def alone(self, scene: Scene, name: str, row: Row) -> Answer:
        body = _filled(scene, name, row.body)
        return scene.post(f"{_thing(scene, name)}/subscriptions", body)

    def together(self, scene: Scene, rows: Sequence[tuple[str, Row]]) -> list[Operation]:
        written = [{"id": scene.id(n), **_filled(scene, n, row.body)} for n, row in rows]
        path = f"/v1/objects/{scene.id('things')}/bulk/subscriptions/{self.action}"
        sent = Sending(self.kind, lambda: scene.post(path, {"subscriptions": written}))
        return [Operation(scene, sent, [name for name, _ in rows], "")]

    def views(self, scene: Scene, name: str, row: Row) -> Views:
        listed = read(scene, f"{_thing(scene, name)}/subscriptions")["entries"]
        views = {
            f"subscription of {entry['recipient']['id'].rpartition('-')[2]}": entry
            for entry in listed
        }
        views["subscriptions"] = sorted(views)
        for own in (*_OWN_USERS, "u4"):
            path = f"{user_path(scene, f'{name}-{own}')}/subscriptions"
            views[f"subscriptions of {own}"] = read(scene, path)
        return views


class UnsubscriptionTwins(SubscriptionTwins):
    """The body of deleteSubscriptionsForObject, and a row with the object's id."""

    kind: Kind = DeleteSubscriptions()
    action = "delete"
    rows = (
        Row("one of several", {"recipients": ["~u2"]}, {"recipients": ["~u1", "~u2", _OBJECT]}),
        Row(
            "two of several", {"recipients": ["~u1", "~u3"]},
            {"recipients": ["~u1", "~u2", "~u3", _OBJECT]},
        ),
        Row("an object", {"recipients": [_OBJECT]}, {"recipients": ["~u1", _OBJECT]}),
        Row(
            "users and an object", {"recipients": ["~u1", _OBJECT, "~u2"]},
            {"recipients": ["~u1", "~u2", "~u3", _OBJECT]},
        ),
        Row(
            "ids with other characters", {"recipients": ["~u1"]}, {"recipients": ["~u1", "~u2"]},
            odd=_ODD,
        ),
        Row("one who is not there", {"recipients": ["~u3", "~u1"]}, {"recipients": ["~u1", "~u2"]}),
    )  # fmt: skip

    def alone(self, scene: Scene, name: str, row: Row) -> Answer:
        body = _filled(scene, name, row.body)
        return scene.delete(f"{_thing(scene, name)}/subscriptions", body)


_WEEKLY: Final[Body] = {
    "frequency": "weekly", "interval": 2, "days": ["mon", "thu"], "hours": 9, "minutes": 30,
}  # fmt: skip


class ScheduleTwins(Twins):
    """The body of createSchedules for one recipient, and a row of the bulk call."""

    kind: Kind = CreateSchedules()
    needs = (Capability.WORKFLOW,)
    rows = (
        Row("for once", {"recipient": "~", "scheduled_at": _SOON}),
        Row("ids with other characters", {"recipient": "~", "scheduled_at": _SOON}, odd=_ODD),
        Row("data", {"recipient": "~", "scheduled_at": _SOON, "data": _NESTED}),
        Row("a tenant", {"recipient": "~", "scheduled_at": _SOON, "tenant": "~acme"}),
        Row(
            "a tenant given inline",
            {"recipient": "~", "scheduled_at": _SOON, "tenant": {"id": "~t1", "name": "Inline"}},
        ),
        Row("an actor", {"recipient": "~", "scheduled_at": _SOON, "actor": "~u1"}),
        Row(
            "an actor given inline",
            {"recipient": "~", "scheduled_at": _SOON, "actor": {"id": "~u4", **_FIELDS}},
        ),
        Row("an end", {
            "recipient": "~", "scheduled_at": _SOON, "ending_at": _LATER, "repeats": [_WEEKLY],
        }),
        Row("an end before the first time", {
            "recipient": "~", "scheduled_at": _SOON, "ending_at": _SOON_AFTER,
            "repeats": [{"frequency": "weekly", "days": ["mon"], "hours": 9}],
        }),
        Row("several rules", {
            "recipient": "~", "scheduled_at": _SOON, "repeats": [
                _WEEKLY, {"frequency": "monthly", "day_of_month": 28, "hours": 23, "minutes": 55},
                {"frequency": "daily", "interval": 3}, {"frequency": "hourly", "minutes": 15},
            ],
        }),
        Row("everything", {
            "recipient": "~", "actor": "~u2", "tenant": "~acme", "data": _NESTED,
            "scheduled_at": _SOON, "ending_at": _LATER, "repeats": [_WEEKLY],
        }),
        Row("nulls", {
            "recipient": "~", "scheduled_at": _SOON, "ending_at": None, "data": None,
            "tenant": None, "actor": None, "repeats": [],
        }),
        Row("a recipient given inline", {
            "recipient": {"id": "~", **_FIELDS}, "scheduled_at": _SOON,
        }),
        Row(
            "beside another", {"recipient": "~", "scheduled_at": _LATER, "data": {"n": 2}},
            {"scheduled_at": _SOON, "data": {"n": 1}},
        ),
    )  # fmt: skip

    def begin(self, scene: Scene, name: str, row: Row) -> None:
        _make_own(scene, name)
        scene.ok(scene.put(user_path(scene, name), {"name": "Recipient"}))
        if row.first is not None:
            body = {"workflow": scene.target.workflow, "recipients": [scene.id(name)], **row.first}
            scene.ok(scene.post("/v1/schedules", body))

    def alone(self, scene: Scene, name: str, row: Row) -> Answer:
        body = _filled(scene, name, row.body)
        whole = {"workflow": scene.target.workflow, "recipients": [body.pop("recipient")], **body}
        return scene.post("/v1/schedules", whole)

    def together(self, scene: Scene, rows: Sequence[tuple[str, Row]]) -> list[Operation]:
        written = [
            {"workflow": scene.target.workflow, **_filled(scene, name, row.body)}
            for name, row in rows
        ]
        body = {"schedules": written}
        sent = Sending(self.kind, lambda: scene.post("/v1/schedules/bulk/create", body))
        return [Operation(scene, sent, [name for name, _ in rows], "")]

    def views(self, scene: Scene, name: str, row: Row) -> Views:
        path = user_path(scene, name)
        entries = read(scene, f"{path}/schedules")["entries"]
        for entry in entries:
            entry.pop("id")
        entries.sort(key=lambda entry: str(entry.get("next_occurrence_at")))
        return {
            "schedules": entries,
            "recipient": read(scene, path),
            "actor": read(scene, user_path(scene, f"{name}-u4")),
            "tenant": read(scene, tenant_path(scene, f"{name}-t1")),
        }


class PreferenceTwins(Twins):
    """A put of a preference set that replaces it, and a bulk call for two users."""

    kind: Kind = SetPreferences()
    rule = rules.PREFERENCES_REPLACED
    rows = (
        Row("every group", {"id": "default", **EVERY_SETTING}),
        Row("every group over others", {"id": "default", **EVERY_SETTING}, {
            "categories": {"news": True, "old": True}, "workflows": {"old": False},
            "channel_types": {"sms": False}, "commercial_subscribed": True,
        }),
        *(
            Row(f"{group} alone", {"id": "default", group: setting}, EVERY_SETTING)
            for group, setting in EVERY_SETTING.items()
        ),
        Row("commercial messages under conditions", {
            "id": "default", "commercial_subscribed": EVERY_SETTING["workflows"]["digest"],
        }),
        Row("nothing", {"id": "default"}, EVERY_SETTING),
        Row("nulls", {"id": "default", **dict.fromkeys(EVERY_SETTING)}, EVERY_SETTING),
        Row("no id", {"categories": {"social": True}}, EVERY_SETTING),
        Row("ids with other characters", {"id": "default", **EVERY_SETTING}, odd=_ODD),
        Row("the set of a tenant", {"id": "~acme", **EVERY_SETTING}, {"categories": {"a": True}}),
    )  # fmt: skip

    def begin(self, scene: Scene, name: str, row: Row) -> None:
        for user in (name, f"{name}-second"):
            path = user_path(scene, user)
            scene.ok(scene.put(path, {"name": "User"}))
            if row.first is not None:
                for set_id in ("default", scene.id(TENANT)):
                    scene.ok(scene.put(f"{path}/preferences/{set_id}", row.first))

    def alone(self, scene: Scene, name: str, row: Row) -> Answer:
        body = {**_filled(scene, name, row.body), "__persistence_strategy__": "replace"}
        set_id = body.pop("id", "default")
        scene.ok(scene.put(f"{user_path(scene, f'{name}-second')}/preferences/{set_id}", body))
        return scene.put(f"{user_path(scene, name)}/preferences/{set_id}", body)

    def together(self, scene: Scene, rows: Sequence[tuple[str, Row]]) -> list[Operation]:
        operations = []
        for name, row in rows:
            names = [name, f"{name}-second"]
            body = {
                "user_ids": [scene.id(each) for each in names],
                "preferences": _filled(scene, name, row.body),
            }
            sent = Sending(self.kind, partial(scene.post, "/v1/users/bulk/preferences", body))
            operations.append(Operation(scene, sent, names, ""))
        return operations

    def views(self, scene: Scene, name: str, row: Row) -> Views:
        return {
            f"set {set_name} of the {which} user": read(
                scene, f"{user_path(scene, user)}/preferences/{set_id}"
            )
            for which, user in (("first", name), ("second", f"{name}-second"))
            for set_name, set_id in (("default", "default"), ("of the tenant", scene.id(TENANT)))
        }
