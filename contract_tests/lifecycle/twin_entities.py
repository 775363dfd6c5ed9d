"""Rows that store users, objects and tenants, beside the single calls that store them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import IdentifyUsers, Kind, SetObjects, SetTenants
from contract_tests.lifecycle.operation import Operation
from contract_tests.lifecycle.sending import Sending
from contract_tests.lifecycle.twins import (
    CHANNEL,
    TENANT,
    Body,
    Row,
    Twins,
    Views,
    hanging_on,
    object_path,
    read,
    tenant_path,
    user_path,
)

VALUES: Final[Body] = {
    "plan": "pro", "seats": 12, "ratio": 0.25, "active": True, "closed": False, "note": None,
    "tags": ["a", "b", {"deep": [1, None]}], "empty": "", "nothing": {}, "none": [], "big": 2**40,
    "address": {"city": "Oslo", "lines": {"first": "Storgata 1", "second": None}},
    "größe": "größer \u2713", " spaced ": " x ",
}  # fmt: skip
"""Every kind of value that JSON has, by custom names."""
_CONDITIONS: Final = [{"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}]
EVERY_SETTING: Final[Body] = {
    "categories": {"news": False, "billing": {"channel_types": {"email": False, "sms": True}}},
    "workflows": {"welcome": False, "digest": {"conditions": _CONDITIONS}},
    "channel_types": {"email": False, "push": {"conditions": _CONDITIONS}, "in_app_feed": True},
    "channels": {CHANNEL: False},
    "commercial_subscribed": False,
}
"""Every group of a preference set."""
_ONE_OF_EACH: Final[Body] = {
    "categories": {"news": False, "old": False}, "workflows": {"welcome": False},
    "channel_types": {"sms": False}, "channels": {CHANNEL: False}, "commercial_subscribed": True,
}  # fmt: skip


_ODD: Final = (
    "UpperÉ",
    " blank",
    "@x.io",
    "100%",
    "é日本",
    "a+b&c=d",
    "'\"",
    ";,",
    "-._~",
    ":*",
    "<>",
)


def _merging(body: Body) -> tuple[Row, ...]:
    """Rows of anything with properties: `body` has every field that is its own."""
    nested = {"a": 1, "b": {"x": 1, "y": [1]}, "c": "c"}
    return (
        Row("every field", {**body, **VALUES}),
        Row("every field over others", {**body, **VALUES}, {"name": "Old", "old": {"kept": 1}}),
        Row(
            "nested maps and lists",
            {"name": "New", "plan": {"b": {"y": [2, 3], "z": 3}, "d": 4}, "list": [3]},
            {"name": "Old", "plan": nested, "list": [1, 2], "kept": True},
        ),
        Row(
            "null",
            dict.fromkeys([*(name for name in body if name != "settings"), *VALUES, "new"]),
            {**body, **VALUES, "kept": 1},
        ),
        Row(
            "nested null",
            {"plan": {"a": None, "b": {"x": None}, "n": {"new": None}}},
            {"plan": nested, "kept": nested},
        ),
        Row(
            "a map over a text, and a text over a map",
            {"one": {"a": 1}, "two": "text", "three": [1], "four": {"a": None}},
            {"one": "text", "two": {"a": 1}, "three": {"a": 1}, "four": [1]},
        ),
        Row("nothing but an id", {}, {"name": "Old", "plan": nested}),
        Row("nothing but an id, and new", {}),
        Row("the same again", {**body, **VALUES}, {**body, **VALUES}),
        *(
            Row(f"an id that ends in {odd!r}", {"name": "Odd", "plan": nested}, odd=odd)
            for odd in _ODD
        ),
    )


def _settings(first: Body, body: Body, shows: str) -> Row:
    return Row(f"preferences: {shows}", {"preferences": body}, {"preferences": first})


_HANGING: Final = (
    Row("preferences", {"preferences": {"default": EVERY_SETTING}}),
    _settings({"default": _ONE_OF_EACH}, {"default": EVERY_SETTING}, "merged into those there"),
    _settings(
        {"default": _ONE_OF_EACH},
        {"default": {**EVERY_SETTING, "__persistence_strategy__": "replace"}},
        "in place of those there",
    ),
    _settings({"default": _ONE_OF_EACH}, {"default": {"categories": None}}, "a group is null"),
    Row(
        "channel data", {"channel_data": {CHANNEL: {"tokens": ["new-1", "new-2"]}}},
        on_channel=True,
    ),
    Row(
        "channel data over others", {"channel_data": {CHANNEL: {"tokens": ["new"]}}},
        {"channel_data": {CHANNEL: {"tokens": ["old-1", "old-2"]}}}, on_channel=True,
    ),
    Row(
        "channel data is not named", {"name": "New"},
        {"channel_data": {CHANNEL: {"tokens": ["old"]}}}, on_channel=True,
    ),
)  # fmt: skip
_USER: Final[Body] = {
    "name": "Ellie Sattler", "email": "ellie@example.com", "phone_number": "+4722000000",
    "avatar": "https://example.com/ellie.png", "locale": "nb-NO", "timezone": "Europe/Oslo",
    "created_at": "2024-02-29T12:00:00.000Z",
}  # fmt: skip
_TENANT: Final[Body] = {
    "name": "Ingen",
    "settings": {
        "branding": {
            "primary_color": "#102030", "primary_color_contrast": "#ffffff",
            "logo_url": "https://example.com/logo.png", "icon_url": "https://example.com/icon.png",
        },
        "preference_set": EVERY_SETTING,
    },
}  # fmt: skip


class _Entities(Twins):
    """The same fields in the body of a put, and beside the id in a row."""

    bulk: str
    member: str

    def path(self, scene: Scene, name: str) -> str:
        raise NotImplementedError

    def begin(self, scene: Scene, name: str, row: Row) -> None:
        if row.first is not None:
            scene.ok(scene.put(self.path(scene, name), self.written(scene, row.first)))

    def alone(self, scene: Scene, name: str, row: Row) -> Answer:
        return scene.put(self.path(scene, name), self.written(scene, row.body))

    def together(self, scene: Scene, rows: Sequence[tuple[str, Row]]) -> list[Operation]:
        written = [{"id": scene.id(name), **self.written(scene, row.body)} for name, row in rows]
        path = self.bulk_path(scene)
        sent = Sending(self.kind, lambda: scene.post(path, {self.member: written}))
        return [Operation(scene, sent, [name for name, _ in rows], "")]

    def whole_list(self, scene: Scene) -> str:
        return self.path(scene, "").rpartition("/")[0]

    def bulk_path(self, scene: Scene) -> str:
        return self.bulk

    def written(self, scene: Scene, body: Body) -> Body:
        """With the tenant's own preference set beside `default`."""
        given: Any = body.get("preferences")
        if not given:
            return body
        own = {"categories": {"of-tenant": False}, "workflows": {"of-tenant": True}}
        return {**body, "preferences": {**given, scene.id(TENANT): own}}

    def views(self, scene: Scene, name: str, row: Row) -> Views:
        path = self.path(scene, name)
        return {self.kind.key.partition(".")[0]: read(scene, path), **hanging_on(scene, path)}


class UserTwins(_Entities):
    kind: Kind = IdentifyUsers()
    rows = (*_merging(_USER), *_HANGING)
    bulk = "/v1/users/bulk/identify"
    member = "users"

    def path(self, scene: Scene, name: str) -> str:
        return user_path(scene, name)


class ObjectTwins(_Entities):
    kind: Kind = SetObjects()
    rows = (*_merging({"name": "Park"}), *_HANGING)
    member = "objects"

    def path(self, scene: Scene, name: str) -> str:
        return object_path(scene, scene.id("things"), name)

    def bulk_path(self, scene: Scene) -> str:
        return f"/v1/objects/{scene.id('things')}/bulk/set"


class TenantTwins(_Entities):
    kind: Kind = SetTenants()
    rows = (
        *_merging(_TENANT),
        Row(
            "settings beside others",
            {"settings": {"branding": {"primary_color": "#000000"}}},
            _TENANT,
        ),
        Row(
            "a preference set merged into another",
            {"settings": {"preference_set": {"categories": {"social": True}}}},
            _TENANT,
        ),
        Row(
            "a preference set in place of another",
            {"settings": {"preference_set": {
                "categories": {"social": True}, "__persistence_strategy__": "replace",
            }}},
            _TENANT,
        ),
        Row("no preference set", {"settings": {"preference_set": None}}, _TENANT),
        *(row for row in _HANGING if row.on_channel),
    )  # fmt: skip
    bulk = "/v1/tenants/bulk/set"
    member = "tenants"

    def path(self, scene: Scene, name: str) -> str:
        return tenant_path(scene, name)

    def views(self, scene: Scene, name: str, row: Row) -> Views:
        as_object = object_path(scene, "$tenants", name)
        channel_data = hanging_on(scene, as_object)["channel data"]
        return {"tenant": read(scene, self.path(scene, name)), "channel data": channel_data}
