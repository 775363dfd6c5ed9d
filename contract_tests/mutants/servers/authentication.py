"""Broken servers: keys."""

from __future__ import annotations

import httpx

from contract_tests.mutants.servers.planted import Call, planted, problem
from contract_tests.rules import protocol as rules


@planted(rules.KEY_NEEDED)
def no_key_is_needed(call: Call) -> httpx.Response:
    """A call without a key is answered in the first environment that came."""
    if call.key:
        call.shared.setdefault("first", call.key)
        return call.forward()
    return call.forward(key=call.shared.get("first", "sk_anybody"))


@planted(rules.KEY_NEEDED)
def one_call_without_a_key(call: Call) -> httpx.Response:
    """One operation, the list of tenants, asks for no key."""
    if not call.key and call.path == "/v1/tenants" and call.method == "GET":
        return call.forward(key="sk_anybody")
    return call.forward()


@planted(rules.BEARER)
def basic_will_do(call: Call) -> httpx.Response:
    """A key counts with any scheme."""
    value = call.request.headers.get("authorization", "")
    key = value.partition(" ")[2] or value
    return call.forward(key=key) if key else call.forward()


@planted(rules.KEY_FIRST)
def missing_things_before_keys(call: Call) -> httpx.Response:
    """Without a key, what does not exist is a 404."""
    if not call.key and call.method == "GET" and call.path.endswith("/nothing"):
        return problem(404, "resource_missing")
    return call.forward()


@planted(rules.NO_EFFECT_WITHOUT_KEY)
def refused_and_done(call: Call) -> httpx.Response:
    """A write without a key is a 401, and is carried out."""
    if call.key.startswith("sk_"):
        call.shared["last"] = call.key
    if not call.key and call.method == "PUT" and "last" in call.shared:
        call.forward(key=call.shared["last"])
    return call.forward()


@planted(rules.PUBLIC_KEY_REFUSED)
def public_keys_may_do_everything(call: Call) -> httpx.Response:
    """A public key is as good as the secret one."""
    if call.key.startswith("pk_"):
        return call.forward(key=f"sk_{call.key[3:]}")
    return call.forward()


@planted(rules.PUBLIC_KEY_REFUSED)
def public_keys_may_delete(call: Call) -> httpx.Response:
    """A public key may delete users."""
    if call.key.startswith("pk_") and call.method == "DELETE":
        return call.forward(key=f"sk_{call.key[3:]}")
    return call.forward()


@planted(rules.PUBLIC_KEY_TAKEN)
def public_keys_may_do_nothing(call: Call) -> httpx.Response:
    """A public key is refused everywhere."""
    if call.key.startswith("pk_"):
        return problem(403, "incorrect_token_type")
    return call.forward()


@planted(rules.OTHER_KEY)
def any_key_is_the_same(call: Call) -> httpx.Response:
    """Every key opens the environment of the one that came first."""
    if not call.key:
        return call.forward()
    first = call.shared.setdefault("first", call.key)
    return call.forward(key=call.key if call.key.startswith("pk_") else first)
