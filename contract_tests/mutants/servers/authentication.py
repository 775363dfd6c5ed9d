"""Broken servers: keys."""

from __future__ import annotations

from base64 import b64decode

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


@planted(rules.BEARER)
def keys_in_the_query_count(call: Call) -> httpx.Response:
    """One list takes a key in the query's access_token."""
    key = dict(call.query).get("access_token")
    if not call.key and key and call.path == "/v1/tenants":
        rest = [(n, v) for n, v in call.query if n != "access_token"]
        return call.forward(key=key, query=rest)
    return call.forward()


@planted(rules.BEARER)
def basic_credentials_count(call: Call) -> httpx.Response:
    """The key counts as the user of HTTP's basic credentials."""
    scheme, _, coded = call.request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        try:
            return call.forward(key=b64decode(coded).decode().partition(":")[0])
        except ValueError:
            pass
    return call.forward()


@planted(rules.KEY_FIRST)
def bodies_before_keys(call: Call) -> httpx.Response:
    """Without a key, a body that breaks the documents is a 422."""
    if not call.key and call.content:
        response = call.forward(key="sk_anybody")
        if response.status_code in (400, 422):
            return response
    return call.forward()


@planted(rules.OTHER_KEY)
def the_end_of_a_key_is_not_looked_at(call: Call) -> httpx.Response:
    """Keys are compared without their last character, in reading messages."""
    if call.parts()[0] == "messages" and call.method == "GET" and call.key.startswith("sk_"):
        return call.forward(key=call.shared.setdefault(call.key[:-1], call.key))
    if call.key.startswith("sk_"):
        call.shared.setdefault(call.key[:-1], call.key)
    return call.forward()


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


@planted(rules.PUBLIC_KEY_REFUSED)
def public_keys_may_change_audiences(call: Call) -> httpx.Response:
    """A public key may add members to audiences and remove them."""
    if call.key.startswith("pk_") and call.parts()[0] == "audiences":
        return call.forward(key=f"sk_{call.key[3:]}")
    return call.forward()


@planted(rules.PUBLIC_KEY_REFUSED)
def public_keys_are_refused_too_late(call: Call) -> httpx.Response:
    """A public key's call that needs a secret key is a 403, and schedules are deleted."""
    response = call.forward()
    if response.status_code == 403 and call.key.startswith("pk_") and call.parts() == ["schedules"]:
        call.forward(key=f"sk_{call.key[3:]}")
    return response


@planted(rules.PUBLIC_KEY_TAKEN)
def public_keys_see_no_feeds(call: Call) -> httpx.Response:
    """A public key is refused at feeds."""
    if call.key.startswith("pk_") and "/feeds/" in call.path:
        return problem(403, "incorrect_token_type")
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
