"""Marks on messages: one by one, in batches, and by filter over a channel."""

from __future__ import annotations

from collections.abc import Callable

from tests.sdk.seed import FEED, Seed
from tests.sdk.stories import Story, calling

# The method, what has to be there already, the field that it marks, whether the mark is set by it.
MARKS = [
    ("mark_as_seen", None, "seen_at", True),
    ("mark_as_unseen", "seen", "seen_at", False),
    ("mark_as_read", None, "read_at", True),
    ("mark_as_unread", "read", "read_at", False),
    ("mark_as_interacted", None, "interacted_at", True),
    ("archive", None, "archived_at", True),
    ("unarchive", "archived", "archived_at", False),
]


def marked_before(seed: Seed, ids: list[str], before: str | None) -> None:
    with seed.mock.client() as client:
        for id in ids if before else []:
            assert client.put(f"/v1/messages/{id}/{before}").status_code == 200
    seed.mock.clock.advance(10)


def single(name: str, before: str | None, field: str, sets: bool) -> Callable[[Seed], Story]:
    def story(seed: Seed) -> Story:
        newest, *others = seed.messages("ellie")
        marked_before(seed, [newest], before)
        metadata = {"metadata": {"button": "go"}} if name == "mark_as_interacted" else {}
        message = yield {"message_id": newest, **metadata}
        assert (message["id"], message[field] is not None) == (newest, sets)
        assert message == seed.read(f"/v1/messages/{newest}")
        assert all(seed.read(f"/v1/messages/{other}")[field] is None for other in others)

    return story


def batch(name: str, before: str | None, field: str, sets: bool) -> Callable[[Seed], Story]:
    def story(seed: Seed) -> Story:
        *ids, oldest = seed.messages("ellie")
        marked_before(seed, ids, before)
        metadata = {"metadata": {"button": "go"}} if name == "mark_as_interacted" else {}
        messages = yield {"message_ids": ids, **metadata}
        assert [message["id"] for message in messages] == ids
        assert all((message[field] is not None) is sets for message in messages)
        assert messages == [seed.read(f"/v1/messages/{id}") for id in ids]
        assert seed.read(f"/v1/messages/{oldest}")[field] is None

    return story


for row in MARKS:
    calling(f"messages.{row[0]}")(single(*row))
    calling(f"messages.batch.{row[0]}")(batch(*row))


@calling("channels.bulk.update_message_status")
def of_channel(seed: Seed) -> Story:
    operation = yield {
        "channel_id": FEED,
        "action": "read",
        "recipient_ids": ["ellie"],
        "archived": "exclude",
        "delivery_status": "delivered",
        "engagement_status": "unread",
        "workflows": ["welcome"],
        "older_than": "2026-01-06T00:00:00Z",
    }
    seed.finish(operation, "messages.read", 3)
    meta = seed.read(f"/v1/users/ellie/feeds/{FEED}")["meta"]
    assert (meta["total_count"], meta["unread_count"], meta["unseen_count"]) == (3, 0, 3)
    assert seed.read(f"/v1/users/alan/feeds/{FEED}")["meta"]["unread_count"] == 1
