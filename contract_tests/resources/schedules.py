"""Schedules: every field by itself, made, changed, and in what they trigger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import instant
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.bulk import finish
from contract_tests.resources.filtering import id_of
from contract_tests.resources.narrowing import narrow
from contract_tests.rules import resources as rules

SUITE = "resources"
_WORKFLOW: Final = (Capability.WORKFLOW,)
_CLOCK: Final = (Capability.WORKFLOW, Capability.CLOCK, Capability.WHOLE_LISTS)
_DAY: Final = 86_400.0
REPEATS: Final[dict[str, list[dict[str, Any]]]] = {
    "daily": [{"frequency": "daily", "hours": 9, "minutes": 30}],
    "every third day": [{"frequency": "daily", "interval": 3, "hours": 23, "minutes": 55}],
    "weekly": [{"frequency": "weekly", "days": ["tue", "sun"], "hours": 6}],
    "monthly": [{"frequency": "monthly", "day_of_month": 17, "hours": 12, "minutes": 5}],
    "hourly": [{"frequency": "hourly", "interval": 2, "minutes": 45}],
    "two rules": [
        {"frequency": "weekly", "days": ["mon"], "hours": 8},
        {"frequency": "monthly", "day_of_month": 1, "hours": 20},
    ],
}  # fmt: skip
_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Fields = dict[str, Any]


def _fields(scene: Scene) -> dict[str, tuple[Any, Any]]:
    """Of each field two values."""
    return {
        "tenant": (scene.id("acme"), scene.id("ingen")),
        "actor": (scene.id("boss"), scene.id("chief")),
        "data": ({"park": "Isla Nublar", "deep": {"a": [1]}}, {"seats": 2}),
        "repeats": (REPEATS["daily"], REPEATS["weekly"]),
    }


def _people(scene: Scene) -> None:
    make_users(scene, ["a", "b", "boss", "chief"])
    for tenant in ("acme", "ingen"):
        scene.ok(scene.put(f"/v1/tenants/{scene.id(tenant)}", {"name": tenant}))


def _listed(scene: Scene, name: str) -> list[Fields]:
    found: list[Fields] = scene.ok(scene.get(f"/v1/users/{scene.id(name)}/schedules"))["entries"]
    return found


def wrong_fields(shown: Fields, expected: Fields) -> str:
    """What of a schedule is not as it was written."""
    for name, value in expected.items():
        found = shown.get(name)
        if name == "actor":
            found = found if found is None else id_of(found)
        if name == "repeats":
            rules_shown = found or []
            same = len(rules_shown) == len(value) and all(
                {key: one.get(key) for key in rule} == rule
                for one, rule in zip(rules_shown, value, strict=False)
            )
        else:
            same = found == value
        if not same:
            return f"{name} is {found!r}, and was written as {value!r}"
    return ""


def _create(scene: Scene, chosen: Sequence[str]) -> None:
    """Each field by itself and all of them, singly and in bulk."""
    _people(scene)
    fields = {name: first for name, (first, _) in _fields(scene).items()}
    always = {"workflow": scene.target.workflow, "repeats": REPEATS["monthly"]}
    bodies = [{**always, name: fields[name]} for name in chosen]
    bodies.append({**always, **{name: fields[name] for name in chosen}})
    for body in bodies:
        for name in ("single", "bulk"):
            who = scene.id("a" if name == "single" else "b")
            if name == "single":
                made = scene.ok(scene.post("/v1/schedules", {**body, "recipients": [who]}))
                _require(scene, made[0], body, "the answer", "createSchedules")
            else:
                sent = {"schedules": [{**body, "recipient": who}]}
                finish(scene, scene.post("/v1/schedules/bulk/create", sent))
            place = "createSchedules" if name == "single" else "bulkCreateSchedules"
            listed = _listed(scene, "a" if name == "single" else "b")
            told = f"a schedule was made in {name}, and the user has {len(listed)}"
            scene.require(rules.SCHEDULES_KEPT, len(listed) == 1, told, place)
            _require(scene, listed[0], body, "the user's list", place)
            scene.ok(scene.delete("/v1/schedules", {"schedule_ids": [listed[0]["id"]]}))


def _require(scene: Scene, shown: Fields, expected: Fields, where: str, place: str) -> None:
    wrong = wrong_fields(shown, expected)
    scene.require(rules.SCHEDULES_KEPT, not wrong, f"in {where} {wrong}", place)


def _change(scene: Scene, chosen: Sequence[str]) -> None:
    """Each field of two schedules is changed; the third one stays as it was."""
    _people(scene)
    fields = _fields(scene)
    known = {"workflow": scene.target.workflow}
    known |= {name: first for name, (first, _) in fields.items()}
    who = [scene.id("a"), scene.id("b"), scene.id("a")]
    ids = [
        scene.ok(scene.post("/v1/schedules", {**known, "recipients": [one]}))[0]["id"]
        for one in who
    ]
    now = dict(known)
    for name in chosen:
        now[name] = fields[name][1]
        body = {"schedule_ids": ids[:2], name: now[name]}
        answer = scene.ok(scene.put("/v1/schedules", body))
        told = f"two schedules were changed, {len(answer)} answered"
        scene.require(rules.SCHEDULES_KEPT, len(answer) == 2, told, "updateSchedules")
        shown = {one["id"]: one for one in [*_listed(scene, "a"), *_listed(scene, "b")]}
        for number, id in enumerate(ids):
            expected = now if number < 2 else known
            where = f"schedule {number + 1} of 3, of which the first two were named,"
            _require(scene, shown.get(id, {}), expected, where, "updateSchedules")


def _add(name: str, attempt: Any) -> None:
    def run(examiner: Examiner) -> None:
        narrow(examiner, ("tenant", "actor", "data", "repeats"), attempt)

    add_check(Check(SUITE, name, (rules.SCHEDULES_KEPT,), _WORKFLOW, run))


_add("every field of a schedule is kept", _create)
_add("every field of a schedule is changed by itself", _change)


@check(SUITE, rules.SCHEDULES_KEPT, rules.SCHEDULES_DELETED, needs=_WORKFLOW)
def every_schedule_that_is_named_is_deleted(scene: Scene) -> None:
    make_users(scene, ["a", "b", "c"])
    body = {"workflow": scene.target.workflow, "repeats": REPEATS["monthly"]}
    ids = [
        scene.ok(scene.post("/v1/schedules", {**body, "recipients": [scene.id(name)]}))[0]["id"]
        for name in ("a", "b", "a", "c")
    ]
    answer = scene.ok(scene.delete("/v1/schedules", {"schedule_ids": ids[:3]}))
    told = f"three schedules were deleted, {len(answer)} answered"
    scene.require(rules.SCHEDULES_DELETED, len(answer) == 3, told)
    left = [one["id"] for name in ("a", "b", "c") for one in _listed(scene, name)]
    told = f"three of four were deleted, {len(left)} are left"
    scene.require(rules.SCHEDULES_DELETED, left == ids[3:], told, "deleteSchedules")


@check(SUITE, rules.SCHEDULES_KEPT, needs=_WORKFLOW)
def schedules_come_next_by_their_rules(scene: Scene) -> None:
    for number, zone in enumerate(("Etc/UTC", "America/New_York")):
        who = scene.id(f"in-{number}")
        scene.ok(scene.put(f"/v1/users/{who}", {"name": who, "timezone": zone}))
        for name, repeats in REPEATS.items():
            body = {"workflow": scene.target.workflow, "recipients": [who], "repeats": repeats}
            made = scene.ok(scene.post("/v1/schedules", body))[0]
            due = made["next_occurrence_at"]
            fits = due and any(
                _fits(instant(due).astimezone(ZoneInfo(zone)), rule) for rule in repeats
            )
            told = f"{name} in {zone}, {repeats}: the next occurrence is at {due}"
            scene.require(rules.SCHEDULES_KEPT, fits, told, "createSchedules")


def _fits(at: datetime, rule: dict[str, Any]) -> bool:
    """Whether a moment in the recipient's zone is one of the rule's."""
    if rule["frequency"] != "hourly" and at.hour != rule.get("hours", 0):
        return False
    days = [_DAYS.index(day) for day in rule.get("days", _DAYS)]
    return (
        at.minute == rule.get("minutes", 0)
        and at.weekday() in days
        and at.day == rule.get("day_of_month", at.day)
    )


def _now(scene: Scene) -> datetime:
    return instant(scene.control("GET", "/clock").json["now"])


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


@check(SUITE, rules.SCHEDULE_FIRES, needs=_CLOCK)
def schedules_begin_and_end_when_they_are_told_to(scene: Scene) -> None:
    make_users(scene, ["ending", "ended", "starting", "once", "moved"])
    now = _now(scene)
    noon = [{"frequency": "daily", "hours": 12}]
    at = {days: _text(now + timedelta(days=days)) for days in (1.5, 2.5, 3)}
    bodies: dict[str, Fields] = {
        "ending": {"repeats": noon, "ending_at": at[1.5]},
        "ended": {"repeats": noon},
        "starting": {"repeats": noon, "scheduled_at": at[2.5]},
        "once": {"scheduled_at": at[1.5]},
        "moved": {"scheduled_at": at[1.5]},
    }
    made = {}
    for name, body in bodies.items():
        who = {"workflow": scene.target.workflow, "recipients": [scene.id(name)]}
        made[name] = scene.ok(scene.post("/v1/schedules", {**who, **body}))[0]["id"]
    scene.ok(scene.put("/v1/schedules", {"schedule_ids": [made["ended"]], "ending_at": at[2.5]}))
    moved = {"schedule_ids": [made["moved"]], "scheduled_at": at[3]}
    scene.ok(scene.put("/v1/schedules", moved))
    fired = []
    for _ in range(6):
        scene.pass_time(_DAY)
        items = scene.ok(scene.get("/v1/workflow_recipient_runs"))["items"]
        fired.append([id_of(item["recipient"]).removeprefix(scene.prefix) for item in items])
    count = {name: [one.count(name) for one in fired] for name in bodies}
    # From 09:00 on: noon of the first day is three hours away, day 1.5 is 21:00 of the second.
    expected = _expected(now, {days: instant(text) for days, text in at.items()})
    for name, by_day in expected.items():
        told = f"{bodies[name]}: runs day by day are {count[name]}, and should be {by_day}"
        scene.require(rules.SCHEDULE_FIRES, count[name] == by_day, told, "createSchedules")


def _expected(now: datetime, at: dict[float, datetime]) -> dict[str, list[int]]:
    """How many runs there are at the end of each day."""
    noons = [
        now.replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=day)
        for day in range(8)
    ]
    due: dict[str, list[datetime]] = {
        "ending": [noon for noon in noons if noon < at[1.5]],
        "ended": [noon for noon in noons if noon < at[2.5]],
        "starting": [noon for noon in noons if noon >= at[2.5]],
        "once": [at[1.5]],
        "moved": [at[3]],
    }
    ends = [now + timedelta(days=day) for day in range(1, 7)]
    return {
        name: [sum(now < moment <= end for moment in moments) for end in ends]
        for name, moments in due.items()
    }


@check(SUITE, rules.TRIGGER_KEPT, needs=_CLOCK)
def what_a_schedule_triggers_is_as_it_says(scene: Scene) -> None:
    _people(scene)
    fields = {name: first for name, (first, _) in _fields(scene).items()}
    body = {"workflow": scene.target.workflow, "recipients": [scene.id("a")], **fields}
    made = scene.ok(scene.post("/v1/schedules", body))[0]
    scene.pass_time(2 * _DAY)
    run = scene.ok(scene.get("/v1/workflow_recipient_runs"))["items"][-1]
    found = {
        "tenant": run["tenant"], "actor": id_of(run["actor"]),
        "schedule_id": run["trigger_source"]["schedule_id"], "type": run["trigger_source"]["type"],
    }  # fmt: skip
    expected = {
        "tenant": fields["tenant"], "actor": fields["actor"], "schedule_id": made["id"],
        "type": "schedule",
    }  # fmt: skip
    told = f"the schedule said {expected}, its run {found}"
    scene.require(rules.TRIGGER_KEPT, found == expected, told, "createSchedules")
    message = scene.ok(scene.get(f"/v1/users/{scene.id('a')}/messages"))["items"][-1]
    told = f"its data are {fields['data']}, those of its message {message['data']}"
    same = message["data"] == fields["data"] and message["tenant"] == fields["tenant"]
    scene.require(rules.TRIGGER_KEPT, same, told, "createSchedules")
