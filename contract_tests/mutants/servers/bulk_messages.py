"""Broken servers: bulk updates of messages."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, changed, planted, shown
from contract_tests.mutants.servers.telling import is_operation
from contract_tests.rules import lifecycle as rules

_BULK = "/messages/bulk/"
_PARTS = (
    "archived", "delivery_status", "engagement_status", "has_tenant", "newer_than", "older_than",
    "recipient_ids", "tenants", "trigger_data", "workflows",
)  # fmt: skip


def _plant_forgotten_parts() -> None:
    """A broken server for each part of the filter that may be ignored."""
    for part in _PARTS:

        def forgetful(call: Call, part: str = part) -> httpx.Response:
            body = call.body
            if _BULK in call.path and isinstance(body, dict):
                return call.forward(body={n: v for n, v in body.items() if n != part})
            return call.forward()

        forgetful.__name__ = f"bulk_updates_forget_{part}"
        forgetful.__doc__ = f"A bulk update of messages passes over `{part}` of its filter."
        planted(rules.MESSAGES_FILTERED)(forgetful)


_plant_forgotten_parts()


def _instead(call: Call, action: str, other: str) -> httpx.Response:
    """The call with another action, under the name of its own."""
    if call.path.endswith(f"{_BULK}{action}"):
        response = call.forward(path=call.path.removesuffix(action) + other)
        body = shown(response)
        if not is_operation(body):
            return response
        call.memory[body["id"]] = f"messages.{action}"
    else:
        response = call.forward()
        body = shown(response)
    if is_operation(body) and body["id"] in call.memory:
        return changed(response, {**body, "name": call.memory[body["id"]]})
    return response


@planted(rules.MESSAGES_MARKED)
def unseen_is_seen(call: Call) -> httpx.Response:
    """The bulk action unseen marks messages as seen."""
    return _instead(call, "unseen", "seen")


@planted(rules.MESSAGES_MARKED)
def unread_unsees(call: Call) -> httpx.Response:
    """The bulk action unread takes the mark `seen` back."""
    return _instead(call, "unread", "unseen")


@planted(rules.MESSAGES_MARKED)
def read_archives(call: Call) -> httpx.Response:
    """The bulk action read archives messages, too."""
    if call.path.endswith(f"{_BULK}read"):
        call.forward(path=f"{call.path.removesuffix('read')}archived")
    return call.forward()


@planted(rules.MESSAGES_MARKED)
def interacted_is_read(call: Call) -> httpx.Response:
    """The bulk action interacted marks messages as read, and no more."""
    return _instead(call, "interacted", "read")


@planted(rules.MESSAGES_ALIASES)
def unarchive_does_nothing(call: Call) -> httpx.Response:
    """The bulk action unarchive leaves messages in the archive."""
    return _instead(call, "unarchive", "archived")


@planted(rules.MESSAGES_ALIASES)
def delete_archives(call: Call) -> httpx.Response:
    """The bulk action delete archives messages, and keeps them."""
    return _instead(call, "delete", "archived")


@planted(rules.MESSAGES_FILTERED)
def of_several_values_the_first_counts(call: Call) -> httpx.Response:
    """Of several tenants or workflows in a filter only the first is looked at."""
    body = call.body
    if _BULK not in call.path or not isinstance(body, dict):
        return call.forward()
    first = {n: body[n][:1] for n in ("tenants", "workflows") if body.get(n)}
    return call.forward(body={**body, **first})


@planted(rules.MESSAGES_FILTERED)
def channels_are_not_told_apart(call: Call) -> httpx.Response:
    """A bulk update of one channel is for the messages of all channels."""
    body = call.body
    response = call.forward()
    if _BULK in call.path and response.status_code == 200:
        own = call.path.split("/")[3]
        for item in shown(call.forward("GET", "/v1/messages"))["items"]:
            if item["channel_id"] != own:
                other = call.path.replace(own, item["channel_id"])
                call.forward("POST", other, body=body)
    return response


@planted(rules.MESSAGES_OF_THEN)
def later_messages_are_updated_too(call: Call) -> httpx.Response:
    """A message that is made while a bulk update is queued is marked as read at once."""
    response = call.forward()
    if call.path.endswith(f"{_BULK}read"):
        call.memory["reading"] = True
    if call.path.endswith("/messages") and call.method == "GET" and "reading" in call.memory:
        for item in shown(response).get("items", []):
            call.forward("PUT", f"/v1/messages/{item['id']}/read")
        return call.forward()
    return response


@planted(rules.TOTAL_IS_ROWS)
def only_so_many_messages_are_updated(call: Call) -> httpx.Response:
    """A bulk update of messages is for those of the first fifty recipients."""
    body = call.body
    if _BULK in call.path and isinstance(body, dict) and len(body.get("recipient_ids", ())) > 50:
        return call.forward(body={**body, "recipient_ids": body["recipient_ids"][:50]})
    return call.forward()


@planted(rules.MESSAGES_ARCHIVED_TOO)
def archived_messages_are_left_out(call: Call) -> httpx.Response:
    """A bulk update that does not say `archived` passes over archived messages."""
    body = call.body
    if _BULK in call.path and isinstance(body, dict) and "archived" not in body:
        return call.forward(body={**body, "archived": "exclude"})
    return call.forward()
