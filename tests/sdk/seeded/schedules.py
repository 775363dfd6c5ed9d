"""Schedules: made, read, changed, taken back."""

from __future__ import annotations

from typing import Any

from tests.sdk.seed import WEEKLY, Seed
from tests.sdk.stories import Story, calling

DAILY: dict[str, Any] = {"frequency": "daily", "hours": 7, "minutes": 30}


def own(seed: Seed, user: str) -> list[dict[str, Any]]:
    """A user's schedules, newest first."""
    entries: list[dict[str, Any]] = seed.read(f"/v1/users/{user}/schedules")["entries"]
    return entries


@calling("schedules.create")
def create(seed: Seed) -> Story:
    created = yield {
        "workflow": "digest",
        "recipients": ["ian", {"id": "sarah", "name": "Sarah"}],
        "repeats": [DAILY],
        "data": {"unit": "lab"},
        "tenant": "ingen",
        "actor": "ellie",
        "ending_at": "2026-02-01T00:00:00Z",
    }
    assert [one["recipient"]["id"] for one in created] == ["ian", "sarah"]
    assert created[:1] == own(seed, "ian")
    assert created[0]["next_occurrence_at"].startswith("2026-01-06T07:30:00")
    assert (created[0]["actor"]["id"], created[0]["tenant"]) == ("ellie", "ingen")


@calling("schedules.list")
def list_(seed: Seed) -> Story:
    schedules = yield {"workflow": "digest", "page_size": 2, "recipients": ["ellie", "alan"]}
    assert {schedule["id"] for schedule in schedules} == {
        schedule["id"] for user in ("ellie", "alan") for schedule in own(seed, user)
    }
    assert len(schedules) == 4


@calling("schedules.update")
def update(seed: Seed) -> Story:
    ids = [schedule["id"] for schedule in own(seed, "ellie")]
    updated = yield {"schedule_ids": ids[:2], "repeats": [DAILY], "data": {"unit": "lab"}}
    assert {schedule["id"] for schedule in updated} == set(ids[:2])
    for schedule in own(seed, "ellie"):
        changed = schedule["id"] in ids[:2]
        assert schedule["repeats"][0]["frequency"] == ("daily" if changed else "weekly")
        assert schedule["data"] == ({"unit": "lab"} if changed else None)


@calling("schedules.delete")
def delete(seed: Seed) -> Story:
    first, *others = (schedule["id"] for schedule in own(seed, "ellie"))
    deleted = yield {"schedule_ids": others}
    assert {schedule["id"] for schedule in deleted} == set(others)
    assert [schedule["id"] for schedule in own(seed, "ellie")] == [first]


@calling("schedules.bulk.create")
def bulk_create(seed: Seed) -> Story:
    rows = [{"workflow": "digest", "recipient": id, "repeats": [WEEKLY]} for id in ("ian", "alan")]
    operation = yield {"schedules": rows}
    seed.finish(operation, "schedules.create_schedules", 2)
    assert len(own(seed, "ian")) == 1
    assert len(own(seed, "alan")) == 2


@calling("users.list_schedules")
def list_of_user(seed: Seed) -> Story:
    schedules = yield {"user_id": "ellie", "page_size": 2, "workflow": "digest"}
    assert [schedule["tenant"] for schedule in schedules] == ["biosyn", "ingen", None]
    assert schedules == own(seed, "ellie")
