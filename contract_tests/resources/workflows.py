"""Triggers, runs, messages, feeds and schedules."""

from __future__ import annotations

import time
from typing import Any

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import instant
from contract_tests.lifecycle.kinds import make_users
from contract_tests.rules import resources as rules

SUITE = "resources"
_BETWEEN_READS = 0.5
FEED = "6f0c8b52-9d1e-4a37-b4c5-2e7a90d3f618"


def feed_is_known(scene: Scene, user: str) -> bool:
    """Whether the server has the feed that a bare mock-knock has."""
    if scene.get(f"/v1/users/{user}/feeds/{FEED}").status != 404:
        return True
    scene.examiner.say("this server knows its own channels only", rules.FEED_AGREES)
    return False


def trigger(scene: Scene, recipients: list[Any], **more: Any) -> str:
    """Trigger the target's workflow; answers the id of the workflow run."""
    path = f"/v1/workflows/{scene.target.workflow}/trigger"
    body = {"recipients": recipients, **more}
    id: str = scene.ok(scene.post(path, body))["workflow_run_id"]
    if scene.target.controlled:
        scene.pass_time(1)
    return id


def messages_of(scene: Scene, recipient: str, at_least: int) -> list[dict[str, Any]]:
    """The messages of a recipient, oldest first; on servers that take their time, when they came.

    None at all where there are fewer: how many a workflow sends is its own affair.
    """
    waited = 0.0
    while True:
        items = scene.ok(scene.get(f"{recipient}/messages"))["items"]
        if len(items) >= at_least or scene.target.controlled or waited >= scene.target.patience:
            break
        time.sleep(_BETWEEN_READS)
        waited += _BETWEEN_READS
    if len(items) < at_least and not scene.target.controlled:
        scene.examiner.say("the workflow sends no messages", rules.MARKS_KEPT, rules.MARKS_ALONE)
        return []
    found: list[dict[str, Any]] = items[::-1]
    return found


@check(
    SUITE, rules.RUN_FOR_EACH, rules.INLINE_STORED,
    needs=(Capability.WORKFLOW, Capability.WHOLE_LISTS),
)  # fmt: skip
def a_trigger_starts_one_run_for_each_recipient(scene: Scene) -> None:
    make_users(scene, ["a", "b"])
    a, b, inline = scene.id("a"), scene.id("b"), scene.id("inline")
    run = trigger(scene, [a, b, a, {"id": inline, "name": "Inline", "plan": "pro"}])
    items = scene.ok(scene.get("/v1/workflow_recipient_runs"))["items"]
    found = sorted(_id(item["recipient"]) for item in items)
    told = f"{[a, b, inline]} were named, the runs are for {found}"
    scene.require(rules.RUN_FOR_EACH, found == sorted([a, b, inline]), told)
    strange = [item for item in items if item["workflow_run_id"] != run]
    scene.require(rules.RUN_FOR_EACH, not strange, f"the trigger was {run}; {strange}")
    shown = scene.get(f"/v1/users/{inline}")
    stored = shown.status == 200 and shown.json.get("plan") == "pro"
    scene.require(rules.INLINE_STORED, stored, f"the inline user answered {shown.status}")
    for item in items:
        detail = scene.ok(scene.get(f"/v1/workflow_recipient_runs/{item['id']}"))
        told = f"the list has {item}, its id answers {detail}"
        same = {name: detail.get(name) for name in item} == item
        scene.require(rules.RUN_FOR_EACH, same, told)


def _id(reference: Any) -> str:
    return str(reference["id"] if isinstance(reference, dict) else reference)


@check(SUITE, rules.MESSAGE_READ_BACK, needs=(Capability.WORKFLOW,))
def a_message_of_a_list_is_read_by_its_id(scene: Scene) -> None:
    make_users(scene, ["reader"])
    for number in range(3):
        trigger(scene, [scene.id("reader")], data={"number": number})
    items = scene.ok(scene.get(f"/v1/users/{scene.id('reader')}/messages"))["items"]
    scene.require(rules.MESSAGE_READ_BACK, len(items) >= 3, f"3 triggers, {len(items)} messages")
    for item in items:
        shown = scene.ok(scene.get(f"/v1/messages/{item['id']}"))
        names = item.keys() & shown.keys() - {"__cursor"}
        different = [name for name in sorted(names) if item[name] != shown[name]]
        told = f"{different} differ between the list and {item['id']}"
        scene.require(rules.MESSAGE_READ_BACK, not different, told)


_MARKS = (("seen", "seen_at"), ("read", "read_at"), ("archived", "archived_at"))


@check(SUITE, rules.MARKS_KEPT, rules.MARKS_ALONE, needs=(Capability.WORKFLOW,))
def marks_are_kept_and_taken_back(scene: Scene) -> None:
    make_users(scene, ["reader"])
    for number in range(2):
        trigger(scene, [scene.id("reader")], data={"number": number})
    path = f"/v1/users/{scene.id('reader')}/messages"
    first, second = [item["id"] for item in scene.ok(scene.get(path))["items"]][:2]
    for mark, stamp in _MARKS:
        scene.ok(scene.put(f"/v1/messages/{first}/{mark}"))
        shown = scene.ok(scene.get(f"/v1/messages/{first}"))
        marked = shown[stamp] is not None and mark in shown["engagement_statuses"]
        scene.require(rules.MARKS_KEPT, marked, f"marked {mark}, and it shows {shown[stamp]!r}")
        other = scene.ok(scene.get(f"/v1/messages/{second}"))[stamp]
        scene.require(rules.MARKS_ALONE, other is None, f"{mark} marked {second} too")
        scene.ok(scene.delete(f"/v1/messages/{first}/{mark}"))
        shown = scene.ok(scene.get(f"/v1/messages/{first}"))
        left = shown[stamp] is None and mark not in shown["engagement_statuses"]
        scene.require(rules.MARKS_KEPT, left, f"{mark} was taken back: {shown[stamp]!r}")
    scene.ok(scene.post("/v1/messages/batch/read", {"message_ids": [second]}))
    shown = scene.ok(scene.get(f"/v1/messages/{second}"))["read_at"]
    scene.require(rules.MARKS_KEPT, shown is not None, "a batch marked it read, and it is not")
    other = scene.ok(scene.get(f"/v1/messages/{first}"))["read_at"]
    scene.require(rules.MARKS_ALONE, other is None, "a batch marked a message it did not name")


@check(SUITE, rules.FEED_AGREES, needs=(Capability.WORKFLOW, Capability.PLANS))
def the_counts_of_a_feed_are_those_of_its_messages(scene: Scene) -> None:
    make_users(scene, ["reader"])
    path = f"/v1/users/{scene.id('reader')}/feeds/{FEED}"
    if not feed_is_known(scene, scene.id("reader")):
        return
    for number in range(3):
        trigger(scene, [scene.id("reader")], data={"number": number})
    feed = scene.ok(scene.get(path))
    _counts(scene, feed, total=3, unseen=3, unread=3)
    page = scene.ok(scene.get(path, {"page_size": "1"}))
    _counts(scene, page, total=3, unseen=3, unread=3)
    beyond = {"page_size": "1", "after": page["page_info"]["after"]}
    _counts(scene, scene.ok(scene.get(path, beyond)), total=3, unseen=3, unread=3)
    scene.ok(scene.put(f"/v1/messages/{feed['entries'][0]['id']}/seen"))
    scene.ok(scene.put(f"/v1/messages/{feed['entries'][1]['id']}/read"))
    feed = scene.ok(scene.get(path))
    unseen = sum(entry["seen_at"] is None for entry in feed["entries"])
    _counts(scene, feed, total=3, unseen=unseen, unread=2)
    scene.ok(scene.put(f"/v1/messages/{feed['entries'][2]['id']}/archived"))
    feed = scene.ok(scene.get(path))
    told = f"one of three is archived, {len(feed['entries'])} are shown"
    scene.require(rules.FEED_AGREES, len(feed["entries"]) == 2, told)


def _counts(scene: Scene, feed: dict[str, Any], *, total: int, unseen: int, unread: int) -> None:
    meta = feed["meta"]
    found = (meta["total_count"], meta["unseen_count"], meta["unread_count"])
    told = f"total, unseen, unread are {found}, and should be {(total, unseen, unread)}"
    scene.require(rules.FEED_AGREES, found == (total, unseen, unread), told)


@check(SUITE, rules.SCHEDULES_KEPT, rules.SCHEDULES_DELETED, needs=(Capability.WORKFLOW,))
def schedules_are_kept(scene: Scene) -> None:
    make_users(scene, ["a", "b"])
    body = {
        "workflow": scene.target.workflow,
        "recipients": [scene.id("a"), scene.id("b")],
        "repeats": [{"frequency": "daily", "hours": 9, "minutes": 30}],
        "data": {"park": "Isla Nublar"},
    }
    made = scene.ok(scene.post("/v1/schedules", body))
    scene.require(rules.SCHEDULES_KEPT, len(made) == 2, f"two recipients, {len(made)} schedules")
    for name, schedule in zip(("a", "b"), made, strict=True):
        listed = scene.ok(scene.get(f"/v1/users/{scene.id(name)}/schedules"))["entries"]
        ids = [one["id"] for one in listed]
        told = f"{schedule['id']} was made, {ids} are listed"
        scene.require(rules.SCHEDULES_KEPT, ids == [schedule["id"]], told)
        told = f"its data is {listed[0]['data']!r}, its workflow {listed[0]['workflow']!r}"
        same = listed[0]["data"] == body["data"] and listed[0]["workflow"] == body["workflow"]
        scene.require(rules.SCHEDULES_KEPT, same, told)
    scene.ok(scene.delete("/v1/schedules", {"schedule_ids": [made[0]["id"]]}))
    left = {
        name: [
            one["id"]
            for one in scene.ok(scene.get(f"/v1/users/{scene.id(name)}/schedules"))["entries"]
        ]
        for name in ("a", "b")
    }
    right = left == {"a": [], "b": [made[1]["id"]]}
    scene.require(rules.SCHEDULES_DELETED, right, f"{made[0]['id']} was deleted; left: {left}")


@check(SUITE, rules.FILTERS, needs=(Capability.WORKFLOW, Capability.WHOLE_LISTS))
def filters_of_messages_let_through_what_matches(scene: Scene) -> None:
    make_users(scene, ["a", "b"])
    for name in ("a", "b"):
        scene.ok(scene.put(f"/v1/tenants/{scene.id(name)}", {"name": name}))
        trigger(scene, [scene.id(name)], tenant=scene.id(name), data={"who": name})
    for name in ("a", "b"):
        tenant = scene.id(name)
        items = scene.ok(scene.get("/v1/messages", {"tenant": tenant}))["items"]
        found = {(item["tenant"], item["data"]["who"]) for item in items}
        told = f"tenant={tenant} lets through {found}"
        scene.require(rules.FILTERS, found == {(tenant, name)}, told)
    every = scene.ok(scene.get("/v1/messages"))["items"]
    id = every[0]["id"]
    one = scene.ok(scene.get("/v1/messages", [("message_ids[]", id)]))["items"]
    ids = [item["id"] for item in one]
    scene.require(rules.FILTERS, ids == [id], f"message_ids[]={id} lets through {ids}")


@check(
    SUITE, rules.FAN_OUT, rules.STUB_TENANT,
    needs=(Capability.WORKFLOW, Capability.WHOLE_LISTS),
)  # fmt: skip
def a_trigger_for_an_object_reaches_its_subscribers(scene: Scene) -> None:
    make_users(scene, ["a", "b", "actor", "stranger"])
    collection, id = scene.id("projects"), scene.id("one")
    path = f"/v1/objects/{collection}/{id}"
    scene.ok(scene.put(path, {"name": "x"}))
    subscribers = [scene.id(name) for name in ("a", "b", "actor")]
    scene.ok(scene.post(f"{path}/subscriptions", {"recipients": subscribers}))
    reference = {"id": id, "collection": collection}
    trigger(scene, [reference], actor=scene.id("actor"), tenant=scene.id("new-tenant"))
    items = scene.ok(scene.get("/v1/workflow_recipient_runs"))["items"]
    found = sorted(_id(item["recipient"]) for item in items)
    expected = sorted([scene.id("a"), scene.id("b"), id])
    told = f"subscribers are a, b and the actor: runs for {found}, expected {expected}"
    scene.require(rules.FAN_OUT, found == expected, told)
    tenant = scene.get(f"/v1/tenants/{scene.id('new-tenant')}").status
    scene.require(rules.STUB_TENANT, tenant == 200, f"the tenant answers {tenant}")


@check(SUITE, rules.OPTED_OUT, needs=(Capability.WORKFLOW,))
def who_opted_out_gets_no_message(scene: Scene) -> None:
    workflow = scene.target.workflow
    make_users(scene, ["out", "in"])
    path = f"/v1/users/{scene.id('out')}/preferences/default"
    scene.ok(scene.put(path, {"workflows": {workflow: False}}))
    trigger(scene, [scene.id("out"), scene.id("in")])
    found = {
        name: len(scene.ok(scene.get(f"/v1/users/{scene.id(name)}/messages"))["items"])
        for name in ("out", "in")
    }
    right = found["out"] == 0 and (found["in"] > 0 or scene.target.real)
    scene.require(
        rules.OPTED_OUT, right, f"messages of the one who opted out and the other: {found}"
    )


@check(SUITE, rules.EVENTS_KEPT, needs=(Capability.WORKFLOW,))
def events_tell_what_happened(scene: Scene) -> None:
    make_users(scene, ["reader"])
    trigger(scene, [scene.id("reader")])
    items = scene.ok(scene.get(f"/v1/users/{scene.id('reader')}/messages"))["items"]
    path = f"/v1/messages/{items[0]['id']}"
    scene.ok(scene.put(f"{path}/seen"))
    scene.ok(scene.put(f"{path}/archived"))
    scene.ok(scene.delete(f"{path}/archived"))
    types = [event["type"] for event in scene.ok(scene.get(f"{path}/events"))["items"]]
    for type in ("message.seen", "message.archived", "message.unarchived"):
        told = f"{type} is not among {types}"
        scene.require(rules.EVENTS_KEPT, types.count(type) == 1, told)


@check(SUITE, rules.SCHEDULE_FIRES, needs=(Capability.WORKFLOW, Capability.CLOCK))
def a_schedule_fires_when_it_is_due(scene: Scene) -> None:
    make_users(scene, ["sleeper"])
    body = {
        "workflow": scene.target.workflow,
        "recipients": [scene.id("sleeper")],
        "repeats": [{"frequency": "daily", "hours": 12, "minutes": 0}],
    }
    made = scene.ok(scene.post("/v1/schedules", body))[0]
    now = instant(scene.control("GET", "/clock").json["now"])
    wait = (instant(made["next_occurrence_at"]) - now).total_seconds()
    scene.require(rules.SCHEDULE_FIRES, 0 < wait <= 86_400, f"daily, and due in {wait} s")
    for pause, expected in ((wait - 5, 0), (10, 1), (86_380, 1), (20, 2)):
        scene.pass_time(pause)
        items = scene.ok(scene.get("/v1/workflow_recipient_runs"))["items"]
        told = f"{len(items)} runs where {expected} were due"
        scene.require(rules.SCHEDULE_FIRES, len(items) == expected, told)
