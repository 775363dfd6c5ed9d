"""Messages and what is known of them."""

from __future__ import annotations

from typing import Any

from tests.sdk.seed import DOCK, EMAIL, FEED, Seed
from tests.sdk.stories import Story, calling


@calling("messages.list")
def list_(seed: Seed) -> Story:
    messages = yield {
        "page_size": 2,
        "source": "welcome",
        "status": ["delivered"],
        "channel_id": FEED,
        "workflow_categories": ["onboarding"],
        "trigger_data": '{"park": "Nublar"}',
        "inserted_at": {"gt": "2026-01-05T00:00:00Z", "lt": "2026-01-06T00:00:00Z"},
    }
    expected = {*seed.messages("ellie"), *seed.messages("alan"), *seed.messages(DOCK)}
    assert {message["id"] for message in messages} == expected
    assert len(messages) == len(expected) == 7


@calling("users.list_messages")
def list_of_user(seed: Seed) -> Story:
    ids = [*seed.messages("ellie"), *seed.messages("ellie", EMAIL)]
    messages = yield {"user_id": "ellie", "page_size": 2, "message_ids": ids[1:]}
    assert {message["id"] for message in messages} == set(ids[1:])


@calling("messages.get")
def get(seed: Seed) -> Story:
    id = seed.messages("ellie")[0]
    message = yield {"message_id": id}
    assert (message["id"], message["recipient"], message["status"]) == (id, "ellie", "delivered")
    assert (message["workflow"], message["data"]) == ("welcome", {"park": "Nublar"})
    assert message["channel"]["id"] == FEED


@calling("messages.get_content")
def content(seed: Seed) -> Story:
    id = seed.messages("ellie", EMAIL)[0]
    content = yield {"message_id": id}
    assert content["message_id"] == id
    assert (content["data"]["subject_line"], content["data"]["to"]) == ("Hi", "ellie@example.com")


@calling("messages.list_activities")
def activities(seed: Seed) -> Story:
    activities = yield {"message_id": seed.messages("ellie")[0], "page_size": 1}
    assert [activity["data"] for activity in activities] == [{"park": "Nublar"}]


@calling("messages.list_delivery_logs")
def delivery_logs(seed: Seed) -> Story:
    logs = yield {"message_id": seed.messages("ellie", EMAIL)[0], "page_size": 1}
    [log] = logs
    assert log["response"]["status"] == 200


@calling("messages.list_events")
def events(seed: Seed) -> Story:
    events = yield {"message_id": seed.messages("ellie", EMAIL)[0], "page_size": 2}
    assert [event["type"] for event in events] == [
        "message.delivered", "message.sent", "message.queued", "message.created",
    ]  # fmt: skip


@calling("messages.batch.get_content")
def contents(seed: Seed) -> Story:
    ids = [*seed.messages("ellie"), *seed.messages("ellie", EMAIL)]
    contents: list[dict[str, Any]] = yield {"message_ids": ids}
    assert [content["message_id"] for content in contents] == ids
