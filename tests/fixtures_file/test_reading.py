"""A good file, and what becomes of each of its fields."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mock_knock.fixtures import load_fixtures
from mock_knock.fixtures.checking import schema
from mock_knock.world.channels import Channel
from mock_knock.world.conditions import Condition
from mock_knock.world.declarations import (
    NOTHING,
)
from mock_knock.world.guides import GuideStep
from mock_knock.world.steps import ChannelStep
from tests.keys import base64_of, private_pem, public_pem, rsa_key

UUID = "8f0a1c52-6f3e-4b7d-9a64-1c2d3e4f5a6b"


@pytest.mark.parametrize("nothing", [None, {}, {"$schema": "x"}, {"users": []}, NOTHING])
def test_a_file_may_say_nothing(nothing: Any) -> None:
    assert load_fixtures(nothing) == NOTHING


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}", "\ufeff{}"])
def test_a_file_may_be_empty(tmp_path: Path, text: str) -> None:
    file = tmp_path / "knock.yml"
    file.write_text(text, encoding="utf-8")
    assert load_fixtures(str(file)) == NOTHING


def test_channels() -> None:
    full: dict[str, Any] = {
        "key": "a", "id": UUID, "provider": "email_smtp", "name": "A",
        "sandbox": True, "ends": "bounced",
    }  # fmt: skip
    bare = {"key": "b", "type": "in_app_feed"}
    declared = load_fixtures({"channels": [{**full, "type": "email"}, bare]}).channels
    assert declared == (Channel(**full, kind="email"), Channel(key="b", kind="in_app_feed"))
    assert [channel.is_feed for channel in declared] == [False, True]


def test_workflows() -> None:
    declared = load_fixtures(
        {
            "channels": [{"key": "a", "type": "sms"}],
            "workflows": [
                {"key": "bare"},
                {"key": "silent", "steps": []},
                {
                    "key": "full", "name": "Full", "status": "inactive", "delay": 10,
                    "categories": ["x", "y"],
                    "steps": [
                        {"channel_key": "a", "delay": 2.5, "ref": "r", "template": {"body": "b"}},
                        {},
                    ],
                },
            ],
        }
    ).workflows  # fmt: skip
    bare, silent, full = declared
    assert (bare.active, bare.steps, bare.categories, bare.check_data) == (True, None, (), None)
    assert silent.steps == ()
    assert full.steps == (
        ChannelStep("a", delay=2.5, ref="r", template={"body": "b"}),
        ChannelStep(),
    )
    assert (full.active, full.categories, full.delay) == (False, ("x", "y"), 10)


def test_a_step_may_name_the_built_in_feed_while_no_other_is_declared() -> None:
    steps = [{"channel_key": "in-app-feed"}]
    assert load_fixtures({"workflows": [{"key": "w", "steps": steps}]}).workflows[0].steps


def test_guides() -> None:
    condition = {"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}
    declared = load_fixtures(
        {
            "channels": [{"key": "g", "type": "in_app_guide"}],
            "audiences": [{"key": "beta"}],
            "guides": [
                {"key": "bare", "channel_key": "g"},
                {
                    "key": "full", "channel_key": "g", "id": UUID, "type": "modal", "active": False,
                    "semver": "1.2.3", "audiences": ["beta"], "conditions": [condition],
                    "steps": [{"ref": "a", "content": {"title": "x"}}, {"ref": "b"}],
                    "activation_url_rules": [{"directive": "allow"}], "unthrottled": True,
                },
            ],
        }
    ).guides  # fmt: skip
    bare, full = declared
    assert bare.steps == (GuideStep(),)
    assert (bare.type, bare.active, bare.unthrottled) == ("banner", True, False)
    assert full.conditions == (Condition(**condition),)
    assert [step.ref for step in full.steps] == ["a", "b"]
    assert full.steps[0].content == {"title": "x"}
    assert (full.id, full.audiences, full.unthrottled) == (UUID, ("beta",), True)


def test_steps_of_a_guide_are_named_by_their_place() -> None:
    steps: list[dict[str, Any]] = [{}, {"ref": "middle"}, {"content": {"a": 1}}]
    [guide] = load_fixtures(
        {
            "channels": [{"key": "g", "type": "in_app_guide"}],
            "guides": [{"key": "tour", "channel_key": "g", "steps": steps}],
        }
    ).guides
    assert [step.ref for step in guide.steps] == ["step_1", "middle", "step_3"]


def test_audiences() -> None:
    members = ["a", {"user": "a", "tenant": "t"}, {"user": "b"}]
    declared = load_fixtures(
        {"audiences": [{"key": "k", "name": "K", "static": False, "members": members}]}
    )
    [audience] = declared.audiences
    assert audience.members == (("a", None), ("a", "t"), ("b", None))
    assert (audience.static, audience.name) == (False, "K")


def test_preference_defaults_and_inline_preferences() -> None:
    conditions = [{"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}]
    groups = {
        "categories": {"a": False, "b": {"channel_types": {"email": {"conditions": conditions}}}},
        "workflows": {"w": {"__strategy__": "replace", "channels": {UUID: True}}},
        "channel_types": {"sms": False}, "channels": {UUID: {"conditions": []}},
        "commercial_subscribed": False,
    }  # fmt: skip
    declared = load_fixtures(
        {
            "preference_defaults": groups,
            "tenants": [{"id": "t", "settings": {"preference_set": groups, "branding": None}}],
            "users": [{"id": "u", "preferences": {"default": groups, "t": {}}}],
        }
    )
    assert declared.preference_defaults == groups
    assert declared.tenants[0]["settings"]["preference_set"] == groups


@pytest.mark.parametrize(
    "text",
    [
        public_pem(rsa_key()),
        public_pem(rsa_key(), old=True),
        private_pem(rsa_key()),
        private_pem(rsa_key(), old=True),
        base64_of(private_pem(rsa_key(), old=True)),
        base64_of(public_pem(rsa_key())),
        public_pem(rsa_key()).strip(),
        public_pem(rsa_key()).replace("\n", "\\n"),
    ],
    ids=[
        "public",
        "PKCS 1",
        "private",
        "traditional",
        "base64",
        "base64 public",
        "bare",
        "escaped",
    ],
)
def test_signing_keys_come_in_every_form_and_only_the_public_half_stays(text: str) -> None:
    assert load_fixtures({"signing_keys": [text]}).signing_keys == (public_pem(rsa_key()),)


def test_a_mapping_may_be_changed_afterwards() -> None:
    user: dict[str, Any] = {"id": "a", "tags": ["x"]}
    declared = load_fixtures({"users": [user]})
    user["tags"].append("y")
    assert declared.users[0]["tags"] == ["x"]


def nodes(node: Any, path: str = "") -> Any:
    """Each object schema of the fixtures' schema, with the way to it."""
    if isinstance(node, dict):
        if "properties" in node and path != "/properties":
            yield path, node
        for name, inner in node.items():
            yield from nodes(inner, f"{path}/{name}")
    elif isinstance(node, list):
        for at, inner in enumerate(node):
            yield from nodes(inner, f"{path}/{at}")


# What Knock's documents describe already, or what stands for itself.
SELF_EVIDENT = {
    "name", "email", "avatar", "phone_number", "timezone", "locale", "created_at",
    "channel_data", "preferences", "branding", "__persistence_strategy__", "__strategy__",
    "channel_types", "channels", "conditions", "chat", "http", "in_app", "in_app_feed",
    "in_app_guide", "push", "sms",
}  # fmt: skip


def test_the_schema_is_a_schema_and_describes_every_field() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    for path, node in nodes(schema()):
        for name, field in node["properties"].items():
            assert name in SELF_EVIDENT or "description" in field or "settings" in name, (
                f"{path}: {name}"
            )


def test_the_schema_stands_by_itself() -> None:
    """Another validator, such as an editor's, reads it the same way."""
    validator = jsonschema.Draft202012Validator(schema())
    assert validator.is_valid({"workflows": [{"key": "a", "steps": [{"delay": 1}]}]})
    assert not validator.is_valid({"workflows": [{"kee": "a"}]})
    assert json.dumps(schema())
