"""The sections about the environment as a whole: its ids, clock, plans and defaults."""

from __future__ import annotations

from typing import Any

from mock_knock.snapshots.faults import Path, reading, refused
from mock_knock.snapshots.moments import instant
from mock_knock.world.clock import ClockError, ClockSpec
from mock_knock.world.environment import Environment, WorldSettings
from mock_knock.world.errors import invalid_field
from mock_knock.world.events import EventStream
from mock_knock.world.fault_book import Counted
from mock_knock.world.faults import FaultRule
from mock_knock.world.instants import DAY, Instant, to_text, within_calendar
from mock_knock.world.plans import Plan, PlanError

Json = dict[str, Any]


def write_settings(world: Environment) -> Json:
    """`environment`, `clock`, `counters`, `plans`, `faults` and `rate_limits`."""
    plans = world.plans
    return {
        "environment": {
            "name": world.identity.name,
            "seed": world.identity.seed,
            "began_at": to_text(world.channels.built_in.created_at),
            "magic_ids": world.providers.magic_ids,
            "retention_days": world.messages.retention // DAY,
        },
        "clock": {"now": to_text(world.now), "scale": world.clock.scale},
        "counters": {
            "ids": world.identity.issued,
            "users": world.users.created,
            "objects": world.objects.created,
            "subscriptions": world.subscriptions.created,
            "schedules": world.schedules.created,
            "runs": world.workflows.runs.started,
            "messages": world.messages.made,
            "events": world.timeline.scheduled,
        },
        "plans": {
            "default": plans.default.to_json(),
            "magic_ids": plans.magic_ids,
            "next": [{"name": name, "plan": plan.to_json()} for name, plan in plans.upcoming],
            "rules": [{"name": name, "plan": plan.to_json()} for name, plan in plans.rules],
        },
        "faults": {
            "added": world.faults.added,
            "rules": [counted.to_json() for counted in world.faults],
        },
        "rate_limits": {
            "enabled": world.rate_limits.on,
            "full_at": {key: to_text(at) for key, at in world.rate_limits.full_at.items()},
        },
    }


def read_settings(document: Json, host: Instant, events: EventStream) -> Environment:
    """A new world with these settings and nothing in it, its clock going on from `host`."""
    own, clock, plans = document["environment"], document["clock"], document["plans"]
    with reading("clock", "now"):
        now = instant(clock["now"])
        if not within_calendar(now):
            raise ClockError("a clock goes from the year 1970 to the year 9000")
    settings = WorldSettings(
        seed=own["seed"],
        clock=ClockSpec(scale=clock["scale"], start=now),
        plan=read_plan(plans["default"], ("plans", "default")),
        magic_ids=own["magic_ids"],
        rate_limits=document["rate_limits"]["enabled"],
        retention_days=own["retention_days"],
    )
    world = Environment(own["name"], settings, host, events)
    world.identity.skip(document["counters"]["ids"])
    world.plans.magic_ids = plans["magic_ids"]
    for at, entry in enumerate(plans["next"]):
        plan = read_plan(entry["plan"], ("plans", "next", at, "plan"))
        with reading("plans", "next", at, "name"):
            world.plans.put_next(plan, entry["name"])
    seen = set()
    for at, entry in enumerate(plans["rules"]):
        if entry["name"] in seen:
            raise refused(("plans", "rules", at, "name"), "is that of an earlier rule")
        seen.add(entry["name"])
        plan = read_plan(entry["plan"], ("plans", "rules", at, "plan"))
        with reading("plans", "rules", at, "name"):
            world.plans.put_rule(entry["name"], plan)
    _read_faults(document, world)
    return world


def _read_faults(document: Json, world: Environment) -> None:
    given = document["faults"]
    found: dict[str, Counted] = {}
    for at, entry in enumerate(given["rules"]):
        counts = {name: entry.pop(name) for name in ("matched", "struck")}
        with reading("faults", "rules", at):
            rule = FaultRule.from_json(entry)
            if rule.id in found:
                raise invalid_field("id", "is that of an earlier rule")
            found[rule.id] = Counted(rule, **counts)
    world.faults.put_back(found, given["added"])
    full_at = {}
    for endpoint, moment in document["rate_limits"]["full_at"].items():
        with reading("rate_limits", "full_at", endpoint):
            full_at[endpoint] = instant(moment)
    world.rate_limits.put_back(full_at)


def read_plan(given: Json, path: Path) -> Plan:
    """A plan. Raises SnapshotError, naming its field, for one that makes no sense."""
    try:
        return Plan.from_json(given)
    except PlanError as error:
        raise refused((*path, error.field), error.problem) from None


def write_defaults(world: Environment) -> Json:
    """`preference_defaults` and `preference_center`."""
    center = world.preference_center
    return {
        "preference_defaults": world.preferences.environment_default,
        "preference_center": {
            "enabled": center.enabled,
            "title": center.title,
            "body": center.body,
            "rows": center.rows,
            "account_name": center.account_name,
            "branding": center.branding,
        },
    }


def read_defaults(document: Json, world: Environment) -> None:
    """Put the default preferences and the preference center in place."""
    world.preferences.environment_default = document["preference_defaults"]
    given, center = document["preference_center"], world.preference_center
    center.enabled = given["enabled"]
    center.title = given["title"]
    center.body = given["body"]
    center.rows = given["rows"]
    center.account_name = given["account_name"]
    center.branding = given["branding"]
