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


def _remembered(call: Call, mark: object, forgets: tuple[int, ...] = ()) -> httpx.Response:
    """The first answer to calls with that mark, called a replay; others go on."""
    known: dict[object, tuple[int, Any]] = call.memory.setdefault("known", {})
    if mark in known:
        status, body = known[mark]
        return answer(status, body, call.forward("GET", "/v1/tenants"), idempotent_replayed="true")
    response = call.forward(without=_HEADER)
    if response.status_code not in forgets:
        known[mark] = (response.status_code, shown(response))
    return response


@planted(rules.KEYS_APART)
def keys_are_cut_off(call: Call) -> httpx.Response:
    """Only the first 64 characters of a key count."""
    key = _trigger(call)
    if len(key) <= 64:
        return call.forward()
    call.request.headers[_HEADER] = key[:64]
    return call.forward()


@planted(rules.FAILURES_FORGOTTEN)
def missing_actors_are_remembered(call: Call) -> httpx.Response:
    """A 404 is answered again for the same key, also when there is an actor by then."""
    key = _trigger(call)
    return _remembered(call, (key, call.content), (200, 422)) if key else call.forward()


@planted(rules.OTHER_PARAMETERS)
def tenants_are_not_compared(call: Call) -> httpx.Response:
    """The same key with another tenant is answered as before."""
    key = _trigger(call)
    if not key or not isinstance(call.body, dict):
        return call.forward()
    first = call.memory.setdefault(f"tenant {key}", call.body.get("tenant"))
    body = {name: value for name, value in call.body.items() if name != "tenant"}
    return call.forward(body=body if first is None else {**body, "tenant": first})


@planted(rules.ONLY_TRIGGERS)
def schedules_are_idempotent(call: Call) -> httpx.Response:
    """The key counts for making schedules, without a word."""
    key = call.request.headers.get(_HEADER)
    if key is None or call.method != "POST" or call.path != "/v1/schedules":
        return call.forward()
    response = _remembered(call, (key, call.content))
    response.headers.pop("idempotent-replayed", None)
    return response


@planted(rules.ONLY_TRIGGERS)
def removals_are_idempotent(call: Call) -> httpx.Response:
    """The key counts for removing members of an audience: a second removal does nothing."""
    key = call.request.headers.get(_HEADER)
    if key is None or call.method != "DELETE" or call.parts()[0] != "audiences":
        return call.forward()
    mark = f"removed {key} {call.content.decode()}"
    if mark in call.memory:
        like = call.forward("GET", "/v1/tenants")
        return httpx.Response(204, headers={"x-request-id": like.headers["x-request-id"]})
    call.memory[mark] = True
    return call.forward()


@planted(rules.DONE_ONCE)
def replays_store_inline_users(call: Call) -> httpx.Response:
    """A replay stores its inline recipients once more."""
    response = call.forward()
    if _trigger(call) and response.headers.get("idempotent-replayed"):
        for one in call.body["recipients"]:
            if isinstance(one, dict):
                call.forward("PUT", f"/v1/users/{one['id']}", body={"name": one.get("name")})
    return response


@planted(rules.EXPIRES)
def replays_make_keys_last(call: Call) -> httpx.Response:
    """A day is counted from the last replay."""
    key = _trigger(call)
    if not key:
        return call.forward()
    response = call.forward()
    if response.headers.get("idempotent-replayed"):
        call.memory[f"last {key}"] = shown(response)
    elif response.status_code == 200 and f"last {key}" in call.memory:
        return answer(200, call.memory[f"last {key}"], response, idempotent_replayed="true")
    return response


@planted(rules.KEY_OF_WORKFLOW)
def workflows_share_their_keys(call: Call) -> httpx.Response:
    """A key of one workflow is answered with its run for another."""
    key = _trigger(call)
    if not key:
        return call.forward()
    known = call.memory.setdefault("runs", {})
    mark = (key, call.content)
    if mark in known and known[mark][0] != call.path:
        return answer(200, known[mark][1], call.forward(without=_HEADER))
    response = call.forward()
    if response.status_code == 200:
        known.setdefault(mark, (call.path, shown(response)))
    return response
