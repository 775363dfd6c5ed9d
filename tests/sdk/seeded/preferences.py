"""Preference sets of users and objects."""

from __future__ import annotations

from typing import Any

from tests.sdk.seed import EMAIL, Seed
from tests.sdk.stories import Story, calling

ELLIE = "/v1/users/ellie/preferences"
PARK = "/v1/objects/projects/park/preferences"
WRITTEN: dict[str, Any] = {
    "_persistence_strategy": "merge",
    "categories": {"marketing": False},
    "channel_types": {"push": True},
    "channels": {EMAIL: False},
    "commercial_subscribed": False,
    "workflows": {
        "welcome": {
            "conditions": [
                {"variable": "recipient.plan", "operator": "equal_to", "argument": "pro"}
            ]
        }
    },
}
ALL_BUT_STRATEGY = WRITTEN.keys() - {"_persistence_strategy"}


@calling("users.set_preferences")
def of_user(seed: Seed) -> Story:
    preferences = yield {"user_id": "ellie", "id": "default", **WRITTEN}
    assert preferences == seed.read(f"{ELLIE}/default")
    # Merged: what the default of the environment and the user said before is still there.
    assert preferences["categories"] == {"marketing": False, "onboarding": True}
    assert preferences["channel_types"] == {"sms": False, "push": True}
    for name in ("channels", "commercial_subscribed", "workflows"):
        assert preferences[name] == WRITTEN[name]


@calling("users.get_preferences")
def get_of_user(seed: Seed) -> Story:
    preferences = yield {"user_id": "ellie", "id": "default", "tenant": "ingen"}
    assert preferences["id"] == "default"
    # Ellie's own, over that of InGen, over that of the environment.
    assert preferences["channel_types"] == {"sms": False, "push": False}
    assert preferences["categories"] == {"onboarding": True}


@calling("users.list_preferences")
def list_of_user(seed: Seed) -> Story:
    sets = yield {"user_id": "ellie"}
    assert [one["id"] for one in sets] == ["default"]
    assert sets == seed.read(ELLIE)


@calling("users.unset_preferences")
def unset_of_user(seed: Seed) -> Story:
    answer = yield {"user_id": "ellie", "id": "default"}
    assert answer is None
    assert seed.read(ELLIE) == []


@calling("objects.set_preferences")
def of_object(seed: Seed) -> Story:
    replaced = {**WRITTEN, "_persistence_strategy": "replace"}
    preferences = yield {
        "collection": "projects", "object_id": "park", "id": "default", **replaced,
    }  # fmt: skip
    assert preferences == seed.read(f"{PARK}/default")
    assert preferences["channel_types"] == {"push": True}
    for name in ALL_BUT_STRATEGY - {"categories", "channel_types"}:
        assert preferences[name] == WRITTEN[name]


@calling("objects.get_preferences")
def get_of_object(seed: Seed) -> Story:
    preferences = yield {"collection": "projects", "object_id": "park", "id": "default"}
    assert preferences["channel_types"] == {"email": False}


@calling("objects.list_preferences")
def list_of_object(seed: Seed) -> Story:
    sets = yield {"collection": "projects", "object_id": "park"}
    assert [one["channel_types"] for one in sets] == [{"email": False}]


@calling("objects.unset_preferences")
def unset_of_object(seed: Seed) -> Story:
    answer = yield {"collection": "projects", "object_id": "park", "id": "default"}
    assert answer is None
    assert seed.read(PARK) == []
