"""Guides, and the marks on their steps."""

from __future__ import annotations

from typing import Any

from tests.sdk.seed import GUIDES, TOUR, Seed
from tests.sdk.stories import Story, calling

STEP: dict[str, Any] = {
    "user_id": "ellie",
    "channel_id": GUIDES,
    "guide_id": TOUR,
    "guide_key": "tour",
    "guide_step_ref": "look",
}


def guides(seed: Seed) -> dict[str, Any]:
    answer: dict[str, Any] = seed.read(f"/v1/users/ellie/guides/{GUIDES}")
    return answer


def message(seed: Seed, step: int = 0) -> dict[str, Any]:
    shown: dict[str, Any] = guides(seed)["entries"][0]["steps"][step]["message"]
    return shown


def mark(seed: Seed, what: str, **fields: Any) -> None:
    body = {name: value for name, value in STEP.items() if name != "user_id"} | fields
    with seed.mock.client() as client:
        answer = client.put(f"/v1/users/ellie/guides/messages/{what}", json=body)
    assert answer.status_code == 200, answer.text


@calling("users.guides.get_channel")
def get_channel(seed: Seed) -> Story:
    answer = yield {"user_id": "ellie", "channel_id": GUIDES, "type": "banner", "data": "{}"}
    [guide] = answer["entries"]
    assert (guide["key"], guide["id"]) == ("tour", TOUR)
    assert [step["content"]["title"] for step in guide["steps"]] == ["Look", "Around"]
    assert answer["guide_groups"][0]["display_sequence"] == ["tour"]


@calling("users.guides.mark_message_as_seen")
def seen(seed: Seed) -> Story:
    answer = yield {**STEP, "content": {"title": "Look"}, "data": {"from": "test"}}
    assert answer["status"] == "ok"
    assert message(seed)["seen_at"] is not None
    assert message(seed, 1)["seen_at"] is None


@calling("users.guides.mark_message_as_interacted")
def interacted(seed: Seed) -> Story:
    answer = yield {**STEP, "metadata": {"cta": "go"}}
    assert answer["status"] == "ok"
    assert message(seed)["interacted_at"] is not None


@calling("users.guides.mark_message_as_archived")
def archived(seed: Seed) -> Story:
    answer = yield {**STEP, "is_final": True}
    assert answer["status"] == "ok"
    assert [(one["key"], one["reason"]) for one in guides(seed)["ineligible_guides"]] == [
        ("tour", "marked_as_archived")
    ]


@calling("users.guides.unarchive_guide_message")
def unarchived(seed: Seed) -> Story:
    mark(seed, "archived", is_final=True)
    answer = yield {"user_id": "ellie", "guide_key": "tour"}
    assert answer["status"] == "ok"
    assert guides(seed)["ineligible_guides"] == []


@calling("users.guides.reset_guide_engagements")
def reset(seed: Seed) -> Story:
    mark(seed, "seen", content={})
    assert message(seed)["seen_at"] is not None
    answer = yield {"user_id": "ellie", "guide_key": "tour"}
    assert answer["status"] == "ok"
    assert message(seed)["seen_at"] is None
