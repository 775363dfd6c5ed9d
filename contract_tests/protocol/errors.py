"""The checks of the suite `errors`."""

from __future__ import annotations

from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users, subscribers
from contract_tests.rules import protocol as rules

SUITE = "errors"
_CHANNEL = "97c5837d-c65c-4d54-aa39-080eeb81c69d"
_NIL = "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6"

_UNKNOWN: Final = (
    "/v1/users/{id}",
    "/v1/objects/{collection}/{id}",
    "/v1/tenants/{id}",
    "/v1/messages/{id}",
    "/v1/messages/{id}/content",
    "/v1/messages/{id}/events",
    "/v1/messages/{id}/activities",
    "/v1/messages/{id}/delivery_logs",
    "/v1/workflow_recipient_runs/" + _NIL,
    "/v1/bulk_operations/" + _NIL,
    "/v1/users/{id}/channel_data/" + _CHANNEL,
    "/v1/objects/{collection}/{id}/channel_data/" + _CHANNEL,
    "/v1/audiences/{id}/members",
)
"""What is read by an id that nobody has."""

_BROKEN: Final[tuple[tuple[str, str, Any, str], ...]] = (
    ("POST", "/v1/users/bulk/identify", {}, "users"),
    ("POST", "/v1/users/bulk/identify", {"users": "all"}, "users"),
    ("POST", "/v1/users/bulk/identify", {"users": [{"name": "no id"}]}, "id"),
    ("POST", "/v1/users/bulk/delete", {"user_ids": [{"id": 1}]}, "user_ids"),
    ("POST", "/v1/users/bulk/preferences", {"user_ids": ["a"]}, "preferences"),
    ("POST", "/v1/tenants/bulk/set", {"tenants": 7}, "tenants"),
    ("POST", "/v1/objects/{collection}/bulk/set", {"objects": [{"name": "no id"}]}, "id"),
    ("POST", "/v1/objects/{collection}/bulk/delete", {"ids": ["a"]}, "object_ids"),
    ("POST", "/v1/schedules/bulk/create", {"schedules": [{}]}, "workflow"),
    ("POST", "/v1/schedules", {"recipients": ["a"]}, "workflow"),
    ("DELETE", "/v1/schedules", {}, "schedule_ids"),
    ("POST", "/v1/workflows/{id}/trigger", {"recipients": "everybody"}, "recipients"),
    ("POST", "/v1/workflows/{id}/trigger", {"data": {}}, "recipients"),
    ("POST", "/v1/workflows/{id}/cancel", {"recipients": ["a"]}, "cancellation_key"),
    ("POST", "/v1/users/{id}/merge", {}, "from_user_id"),
    (
        "PUT",
        "/v1/users/{id}/preferences/default",
        {"__persistence_strategy__": 7},
        "__persistence_strategy__",
    ),
    ("PUT", "/v1/users/{id}/channel_data/" + _CHANNEL, {}, "data"),
    ("POST", "/v1/messages/batch/read", {"message_ids": "all"}, "message_ids"),
    ("POST", "/v1/messages/batch/seen", {}, "message_ids"),
)
"""Bodies that break the documents, with the field that is wrong."""


def _path(scene: Scene, template: str) -> str:
    return template.format(id=scene.id("nobody"), collection=scene.id("nowhere"))


@check(SUITE, rules.UNKNOWN_THING, rules.ENVELOPE)
def what_does_not_exist_is_a_404(scene: Scene) -> None:
    for template in _UNKNOWN:
        answer = scene.get(_path(scene, template))
        told = f"answered {answer.status} {answer.exchange.answer_body[:120]!r}"
        scene.require(rules.UNKNOWN_THING, answer.status == 404, told)


@check(SUITE, rules.UNKNOWN_ROUTE, rules.WRONG_METHOD)
def unknown_paths_and_methods_are_refused(scene: Scene) -> None:
    for path in ("/v1/nothing", "/v1/users/a/b/c/d", "/v2/users", "/_stainless_unknown_path"):
        answer = scene.get(path)
        scene.require(rules.UNKNOWN_ROUTE, answer.status == 404, f"{path}: {answer.status}")
    for method, path in (
        ("PATCH", "/v1/users/a"),
        ("DELETE", "/v1/users"),
        ("PUT", "/v1/messages"),
    ):
        answer = scene.send(method, path)
        told = f"{method} {path} answered {answer.status}"
        scene.require(rules.WRONG_METHOD, answer.status in (404, 405), told)


@check(SUITE, rules.MALFORMED_JSON)
def bodies_that_are_no_json_are_refused(scene: Scene) -> None:
    path = f"/v1/users/{scene.id('broken')}"
    for content in (b"{", b'{"name": "x"', b"name=x", b'{"name": }', b"\xff\xfe", b"[1, 2"):
        answer = scene.put(path, content=content)
        refused = 400 <= answer.status < 500
        scene.require(rules.MALFORMED_JSON, refused, f"{content!r} answered {answer.status}")
    left = scene.get(path).status
    told = f"a broken body made the user all the same: {left}"
    scene.require(rules.NOTHING_HALF_DONE, left == 404, told)


@check(SUITE, rules.BAD_FIELDS, rules.FIELD_NAMED)
def bodies_that_break_the_documents_are_refused(scene: Scene) -> None:
    make_users(scene, ["nobody"])
    for method, template, body, field in _BROKEN:
        answer = scene.send(method, _path(scene, template), body)
        told = f"{body} answered {answer.status}"
        scene.require(rules.BAD_FIELDS, answer.status in (400, 422), told)
        if answer.status == 422:
            errors = answer.json.get("errors")
            told = f"{field} is wrong, the answer has the errors {errors!r}"
            named = isinstance(errors, list) and any(field in str(e.get("field")) for e in errors)
            scene.require(rules.FIELD_NAMED, named, told)


@check(SUITE, rules.NOTHING_HALF_DONE)
def a_refused_call_leaves_nothing(scene: Scene) -> None:
    good, path = scene.id("good"), f"/v1/objects/{scene.id('c')}/{scene.id('o')}"
    users = [{"id": good, "name": "x"}, {"name": "no id"}]
    answer = scene.post("/v1/users/bulk/identify", {"users": users})
    scene.require(rules.BAD_FIELDS, 400 <= answer.status < 500, f"answered {answer.status}")
    if scene.target.controlled:
        scene.pass_time(60)
    left = scene.get(f"/v1/users/{good}").status
    told = f"the good row beside the bad one was carried out: {left}"
    scene.require(rules.NOTHING_HALF_DONE, left == 404, told)
    scene.ok(scene.put(path, {"name": "x"}))
    body = {"recipients": [{"id": good, "name": "x"}, {"name": "no id"}]}
    answer = scene.post(f"{path}/subscriptions", body)
    if 400 <= answer.status < 500:
        left = scene.get(f"/v1/users/{good}").status
        told = f"the good recipient beside the bad one was stored: {left}"
        scene.require(rules.NOTHING_HALF_DONE, left == 404, told)
        listed = subscribers(scene, path)
        scene.require(rules.NOTHING_HALF_DONE, not listed, f"{listed} were subscribed")


@check(SUITE, rules.NOTHING_HALF_DONE, rules.BAD_FIELDS)
def a_refused_change_changes_nothing(scene: Scene) -> None:
    make_users(scene, ["steady"])
    path = f"/v1/users/{scene.id('steady')}/preferences/default"
    scene.ok(scene.put(path, {"categories": {"news": False}}))
    answer = scene.put(path, {"categories": {"billing": False}, "__persistence_strategy__": 7})
    scene.require(rules.BAD_FIELDS, answer.status in (400, 422), f"answered {answer.status}")
    left = scene.ok(scene.get(path))["categories"]
    told = f"the set was {{'news': False}} before, and is {left}"
    scene.require(rules.NOTHING_HALF_DONE, left == {"news": False}, told)


@check(SUITE, rules.TOO_MANY, rules.NOTHING_HALF_DONE, needs=(Capability.BULK_SPEED,))
def more_items_than_a_call_takes_are_refused(scene: Scene) -> None:
    path = f"/v1/objects/{scene.id('c')}/{scene.id('o')}"
    scene.ok(scene.put(path, {"name": "x"}))
    inline = [{"id": scene.id(f"u{number}")} for number in range(101)]
    cases: list[tuple[str, str, Any]] = [
        ("POST", f"{path}/subscriptions", {"recipients": inline}),
        ("POST", "/v1/messages/batch/read", {"message_ids": [f"m{n}" for n in range(51)]}),
    ]
    for method, where, body in cases:
        answer = scene.send(method, where, body)
        refused = 400 <= answer.status < 500
        scene.require(rules.TOO_MANY, refused, f"answered {answer.status}", answer.place)
    left = scene.get(f"/v1/users/{scene.id('u0')}").status
    scene.require(rules.NOTHING_HALF_DONE, left == 404, f"the first recipient was stored: {left}")
