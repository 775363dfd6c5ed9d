"""Users: written, read, merged, deleted, one by one and in bulk."""

from __future__ import annotations

from tests.sdk.seed import PUSH, Seed
from tests.sdk.stories import Story, calling


@calling("users.update")
def update(seed: Seed) -> Story:
    user = yield {"user_id": "ellie", "email": "e@example.com", "timezone": "Europe/London"}
    assert (user["__typename"], user["id"]) == ("User", "ellie")
    assert (user["name"], user["email"], user["plan"]) == ("Ellie", "e@example.com", "pro")
    assert user == seed.read("/v1/users/ellie")


@calling("users.get")
def get(seed: Seed) -> Story:
    user = yield {"user_id": "ellie"}
    assert (user["name"], user["plan"]) == ("Ellie", "pro")
    assert user == seed.read("/v1/users/ellie")


@calling("users.list")
def list_(seed: Seed) -> Story:
    users = yield {"page_size": 2, "include": ["preferences"]}
    assert [user["id"] for user in users] == ["ellie", "alan", "ian"]
    assert users[0]["preferences"]["default"]["channel_types"] == {"sms": False}


@calling("users.delete")
def delete(seed: Seed) -> Story:
    answer = yield {"user_id": "ellie"}
    assert answer is None
    assert seed.is_missing("/v1/users/ellie")
    assert seed.messages("ellie") == []


@calling("users.merge")
def merge(seed: Seed) -> Story:
    messages = seed.messages("alan")
    user = yield {"user_id": "ellie", "from_user_id": "alan"}
    assert (user["id"], user["name"]) == ("ellie", "Ellie")
    assert seed.is_missing("/v1/users/alan")
    assert set(messages) < set(seed.messages("ellie"))


@calling("users.bulk.identify")
def bulk_identify(seed: Seed) -> Story:
    operation = yield {
        "users": [
            {"id": "ian", "name": "Ian Malcolm", "channel_data": {PUSH: {"tokens": ["t"]}}},
            {"id": "sarah", "preferences": {"default": {"categories": {"onboarding": False}}}},
        ]
    }
    assert seed.read("/v1/users/ian")["name"] == "Ian", "rows take effect when they are done"
    seed.finish(operation, "users.identify", 2)
    assert seed.read("/v1/users/ian")["name"] == "Ian Malcolm"
    assert seed.read(f"/v1/users/ian/channel_data/{PUSH}")["data"]["tokens"] == ["t"]
    preferences = seed.read("/v1/users/sarah/preferences/default")
    assert preferences["categories"] == {"onboarding": False}


@calling("users.bulk.delete")
def bulk_delete(seed: Seed) -> Story:
    operation = yield {"user_ids": ["alan", "ian"]}
    seed.finish(operation, "users.delete", 2)
    assert [user["id"] for user in seed.read("/v1/users")["entries"]] == ["ellie"]


@calling("users.bulk.set_preferences")
def bulk_set_preferences(seed: Seed) -> Story:
    operation = yield {
        "preferences": {"workflows": {"welcome": {"channel_types": {"email": False}}}},
        "user_ids": ["ellie", "alan"],
    }
    seed.finish(operation, "users.set_preferences", 2)
    for id in ("ellie", "alan"):
        written = seed.read(f"/v1/users/{id}/preferences/default")
        assert written["workflows"]["welcome"]["channel_types"] == {"email": False}


@calling("users.get_channel_data")
def get_channel_data(seed: Seed) -> Story:
    data = yield {"user_id": "ellie", "channel_id": PUSH}
    assert (data["channel_id"], data["provider"]) == (PUSH, "push_fcm")
    assert data["data"]["tokens"] == ["token-1"]


@calling("users.set_channel_data")
def set_channel_data(seed: Seed) -> Story:
    device = {"token": "token-2", "locale": "en-GB", "timezone": "Europe/London"}
    data = yield {"user_id": "ellie", "channel_id": PUSH, "data": {"devices": [device]}}
    assert data["data"] == {"tokens": ["token-2"], "devices": [device]}
    assert data == seed.read(f"/v1/users/ellie/channel_data/{PUSH}")


@calling("users.unset_channel_data")
def unset_channel_data(seed: Seed) -> Story:
    answer = yield {"user_id": "ellie", "channel_id": PUSH}
    assert answer is None
    assert seed.is_missing(f"/v1/users/ellie/channel_data/{PUSH}")


@calling("users.preference_center.get_config")
def preference_center(seed: Seed) -> Story:
    center = yield {"user_id": "ellie"}
    assert (center["enabled"], center["user_email"]) == (True, "ellie@example.com")
    rows = [(row["type"], row["identifier"]) for row in center["config"]["rows"]]
    assert ("category", "onboarding") in rows


@calling("users.preference_center.generate_signed_url")
def preference_center_url(seed: Seed) -> Story:
    signed = yield {"user_id": "ellie"}
    assert signed["url"].startswith("https://p.knock.app/p/")
