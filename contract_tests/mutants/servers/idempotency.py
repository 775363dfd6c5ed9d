"""Broken servers: repeated triggers."""

from __future__ import annotations

from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, answer, planted, shown
from contract_tests.rules import protocol as rules

_HEADER = "idempotency-key"


def _trigger(call: Call) -> str:
    """The Idempotency-Key of a trigger, empty for any other call."""
    key = call.request.headers.get(_HEADER, "")
    return key if call.path.endswith("/trigger") else ""


@planted(rules.REPLAYED)
def idempotency_is_ignored(call: Call) -> httpx.Response:
    """The header is taken and not looked at."""
    return call.forward(without=_HEADER)


@planted(rules.DONE_ONCE)
def replays_run_again(call: Call) -> httpx.Response:
    """A replay is answered as the first was, and the workflow runs again."""
    response = call.forward()
    if _trigger(call) and response.headers.get("idempotent-replayed"):
        call.forward(without=_HEADER)
    return response


@planted(rules.REPLAY_HEADERS)
def replays_do_not_say_so(call: Call) -> httpx.Response:
    """A replay has none of its headers."""
    response = call.forward()
    response.headers.pop("idempotent-replayed", None)
    response.headers.pop("original-x-request-id", None)
    return response


@planted(rules.OTHER_PARAMETERS)
def other_parameters_are_replayed(call: Call) -> httpx.Response:
    """The same key is answered as before, whatever is sent with it."""
    response = call.forward()
    key = _trigger(call)
    if key and response.status_code == 200:
        call.memory[key] = shown(response)
    if response.status_code == 409 and key in call.memory:
        return answer(200, call.memory[key], response, idempotent_replayed="true")
    return response


@planted(rules.OTHER_PARAMETERS)
def other_parameters_trigger_anew(call: Call) -> httpx.Response:
    """The same key with other parameters is a new trigger."""
    response = call.forward()
    return call.forward(without=_HEADER) if response.status_code == 409 else response


@planted(rules.KEYS_APART)
def all_keys_are_one(call: Call) -> httpx.Response:
    """Every trigger of an environment is taken for a repetition of the first."""
    if not call.path.endswith("/trigger"):
        return call.forward()
    if "first" in call.memory:
        return answer(200, call.memory["first"])
    response = call.forward()
    if response.status_code == 200:
        call.memory["first"] = shown(response)
    return response


@planted(rules.FAILURES_FORGOTTEN)
def errors_are_replayed(call: Call) -> httpx.Response:
    """An error is remembered and answered again for the same key."""
    key = _trigger(call)
    if key and key in call.memory:
        status, body = call.memory[key]
        return answer(status, body)
    response = call.forward()
    if key and response.status_code == 422:
        call.memory[key] = (response.status_code, shown(response))
    return response


@planted(rules.ONLY_TRIGGERS)
def every_call_is_idempotent(call: Call) -> httpx.Response:
    """The key counts for bulk calls and puts, too."""
    key = call.request.headers.get(_HEADER)
    if key is None or call.path.endswith("/trigger"):
        return call.forward()
    known: dict[tuple[str, str], Any] = call.memory.setdefault("known", {})
    mark = (key, call.path)
    if mark not in known:
        known[mark] = shown(call.forward())
    return answer(200, known[mark], idempotent_replayed="true")


@planted(rules.EXPIRES)
def keys_count_for_ever(call: Call) -> httpx.Response:
    """An Idempotency-Key never expires."""
    key = _trigger(call)
    if key and key in call.memory:
        return answer(200, call.memory[key], idempotent_replayed="true")
    response = call.forward()
    if key and response.status_code == 200:
        call.memory[key] = shown(response)
    return response


@planted(rules.EXPIRES)
def keys_count_for_an_hour(call: Call) -> httpx.Response:
    """An Idempotency-Key is forgotten after an hour."""
    key = _trigger(call)
    if not key:
        return call.forward()
    now = shown(call.forward("GET", "/_mock_knock/clock"))["now"]
    seen = call.memory.setdefault(key, now)
    return call.forward(without=_HEADER) if now[:13] > seen[:13] else call.forward()


@planted(rules.KEY_OF_ENVIRONMENT)
def keys_count_everywhere(call: Call) -> httpx.Response:
    """An Idempotency-Key of one environment is known in the others."""
    key = _trigger(call)
    if key and key in call.shared:
        status, body = call.shared[key]
        return answer(status, body, idempotent_replayed="true")
    response = call.forward()
    if key and response.status_code == 200 and call.key.startswith("sk_"):
        call.shared[key] = (200, shown(response))
    return response
