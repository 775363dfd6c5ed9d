"""The checks of the suite `authentication`."""

from __future__ import annotations

import re
from typing import Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.rules import protocol as rules

SUITE = "authentication"
PUBLIC = "KNOCK_PUBLIC_KEY"
_NIL = "6f1d8c52-3b7e-4c0a-9d52-8e1b7a40c3f6"

_SECRET_ONLY: Final = (
    ("GET", "/v1/users"),
    ("DELETE", "/v1/users/{id}"),
    ("POST", "/v1/users/bulk/delete"),
    ("POST", "/v1/users/bulk/identify"),
    ("POST", "/v1/users/{id}/merge"),
    ("GET", "/v1/objects/{id}"),
    ("PUT", "/v1/objects/{id}/{id}"),
    ("GET", "/v1/tenants"),
    ("PUT", "/v1/tenants/{id}"),
    ("POST", "/v1/workflows/{id}/trigger"),
    ("POST", "/v1/workflows/{id}/cancel"),
    ("GET", "/v1/messages"),
    ("GET", "/v1/schedules"),
    ("GET", "/v1/bulk_operations/" + _NIL),
    ("GET", "/v1/workflow_recipient_runs"),
)
"""Calls that are not in Knock's list for public keys, nor made by its browser client."""


@check(SUITE, rules.KEY_NEEDED, rules.KEY_FIRST)
def every_operation_asks_for_a_key(scene: Scene) -> None:
    found = []
    for operation in scene.examiner.documents.operations:
        path = re.sub(r"\{[^}]+\}", "nothing", operation.path)
        answer = scene.send(operation.method, path, key=None)
        told = f"without a key: {answer.status}"
        scene.require(rules.KEY_NEEDED, answer.status >= 400, told, operation.id)
        found.append((operation.id, answer.status))
    for id, status in found:
        scene.require(rules.KEY_FIRST, status == 401, f"without a key: {status}", id)


@check(SUITE, rules.BEARER)
def only_bearer_keys_count(scene: Scene) -> None:
    make_users(scene, ["known"])
    path = f"/v1/users/{scene.id('known')}"
    key = scene.keys.secret
    for value in (key, f"Basic {key}", f"Token {key}", "Bearer", ""):
        answer = scene.get(path, headers={"authorization": value}, key=None)
        shown = value.replace(key, "$KNOCK_API_KEY")
        told = f"Authorization: {shown!r} answered {answer.status}"
        scene.require(rules.BEARER, answer.status == 401, told)
    for name in ("x-api-key", "api-key"):
        answer = scene.get(path, headers={name: key}, key=None)
        scene.require(rules.BEARER, answer.status == 401, f"{name}: {answer.status}")


@check(SUITE, rules.NO_EFFECT_WITHOUT_KEY)
def calls_without_a_key_have_no_effect(scene: Scene) -> None:
    make_users(scene, ["stays"])
    stays, new = f"/v1/users/{scene.id('stays')}", f"/v1/users/{scene.id('new')}"
    scene.send("DELETE", stays, key=None)
    scene.send("PUT", stays, {"name": "changed"}, key=None)
    scene.send("PUT", new, {"name": "x"}, key=None)
    shown = scene.get(stays)
    same = shown.status == 200 and shown.json["name"] == "stays"
    scene.require(rules.NO_EFFECT_WITHOUT_KEY, same, f"the user answers {shown.status} now")
    made = scene.get(new).status
    scene.require(rules.NO_EFFECT_WITHOUT_KEY, made == 404, f"a user was made: {made}")


@check(SUITE, rules.OTHER_KEY)
def a_made_up_key_sees_nothing(scene: Scene) -> None:
    make_users(scene, ["known"])
    headers = {"authorization": "Bearer sk_made_up_by_the_contract_kit"}
    for path in (f"/v1/users/{scene.id('known')}",):
        answer = scene.get(path, headers=headers, key=None)
        told = f"a made-up key reads {path}: {answer.status}"
        scene.require(rules.OTHER_KEY, answer.status in (401, 403, 404), told)


@check(SUITE, rules.PUBLIC_KEY_REFUSED, needs=(Capability.PUBLIC_KEY,))
def public_keys_are_refused_where_secrets_are_needed(scene: Scene) -> None:
    make_users(scene, ["known"])
    for method, template in _SECRET_ONLY:
        path = template.format(id=scene.id("known"))
        answer = scene.send(method, path, key=PUBLIC)
        told = f"{method} {path} with a public key answered {answer.status}"
        scene.require(rules.PUBLIC_KEY_REFUSED, answer.status in (401, 403), told)
    left = scene.get(f"/v1/users/{scene.id('known')}").status
    told = f"a public key deleted the user: it answers {left}"
    scene.require(rules.PUBLIC_KEY_REFUSED, left == 200, told)


@check(SUITE, rules.PUBLIC_KEY_TAKEN, needs=(Capability.PUBLIC_KEY,))
def public_keys_may_do_what_is_documented(scene: Scene) -> None:
    path = f"/v1/users/{scene.id('browser')}"
    scene.ok(scene.put(path, {"name": "x"}, key=PUBLIC), rules.PUBLIC_KEY_TAKEN)
    shown = scene.ok(scene.get(path, key=PUBLIC), rules.PUBLIC_KEY_TAKEN)
    told = f"the public key reads {shown}"
    scene.require(rules.PUBLIC_KEY_TAKEN, shown["id"] == scene.id("browser"), told)
    scene.ok(scene.get(f"{path}/preferences", key=PUBLIC), rules.PUBLIC_KEY_TAKEN)
    preferences = f"{path}/preferences/default"
    scene.ok(scene.put(preferences, {"categories": {}}, key=PUBLIC), rules.PUBLIC_KEY_TAKEN)
    scene.ok(scene.get(preferences, key=PUBLIC), rules.PUBLIC_KEY_TAKEN)
    same = scene.get(path)
    told = f"the secret key of the environment answers {same.status} for it"
    scene.require(rules.PUBLIC_KEY_TAKEN, same.status == 200, told)
