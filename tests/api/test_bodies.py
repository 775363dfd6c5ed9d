"""Bodies that cannot be read, and odd ones that can."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

from .envelope import assert_refused

JSON = {"content-type": "application/json"}
USER = "/v1/users/nadia"

MALFORMED = {
    "cut off": b'{"name": "Nadia"',
    "trailing text": b"{}x",
    "white space only": b"  \n",
    "a bare word": b"name",
    "single quotes": b"{'name': 1}",
    "not a number": b'{"n": NaN}',
    "infinity": b'{"n": -Infinity}',
    "a number beyond every double": b'{"n": 1e999}',
    "an integer of 5,000 digits": b'{"n": ' + b"9" * 5_000 + b"}",
    "a lone surrogate in a value": b'{"name": "\\ud800"}',
    "a lone surrogate in a key": b'{"\\udfff": 1}',
    "a raw NUL": b'{"name": "\x00"}',
    "Latin-1": b'{"name": "\xe9"}',
    "UTF-16": '{"name": 1}'.encode("utf-16"),
    "5,000 open brackets": b"[" * 5_000,
    "5,000 levels": b'{"n": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_body_is_a_400(
    client: httpx.Client, mock_knock: MockKnock, body: bytes
) -> None:
    refused = client.put(USER, content=body, headers=JSON)
    assert_refused(refused, 400, "invalid_params", field="body")
    assert len(mock_knock.users) == 0


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonx",
        "application/vnd.api+json",
        ";",
        "é",
    ],
)
def test_a_body_that_is_not_announced_as_json_is_a_415(
    client: httpx.Client, mock_knock: MockKnock, content_type: str | None
) -> None:
    headers: Any = {}
    if content_type is not None:
        headers["content-type"] = content_type.encode("latin-1")
    refused = client.put(USER, content=b"{}", headers=headers)
    body = assert_refused(refused, 415, "unsupported_media_type", field="Content-Type")
    assert "application/json" in body["message"]
    assert len(mock_knock.users) == 0


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;",
    ],
)
def test_every_way_to_announce_json_is_taken(client: httpx.Client, content_type: str) -> None:
    response = client.put(USER, content=b"{}", headers={"content-type": content_type})
    assert response.status_code == 200


@pytest.mark.parametrize("headers", [{}, JSON], ids=["no type", "json"])
def test_a_missing_body_is_asked_for(client: httpx.Client, headers: dict[str, str]) -> None:
    assert_refused(client.put(USER, headers=headers), 422, "invalid_params", field="body")


@pytest.mark.parametrize("body", [b"[]", b"null", b'"nadia"', b"7", b"true", b"[{}]"])
def test_a_body_that_is_no_object_is_refused(client: httpx.Client, body: bytes) -> None:
    refused = client.put(USER, content=body, headers=JSON)
    assert_refused(refused, 422, "invalid_params", field="body")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_body_where_none_is_wanted_is_ignored(
    client: httpx.Client, mock_knock: MockKnock, method: str
) -> None:
    mock_knock.users.identify("nadia")
    response = client.request(method, USER, content=b"{", headers=JSON)
    assert response.status_code in (200, 204)


def nested(levels: int) -> bytes:
    """An object that is nested so deep, itself counted."""
    return b'{"n": ' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def test_a_body_of_128_levels_is_kept_and_comes_back(client: httpx.Client) -> None:
    assert client.put(USER, content=nested(128), headers=JSON).status_code == 200
    # Merging it with itself goes to the bottom once more.
    assert client.put(USER, content=nested(128), headers=JSON).status_code == 200
    assert client.get(USER).json()["n"] == json.loads(nested(128))["n"]
    assert client.get("/v1/users").status_code == 200


@pytest.mark.parametrize("levels", [129, 500, 1_000])
def test_a_deeper_body_is_refused(client: httpx.Client, levels: int) -> None:
    refused = client.put(USER, content=nested(levels), headers=JSON)
    assert_refused(refused, 422, "invalid_params", field="body")


def test_of_a_key_that_comes_twice_the_last_value_counts(client: httpx.Client) -> None:
    response = client.put(USER, content=b'{"name": "A", "name": "B"}', headers=JSON)
    assert response.json()["name"] == "B"


@pytest.mark.parametrize(
    "text", ["", "\u0000", "\u2028", "😀", "\u202e", "e\u0301", "\ufeff", "a\r\nb", "x" * 10_000]
)
def test_text_comes_back_as_it_went(client: httpx.Client, text: str) -> None:
    client.put(USER, json={"name": text, f"k{text[:9]}": text})
    found = client.get(USER).json()
    assert (found["name"], found[f"k{text[:9]}"]) == (text, text)


@pytest.mark.parametrize("number", [0, -1, 2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 0.1, 1e-300])
def test_numbers_come_back_as_they_went(client: httpx.Client, number: float) -> None:
    client.put(USER, json={"number": number})
    assert client.get(USER).json()["number"] == number


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**30, -(10**300)])
def test_an_integer_that_64_bits_do_not_hold_comes_back_as_the_nearest_double(
    client: httpx.Client, number: int
) -> None:
    client.put(USER, json={"deep": [{"n": 0.5}, {"n": number}]})
    assert client.get(USER).json()["deep"] == [{"n": 0.5}, {"n": float(number)}]


@pytest.mark.parametrize("text", [str(10**30), "x" + "9" * 40, "0." + "1" * 40])
def test_many_digits_that_are_no_integer_are_as_good_as_few(
    client: httpx.Client, text: str
) -> None:
    number = f'{{"n": "{text}", "f": 0.12345678901234567890123}}'
    client.put(USER, content=number.encode(), headers=JSON)
    assert client.get(USER).json()["n"] == text
