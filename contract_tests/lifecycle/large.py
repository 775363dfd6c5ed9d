"""Bulk calls of as many rows as Knock takes, with hundreds that fail, and of more than that."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import (
    AddSubscriptions,
    CreateSchedules,
    DeleteObjects,
    DeleteSubscriptions,
    DeleteTenants,
    DeleteUsers,
    IdentifyUsers,
    Kind,
    SetObjects,
    SetPreferences,
    SetTenants,
    UpdateMessages,
)
from contract_tests.lifecycle.operation import Operation
from contract_tests.lifecycle.sending import Sending
from contract_tests.rules import Rule
from contract_tests.rules import lifecycle as rules

SUITE = "lifecycle"
MOST_ROWS: Final = 1_000
MOST_RECIPIENTS: Final = 100
_MARK: Final = "mark"
_MESSAGES: Final = 300
"""Messages come one by one: as many as make a large operation, and no more."""
_ROUND: Final = (0, 5, 10, 25, 50, 100, 128, 150, 200, 250, 256, 300, 400, 500, 512, 600, 750, 800)
_LOOKED_AT: Final = frozenset(n + near for n in (*_ROUND, 900, 999) for near in (-1, 0, 1))
"""Positions about which a server that takes rows in portions would go wrong."""

CHAINS: Final[tuple[tuple[Kind, ...], ...]] = (
    (IdentifyUsers(), SetPreferences(), CreateSchedules(), UpdateMessages(), DeleteUsers()),
    (SetObjects(), AddSubscriptions(), DeleteSubscriptions(), DeleteObjects()),
    (SetTenants(), DeleteTenants()),
)
"""Kinds that can be tried one after the other over the same rows, which the first one makes."""

_OF_CHAINS = (
    rules.TOTAL_IS_ROWS, rules.ENDS, rules.EFFECT_WHEN_DONE, rules.EFFECT_OF_FAILED,
    rules.ERRORS_LISTED, rules.PLAN_KEPT,
)  # fmt: skip


def _run_chain(examiner: Examiner, kinds: Sequence[Kind]) -> None:
    with examiner.scene() as scene:
        for kind in kinds:
            if not any(scene.target.lacks(capability) for capability in kind.needs):
                _carry_out(scene, kind)


def _carry_out(scene: Scene, kind: Kind) -> None:
    """A thousand rows, of which six hundred fail where that can be asked for; then those again."""
    rows = [f"r{number}" for number in range(MOST_ROWS)]
    if isinstance(kind, UpdateMessages):
        rows = rows[:_MESSAGES]
    kind.prepare(scene, rows if isinstance(kind, UpdateMessages) else [], _MARK)
    failing: list[int] = []
    if scene.target.lacks(Capability.PLANS) is None:
        failing = [n for n in range(len(rows)) if n % 5 in (1, 2, 3)]
    for positions in (failing, []):
        plan: dict[str, Any] | None = None
        if failing:
            plan = {
                "progress": "time", "queue_for": 1, "rows_per_second": 300,
                "outcome": "completed", "stop_in": "processing", "failing_positions": positions,
            }  # fmt: skip
        operation = Operation(scene, kind, rows, _MARK, plan, ready=True)
        operation.run_to_end()
        operation.check_plan()
        operation.look_at([row for n, row in enumerate(rows) if n in _LOOKED_AT])
        rows = [rows[n] for n in positions]
        if not rows:
            break


for _kinds in CHAINS:
    _title = ", ".join(kind.key for kind in _kinds)
    _run = partial(_run_chain, kinds=_kinds)
    _name = f"a thousand rows are taken: {_title}"
    add_check(Check(SUITE, _name, _OF_CHAINS, (Capability.BULK_SPEED,), _run))


def _over_the_limit(scene: Scene, kind: Kind) -> None:
    """One row too many is refused, and not even the first is carried out."""
    rows = [f"r{number}" for number in range(MOST_ROWS + 1)]
    looked_at = [rows[0], rows[MOST_ROWS // 2], rows[-1]]
    kind.prepare(scene, looked_at, _MARK)
    answer = kind.submit(scene, rows, _MARK)
    refused = 400 <= answer.status < 500
    rule = _limit(kind)
    scene.require(rule, refused, f"{len(rows)} rows of {kind.key} answered {answer.status}")
    if scene.target.controlled:
        scene.pass_time(3_600)
    seen = [row for row in looked_at if kind.in_effect(scene, row, _MARK)]
    scene.require(rule, not seen, f"{kind.key}: rows {seen} were carried out", kind.operation)


def _limit(kind: Kind) -> Rule:
    # Knock names no number of objects for these two.
    about_subscriptions = isinstance(kind, AddSubscriptions)
    return rules.TOO_MANY_OBJECTS if about_subscriptions else rules.TOO_MANY_ROWS


def _refuses(kind: Kind) -> Check:
    def run(examiner: Examiner) -> None:
        with examiner.scene() as scene:
            _over_the_limit(scene, kind)

    name = f"over a thousand rows of {kind.key} are refused whole"
    return Check(SUITE, name, (_limit(kind),), (*kind.needs, Capability.BULK_SPEED), run)


for _kind in (kind for kinds in CHAINS for kind in kinds):
    if not isinstance(_kind, UpdateMessages):  # its rows are what the filter finds
        add_check(_refuses(_kind))


@check(SUITE, rules.TOO_MANY_RECIPIENTS, rules.TOO_MANY_OBJECTS, needs=(Capability.BULK_SPEED,))
def a_hundred_recipients_of_an_object_are_taken(scene: Scene) -> None:
    names = [f"u{number}" for number in range(MOST_RECIPIENTS + 1)]
    Operation(scene, IdentifyUsers(), names, _MARK).run_to_end()
    users = [scene.id(name) for name in names]
    collection, id = AddSubscriptions().collection(scene), scene.id("park")
    path = f"/v1/objects/{collection}/{id}"
    scene.ok(scene.put(path, {"name": "Park"}))
    kinds: tuple[tuple[Kind, str, Rule, list[str]], ...] = (
        (AddSubscriptions(), "add", rules.TOO_MANY_RECIPIENTS, users[:MOST_RECIPIENTS]),
        (DeleteSubscriptions(), "delete", rules.TOO_MANY_OBJECTS, []),
    )
    for kind, action, over, expected in kinds:
        bulk = f"/v1/objects/{collection}/bulk/subscriptions/{action}"
        before = _all_subscribers(scene, path)
        answer = scene.post(bulk, {"subscriptions": [{"id": id, "recipients": users}]})
        refused = 400 <= answer.status < 500
        scene.require(over, refused, f"{len(users)} recipients answered {answer.status}")
        if scene.target.controlled:
            scene.pass_time(3_600)
        left = _all_subscribers(scene, path)
        scene.require(over, left == before, f"refused, and {len(left)} of {len(before)} are there")
        rows = [{"id": id, "recipients": users[:MOST_RECIPIENTS]}]
        sent = Sending(kind, partial(scene.post, bulk, {"subscriptions": rows}))
        Operation(scene, sent, ["park"], _MARK).run_to_end()
        left = _all_subscribers(scene, path)
        told = f"{action} of {MOST_RECIPIENTS} recipients: {len(left)} are subscribed after it"
        scene.require(rules.TOO_MANY_RECIPIENTS, left == sorted(expected), told)


def _all_subscribers(scene: Scene, path: str) -> list[str]:
    found: list[str] = []
    query: dict[str, str] = {"page_size": "50"}
    while True:
        page = scene.ok(scene.get(f"{path}/subscriptions", query))
        found += [entry["recipient"]["id"] for entry in page["entries"]]
        after = page["page_info"].get("after")
        if not after or len(found) > 2 * MOST_RECIPIENTS:
            return sorted(found)
        query["after"] = after
