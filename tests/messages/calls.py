"""Short words for the calls that these tests make over and over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from mock_knock import MockKnock
from mock_knock.world.channels import DEFAULT_FEED_ID


def identify(client: httpx.Client, *user_ids: str, **properties: Any) -> None:
    for user_id in user_ids:
        assert client.put(f"/v1/users/{user_id}", json=properties).status_code == 200


def trigger(client: httpx.Client, key: str, *recipients: Any, **body: Any) -> str:
    """Trigger a workflow; the id of the run. Recipients are identified by being given inline."""
    inline = [{"id": r} if isinstance(r, str) else r for r in recipients]
    answer = client.post(f"/v1/workflows/{key}/trigger", json={"recipients": inline, **body})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["workflow_run_id"])


def items(client: httpx.Client, path: str = "/v1/messages", **query: Any) -> list[dict[str, Any]]:
    """The rows of one page of a list."""
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def ids(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def message_ids(client: httpx.Client, **query: Any) -> list[str]:
    """The ids of the messages that a list has, newest first."""
    return ids(items(client, **query))


def feed(
    client: httpx.Client, user_id: str, channel_id: str = DEFAULT_FEED_ID, **query: Any
) -> dict[str, Any]:
    answer = client.get(f"/v1/users/{user_id}/feeds/{channel_id}", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(found: dict[str, Any]) -> tuple[int, int, int]:
    """Total, unread and unseen, as a feed's `meta` has them."""
    meta = found["meta"]
    return meta["total_count"], meta["unread_count"], meta["unseen_count"]


def events(client: httpx.Client, message_id: str) -> list[tuple[str, str]]:
    """The types and the times of day of a message's events, oldest first."""
    found = items(client, f"/v1/messages/{message_id}/events")
    return [(e["type"].removeprefix("message."), e["inserted_at"][11:23]) for e in found[::-1]]


def run_events(mock_knock: MockKnock) -> list[tuple[str, Any]]:
    """The events of the newest run, with their data."""
    return [(event["event"], event["data"]) for event in mock_knock.workflows.runs[0]["events"]]
