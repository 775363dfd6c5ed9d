"""The checks of the suite `authentication`: every rule at every operation of the documents."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import NOTHING, Scene
from contract_tests.checking.target import NEARLY_KEYS
from contract_tests.protocol.calls import Call, good_calls, send, spared
from contract_tests.protocol.effects import Attempt, Attempts, must_leave_all_as_it_was
from contract_tests.protocol.ground import MARKER, Ground, lay_ground
from contract_tests.rules import protocol as rules

SUITE = "authentication"
PUBLIC = "KNOCK_PUBLIC_KEY"
_REFUSED: Final = (401, 403)
_MADE_UP: Final = {"authorization": "Bearer sk_made_up_by_the_contract_kit"}
_ASKS_FOR_MORE: Final = "missing_user_token"


@check(SUITE, rules.OTHER_KEY)
def another_key_sees_nothing(scene: Scene) -> None:
    ground = lay_ground(scene)
    reading = [call for call in good_calls(scene, ground) if call.reads]
    for key in spared(scene, [None, *_nearly(scene)]):
        headers = _MADE_UP if key is None else {}
        told = "a made-up key" if key is None else f"the key ${key}"
        for call in reading:
            with scene.case():
                answer = send(scene, call, key=key, headers=headers)
                body = answer.exchange.answer_body.decode("utf-8", errors="replace")
                detail = f"{told} is answered {answer.status} with what the right one has made"
                hidden = answer.status >= 300 or MARKER not in body
                scene.require(rules.OTHER_KEY, hidden, detail, call.place)


@check(SUITE, rules.OTHER_KEY)
def another_key_changes_nothing(scene: Scene) -> None:
    if _takes_any_key(scene) and not scene.target.controlled:
        return  # what other keys make there would stay
    writes = _writes("with a shortened key", key=NEARLY_KEYS[0])
    must_leave_all_as_it_was(scene, rules.OTHER_KEY, writes, if_taken=True)


def _nearly(scene: Scene) -> list[str]:
    return [form for form in NEARLY_KEYS if scene.keys.value(form) != scene.keys.secret]


def _takes_any_key(scene: Scene) -> bool:
    return scene.get("/v1/users", headers=_MADE_UP, key=None).status < 400


@check(SUITE, rules.KEY_NEEDED, rules.KEY_FIRST)
def every_operation_asks_for_a_key(scene: Scene) -> None:
    ground = lay_ground(scene)
    for call in good_calls(scene, ground):
        for told, more in _without_a_key(call, scene):
            with scene.case():
                answer = send(scene, call, **more)
                place, detail = call.place, f"without a key, {told}: {answer.status}"
                scene.require(rules.KEY_NEEDED, answer.status >= 400, detail, place)
                scene.require(rules.KEY_FIRST, answer.status == 401, detail, place)


def _without_a_key(call: Call, scene: Scene) -> Iterator[tuple[str, dict[str, Any]]]:
    """A call as it is, about nothing that exists, and with bodies that would be refused."""
    yield "a good call", {"key": None}
    bare: dict[str, Any] = {"key": None, "params": ()}
    yield "without its query", bare
    if call.body is not None:
        for content in (b"{", b"[]", b'{"recipients": 7}'):
            yield f"with the body {content.decode()}", {**_no_body(call), "content": content}


def _no_body(call: Call) -> dict[str, Any]:
    return {"key": None, "body": NOTHING}


@check(SUITE, rules.KEY_FIRST)
def what_does_not_exist_asks_for_a_key_too(scene: Scene) -> None:
    for operation in scene.examiner.documents.operations:
        path = "/".join("nothing" if p.startswith("{") else p for p in operation.path.split("/"))
        with scene.case():
            answer = scene.send(operation.method, path, key=None)
            detail = f"without a key: {answer.status}"
            scene.require(rules.KEY_FIRST, answer.status == 401, detail, operation.id)


@dataclass(frozen=True)
class _Way:
    """A way to bring a key that is not the documented one. shown: as a shell has to write it."""

    name: str
    headers: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    params: tuple[tuple[str, str], ...] = ()


_HEADERS: Final = (
    "x-api-key", "api-key", "apikey", "x-knock-api-key", "x-knock-key", "x-auth-token",
    "knock-api-key", "x-knock-user-token",
)  # fmt: skip
_QUERIES: Final = (
    "api_key", "apiKey", "apikey", "key", "token", "access_token", "auth", "secret",
    "authorization", "api-key",
)  # fmt: skip


def _header(value: str, shown: str) -> _Way:
    return _Way(
        f"Authorization: {shown}", {"authorization": value}, {"authorization": shown}
    )  # fmt: skip


def _ways(key: str) -> list[_Way]:
    """Every place in which some server looks for a key, and Knock's does not."""
    variable = "$KNOCK_API_KEY"
    ways = [
        _header(key, variable),
        *(
            _header(f"{scheme} {key}", f"{scheme} {variable}")
            for scheme in ("Basic", "Token", "ApiKey", "Key", "Digest", "Secret", "Bearer:")
        ),
        _header(f"Bearer{key}", f"Bearer{variable}"),
        _header(f"Token token={key}", f"Token token={variable}"),
        _header("Bearer", "Bearer"),
        _header("", ""),
    ]
    for text, shown in (
        (f"{key}:", f"{variable}:"),
        (f"{key}:x", f"{variable}:x"),
        (key, variable),
    ):
        coded = base64.b64encode(text.encode()).decode()
        ways.append(_header(f"Basic {coded}", f"Basic $(printf %s {shown} | base64 | tr -d '\\n')"))
    ways += [_Way(name, {name: key}) for name in _HEADERS]
    ways += [_Way("a cookie", {"cookie": f"api_key={key}; token={key}; authorization={key}"})]
    ways += [_Way(f"the query's {name}", params=((name, key),)) for name in _QUERIES]
    return ways


@check(SUITE, rules.BEARER)
def only_bearer_keys_count(scene: Scene) -> None:
    calls = good_calls(scene, lay_ground(scene))
    ways = _ways(scene.keys.secret)
    for number, call in enumerate(calls):
        some = ways
        if not scene.target.controlled:  # each at some of the operations, and some at each
            some = [ways[(number + turn * 5) % len(ways)] for turn in range(6)]
            some = list(spared(scene, some))
        for way in some:
            with scene.case():
                params = (*call.params, *way.params)
                answer = send(
                    scene, call, key=None, headers=way.headers, shown=way.shown, params=params
                )
                detail = f"a key in {way.name}: {answer.status}".replace(scene.keys.secret, "...")
                scene.require(rules.BEARER, answer.status == 401, detail, call.place)


@check(SUITE, rules.NO_EFFECT_WITHOUT_KEY)
def calls_without_a_key_have_no_effect(scene: Scene) -> None:
    writes = _writes("without a key", key=None)
    must_leave_all_as_it_was(scene, rules.NO_EFFECT_WITHOUT_KEY, writes)


@check(SUITE, rules.PUBLIC_KEY_REFUSED, needs=(Capability.PUBLIC_KEY,))
def public_keys_have_no_effect_where_secrets_are_needed(scene: Scene) -> None:
    writes = _writes("with a public key", secret=True, key=PUBLIC)
    must_leave_all_as_it_was(scene, rules.PUBLIC_KEY_REFUSED, writes)


def _writes(told: str, *, secret: bool = False, **more: Any) -> Attempts:
    """Every call that writes. secret: only those that need a secret key."""

    def attempts(scene: Scene, ground: Ground) -> Iterator[Attempt]:
        for call in good_calls(scene, ground):
            if not call.reads and not (secret and call.operation.public):
                yield Attempt(call.place, told, partial(send, scene, call, **more))

    return attempts


@check(SUITE, rules.PUBLIC_KEY_REFUSED, needs=(Capability.PUBLIC_KEY,))
def public_keys_are_refused_where_secrets_are_needed(scene: Scene) -> None:
    for call in good_calls(scene, lay_ground(scene)):
        if call.operation.public:
            continue
        with scene.case():
            answer = send(scene, call, key=PUBLIC)
            detail = f"with a public key: {answer.status}"
            scene.require(rules.PUBLIC_KEY_REFUSED, answer.status in _REFUSED, detail, call.place)


@check(SUITE, rules.PUBLIC_KEY_TAKEN, needs=(Capability.PUBLIC_KEY,))
def public_keys_may_do_what_is_documented(scene: Scene) -> None:
    for call in good_calls(scene, lay_ground(scene)):
        if not call.operation.public:
            continue
        with scene.case():
            answer = send(scene, call, key=PUBLIC)
            refused = answer.status in _REFUSED
            if refused and answer.json.get("code") == _ASKS_FOR_MORE:
                reason = "this environment asks for signed user tokens beside public keys"
                scene.examiner.say(reason, rules.PUBLIC_KEY_TAKEN)
                return
            # A provider's missing credential is a 403 for a secret key just as well.
            refused = refused and send(scene, call).status not in _REFUSED
            detail = f"a public key is answered {answer.status}, a secret one is not refused"
            scene.require(rules.PUBLIC_KEY_TAKEN, not refused, detail, call.place)


@check(SUITE, rules.PUBLIC_KEY_TAKEN, needs=(Capability.PUBLIC_KEY,))
def both_keys_open_the_same_environment(scene: Scene) -> None:
    path = f"/v1/users/{scene.id('browser')}"
    scene.ok(scene.put(path, {"name": "x"}, key=PUBLIC), rules.PUBLIC_KEY_TAKEN)
    shown = scene.ok(scene.get(path, key=PUBLIC), rules.PUBLIC_KEY_TAKEN)
    told = f"the public key reads {shown}"
    scene.require(rules.PUBLIC_KEY_TAKEN, shown["id"] == scene.id("browser"), told)
    same = scene.get(path).status
    told = f"what a public key wrote is answered {same} for the secret key"
    scene.require(rules.PUBLIC_KEY_TAKEN, same == 200, told)
