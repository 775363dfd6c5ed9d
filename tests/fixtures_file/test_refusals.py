"""A wrong file is refused, with the line, the field and a sentence for every fault."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mock_knock.fixtures import FixturesError, load_fixtures
from tests.keys import base64_of, private_pem, public_pem, rsa_key

UUID = "8f0a1c52-6f3e-4b7d-9a64-1c2d3e4f5a6b"
FEED = {"key": "feed", "type": "in_app_feed"}
GUIDES = {"key": "guides", "type": "in_app_guide"}


def told(fixtures: Any) -> list[str]:
    """What is said of the fixtures, without the places."""
    with pytest.raises(FixturesError) as caught:
        load_fixtures(fixtures)
    return [f"{fault.field} {fault.message}" for fault in caught.value.faults]


def workflow(**fields: Any) -> dict[str, Any]:
    return {"workflows": [{"key": "w", **fields}]}


WRONG: list[tuple[dict[str, Any], str]] = [
    # Shape
    ({"nonsense": 1}, "nonsense is no field here; there are: $schema, audiences"),
    ({"workflow": []}, "workflow is no field here: did you mean 'workflows'?"),
    ({"channels": {}}, "channels must be a list"),
    ({"channels": [1]}, "channels[0] must be an object"),
    ({"channels": [{"key": "a"}]}, "channels[0].type is required"),
    ({"channels": [{"key": "a", "type": "fax"}]}, "channels[0].type must be one of chat, email"),
    ({"channels": [{**FEED, "id": "x"}]}, "channels[0].id must be a UUID"),
    ({"channels": [{**FEED, "ends": "lost"}]}, "channels[0].ends must be one of queued"),
    (workflow(status="paused"), "workflows[0].status must be one of active, inactive"),
    (workflow(delay=-1), "workflows[0].delay must be at least 0"),
    (workflow(delay="1h"), "workflows[0].delay must be a number"),
    (workflow(delay=1e300), "workflows[0].delay must be at most 31622400"),
    (workflow(steps=[{"channel": "x"}]), "workflows[0].steps[0].channel is no field here"),
    (workflow(categories="x"), "workflows[0].categories must be a list"),
    ({"preference_defaults": {"categories": {"a": 1}}}, "preference_defaults.categories.a must be"),
    (
        {"preference_defaults": {"channel_types": {"fax": True}}},
        "preference_defaults.channel_types.fax is no field here",
    ),
    ({"users": [{"name": "x"}]}, "users[0].id is required"),
    ({"users": [{"id": 1}]}, "users[0].id must be a string"),
    ({"users": [{"id": "a", "created_at": "soon"}]}, "users[0].created_at must be a date-time"),
    ({"tenants": [{"id": "a", "settings": 1}]}, "tenants[0].settings must be"),
    ({"tenants": [{"id": "a", "settings": {"x": 1}}]}, "tenants[0].settings.x is no field here"),
    ({"objects": [{"id": "a"}]}, "objects[0].collection is required"),
    ({"audiences": [{"key": "a", "members": [{"tenant": "t"}]}]}, "members[0].user is required"),
    # Keys and ids
    ({"channels": [FEED, FEED]}, "channels[1].key 'feed' is that of channels[0] already"),
    ({"workflows": [{"key": "a"}, {"key": "a"}]}, "workflows[1].key 'a' is that of workflows[0]"),
    (
        {"channels": [{**FEED, "id": UUID.upper()}, {**GUIDES, "id": UUID}]},
        "channels[1].id '8f0a1c52-6f3e-4b7d-9a64-1c2d3e4f5a6b' is that of channels[0] already",
    ),
    (workflow(steps=[{"ref": "a"}, {"ref": "a"}]), "steps[1].ref 'a' is that of"),
    (
        {
            "channels": [GUIDES],
            "guides": [{"key": "g", "channel_key": "guides", "steps": [{}, {"ref": "step_1"}]}],
        },
        "guides[0].steps[1].ref 'step_1' is that of guides[0].steps[0] already",
    ),
    ({"users": [{"id": "a"}, {"id": "a"}]}, "users[1].id 'a' is that of users[0] already"),
    (
        {"objects": [{"collection": "c", "id": "a"}] * 2},
        "objects[1].id 'c/a' is that of objects[0]",
    ),
    ({"audiences": [{"key": "a", "members": ["u", {"user": "u"}]}]}, "members[1] is in the list"),
    ({"users": [{"id": ""}]}, "users[0].id cannot be '': an id has at least one character"),
    ({"tenants": [{"id": "a/b"}]}, "tenants[0].id cannot be 'a/b': an id may not contain '/'"),
    ({"objects": [{"collection": "#", "id": "a"}]}, "objects[0].collection cannot be '#'"),
    ({"users": [{"id": "u" * 257}]}, "users[0].id cannot be"),
    ({"audiences": [{"key": "a", "members": ["a/b"]}]}, "audiences[0].members[0] cannot be 'a/b'"),
    (
        {"audiences": [{"key": "a", "members": [{"user": "a", "tenant": "#"}]}]},
        "audiences[0].members[0].tenant cannot be '#'",
    ),
    # References
    (
        {"channels": [FEED], **workflow(steps=[{"channel_key": "fed"}])},
        "workflows[0].steps[0].channel_key 'fed' is no channel of this file: did you mean 'feed'?",
    ),
    (
        workflow(steps=[{"channel_key": "email"}]),
        "channel_key 'email' is no channel of this file; declared: in-app-feed",
    ),
    (
        {"channels": [FEED], **workflow(steps=[{"channel_key": "in-app-feed"}])},
        "channel_key 'in-app-feed' is no channel of this file",
    ),
    ({"guides": [{"key": "g", "channel_key": "x"}]}, "guides[0].channel_key 'x' is no channel"),
    (
        {"channels": [FEED], "guides": [{"key": "g", "channel_key": "feed"}]},
        "guides[0].channel_key 'feed' is a channel of the type in_app_feed",
    ),
    (
        {
            "channels": [GUIDES],
            "guides": [{"key": "g", "channel_key": "guides", "audiences": ["x"]}],
        },
        "guides[0].audiences[0] 'x' is no audience of this file; declared: none is",
    ),
    # What is to be stored
    (
        {"users": [{"id": "a", "bio": "x" * 300_000}]},
        "users[0] cannot be stored: The custom properties would take",
    ),
    ({"users": [{"id": "a", "channel_data": {"x": {}}}]}, "users[0].channel_data.x is no UUID"),
    # JSON Schemas
    (
        workflow(trigger_data_json_schema={"properties": {"a": {"type": "strin"}}}),
        "workflows[0].trigger_data_json_schema.properties.a.type is no valid JSON Schema",
    ),
    (
        workflow(trigger_data_json_schema={"$ref": "https://example.com/schema.json"}),
        "references lead into the same schema only",
    ),
    (workflow(trigger_data_json_schema=True), "trigger_data_json_schema must be an object"),
    # Signing keys
    ({"signing_keys": "x"}, "signing_keys must be a list"),
    ({"signing_keys": ["x"]}, "signing_keys[0] is no key"),
    ({"signing_keys": [base64_of("hello")]}, "signing_keys[0] is no key"),
    (
        {"signing_keys": ["-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]},
        "signing_keys[0] cannot be read",
    ),
    (
        {"signing_keys": ["-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"]},
        "signing_keys[0] holds a certificate",
    ),
]


@pytest.mark.parametrize(("fixtures", "expected"), WRONG, ids=[text[:60] for _, text in WRONG])
def test_it_is_refused(fixtures: dict[str, Any], expected: str) -> None:
    [sentence] = told(fixtures)
    assert expected in sentence


def test_a_key_that_is_too_short_is_refused() -> None:
    short = rsa_key("short", 1024)
    for text in (private_pem(short), public_pem(short), base64_of(public_pem(short))):
        assert told({"signing_keys": [text]}) == [
            "signing_keys[0] has 1024 bits; RS256 needs at least 2048"
        ]


def test_a_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric import ec

    key = private_pem(ec.generate_private_key(ec.SECP256R1()))
    assert told({"signing_keys": [key]}) == ["signing_keys[0] is no RSA key, which RS256 needs"]


def test_an_encrypted_key_is_refused() -> None:
    from cryptography.hazmat.primitives import serialization

    key = rsa_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"secret"),
    )
    [sentence] = told({"signing_keys": [key.decode()]})
    assert "encrypted" in sentence or "cannot be read" in sentence


def test_all_faults_are_told_at_once_by_line(tmp_path: Path) -> None:
    file = tmp_path / "knock.yml"
    file.write_text(
        "users:\n  - id: a/b\n  - nam: x\nworkflows:\n  - key: w\n    status: on\n"
        "    steps:\n      - channel_key: x\n",
        encoding="utf-8",
    )
    with pytest.raises(FixturesError) as caught:
        load_fixtures(file)
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [
        (2, "users[0].id"),
        (3, "users[1].id"),
        (6, "workflows[0].status"),
        (8, "workflows[0].steps[0].channel_key"),
    ]
    lines = str(caught.value).splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{file}:{n}" for n in (2, 3, 6, 8)]


@pytest.mark.parametrize("text", ["- a", "text", "1", "true"])
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "knock.yml"
    file.write_text(text, encoding="utf-8")
    assert told(file) == ["the file must be an object"]


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert told(tmp_path / "none.yml") == ["the file cannot be read: No such file or directory"]
    assert told(tmp_path) == ["the file cannot be read: Is a directory"]
    file = tmp_path / "knock.yml"
    file.write_bytes(b"users: [{id: \xff}]")
    assert told(file) == ["the file is not in UTF-8"]


def test_there_is_an_end_to_the_faults_that_are_told() -> None:
    assert len(told({"users": [{"id": "a/b"}] * 1000})) == 50
    assert len(told({"users": [{"id": 1, "preferences": 1}] * 1000})) == 50
