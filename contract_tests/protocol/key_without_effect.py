"""The suite `idempotency`: on every call but a trigger an Idempotency-Key has no effect.

Every call that writes is made in two environments, three times in each, with other things said in
the second call than in the first and the third: with one key all along, and without. What is
answered and what is there in the end has to be the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.protocol.calls import Call, good_calls, send
from contract_tests.protocol.ground import Ground, lay_ground, state
from contract_tests.rules import protocol as rules

SUITE = "idempotency"
_MADE_UP: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9A-Za-z]{27}\b|\b[0-9a-f]{32}\b"
    r"|\d{4}-\d\d-\d\dT[\d:.]+Z"
)
"""Ids of the server's own, and times."""


class _Reader:
    """Texts without what a server makes up: each such thing is the number of its first coming."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._known: dict[str, str] = {}

    def read(self, text: str) -> str:
        """The text, the same in another environment where the same was done."""
        plain = text.replace(self._prefix, "") if self._prefix else text
        return _MADE_UP.sub(lambda m: self._known.setdefault(m[0], f"<{len(self._known)}>"), plain)


@check(SUITE, rules.ONLY_TRIGGERS)
def elsewhere_the_key_has_no_effect(scene: Scene) -> None:
    with ExitStack() as stack:
        plain = stack.enter_context(scene.examiner.scene())
        grounds = (lay_ground(plain), lay_ground(scene))
        key = {"idempotency-key": f"{scene.prefix}one-key-for-all"}
        apart: set[str] = set()
        pairs = zip(good_calls(plain, grounds[0]), good_calls(scene, grounds[1]), strict=True)
        for without, with_key in pairs:
            if with_key.reads or with_key.operation.idempotent:
                continue
            reader = _Reader(plain.prefix)
            with plain.case():
                expected = [_told(answer, reader) for answer in _thrice(plain, without, {})]
                left = _seen(plain, grounds[0], without, reader)
            reader = _Reader(scene.prefix)
            with scene.case():
                answers = list(_thrice(scene, with_key, key))
                for answer in answers:
                    told = "it says that it is a replay"
                    replayed = "idempotent-replayed" in answer.headers
                    scene.require(rules.ONLY_TRIGGERS, not replayed, told, with_key.place)
                found = [_told(answer, reader) for answer in answers]
                now = _seen(scene, grounds[1], with_key, reader)
                other = [path for path in left if left[path] != now[path] and path not in apart]
                apart.update(other)  # what is apart once stays so
                if scene.target.controlled:
                    _is_the_same(scene, expected, found, with_key.place)
                    seen = "".join(_first_difference(left[path], now[path]) for path in other[:1])
                    told = f"three calls with one key leave {seen}"
                    scene.require(rules.ONLY_TRIGGERS, not other, told, with_key.place)


def _thrice(scene: Scene, call: Call, headers: dict[str, str]) -> Iterator[Answer]:
    """The call, another, and the first once more; what a removal took away is made again."""
    yield send(scene, call, headers=headers)
    if call.operation.method == "DELETE" and scene.target.controlled:
        lay_ground(scene)
    other = Call(call.operation, call.path, call.params, _otherwise(call.body))
    yield send(scene, other, headers=headers)
    yield send(scene, call, headers=headers)


def _otherwise(body: Any) -> Any:
    """The body with another text or truth where that is no id of anything."""
    if not isinstance(body, dict):
        return body
    changed = dict(body)
    for name, value in body.items():
        if isinstance(value, bool):
            changed[name] = not value
        elif name in ("name", "marker") and value in ("changed", "new"):
            changed[name] = "changed again"
        elif isinstance(value, dict):
            changed[name] = _otherwise(value)
        elif name == "tokens":
            changed[name] = ["changed again"]
        elif isinstance(value, list):
            changed[name] = [_otherwise(row) for row in value]
        elif isinstance(value, int):
            changed[name] = value + 1
    return changed


def _told(answer: Answer, reader: _Reader) -> tuple[int, str]:
    return answer.status, reader.read(answer.exchange.answer_body.decode("utf-8", "replace"))


def _is_the_same(
    scene: Scene, expected: list[tuple[int, str]], found: list[tuple[int, str]], place: str
) -> None:
    for number, (was, now) in enumerate(zip(expected, found, strict=True), 1):
        told = f"call {number} of three with one key answered {now[0]}, without it {was[0]}"
        scene.require(rules.ONLY_TRIGGERS, was[0] == now[0], told, place)
        told = f"call {number} of three with one key answered {_first_difference(was[1], now[1])}"
        scene.require(rules.ONLY_TRIGGERS, was[1] == now[1], told, place)


def _first_difference(expected: str, found: str) -> str:
    at = next(
        (i for i, (a, b) in enumerate(zip(expected, found, strict=False)) if a != b),
        min(len(expected), len(found)),
    )
    begin = max(0, at - 60)
    return f"...{found[begin : at + 60]}... and without it ...{expected[begin : at + 60]}..."


def _seen(scene: Scene, ground: Ground, call: Call, reader: _Reader) -> dict[str, str]:
    """What is there after a call whose answer does not tell, by path."""
    silent = call.operation.success == 204 or call.operation.method == "POST"
    if not silent or not scene.target.controlled:
        return {}
    scene.pass_time(60)
    found = state(scene, ground, shown=False)
    return {path: reader.read(f"GET {path}: {what}") for path, what in found.items()}
