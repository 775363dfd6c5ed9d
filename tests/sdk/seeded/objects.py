"""Objects: written, read, deleted, one by one and in bulk; what they have and what they get."""

from __future__ import annotations

from tests.sdk.seed import DOCK, FEED, PARK, SLACK, Seed
from tests.sdk.stories import Story, calling

PROJECTS = "/v1/objects/projects"


@calling("objects.set")
def set_(seed: Seed) -> Story:
    written = yield {
        **PARK,
        "name": "Isla Sorna",
        "locale": "es-CR",
        "timezone": "America/Costa_Rica",
        "channel_data": {SLACK: {"connections": [{"channel_id": "C1"}]}},
        "preferences": {"default": {"categories": {"onboarding": False}}},
    }
    assert (written["__typename"], written["collection"]) == ("Object", "projects")
    assert written["properties"] == {
        "name": "Isla Sorna", "locale": "es-CR", "timezone": "America/Costa_Rica",
    }  # fmt: skip
    assert written == seed.read(f"{PROJECTS}/park")
    data = seed.read(f"{PROJECTS}/park/channel_data/{SLACK}")
    assert data["data"]["connections"][0]["channel_id"] == "C1"
    preferences = seed.read(f"{PROJECTS}/park/preferences/default")
    assert preferences["categories"] == {"onboarding": False}


@calling("objects.get")
def get(seed: Seed) -> Story:
    found = yield PARK
    assert found["properties"] == {"name": "Isla Nublar"}


@calling("objects.list")
def list_(seed: Seed) -> Story:
    objects = yield {"collection": "projects", "page_size": 2, "include": ["preferences"]}
    assert [one["id"] for one in objects] == ["park", "lab", "dock"]


@calling("objects.delete")
def delete(seed: Seed) -> Story:
    answer = yield PARK
    assert answer is None
    assert seed.is_missing(f"{PROJECTS}/park")
    assert seed.read("/v1/users/ellie/subscriptions")["entries"] == []


@calling("objects.bulk.set")
def bulk_set(seed: Seed) -> Story:
    objects = [{"id": "park", "name": "Isla Sorna"}, {"id": "lodge", "name": "Lodge", "beds": 12}]
    operation = yield {"collection": "projects", "objects": objects}
    seed.finish(operation, "objects.projects.set", 2)
    assert seed.read(f"{PROJECTS}/park")["properties"]["name"] == "Isla Sorna"
    assert seed.read(f"{PROJECTS}/lodge")["properties"] == {"name": "Lodge", "beds": 12}


@calling("objects.bulk.delete")
def bulk_delete(seed: Seed) -> Story:
    operation = yield {"collection": "projects", "object_ids": ["park", "lab"]}
    seed.finish(operation, "objects.projects.delete", 2)
    assert [one["id"] for one in seed.read(PROJECTS)["entries"]] == ["dock"]


@calling("objects.get_channel_data")
def get_channel_data(seed: Seed) -> Story:
    data = yield {"collection": "projects", "object_id": "park", "channel_id": SLACK}
    assert (data["channel_id"], data["provider"]) == (SLACK, "chat_slack")
    assert data["data"]["token"] == {"access_token": "xoxb-1"}


@calling("objects.set_channel_data")
def set_channel_data(seed: Seed) -> Story:
    connection = {"access_token": "xoxb-9", "channel_id": "C9"}
    data = yield {
        "collection": "projects",
        "object_id": "park",
        "channel_id": SLACK,
        "data": {"connections": [connection]},
    }
    assert {**data["data"]["connections"][0], **connection} == data["data"]["connections"][0]
    assert data == seed.read(f"{PROJECTS}/park/channel_data/{SLACK}")


@calling("objects.unset_channel_data")
def unset_channel_data(seed: Seed) -> Story:
    answer = yield {"collection": "projects", "object_id": "park", "channel_id": SLACK}
    assert answer is None
    assert seed.is_missing(f"{PROJECTS}/park/channel_data/{SLACK}")


@calling("objects.list_messages")
def list_messages(seed: Seed) -> Story:
    messages = yield {
        **DOCK,
        "page_size": 2,
        "channel_id": FEED,
        "source": "welcome",
        "status": ["delivered"],
        "workflow_categories": ["onboarding"],
    }
    assert [message["id"] for message in messages] == seed.messages(DOCK)
    assert all(message["recipient"]["id"] == "dock" for message in messages)


@calling("objects.list_schedules")
def list_schedules(seed: Seed) -> Story:
    schedules = yield {**PARK, "page_size": 1, "workflow": "digest"}
    assert [schedule["tenant"] for schedule in schedules] == ["biosyn", "ingen", None]
    assert all(schedule["recipient"]["id"] == "park" for schedule in schedules)
