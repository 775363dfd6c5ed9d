"""What messages say: for each kind of channel, with and without a template."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.steps import ChannelStep
from tests.messages.calls import identify, message_ids, trigger

CHANNEL = "2f64a8d1-90b3-4e7c-b5f2-6c1d03e8a947"
CHAT = {"connections": [{"incoming_webhook": {"url": "https://hooks.example.com/1"}}]}


def said(
    client: httpx.Client,
    mock_knock: MockKnock,
    kind: str,
    template: dict[str, Any],
    **recipient: Any,
) -> dict[str, Any]:
    mock_knock.channels.declare("channel", kind, id=CHANNEL)
    mock_knock.workflows.declare("order-shipped", steps=[ChannelStep("channel", template=template)])
    identify(client, "tom", name="Tom & Co")
    data = {"order": {"number": 4711}, "fast": True}
    tenant = {"id": "acme", "name": "Acme"}
    nadia = {"id": "nadia", "name": "Nadia", **recipient}
    trigger(client, "order-shipped", nadia, actor="tom", tenant=tenant, data=data)
    (id,) = message_ids(client)
    answer = client.get(f"/v1/messages/{id}/content")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["__typename"], body["message_id"]) == ("MessageContent", id)
    found: dict[str, Any] = body["data"]
    return found


def test_an_in_app_message(client: httpx.Client, mock_knock: MockKnock) -> None:
    body = (
        "**{{ actor.name }}** shipped {{order.number}} of {{ tenant.name }}, {{ recipient.name }}"
    )
    template = {"body": body, "action_url": "/orders/{{ data.order.number }}"}
    content = said(client, mock_knock, "in_app_feed", template)
    markdown, url = content["blocks"]
    assert markdown == {
        "type": "markdown",
        "name": "body",
        "content": body,
        "rendered": "<p>**Tom &amp; Co** shipped 4711 of Acme, Nadia</p>",
    }
    assert (url["name"], url["rendered"]) == ("action_url", "/orders/4711")


def test_blocks_of_your_own(client: httpx.Client, mock_knock: MockKnock) -> None:
    button = {"name": "primary", "label": "Track {{ order.number }}", "action": "/track"}
    blocks = [
        {"type": "text", "name": "line", "content": "{{ workflow.key }} {{ fast }}{{ nobody.x }}"},
        {"type": "button_set", "name": "actions", "buttons": [button]},
    ]
    content = said(client, mock_knock, "in_app_feed", {"blocks": blocks})
    text, buttons = content["blocks"]
    assert text["rendered"] == "order-shipped true"
    assert buttons["buttons"][0]["label"] == "Track 4711"


def test_an_email(client: httpx.Client, mock_knock: MockKnock) -> None:
    template = {"subject_line": "Order {{ order.number }}", "text_body": "Hi {{ recipient.name }}"}
    content = said(client, mock_knock, "email", template, email="nadia@example.com")
    assert content["__typename"] == "MessageEmailContent"
    assert (content["to"], content["subject_line"]) == ("nadia@example.com", "Order 4711")
    assert (content["text_body"], content["html_body"]) == ("Hi Nadia", "<p>Hi Nadia</p>")


def test_a_text_message(client: httpx.Client, mock_knock: MockKnock) -> None:
    content = said(client, mock_knock, "sms", {"body": "{{ order.number }}"}, phone_number="+44")
    assert content == {"__typename": "MessageSmsContent", "to": "+44", "body": "4711"}


def test_a_push_notification(client: httpx.Client, mock_knock: MockKnock) -> None:
    template = {
        "title": "Shipped",
        "body": "{{ order.number }}",
        "data": {"n": "{{ order.number }}"},
    }
    tokens = {CHANNEL: {"tokens": ["t1"]}}
    content = said(client, mock_knock, "push", template, channel_data=tokens)
    assert content == {
        "__typename": "MessagePushContent",
        "token": "t1",
        "title": "Shipped",
        "body": "4711",
        "data": {"n": "4711"},
    }


def test_a_chat_message(client: httpx.Client, mock_knock: MockKnock) -> None:
    content = said(
        client, mock_knock, "chat", {"body": "{{ order.number }}"}, channel_data={CHANNEL: CHAT}
    )
    assert content["connection"] == CHAT["connections"][0]
    assert content["template"]["blocks"][0]["content"] == "4711"
    assert content["template"]["summary"] == "4711"


@pytest.mark.parametrize("kind", ["in_app_feed", "email", "sms", "push", "chat"])
def test_without_a_template_a_message_names_its_workflow(
    client: httpx.Client, mock_knock: MockKnock, kind: str
) -> None:
    data = {CHANNEL: {**CHAT, "tokens": ["t"]}}
    content = said(client, mock_knock, kind, {}, email="n@x.y", phone_number="1", channel_data=data)
    assert "A message of the workflow order-shipped" in str(content)


def test_a_webhook_is_never_rendered(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.channels.declare("hook", "http")
    mock_knock.workflows.declare("w", steps=["hook"])
    trigger(client, "w", "nadia")
    (id,) = message_ids(client)
    answer = client.get(f"/v1/messages/{id}/content")
    assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")
    batch = client.get("/v1/messages/batch/content", params={"message_ids[]": [id]})
    assert batch.json() == []


def test_contents_of_many_come_in_the_order_of_the_ids(client: httpx.Client) -> None:
    trigger(client, "w", "a", "b", "c")
    wanted = sorted(message_ids(client))
    query = {"message_ids[]": [*wanted, "unknown", wanted[0]]}
    answer = client.get("/v1/messages/batch/content", params=query)
    assert [c["message_id"] for c in answer.json()] == wanted


def test_contents_of_over_25_are_refused(client: httpx.Client) -> None:
    query = {"message_ids[]": [str(n) for n in range(26)]}
    answer = client.get("/v1/messages/batch/content", params=query)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == ["message_ids"]
    missing = client.get("/v1/messages/batch/content")
    assert [e["field"] for e in missing.json()["errors"]] == ["message_ids"]


def test_the_content_is_what_it_was_when_the_message_was_made(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    template = {"body": "Hi {{ recipient.name }}"}
    before = said(client, mock_knock, "in_app_feed", template)
    identify(client, "nadia", name="Other")
    (id,) = message_ids(client)
    assert client.get(f"/v1/messages/{id}/content").json()["data"] == before


def test_activities_show_actor_and_recipient_in_full(client: httpx.Client) -> None:
    identify(client, "tom", name="Tom")
    project = {"id": "p1", "collection": "projects", "name": "One", "size": 3}
    trigger(client, "w", project, actor="tom", data={"a": 1, "b": "x"})
    (id,) = message_ids(client)
    path = f"/v1/messages/{id}/activities"
    rows = client.get(path).json()["items"]
    assert [r["__typename"] for r in rows] == ["Activity"]
    assert rows[0]["actor"]["name"] == "Tom"
    assert rows[0]["recipient"]["collection"] == "projects"
    assert rows[0]["recipient"]["properties"] == {"name": "One", "size": 3}
    assert rows[0]["data"] == {"a": 1, "b": "x"}
    assert client.get(path, params={"trigger_data": '{"a":1}'}).json()["items"] == rows
    for nothing in ('{"a":2}', "trigger_data", "[]"):
        assert client.get(path, params={"trigger_data": nothing}).json()["items"] == []
    assert client.get(path, params={"trigger_data": '{"a":{}}'}).status_code == 422
