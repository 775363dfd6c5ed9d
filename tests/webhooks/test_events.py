"""Which events are posted, and what stands in them."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.webhook_endpoints import EVENT_TYPES
from tests.webhooks.conftest import FIXTURES, Trigger
from tests.webhooks.receiver import Receiver


def posted(receiver: Receiver, type: str) -> list[dict[str, Any]]:
    return [received.event for received in receiver.got if received.event["type"] == type]


def test_a_post_bears_knocks_headers_and_its_signature_holds(
    mock_knock: MockKnock, receiver: Receiver, trigger: Trigger
) -> None:
    mock_knock.webhooks.declare(receiver.url, secret="sécret", events=["message.delivered"])
    before = time.time()
    trigger(data={"park": "Isla Nublar — ✓"})
    (delivery,) = mock_knock.webhooks.wait()
    (post,) = receiver.got
    assert post.is_signed_with("sécret")
    assert not post.is_signed_with("another")
    assert before * 1000 - 1 <= post.signed_at <= time.time() * 1000 + 1
    assert post.path == "/hooks"
    assert post.headers["content-type"] == "application/json"
    assert post.headers["user-agent"].startswith("mock-knock/")
    assert post.headers["x-knock-event"] == "message.delivered"
    with mock_knock.client() as client:
        listed = client.get("/_mock_knock/webhooks").json()
    assert post.headers["x-knock-environment-id"] == listed["environment_id"]
    assert post.body.decode() == delivery["body"]
    assert "Isla Nublar — ✓" in delivery["body"]


def test_the_environments_clock_may_be_signed(
    mock_knock: MockKnock, receiver: Receiver, trigger: Trigger
) -> None:
    mock_knock.webhooks.declare(receiver.url, signature_clock="environment", events=["message.*"])
    trigger()
    mock_knock.webhooks.wait()
    assert receiver.got[0].signed_at == int(mock_knock.clock.now.timestamp() * 1000)


def test_the_body_is_knocks_with_the_message_as_it_was(
    mock_knock: MockKnock, receiver: Receiver, client: httpx.Client, trigger: Trigger
) -> None:
    mock_knock.webhooks.declare(receiver.url)
    trigger("email")
    mock_knock.clock.advance(1)
    (listed,) = client.get("/v1/messages").json()["items"]
    then = client.get(f"/v1/messages/{listed['id']}").json()
    mock_knock.clock.advance(60)
    mock_knock.webhooks.wait(4)
    (sent,) = posted(receiver, "message.sent")
    assert list(sent) == ["__typename", "type", "created_at", "data", "event_data"]
    assert sent == {
        "__typename": "Event",
        "type": "message.sent",
        "created_at": "2026-01-05T09:00:01.000000Z",
        "data": then,
        "event_data": None,
    }
    assert then["metadata"]["external_id"]
    (delivered,) = posted(receiver, "message.delivered")
    assert delivered["data"]["status"] == "delivered"
    assert receiver.types.count("workflow_recipient_run.started") == 1


@pytest.mark.parametrize(
    ("workflow", "types", "event_data"),
    [
        (
            "lost",
            ["message.delivery_attempted", "message.undelivered"],
            [
                {"attempt": 1, "max_attempts": 8, "retryable": True},
                {"failure_reason": "retries_exhausted", "failure_details": None},
            ],
        ),
        (
            "back",
            ["message.sent", "message.bounced"],
            [None, {"failure_reason": "bounced", "failure_details": None, "token": None}],
        ),
    ],
)
def test_failures_say_why(
    mock_knock: MockKnock,
    receiver: Receiver,
    trigger: Trigger,
    workflow: str,
    types: list[str],
    event_data: list[Any],
) -> None:
    mock_knock.webhooks.declare(receiver.url, events=["message.*"])
    trigger(workflow)
    mock_knock.clock.run_until_idle()
    mock_knock.webhooks.wait(2)
    assert receiver.types == types
    for received, data in zip(receiver.got, event_data, strict=True):
        wanted = data and {"__typename": "EventData", **data}
        assert received.event["event_data"] == wanted


def test_marks_and_their_taking_back_are_posted_in_their_order(
    mock_knock: MockKnock, receiver: Receiver, client: httpx.Client, trigger: Trigger
) -> None:
    trigger()
    (message,) = client.get("/v1/messages").json()["items"]
    mock_knock.webhooks.declare(receiver.url)
    path = f"/v1/messages/{message['id']}"
    for call in ("seen", "read", "archived"):
        assert client.put(f"{path}/{call}").status_code == 200
        assert client.delete(f"{path}/{call}").status_code == 200
    client.put(f"{path}/interacted", json={"metadata": {"button": "yes"}})
    mock_knock.webhooks.wait(8)
    assert receiver.types == [
        f"message.{name}"
        for name in (
            "seen", "unseen", "read", "unread", "archived", "unarchived", "read", "interacted",
        )
    ]  # fmt: skip
    first, last = receiver.got[0].event, receiver.got[-1].event
    assert first["data"]["engagement_statuses"] == ["seen"]
    assert receiver.got[1].event["data"]["engagement_statuses"] == []
    assert last["event_data"] == {"__typename": "EventData", "button": "yes"}


def test_a_run_starts_and_completes_once(
    mock_knock: MockKnock, receiver: Receiver, client: httpx.Client, trigger: Trigger
) -> None:
    mock_knock.webhooks.declare(receiver.url, events=["workflow_recipient_run.*"])
    trigger("slow")
    mock_knock.clock.run_until_idle()
    mock_knock.webhooks.wait(2)
    started, completed = (received.event for received in receiver.got)
    (listed,) = client.get("/v1/workflow_recipient_runs").json()["items"]
    run = {name: value for name, value in listed.items() if name != "__cursor"}
    assert started["type"] == "workflow_recipient_run.started"
    assert (started["data"]["id"], started["data"]["status"]) == (run["id"], "processing")
    assert completed == {
        "__typename": "Event",
        "type": "workflow_recipient_run.completed",
        "created_at": "2026-01-05T09:02:00.000000Z",
        "data": run,
        "event_data": None,
    }


def test_endpoints_get_what_they_asked_for(
    mock_knock: MockKnock, receiver: Receiver, trigger: Trigger
) -> None:
    webhooks = mock_knock.webhooks
    webhooks.declare(receiver.url, id="all")
    webhooks.declare(receiver.url, id="runs", events=["workflow_recipient_run.*"])
    webhooks.declare(receiver.url, id="sent", events=["message.sent"])
    webhooks.declare(receiver.url, id="off", enabled=False)
    trigger("email")
    mock_knock.clock.run_until_idle()
    webhooks.wait(7)
    by_endpoint: dict[str, list[str]] = {}
    for delivery in webhooks.deliveries():
        by_endpoint.setdefault(delivery["endpoint_id"], []).append(delivery["event"])
    runs = ["workflow_recipient_run.started", "workflow_recipient_run.completed"]
    assert by_endpoint == {
        "all": [*runs, "message.sent", "message.delivered"],
        "runs": runs,
        "sent": ["message.sent"],
    }
    assert set(by_endpoint["all"]) < set(EVENT_TYPES)


def test_without_an_endpoint_nothing_is_written(mock_knock: MockKnock, trigger: Trigger) -> None:
    id = mock_knock.webhooks.declare("http://127.0.0.1:9/", enabled=False)
    trigger()
    mock_knock.webhooks.remove(id)
    trigger()
    assert mock_knock.webhooks.deliveries() == []
    listening = mock_knock.call(lambda world: world.webhooks.active)
    assert not listening


def test_ids_are_the_same_with_and_without_a_receiver(
    mock_knock: MockKnock, receiver: Receiver, trigger: Trigger
) -> None:
    """What is watched does not change what happens."""
    other = MockKnock(mock_knock.server, mock_knock.api_key.removeprefix("sk_"))
    trigger()
    before = [message["id"] for message in other.messages]
    mock_knock.close()
    again = MockKnock(mock_knock.server, mock_knock.api_key.removeprefix("sk_"))
    again.load_fixtures(FIXTURES)
    again.webhooks.declare(receiver.url)
    with again.client() as client:
        client.post("/v1/workflows/inbox/trigger", json={"recipients": ["ellie"]})
    again.webhooks.wait(3)
    assert [message["id"] for message in again.messages] == before
    again.close()


def test_events_lead_from_the_message_to_the_attempt(
    mock_knock: MockKnock, receiver: Receiver, trigger: Trigger
) -> None:
    mock_knock.webhooks.declare(receiver.url, events=["message.delivered"])
    trigger()
    (delivery,) = mock_knock.webhooks.wait()

    def chain(world: Any) -> list[tuple[str, str]]:
        last = next(event for event in world.events if event.kind == "webhook.delivered")
        return [(event.kind, event.subject) for event in world.events.chain(last.number)]

    kinds = mock_knock.call(chain)
    assert [kind for kind, _ in kinds] == [
        "webhook.delivered",
        "webhook.attempted",
        "message.delivered",
        "message.queued",
        "workflow_recipient_run.queued",
        "workflow.triggered",
        "request",
    ]
    assert kinds[0][1] == kinds[1][1] == delivery["id"]
