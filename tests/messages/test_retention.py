"""What is no longer kept: messages after 30 days, but for in-app ones, and runs that have ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.errors import MissingError

from .calls import feed, items, trigger

MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def channels(mock_knock: MockKnock) -> None:
    mock_knock.channels.declare("feed")
    mock_knock.channels.declare("mail", "email")
    mock_knock.workflows.declare("w", steps=["feed", "mail"])
    mock_knock.workflows.declare("slow", delay=40 * 86_400, steps=["mail"])


def kinds(rows: list[dict[str, Any]]) -> list[str]:
    return [row["channel"]["type"] for row in rows]


def test_after_30_days_there_are_only_in_app_messages(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "w", {"id": "ann", "email": "ann@example.com"})
    assert kinds(items(client)) == ["email", "in_app_feed"]
    mail = items(client)[0]["id"]
    mock_knock.clock.advance(MONTH)
    assert kinds(items(client)) == ["email", "in_app_feed"]
    mock_knock.clock.advance(0.000001)
    assert kinds(items(client)) == kinds(items(client, "/v1/users/ann/messages")) == ["in_app_feed"]
    assert len(feed(client, "ann", mock_knock.channels.default_feed.id)["entries"]) == 1
    for path in ("", "/content", "/events", "/activities", "/delivery_logs"):
        answer = client.get(f"/v1/messages/{mail}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")
    assert client.put(f"/v1/messages/{mail}/seen").status_code == 404
    marked = client.post("/v1/messages/batch/seen", json={"message_ids": [mail]})
    assert marked.json() == []


def test_runs_are_kept_for_30_days_and_until_they_have_ended(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    ann = {"id": "ann", "email": "ann@example.com"}
    trigger(client, "w", ann)
    trigger(client, "slow", ann, cancellation_key="k")
    mock_knock.clock.advance(MONTH + timedelta(seconds=1))
    runs = client.get("/v1/workflow_recipient_runs").json()["items"]
    assert [(run["workflow"], run["status"]) for run in runs] == [("slow", "paused")]
    mock_knock.clock.advance(timedelta(days=9))
    trigger(client, "w", ann)
    mock_knock.clock.advance(timedelta(days=2))
    runs = client.get("/v1/workflow_recipient_runs").json()["items"]
    assert [run["workflow"] for run in runs] == ["w"]
    # What it sent has a time of its own.
    assert [m["source"]["key"] for m in items(client) if m["channel"]["type"] == "email"] == [
        "slow",
        "w",
    ]


def test_an_overdue_run_can_be_cancelled_and_is_gone_then(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "slow", "ann", cancellation_key="k")
    mock_knock.clock.advance(MONTH + timedelta(days=1))
    cancelled = client.post("/v1/workflows/slow/cancel", json={"cancellation_key": "k"})
    assert cancelled.status_code == 204
    assert client.get("/v1/workflow_recipient_runs").json()["items"] == []
    mock_knock.clock.run_until_idle()
    assert kinds(items(client)) == []


def test_a_user_goes_with_runs_that_are_overdue(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "slow", "ann", "ben", cancellation_key="k")
    mock_knock.clock.advance(MONTH + timedelta(days=1))
    assert client.delete("/v1/users/ann").status_code == 204
    (run,) = client.get("/v1/workflow_recipient_runs").json()["items"]
    assert run["recipient"] == "ben"


def test_a_bulk_row_on_a_message_that_has_expired_is_an_error_item(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "w", {"id": "ann", "email": "ann@example.com"})
    (mail,) = [m for m in items(client) if m["channel"]["type"] == "email"]
    mock_knock.plan_next(progress="time", queue_for=30 * 86_400 + 1, rows_per_second=1)
    channel = mail["channel"]["id"]
    done = client.post(f"/v1/channels/{channel}/messages/bulk/seen", json={}).json()
    mock_knock.clock.run_until(done["id"])
    shown = client.get(f"/v1/bulk_operations/{done['id']}").json()
    assert (shown["status"], shown["error_items"]) == ("completed", [{"id": mail["id"]}])


def test_nothing_is_to_come_of_it(mock_knock: MockKnock, client: httpx.Client) -> None:
    trigger(client, "w", {"id": "ann", "email": "ann@example.com"})
    began = mock_knock.clock.now
    assert mock_knock.clock.run_until_idle() - began < timedelta(minutes=1)
    mock_knock.clock.advance(MONTH * 2)
    with pytest.raises(MissingError):
        mock_knock.call(lambda world: world.messages.get("gone"))
    assert len(mock_knock.messages) == 1
