"""Broken servers: triggers, runs, messages, feeds and schedules."""

from __future__ import annotations

from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, changed, planted, shown
from contract_tests.rules import resources as rules


def _recipients(call: Call) -> Any:
    trigger = call.path.endswith("/trigger") and isinstance(call.body, dict)
    return call.body.get("recipients") if trigger else None


@planted(rules.SCHEDULES_DELETED)
def schedules_are_not_deleted(call: Call) -> httpx.Response:
    """Deleting schedules answers them, and leaves them."""
    if call.method == "DELETE" and call.path == "/v1/schedules" and isinstance(call.body, dict):
        return call.forward("PUT", call.path, body=call.body)
    return call.forward()


@planted(rules.SCHEDULES_KEPT)
def schedules_lose_their_data(call: Call) -> httpx.Response:
    """Schedules do not keep the data for the workflow."""
    if call.method == "POST" and call.path == "/v1/schedules" and isinstance(call.body, dict):
        return call.forward(body={n: v for n, v in call.body.items() if n != "data"})
    return call.forward()


@planted(rules.RUN_FOR_EACH)
def repeated_recipients_run_twice(call: Call) -> httpx.Response:
    """Who is named twice in a trigger gets two runs."""
    recipients = _recipients(call)
    if isinstance(recipients, list):
        texts = [r for r in recipients if isinstance(r, str)]
        for twice in sorted({r for r in texts if texts.count(r) > 1}):
            call.forward(body={"recipients": [twice]})
    return call.forward()


@planted(rules.INLINE_STORED)
def inline_properties_are_lost(call: Call) -> httpx.Response:
    """Recipients that a trigger brings inline are stored without their properties."""
    recipients = _recipients(call)
    if isinstance(recipients, list) and all(isinstance(r, str | dict) for r in recipients):
        bare = [r if isinstance(r, str) or "collection" in r else {"id": r.get("id"), "name": "?"}
                for r in recipients]  # fmt: skip
        return call.forward(body={**call.body, "recipients": bare})
    return call.forward()


@planted(rules.MESSAGE_READ_BACK)
def lists_show_other_messages(call: Call) -> httpx.Response:
    """In lists every message says that it is still queued."""
    response = call.forward()
    body = shown(response)
    if call.path.endswith("/messages") and isinstance(body, dict) and "items" in body:
        return changed(
            response, {**body, "items": [{**i, "status": "queued"} for i in body["items"]]}
        )
    return response


@planted(rules.MARKS_ALONE)
def marks_spread(call: Call) -> httpx.Response:
    """Marking one message seen marks every message of the environment."""
    if call.method == "PUT" and call.path.endswith("/seen") and call.parts()[0] == "messages":
        for item in shown(call.forward("GET", "/v1/messages"))["items"]:
            call.forward("PUT", f"/v1/messages/{item['id']}/seen")
    return call.forward()


@planted(rules.MARKS_KEPT)
def marks_stay(call: Call) -> httpx.Response:
    """A message that was read cannot be made unread."""
    if call.method == "DELETE" and call.path.endswith("/read"):
        return call.forward("GET", call.path.removesuffix("/read"))
    return call.forward()


@planted(rules.FEED_AGREES)
def feeds_count_everything_unread(call: Call) -> httpx.Response:
    """The unread count of a feed is its total count."""
    response = call.forward()
    body = shown(response)
    if isinstance(body, dict) and "meta" in body and "entries" in body:
        body["meta"]["unread_count"] = body["meta"]["total_count"]
        return changed(response, body)
    return response


@planted(rules.FEED_AGREES)
def feeds_count_a_page(call: Call) -> httpx.Response:
    """The total of a feed is the number of items on the page."""
    response = call.forward()
    body = shown(response)
    if isinstance(body, dict) and "meta" in body and "entries" in body:
        body["meta"]["total_count"] = len(body["entries"])
        return changed(response, body)
    return response


@planted(rules.FILTERS)
def filters_are_ignored(call: Call) -> httpx.Response:
    """The list of messages takes the filter `tenant`, and does not apply it."""
    if call.path == "/v1/messages" and call.method == "GET":
        return call.forward(query=[(n, v) for n, v in call.query if n != "tenant"])
    return call.forward()


@planted(rules.FAN_OUT)
def objects_have_no_subscribers(call: Call) -> httpx.Response:
    """A trigger for an object starts a run for the object alone."""
    recipients = _recipients(call)
    if isinstance(recipients, list):
        for recipient in recipients:
            if isinstance(recipient, dict) and "collection" in recipient:
                path = f"/v1/objects/{recipient['collection']}/{recipient['id']}/subscriptions"
                every = shown(call.forward("GET", path)) or {}
                ids = [entry["recipient"]["id"] for entry in every.get("entries", [])]
                call.forward("DELETE", path, body={"recipients": ids})
    return call.forward()


@planted(rules.FAN_OUT)
def actors_hear_of_themselves(call: Call) -> httpx.Response:
    """The actor of a trigger gets a run as a subscriber."""
    if isinstance(_recipients(call), list):
        return call.forward(body={n: v for n, v in call.body.items() if n != "actor"})
    return call.forward()


@planted(rules.STUB_TENANT)
def tenants_must_be_known(call: Call) -> httpx.Response:
    """A trigger does not make its tenant."""
    if isinstance(_recipients(call), list):
        return call.forward(body={n: v for n, v in call.body.items() if n != "tenant"})
    return call.forward()


@planted(rules.OPTED_OUT)
def opting_out_is_ignored(call: Call) -> httpx.Response:
    """Preferences are kept, and count for nothing when a workflow is triggered."""
    recipients = _recipients(call)
    if isinstance(recipients, list):
        for recipient in recipients:
            if isinstance(recipient, str):
                call.forward("DELETE", f"/v1/users/{recipient}/preferences/default")
    return call.forward()


@planted(rules.EVENTS_KEPT)
def events_forget_marks(call: Call) -> httpx.Response:
    """The events of a message end with its delivery."""
    response = call.forward()
    body = shown(response)
    if call.path.endswith("/events") and isinstance(body, dict) and "items" in body:
        marks = ("message.seen", "message.archived", "message.unarchived")
        body["items"] = [item for item in body["items"] if item["type"] not in marks]
        return changed(response, body)
    return response


@planted(rules.SCHEDULE_FIRES)
def schedules_fire_at_once(call: Call) -> httpx.Response:
    """A schedule triggers its workflow when it is made, too."""
    response = call.forward()
    if call.path == "/v1/schedules" and call.method == "POST" and response.status_code == 200:
        path = f"/v1/workflows/{call.body['workflow']}/trigger"
        call.forward("POST", path, body={"recipients": call.body["recipients"]})
    return response


@planted(rules.SCHEDULE_FIRES)
def schedules_never_fire(call: Call) -> httpx.Response:
    """Schedules are kept, and never due."""
    if call.path == "/v1/schedules" and call.method == "POST" and isinstance(call.body, dict):
        response = call.forward()
        call.memory.setdefault("due", []).append(shown(response))
        return response
    response = call.forward()
    if call.path == "/v1/workflow_recipient_runs" and "due" in call.memory:
        body = shown(response)
        triggered = [i for i in body["items"] if i["trigger_source"]["type"] != "schedule"]
        return changed(response, {**body, "items": triggered})
    return response
