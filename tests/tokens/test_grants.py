"""Which calls a token's grants allow. Knock docs: security and authentication."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from mock_knock.api.bundle import bundle
from mock_knock.api.grants import (
    GRANTS,
    Grants,
    GrantsError,
    NotGrantedError,
    Permission,
    normal_form,
)
from mock_knock.api.security import PUBLIC_KEY
from mock_knock.documents import openapi_files

HOST = "https://api.knock.app"
ELLIE = f"{HOST}/v1/users/ellie"
INGEN = f"{HOST}/v1/tenants/ingen"
INGEN_AS_OBJECT = f"{HOST}/v1/objects/$tenants/ingen"


class Call:
    """An operation, as far as its document matters here, and one request for it."""

    def __init__(self, grant: str, path: dict[str, str], *queries: str, query: str = "") -> None:
        parameters = [{"in": "path", "name": name} for name in path]
        parameters += [{"in": "query", "name": name} for name in queries]
        node = {"x-knock-grant": grant, "parameters": parameters}
        self.permission = Permission("operation", node)
        self.scope = {"path_params": path, "query_string": query.encode()}

    def allowed(self, grants: Any = None, *, explicit: bool = True) -> bool:
        """Whether a token of the user `ellie` with these grants may make the call."""
        claims = {"grants": grants or {}, "explicit_grants": explicit}
        try:
            self.permission.check("ellie", Grants.from_claims(claims), self.scope)
        except NotGrantedError:
            return False
        return True


def feed(query: str = "", user: str = "ellie") -> Call:
    return Call("user/feed_read", {"user_id": user, "id": "f"}, "tenant", query=query)


def preferences(set_id: str, query: str = "") -> Call:
    path = {"user_id": "ellie", "id": set_id}
    return Call("preferences/read", path, "tenant", query=query)


GET_USER = Call("user/read", {"user_id": "ellie"})
MARK = Call("user/feed_write", {"message_id": "m"})
GUIDES = Call("user/guide_read", {"user_id": "ellie", "channel_id": "c"}, "tenant")
OBJECT = Call("channel_data/read", {"collection": "projects", "object_id": "p", "channel_id": "c"})
SLACK_PARAMETER = "access_token_object"


def slack(query: str) -> Call:
    return Call("slack/channels_read", {"channel_id": "c"}, SLACK_PARAMETER, query=query)


def test_without_explicit_grants_a_token_may_do_what_a_public_key_may() -> None:
    for call in (GET_USER, MARK, GUIDES, OBJECT, feed(), preferences("default"), slack("")):
        assert call.allowed(explicit=False)
        assert call.allowed({ELLIE: {"user/read": [{}]}}, explicit=False)


def test_with_explicit_grants_it_may_do_nothing_else() -> None:
    for call in (GET_USER, MARK, GUIDES, OBJECT, feed(), preferences("default"), slack("")):
        assert not call.allowed()
        assert not call.allowed({ELLIE: {"user/nothing": [{}]}})


@pytest.mark.parametrize("call", [GET_USER, feed()])
def test_a_token_is_never_for_another_user(call: Call) -> None:
    everything: Any = {"user/read": [{}], "user/feed_read": [{}]}
    claims = {"grants": {ELLIE: everything, f"{HOST}/v1/users/alan": everything}}
    for user in ("alan", "Ellie", "ellie "):
        with pytest.raises(NotGrantedError, match="cannot be used for 'ellie'"):
            call.permission.check(user, Grants.from_claims(claims), call.scope)


@pytest.mark.parametrize("value", [[{}], [], [{"anything": 1}, {}]])
@pytest.mark.parametrize("host", [HOST, "http://127.0.0.1:4010", "https://api.knock.app:443"])
def test_a_grant_is_written_in_several_ways(value: Any, host: str) -> None:
    assert GET_USER.allowed({f"{host}/v1/users/ellie": {"user/read": value}})


@pytest.mark.parametrize(
    "names",
    [
        ("user/feed_read", "user_feed/read", "feed/read"),
        ("user/feed_write", "user_feed/write", "feed/write"),
        ("user/guide_read", "user_guide/read", "guide/read"),
    ],
)
def test_grants_of_feeds_and_guides_have_three_names(names: tuple[str, ...]) -> None:
    assert {normal_form(name) for name in names} == {names[-1]}
    for needed in names:
        for given in names:
            call = Call(needed, {"user_id": "ellie"})
            assert call.allowed({ELLIE: {given: [{}]}})


def test_other_grants_have_one_name() -> None:
    for name in ("user/read", "user/write", "preferences/read", "channel_data/write"):
        assert normal_form(name) == name


@pytest.mark.parametrize(
    "url",
    [
        f"{HOST}/v1/users/alan",
        f"{HOST}/v1/users",
        f"{HOST}/v1/users/ellie/feeds",
        f"{HOST}/users/ellie",
        "ellie",
        "http://[",
        "",
        f"{HOST}/v1/objects/users/ellie",
    ],
)
def test_a_grant_on_something_else_is_no_grant(url: str) -> None:
    assert not GET_USER.allowed({url: {"user/read": [{}]}})


def test_ids_in_urls_may_be_percent_encoded() -> None:
    call = Call("channel_data/read", {"collection": "a b", "object_id": "ü/1"})
    url = f"{HOST}/v1/objects/a%20b/{quote('ü/1', safe='')}"
    assert call.allowed({url: {"channel_data/read": [{}]}})


def test_calls_about_an_object_need_the_grant_on_it() -> None:
    read: Any = {"channel_data/read": [{}]}
    assert OBJECT.allowed({f"{HOST}/v1/objects/projects/p": read})
    assert not OBJECT.allowed({f"{HOST}/v1/objects/projects/q": read})
    assert not OBJECT.allowed({ELLIE: read})
    tenant = Call("channel_data/read", {"collection": "$tenants", "object_id": "ingen"})
    assert tenant.allowed({INGEN: read})
    assert tenant.allowed({INGEN_AS_OBJECT: read})


@pytest.mark.parametrize(
    "query",
    [
        f"{SLACK_PARAMETER}=" + quote(json.dumps({"collection": "$tenants", "object_id": "ingen"})),
        f"{SLACK_PARAMETER}[object_id]=ingen&{SLACK_PARAMETER}[collection]=$tenants",
        f"{SLACK_PARAMETER}%5Bcollection%5D=%24tenants&{SLACK_PARAMETER}%5Bobject_id%5D=ingen",
    ],
    ids=["json", "brackets", "encoded"],
)
def test_calls_of_providers_need_the_grant_on_the_owner_of_the_credential(query: str) -> None:
    grants: Any = {"slack/channels_read": [{}]}
    assert slack(query).allowed({INGEN: grants})
    assert slack(query).allowed({INGEN_AS_OBJECT: grants})
    assert not slack(query).allowed({f"{HOST}/v1/tenants/biosyn": grants})
    assert not slack(query).allowed({INGEN: {"channel_data/read": []}})


@pytest.mark.parametrize("value", ["{", "[]", "1", "null", '{"object_id": 1}', "[" * 5000])
def test_an_owner_that_cannot_be_read_is_not_granted(value: str) -> None:
    assert not slack(f"{SLACK_PARAMETER}={quote(value)}").allowed({INGEN: {"user/read": []}})


# Knock docs: scoping a token to a tenant. Its two policies, word for word.
ONLY_INGEN: Any = {INGEN: {"user_feed/read": [{}]}}
INGEN_AND_NONE: Any = {ELLIE: {"user_feed/read": [{}]}, **ONLY_INGEN}


@pytest.mark.parametrize(
    ("grants", "query", "allowed"),
    [
        (ONLY_INGEN, "tenant=ingen", True),
        (ONLY_INGEN, "tenant=biosyn", False),
        (ONLY_INGEN, "", False),
        (ONLY_INGEN, "tenant=", False),
        (INGEN_AND_NONE, "tenant=ingen", True),
        (INGEN_AND_NONE, "", True),
        (INGEN_AND_NONE, "tenant=biosyn", False),
        ({ELLIE: {"user_feed/read": [{}]}}, "tenant=biosyn", True),
        ({ELLIE: {"user_feed/read": [{}]}}, "", True),
        ({INGEN_AS_OBJECT: {"feed/read": []}}, "tenant=ingen", True),
        ({INGEN_AS_OBJECT: {"feed/read": []}}, "tenant=biosyn", False),
        ({INGEN: {"preferences/read": [{}]}}, "tenant=ingen", False),
    ],
)
def test_tenants_narrow_feeds_down(grants: Any, query: str, allowed: bool) -> None:
    assert feed(query).allowed(grants) is allowed


@pytest.mark.parametrize(
    ("query", "allowed"), [("tenant=ingen", True), ("tenant=biosyn", False), ("", False)]
)
def test_tenants_narrow_down_a_token_without_explicit_grants_too(query: str, allowed: bool) -> None:
    assert feed(query).allowed({INGEN: {"preferences/read": []}}, explicit=False) is allowed
    assert GET_USER.allowed({INGEN: {"preferences/read": []}}, explicit=False)


@pytest.mark.parametrize(
    ("set_id", "query", "allowed"),
    [
        ("ingen", "", True),
        ("biosyn", "", False),
        ("default", "", False),
        ("default", "tenant=ingen", True),
        ("default", "tenant=biosyn", False),
        ("biosyn", "tenant=ingen", False),
    ],
)
def test_tenants_narrow_preferences_down(set_id: str, query: str, allowed: bool) -> None:
    call = preferences(set_id, query)
    for explicit in (True, False):
        assert call.allowed({INGEN: {"preferences/read": [{}]}}, explicit=explicit) is allowed
    assert preferences("default").allowed({ELLIE: {"preferences/read": [{}]}})


def test_marks_are_granted_on_the_user_or_on_any_tenant() -> None:
    for url in (ELLIE, INGEN):
        assert MARK.allowed({url: {"user_feed/write": [{}]}})
        assert not MARK.allowed({url: {"user_feed/read": [{}]}})
    assert MARK.allowed({INGEN: {"user_feed/read": [{}]}}, explicit=False)


@pytest.mark.parametrize("grant", ["slack/channels_read", "channel_data/read", "x/y"])
def test_other_grants_on_a_tenant_narrow_nothing_down(grant: str) -> None:
    """So one token can serve Slack's components for a tenant, and the user's whole feed."""
    assert feed("tenant=biosyn").allowed({INGEN: {grant: [{}]}}, explicit=False)
    assert feed().allowed({INGEN: {grant: [{}]}, ELLIE: {"feed/read": []}})


def test_grants_of_one_resource_under_two_urls_add_up() -> None:
    grants: Any = {INGEN: {"user_feed/read": []}, INGEN_AS_OBJECT: {"preferences/read": []}}
    assert feed("tenant=ingen").allowed(grants)
    assert preferences("ingen").allowed(grants)


@pytest.mark.parametrize("claims", [{"grants": [1]}, {"grants": {"x": 1}}, {"explicit_grants": 1}])
def test_claims_that_are_no_grants_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(GrantsError):
        Grants.from_claims(claims)


def test_every_call_that_a_public_key_may_make_has_a_grant() -> None:
    for item in bundle(openapi_files())["paths"].values():
        for operation in item.values():
            id = operation["operationId"]
            named = "x-knock-grant" in operation or id in GRANTS
            assert named == (operation.get(PUBLIC_KEY) is True) or id not in GRANTS, id
            if operation.get(PUBLIC_KEY) is True:
                assert named, f"{id} has no x-knock-grant"
