"""Broken servers: marks of messages and guides, contents and cancelling that miss their mark."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, answer, changed, planted, shown
from contract_tests.rules import resources as rules


def _batch(call: Call, *statuses: str) -> bool:
    parts = call.parts()
    return call.method == "POST" and parts[:2] == ["messages", "batch"] and parts[-1] in statuses


@planted(rules.MARKS_KEPT)
def batches_mark_the_first_alone(call: Call) -> httpx.Response:
    """Of the messages that a batch archives only the first is archived."""
    response = call.forward()
    if _batch(call, "archived") and response.status_code == 200:
        for id in call.body["message_ids"][1:]:
            call.forward("DELETE", f"/v1/messages/{id}/archived")
    return response


@planted(rules.MARKS_KEPT)
def batches_take_nothing_back(call: Call) -> httpx.Response:
    """A batch that unarchives answers the messages, and leaves them archived."""
    if _batch(call, "unarchived"):
        found = (call.forward("GET", f"/v1/messages/{id}") for id in call.body["message_ids"])
        return answer(200, [shown(one) for one in found if one.status_code == 200])
    return call.forward()


@planted(rules.MARKS_KEPT)
def aliases_do_nothing(call: Call) -> httpx.Response:
    """DELETE .../unread answers the message as it was."""
    if call.method == "DELETE" and call.parts()[0] == "messages" and call.parts()[-1] == "unread":
        return call.forward("GET", call.path.removesuffix("/unread"))
    return call.forward()


@planted(rules.MARKS_ALONE)
def interacting_archives(call: Call) -> httpx.Response:
    """A message that somebody interacted with is archived."""
    response = call.forward()
    if call.method == "PUT" and call.path.endswith("/interacted") and response.status_code == 200:
        call.forward("PUT", call.path.replace("/interacted", "/archived"))
    return response


@planted(rules.CONTENT_OF_MESSAGE)
def contents_are_mixed_up(call: Call) -> httpx.Response:
    """The contents of a batch are all those of its first message."""
    response = call.forward()
    if call.path == "/v1/messages/batch/content" and response.status_code == 200:
        contents = shown(response)
        return changed(response, [{**one, "data": contents[0]["data"]} for one in contents])
    return response


@planted(rules.CONTENT_OF_MESSAGE)
def activities_are_the_latest(call: Call) -> httpx.Response:
    """The activities of a message are those of whichever was looked at first."""
    response = call.forward()
    if call.path.endswith("/activities") and response.status_code == 200:
        return changed(response, call.memory.setdefault("activities", shown(response)))
    return response


@planted(rules.TRIGGER_KEPT)
def actors_are_forgotten(call: Call) -> httpx.Response:
    """Messages do not tell who acted."""
    response = call.forward()
    one = call.method == "GET" and call.parts()[0] == "messages" and len(call.parts()) == 2
    if one and response.status_code == 200:
        return changed(response, {**shown(response), "actors": []})
    return response


@planted(rules.TRIGGER_KEPT)
def own_data_are_everybodys(call: Call) -> httpx.Response:
    """Data that a trigger brings for one recipient are data of all."""
    body = call.body
    if call.path.endswith("/trigger") and isinstance(body, dict):
        data = dict(body.get("data") or {})
        for one in body.get("recipients") or ():
            data.update(one.get("$trigger_data") or {} if isinstance(one, dict) else {})
        return call.forward(body={**body, "data": data})
    return call.forward()


def _cancel(call: Call) -> bool:
    return call.method == "POST" and call.path.endswith("/cancel") and isinstance(call.body, dict)


@planted(rules.CANCELLED)
def cancelling_does_nothing(call: Call) -> httpx.Response:
    """Cancelling a workflow is accepted, and nothing is cancelled."""
    return answer(204) if _cancel(call) and call.parts()[0] == "workflows" else call.forward()


@planted(rules.CANCELLED)
def cancelling_takes_all_recipients(call: Call) -> httpx.Response:
    """Cancelling for some recipients cancels for all."""
    if _cancel(call):
        return call.forward(body={n: v for n, v in call.body.items() if n != "recipients"})
    return call.forward()


@planted(rules.CANCELLED)
def cancelling_takes_all_workflows(call: Call) -> httpx.Response:
    """A cancellation key counts for every workflow."""
    used: dict[str, None] = call.memory.setdefault("workflows", {})
    if call.path.endswith("/trigger"):
        used[call.parts()[1]] = None
    if _cancel(call):
        body = {n: v for n, v in call.body.items() if n != "name"}
        for workflow in used:
            call.forward("POST", f"/v1/workflows/{workflow}/cancel", body=body)
    return call.forward()


def _guide_of(call: Call) -> bool:
    return call.parts()[0] == "users" and call.parts()[2:3] == ["guides"]


@planted(rules.GUIDE_MARKS)
def guides_are_marked_for_everybody(call: Call) -> httpx.Response:
    """A guide that one user interacted with is marked for all users."""
    known: dict[str, None] = call.memory.setdefault("users", {})
    if call.method == "PUT" and call.parts()[0] == "users":
        known[call.parts()[1]] = None
    if call.method == "PUT" and _guide_of(call) and call.path.endswith("/interacted"):
        for user in known:
            call.forward("PUT", call.path.replace(call.parts()[1], user, 1), body=call.body)
    return call.forward()


@planted(rules.GUIDE_MARKS)
def guides_stay_archived(call: Call) -> httpx.Response:
    """A guide that was archived cannot be brought back."""
    if call.method == "DELETE" and _guide_of(call):
        return answer(200, {"status": "ok"})
    return call.forward()


@planted(rules.GUIDE_MARKS)
def resets_of_guides_do_nothing(call: Call) -> httpx.Response:
    """A reset of a guide is accepted, and its marks stay."""
    if call.method == "PUT" and _guide_of(call) and call.path.endswith("/reset"):
        return answer(200, {"status": "ok"})
    return call.forward()
