"""What messages and runs tell of the trigger that they come from, and of themselves."""

from __future__ import annotations

from typing import Any

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import check
from contract_tests.checking.scene import Scene
from contract_tests.resources.filtering import id_of
from contract_tests.resources.studio import Studio, open_studio
from contract_tests.resources.workflows import FEED, feed_is_known, messages_of
from contract_tests.rules import resources as rules

SUITE = "resources"
_NOTES = ("red", "green", "blue")


def _trigger_three(scene: Scene) -> tuple[Studio, dict[str, dict[str, Any]]]:
    """Three triggers, unlike in all that a trigger has; answers what was sent, by its run."""
    studio = open_studio(scene)
    for name in ("reader", "red", "green", "blue"):
        email = f"{name}@example.com"
        scene.ok(scene.put(f"/v1/users/{scene.id(name)}", {"name": name, "email": email}))
    sent = {}
    for note in _NOTES:
        body = {
            "recipients": [scene.id("reader")], "actor": scene.id(note),
            "tenant": scene.id(f"of-{note}"), "cancellation_key": f"key-{note}",
            "data": {"note": note, "more": {note: [note]}},
        }  # fmt: skip
        workflow = studio.mail if studio.mail and note == "green" else studio.plain
        answer = scene.post(f"/v1/workflows/{workflow}/trigger", body)
        run = scene.ok(answer)["workflow_run_id"]
        sent[run] = {**body, "workflow": workflow}
        if scene.target.controlled:
            scene.pass_time(5)
    return studio, sent


@check(SUITE, rules.TRIGGER_KEPT, needs=(Capability.WORKFLOW,))
def messages_tell_of_their_trigger(scene: Scene) -> None:
    _, sent = _trigger_three(scene)
    reader = f"/v1/users/{scene.id('reader')}"
    for item in messages_of(scene, reader, len(sent)):
        shown = scene.ok(scene.get(f"/v1/messages/{item['id']}"))
        body = sent.get(shown["source"]["workflow_run_id"])
        told = f"a message of the run {shown['source']['workflow_run_id']}, which nobody triggered"
        scene.require(rules.TRIGGER_KEPT, body is not None, told)
        assert body is not None
        found = {
            "tenant": shown["tenant"], "data": shown["data"], "workflow": shown["source"]["key"],
            "recipients": [id_of(shown["recipient"])],
        }  # fmt: skip
        _agree(scene, found, {name: body[name] for name in found}, "getMessage")
        actors = [id_of(actor) for actor in shown.get("actors") or []]
        _agree(scene, {"actors": actors}, {"actors": [body["actor"]]}, "getMessage")


def _agree(scene: Scene, found: dict[str, Any], expected: dict[str, Any], place: str) -> None:
    for name, value in expected.items():
        told = f"{name} is {found[name]!r}, and was triggered with {value!r}"
        scene.require(rules.TRIGGER_KEPT, found[name] == value, told, place)


@check(SUITE, rules.TRIGGER_KEPT, needs=(Capability.WORKFLOW, Capability.WHOLE_LISTS))
def runs_tell_of_their_trigger(scene: Scene) -> None:
    _, sent = _trigger_three(scene)
    items = scene.ok(scene.get("/v1/workflow_recipient_runs"))["items"]
    found = sorted(item["workflow_run_id"] for item in items)
    told = f"{len(sent)} triggers, and runs of {len(set(found) & set(sent))} of them"
    scene.require(rules.TRIGGER_KEPT, found == sorted(sent), told)
    for item in items:
        for run in (item, scene.ok(scene.get(f"/v1/workflow_recipient_runs/{item['id']}"))):
            body = sent[run["workflow_run_id"]]
            source = run["trigger_source"]
            shown = {
                "workflow": run["workflow"], "tenant": run["tenant"], "actor": id_of(run["actor"]),
                "recipients": [id_of(run["recipient"])],
                "cancellation_key": source.get("cancellation_key"),
            }  # fmt: skip
            _agree(scene, shown, {name: body[name] for name in shown}, "")
            told = f"triggered by a call, and its source is {source['type']!r}"
            scene.require(rules.TRIGGER_KEPT, source["type"] == "api", told)


@check(SUITE, rules.TRIGGER_KEPT, needs=(Capability.WORKFLOW, Capability.PLANS))
def items_of_a_feed_tell_of_their_trigger(scene: Scene) -> None:
    _, sent = _trigger_three(scene)
    if not feed_is_known(scene, scene.id("reader")):
        return
    entries = scene.ok(scene.get(f"/v1/users/{scene.id('reader')}/feeds/{FEED}"))["entries"]
    told = f"{len(sent)} triggers, {len(entries)} items"
    scene.require(rules.TRIGGER_KEPT, len(entries) == len(sent), told)
    for entry, body in zip(entries, reversed(sent.values()), strict=True):
        found = {
            "tenant": entry["tenant"], "data": entry["data"], "workflow": entry["source"]["key"],
            "actor": next((actor["id"] for actor in entry["actors"]), None),
        }  # fmt: skip
        _agree(scene, found, {name: body[name] for name in found}, "listUserInAppFeedItems")
        activity = entry["activities"][0]
        found = {
            "data": activity["data"], "actor": id_of(activity["actor"]),
            "recipients": [id_of(activity["recipient"])],
        }  # fmt: skip
        _agree(scene, found, {name: body[name] for name in found}, "listUserInAppFeedItems")


@check(SUITE, rules.TRIGGER_KEPT, needs=(Capability.WORKFLOW, Capability.PLANS))
def data_of_one_recipient_are_its_own(scene: Scene) -> None:
    open_studio(scene)
    a, b = scene.id("a"), scene.id("b")
    recipients = [{"id": a, "$trigger_data": {"note": "own", "extra": 1}}, {"id": b}]
    body = {"recipients": recipients, "data": {"note": "all", "kept": True}}
    scene.ok(scene.post(f"/v1/workflows/{scene.target.workflow}/trigger", body))
    scene.pass_time(1)
    for id, expected in (
        (a, {"note": "own", "extra": 1, "kept": True}), (b, {"note": "all", "kept": True}),
    ):  # fmt: skip
        message = messages_of(scene, f"/v1/users/{id}", 1)[0]
        _agree(scene, {"data": message["data"]}, {"data": expected}, "triggerWorkflow")


@check(SUITE, rules.CONTENT_OF_MESSAGE, needs=(Capability.WORKFLOW,))
def contents_are_those_of_the_message(scene: Scene) -> None:
    studio, sent = _trigger_three(scene)
    items = messages_of(scene, f"/v1/users/{scene.id('reader')}", len(sent))
    ids = [item["id"] for item in items]
    single = [scene.ok(scene.get(f"/v1/messages/{id}/content")) for id in ids]
    query = [("message_ids[]", id) for id in ids]
    batch = scene.ok(scene.get("/v1/messages/batch/content", query)) if ids else []
    for contents, place in ((single, "getMessageContents"), (batch, "batchGetMessageContents")):
        found = [content["message_id"] for content in contents]
        told = f"{len(ids)} messages were named, {len(found)} contents answered, some of others"
        scene.require(rules.CONTENT_OF_MESSAGE, sorted(found) == sorted(ids), told, place)
        for content in contents:
            item = next(item for item in items if item["id"] == content["message_id"])
            note = item["data"]["note"]
            others = [other for other in _NOTES if other != note and f"Of {other}" in str(content)]
            own = not studio.mail or f"Of {note}" in str(content)
            told = f"the message is of {note}, its content {str(content['data'])[:200]}"
            scene.require(rules.CONTENT_OF_MESSAGE, own and not others, told, place)
    told = "the contents of a batch are not those of the messages one by one"
    apart = [content for content in single if content not in batch]
    scene.require(rules.CONTENT_OF_MESSAGE, not apart, told, "batchGetMessageContents")


@check(SUITE, rules.CONTENT_OF_MESSAGE, needs=(Capability.WORKFLOW,))
def what_is_below_a_message_is_its_own(scene: Scene) -> None:
    _, sent = _trigger_three(scene)
    items = messages_of(scene, f"/v1/users/{scene.id('reader')}", len(sent))
    seen: dict[str, str] = {}
    for item in items:
        path = f"/v1/messages/{item['id']}"
        for part in ("activities", "events", "delivery_logs"):
            for row in scene.ok(scene.get(f"{path}/{part}"))["items"]:
                owner = seen.setdefault(row["id"], item["id"])
                told = f"the row {row['id']} is shown of two messages"
                scene.require(rules.CONTENT_OF_MESSAGE, owner == item["id"], told)
                if part == "activities":
                    told = f"its data are {row['data']!r}, those of the message {item['data']!r}"
                    scene.require(rules.CONTENT_OF_MESSAGE, row["data"] == item["data"], told)
                if part != "delivery_logs":
                    told = f"it is for {row['recipient']!r}"
                    own = id_of(row["recipient"]) == scene.id("reader")
                    scene.require(rules.CONTENT_OF_MESSAGE, own, told)


@check(SUITE, rules.FEED_AGREES, needs=(Capability.WORKFLOW, Capability.PLANS))
def a_feed_leaves_out_what_it_is_told_to(scene: Scene) -> None:
    _trigger_three(scene)
    path = f"/v1/users/{scene.id('reader')}/feeds/{FEED}"
    if not feed_is_known(scene, scene.id("reader")):
        return
    whole = scene.ok(scene.get(path))
    compact = scene.ok(scene.get(path, {"mode": "compact"}))
    for rich, entry in zip(whole["entries"], compact["entries"], strict=True):
        flat = {n: v for n, v in rich["data"].items() if not isinstance(v, dict | list)}
        told = f"mode=compact shows {entry['data']!r}, and {entry.get('activities')}"
        right = entry["data"] == flat and not entry.get("activities")
        scene.require(rules.FEED_AGREES, right, told)
    less = scene.ok(scene.get(path, {"exclude": "entries.archived_at,entries.seen_at"}))
    left = [entry for entry in less["entries"] if {"archived_at", "seen_at"} & entry.keys()]
    told = "exclude=entries.archived_at,entries.seen_at leaves them in"
    scene.require(rules.FEED_AGREES, not left, told)
