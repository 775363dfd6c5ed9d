"""Broken servers: environments that reach into each other."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, planted
from contract_tests.rules import resources as rules


def _every_key(call: Call) -> list[str]:
    """The keys that were used so far, this one last."""
    known: dict[str, None] = call.shared.setdefault("keys", {})
    known[call.key] = None
    return [*(key for key in known if key != call.key), call.key]


def _of_the_first_who_knows(call: Call) -> httpx.Response:
    response = call.forward()
    if response.status_code != 404:
        return response
    others = (call.forward(key=key) for key in _every_key(call)[:-1])
    return next((answer for answer in others if answer.status_code == 200), response)


@planted(rules.ISOLATION)
def messages_are_shown_to_everybody(call: Call) -> httpx.Response:
    """A message that the key's environment has not is looked for in the others."""
    _every_key(call)
    if call.method == "GET" and call.parts()[0] == "messages" and len(call.parts()) > 1:
        return _of_the_first_who_knows(call)
    return call.forward()


@planted(rules.ISOLATION)
def bulk_operations_are_shown_to_everybody(call: Call) -> httpx.Response:
    """A bulk operation can be read with any key."""
    _every_key(call)
    return _of_the_first_who_knows(call) if "bulk_operations" in call.parts() else call.forward()


@planted(rules.ISOLATION)
def schedules_are_deleted_for_everybody(call: Call) -> httpx.Response:
    """Ids of schedules are looked up in all environments when they are deleted."""
    return _in_all(call, call.method == "DELETE" and call.path == "/v1/schedules")


def _in_all(call: Call, everywhere: bool) -> httpx.Response:
    """Carry the call out in every environment that was used, where it is such a call."""
    others = _every_key(call)[:-1]
    for key in others if everywhere else ():
        call.forward(key=key)
    return call.forward()


@planted(rules.ISOLATION)
def batches_mark_for_everybody(call: Call) -> httpx.Response:
    """A batch marks the messages that it names in all environments."""
    return _in_all(call, call.method == "POST" and call.parts()[:2] == ["messages", "batch"])


@planted(rules.ISOLATION)
def users_are_deleted_for_everybody(call: Call) -> httpx.Response:
    """Deleting a user deletes whoever has that id in any environment."""
    one_user = call.parts()[0] == "users" and len(call.parts()) == 2
    return _in_all(call, call.method == "DELETE" and one_user)


@planted(rules.ISOLATION)
def preferences_are_written_for_everybody(call: Call) -> httpx.Response:
    """A preference set of an object is written in all environments that have the object."""
    put = call.method == "PUT" and "preferences" in call.parts() and call.parts()[0] == "objects"
    others = _every_key(call)[:-1]
    for key in others if put else ():
        if call.forward("GET", "/".join(call.path.split("/")[:5]), key=key).status_code == 200:
            call.forward(key=key)
    return call.forward()
