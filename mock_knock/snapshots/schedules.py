"""The section of schedules."""

from __future__ import annotations

from typing import Any

from mock_knock.snapshots.faults import Path, reading
from mock_knock.snapshots.moments import instant, moment, text
from mock_knock.snapshots.places import in_order
from mock_knock.snapshots.recipients import key_of, reference_to
from mock_knock.world.environment import Environment
from mock_knock.world.instants import to_text
from mock_knock.world.recurrence import WEEKDAYS, RepeatRule
from mock_knock.world.references import recipient_key, reference
from mock_knock.world.schedule import Schedule

Json = dict[str, Any]


def write_schedules(world: Environment) -> Json:
    """`schedules`, by id. Their next occurrences stand on the timeline."""
    return {
        schedule.id: {
            "place": schedule.place,
            "workflow": schedule.workflow,
            "recipient": reference(schedule.recipient),
            "actor": reference_to(schedule.actor),
            "tenant": schedule.tenant,
            "data": schedule.data,
            "repeats": [_write_rule(rule) for rule in schedule.repeats],
            "scheduled_at": text(schedule.scheduled_at),
            "ending_at": text(schedule.ending_at),
            "start": to_text(schedule.start),
            "next_at": text(schedule.next_at),
            "last_at": text(schedule.last_at),
            "inserted_at": to_text(schedule.inserted_at),
            "updated_at": to_text(schedule.updated_at),
        }
        for schedule in world.schedules.rows()
    }


def read_schedules(document: Json, world: Environment) -> None:
    """Put the schedules in place."""
    created = document["counters"]["schedules"]
    found = []
    for id, given in document["schedules"].items():
        path: Path = ("schedules", id)
        with reading(*path):
            schedule = Schedule(
                id,
                given["place"],
                given["workflow"],
                recipient_key(given["recipient"]),
                instant(given["inserted_at"]),
            )
            schedule.actor = key_of(given["actor"])
            schedule.tenant = given["tenant"]
            schedule.data = given["data"]
            schedule.repeats = tuple(_read_rule(rule) for rule in given["repeats"])
            schedule.scheduled_at = moment(given["scheduled_at"])
            schedule.ending_at = moment(given["ending_at"])
            schedule.start = instant(given["start"])
            schedule.next_at = moment(given["next_at"])
            schedule.last_at = moment(given["last_at"])
            schedule.updated_at = instant(given["updated_at"])
        found.append((schedule, path))
    world.schedules.put_back(in_order(found, created), created)


def _write_rule(rule: RepeatRule) -> Json:
    return {
        "frequency": rule.frequency,
        "interval": rule.interval,
        "days": None if rule.days is None else [WEEKDAYS[day] for day in sorted(rule.days)],
        "day_of_month": rule.day_of_month,
        "hours": rule.hours,
        "minutes": rule.minutes,
    }


def _read_rule(given: Json) -> RepeatRule:
    days = given["days"]
    numbers = None if days is None else frozenset(WEEKDAYS.index(name) for name in days)
    return RepeatRule(**{**given, "days": numbers})
