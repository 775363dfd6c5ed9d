from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.arazzo.masking import MASK, Masks, is_secret_name, secret_inputs


@pytest.mark.parametrize(
    "name",
    [
        "apiKey",
        "api_key",
        "X-Api-Key",
        "APIKey",
        "key",
        "KEY",
        "accessToken",
        "token",
        "X-Knock-User-Token",
        "clientSecret",
        "secret",
        "password",
        "dbPassword",
        "Authorization",
        "Set-Cookie",
        "private_key",
        "signingKey",
    ],
)
def test_secret_names(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    ["workflowKey", "key2name", "Idempotency-Key", "users", "monkey", "keyboard", "tokenize", ""],
)
def test_other_names(name: str) -> None:
    assert not is_secret_name(name)


def test_secret_inputs_are_texts_by_name_or_format() -> None:
    inputs = {"apiKey": "a", "pin": "b", "workflowKey": "c", "token": 5}
    assert secret_inputs(inputs, {"pin": {"format": "password"}, "workflowKey": True}) == ["a", "b"]


def test_short_secrets_are_hidden_only_as_whole_texts() -> None:
    masks = Masks(["pw", "long-secret", ""])
    assert masks.value({"a": ["pw", "pwx", "x long-secret y", 5, None]}) == {
        "a": [MASK, "pwx", f"x {MASK} y", 5, None]
    }


def test_the_longer_of_two_secrets_goes_first() -> None:
    assert Masks(["secret", "secret-longer"]).text("secret-longer") == MASK
    assert Masks(["secret", "secret-longer"]).text("a secret-longer") == f"a {MASK}"


@given(st.text(alphabet="abcdefgh/%. ", min_size=6), st.text(max_size=5), st.text(max_size=5))
def test_no_long_secret_survives(secret: str, before: str, after: str) -> None:
    masks = Masks([secret])
    shown = masks.value([before + secret + after, {before: secret, secret: after}])
    assert secret not in json.dumps(shown)


def test_headers() -> None:
    masks = Masks(["long-secret"])
    headers = [
        ("Authorization", "Bearer x"),
        ("authorization", "raw"),
        ("X-Api-Key", "a b"),
        ("X", "1"),
        ("X", "long-secret"),
    ]
    assert masks.headers(headers) == {
        "Authorization": "Bearer ***",
        "authorization": "***",
        "X-Api-Key": "***",
        "X": "1, ***",
    }
