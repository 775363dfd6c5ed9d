"""Enhanced security: a public key needs a token that is signed, timely and the user's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import jwt
import pytest

from mock_knock import MockKnock
from tests.api.envelope import assert_refused
from tests.keys import base64_of, private_pem, public_pem, rsa_key, signed

NOW = 1_767_603_600
"""2026-01-05T09:00:00Z, at which a manual clock starts, in seconds since 1970."""

Get = Callable[..., httpx.Response]


@pytest.fixture
def secured(mock_knock: MockKnock) -> MockKnock:
    """An environment with a signing key and a user."""
    mock_knock.users.identify("ellie", name="Ellie")
    mock_knock.load_fixtures({"signing_keys": [public_pem(rsa_key())]})
    return mock_knock


@pytest.fixture
def get(mock_knock: MockKnock) -> Get:
    """Reads a user with the public key and a token."""

    def get(token: str | bytes | None = None, user: str = "ellie") -> httpx.Response:
        headers: dict[str, Any] = {"authorization": f"Bearer {mock_knock.public_key}"}
        if token is not None:
            headers["x-knock-user-token"] = token
        with mock_knock.client() as client:
            return client.get(f"/v1/users/{user}", headers=headers)

    return get


@pytest.mark.usefixtures("secured")
def test_a_good_token_lets_the_user_in(get: Get) -> None:
    response = get(signed({"sub": "ellie", "iat": NOW, "exp": NOW + 3600}))
    assert response.status_code == 200
    assert response.json()["name"] == "Ellie"


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize("token", [None, ""])
def test_a_public_key_needs_a_token(get: Get, token: str | None) -> None:
    body = assert_refused(get(token), 401, "missing_user_token")
    assert "X-Knock-User-Token" in body["message"]


def test_without_a_signing_key_tokens_are_not_looked_at(mock_knock: MockKnock, get: Get) -> None:
    mock_knock.users.identify("ellie")
    for token in (None, "nonsense", signed({"sub": "alan", "exp": 1})):
        assert get(token).status_code == 200


@pytest.mark.parametrize(
    "token", [None, "nonsense", signed({"sub": "alan"})], ids=["none", "nonsense", "another's"]
)
def test_a_secret_key_needs_none(secured: MockKnock, token: str | None) -> None:
    with secured.client() as client:
        headers = {} if token is None else {"x-knock-user-token": token}
        assert client.get("/v1/users/ellie", headers=headers).status_code == 200


@pytest.mark.usefixtures("secured")
def test_a_call_that_public_keys_may_not_make_stays_so(mock_knock: MockKnock) -> None:
    headers = {
        "authorization": f"Bearer {mock_knock.public_key}",
        "x-knock-user-token": signed({"sub": "ellie"}),
    }
    with mock_knock.client() as client:
        assert_refused(client.get("/v1/users", headers=headers), 403, "incorrect_token_type")


@pytest.mark.usefixtures("secured")
def test_a_token_is_for_its_own_user(get: Get, mock_knock: MockKnock) -> None:
    mock_knock.users.identify("alan")
    body = assert_refused(get(signed({"sub": "alan"})), 403, "invalid_user_token")
    assert "'alan'" in body["message"]
    assert "'ellie'" in body["message"]


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize("user", ["a b", "ü", "a%c", "a+b"])
def test_users_are_compared_by_their_decoded_ids(
    get: Get, mock_knock: MockKnock, user: str
) -> None:
    mock_knock.users.identify(user)
    path = httpx.URL("/").join(user.replace("%", "%25")).raw_path.decode()[1:]
    assert get(signed({"sub": user}), user=path).status_code == 200


CLAIMS: list[tuple[dict[str, Any], str]] = [
    ({"sub": "ellie", "exp": NOW}, "expired at 2026-01-05T09:00:00.000000Z"),
    ({"sub": "ellie", "exp": NOW - 1}, "expired"),
    ({"sub": "ellie", "exp": -1}, "expired"),
    ({"sub": "ellie", "iat": NOW + 1}, "was issued at 2026-01-05T09:00:01.000000Z"),
    ({"sub": "ellie", "iat": 1e300}, "which is still to come"),
    ({"sub": "ellie", "nbf": NOW + 60}, "is not valid before"),
    ({"sub": "ellie", "exp": True}, "exp that is no number"),
    ({"sub": "ellie", "exp": "soon"}, "exp that is no number"),
    ({"sub": "ellie", "iat": [1]}, "iat that is no number"),
    ({}, "no claim sub"),
    ({"sub": ""}, "no claim sub"),
    ({"sub": 7}, "no claim sub"),
    ({"sub": "ellie", "explicit_grants": "yes"}, "explicit_grants"),
    ({"sub": "ellie", "grants": []}, ""),
    ({"sub": "ellie", "grants": ["user/read"]}, "grants that is no object"),
    ({"sub": "ellie", "grants": {"https://x/v1/users/ellie": ["user/read"]}}, "grants on"),
    ({"sub": "ellie", "grants": {"https://x/v1/users/ellie": {"user/read": True}}}, "grants on"),
]


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize(("claims", "told"), [each for each in CLAIMS if each[1]])
def test_claims_that_are_not_good_are_refused(get: Get, claims: dict[str, Any], told: str) -> None:
    body = assert_refused(get(_signed_raw(claims)), 401, "invalid_user_token")
    assert told in body["message"]


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"exp": NOW + 1},
        {"exp": 1e300},
        {"iat": NOW, "nbf": NOW},
        {"iat": NOW - 0.5},
        {"iat": None, "exp": None, "grants": None, "explicit_grants": None},
        {"explicit_grants": False, "grants": {}, "jti": 5, "aud": "x", "iss": "y", "extra": {}},
    ],
)
def test_claims_that_are_good_are_taken(get: Get, claims: dict[str, Any]) -> None:
    assert get(_signed_raw({"sub": "ellie", **claims})).status_code == 200


def _signed_raw(claims: dict[str, Any]) -> str:
    """Signed as it is: PyJWT's own encoder refuses a `sub` that is no text."""
    return jwt.api_jws.encode(
        json.dumps(claims).encode(), private_pem(rsa_key()), algorithm="RS256"
    )


def test_time_is_the_environments(secured: MockKnock, get: Get) -> None:
    token = signed({"sub": "ellie", "iat": NOW + 10, "exp": NOW + 20})
    assert_refused(get(token), 401, "invalid_user_token")
    secured.clock.advance(10)
    assert get(token).status_code == 200
    secured.clock.advance(9.999999)
    assert get(token).status_code == 200
    secured.clock.advance(0.000001)
    body = assert_refused(get(token), 401, "invalid_user_token")
    assert "2026-01-05T09:00:20" in body["message"]


UNSIGNED = jwt.encode({"sub": "ellie"}, "", algorithm="none")
BY_SECRET = jwt.encode({"sub": "ellie"}, "a secret that is long enough for it", algorithm="HS256")
GOOD = signed({"sub": "ellie"})


@pytest.mark.usefixtures("secured")
@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("nonsense", "is no JWT"),
        ("a.b.c", "is no JWT"),
        ("ü.ü.ü".encode(), "is no JWT"),
        (UNSIGNED, "is signed with none"),
        (BY_SECRET, "is signed with HS256"),
        (signed({"sub": "ellie"}, rsa_key("second")), "is not signed with a signing key"),
        (f"{GOOD.rpartition('.')[0]}.", "is not signed with"),
        (f"{GOOD[:-8]}AAAAAAAA", "is not signed with"),
        (GOOD.partition(".")[0], "is no JWT"),
    ],
    ids=[
        "nonsense", "dots", "bytes", "none", "HS256", "other key", "cut", "changed", "header",
    ],
)  # fmt: skip
def test_what_is_not_signed_well_is_refused(get: Get, token: str | bytes, told: str) -> None:
    body = assert_refused(get(token), 401, "invalid_user_token")
    assert told in body["message"]


@pytest.mark.usefixtures("secured")
def test_the_public_key_is_no_secret_to_sign_with() -> None:
    """The classic confusion: HS256 with the text of the public key."""
    with pytest.raises(jwt.InvalidKeyError):
        jwt.encode({"sub": "ellie"}, public_pem(rsa_key()), algorithm="HS256")


def test_any_of_several_keys_will_do(mock_knock: MockKnock, get: Get) -> None:
    mock_knock.users.identify("ellie")
    keys = [private_pem(rsa_key()), base64_of(private_pem(rsa_key("second"), old=True))]
    mock_knock.load_fixtures({"signing_keys": keys[:1]})
    tokens = [signed({"sub": "ellie"}, rsa_key(name)) for name in ("first", "second")]
    assert [get(token).status_code for token in tokens] == [200, 401]
    mock_knock.load_fixtures({"signing_keys": keys[1:]})
    assert [get(token).status_code for token in tokens] == [200, 200]


@pytest.mark.usefixtures("secured")
def test_reading_is_one_thing_and_writing_another(mock_knock: MockKnock) -> None:
    url = "https://api.knock.app/v1/users/ellie"
    claims = {"sub": "ellie", "explicit_grants": True, "grants": {url: {"user/read": [{}]}}}
    headers = {
        "authorization": f"Bearer {mock_knock.public_key}",
        "x-knock-user-token": signed(claims),
    }
    with mock_knock.client() as client:
        assert client.get("/v1/users/ellie", headers=headers).status_code == 200
        response = client.put("/v1/users/ellie", headers=headers, json={"name": "X"})
        body = assert_refused(response, 403, "invalid_user_token")
    assert f"user/write on {url}" in body["message"]
    assert mock_knock.users["ellie"]["name"] == "Ellie"


@pytest.mark.usefixtures("secured")
def test_the_token_is_not_kept_in_the_log(mock_knock: MockKnock, get: Get) -> None:
    get(signed({"sub": "ellie"}))
    assert mock_knock.requests[-1].headers["x-knock-user-token"] == "***"
