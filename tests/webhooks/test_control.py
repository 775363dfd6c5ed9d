"""Webhooks over HTTP, and in fixtures."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from mock_knock import FixturesError, MockKnock
from mock_knock.fixtures import load_fixtures
from tests.webhooks.conftest import Trigger
from tests.webhooks.receiver import Receiver, receiving, statuses

BASE = "/_mock_knock/webhooks"
LOG = "/_mock_knock/webhook_deliveries"
GOOD: dict[str, Any] = {"url": "http://127.0.0.1:9/hooks", "secret": "top secret"}


def test_endpoints_are_added_listed_replaced_and_removed(client: httpx.Client) -> None:
    added = client.post(BASE, json={"id": "app", **GOOD, "events": ["message.*"]})
    assert added.json() == {
        "id": "app",
        "url": GOOD["url"],
        "secret": "***",
        "events": ["message.*"],
        "enabled": True,
        "description": "",
        "signature_clock": "host",
    }
    assert client.get(BASE).json()["items"] == [added.json()]
    assert client.post(BASE, json={"id": "app", **GOOD}).status_code == 409
    replaced = client.put(f"{BASE}/app", json={"url": "https://b.test", "enabled": False})
    assert (replaced.json()["url"], replaced.json()["events"]) == ("https://b.test", ["*"])
    assert client.delete(f"{BASE}/app").status_code == 204
    assert client.delete(f"{BASE}/app").status_code == 404
    assert client.get(BASE).json()["items"] == []


def test_an_endpoint_without_an_id_is_known_by_its_url(client: httpx.Client) -> None:
    first = client.post(BASE, json=GOOD).json()
    assert client.post(BASE, json=GOOD).status_code == 409
    assert client.post(BASE, json={**GOOD, "url": "http://b.test"}).json()["id"] != first["id"]


def test_a_replaced_endpoint_keeps_its_secret(
    mock_knock: MockKnock, client: httpx.Client, receiver: Receiver, trigger: Trigger
) -> None:
    client.put(f"{BASE}/app", json=GOOD)
    client.put(f"{BASE}/app", json={"url": receiver.url})
    trigger()
    mock_knock.webhooks.wait()
    assert receiver.got[0].is_signed_with("top secret")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"url": "ftp://a.test"}, "url", "http:// or https://"),
        ({"url": "/hooks"}, "url", "http:// or https://"),
        ({"url": "file:///etc/passwd"}, "url", "http:// or https://"),
        ({"url": "http://"}, "url", "names no host"),
        ({"url": "http://a.test:99999"}, "url", "is no URL"),
        ({"url": "http://[::1"}, "url", "is no URL"),
        ({"url": "http://a.test/a b"}, "url", "blank"),
        ({"url": "http://a.test/\r\nx: y"}, "url", "blank"),
        ({"url": "http://me:pw@a.test"}, "url", "user name"),
        ({"secret": "***"}, "secret", "stands for a secret"),
        ({"events": ["message.lost"]}, "events[0]", "matches no type of event"),
        ({"events": ["message.*", "users.*"]}, "events[1]", "message.sent"),
        ({"id": "a b"}, "id", "blank"),
        ({"signature_clock": "mine"}, "signature_clock", "host"),
    ],
)
def test_what_cannot_be_is_refused_with_the_field(
    client: httpx.Client, change: dict[str, Any], field: str, words: str
) -> None:
    answer = client.post(BASE, json={**GOOD, **change})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert words in error["message"]
    assert client.get(BASE).json()["items"] == []

    with pytest.raises(FixturesError) as caught:
        load_fixtures({"webhooks": [{**GOOD, **change}]})
    (fault,) = caught.value.faults
    assert fault.field == f"webhooks[0].{field}"
    assert words in fault.message


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_id_that_is_too_long_is_refused(client: httpx.Client, method: str) -> None:
    answer = client.request(method, f"{BASE}/{'a' * 65}", json=GOOD if method == "PUT" else None)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "id"


@pytest.mark.parametrize("missing", ["url", "secret"])
def test_url_and_secret_are_required(client: httpx.Client, missing: str) -> None:
    body = {name: value for name, value in GOOD.items() if name != missing}
    assert client.post(BASE, json=body).status_code == 422
    answer = client.put(f"{BASE}/new", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == missing
    with pytest.raises(FixturesError, match=rf"webhooks\[0\].{missing} is required"):
        load_fixtures({"webhooks": [body]})


def test_the_log_is_paged_and_narrowed_down(
    mock_knock: MockKnock, client: httpx.Client, receiver: Receiver, trigger: Trigger
) -> None:
    with receiving(statuses(500)) as refusing:
        mock_knock.webhooks.declare(receiver.url, id="good")
        mock_knock.webhooks.declare(refusing.url, id="bad", events=["message.*"])
        trigger()
        mock_knock.webhooks.settle()
    whole = client.get(LOG).json()
    assert [d["event"] for d in whole["items"]] == [
        "workflow_recipient_run.completed",
        "message.delivered",
        "message.delivered",
        "workflow_recipient_run.started",
    ]
    assert (whole["page_info"]["after"], whole["given_up"]) == (None, 0)
    page = client.get(LOG, params={"page_size": 3}).json()
    rest = client.get(LOG, params={"page_size": 3, "after": page["page_info"]["after"]}).json()
    assert page["items"] + rest["items"] == whole["items"]
    for narrowed, count in (
        ({"endpoint_id": "good"}, 3),
        ({"endpoint_id": "bad"}, 1),
        ({"state": "delivered"}, 3),
        ({"state": "pending"}, 1),
        ({"event": "message.delivered"}, 2),
        ({"event": "message.delivered", "endpoint_id": "good"}, 1),
        ({"subject": whole["items"][1]["subject"]}, 2),
        ({"state": "failed"}, 0),
    ):
        assert len(client.get(LOG, params=narrowed).json()["items"]) == count
    assert client.get(LOG, params={"state": "lost"}).status_code == 422
    assert client.get(LOG, params={"after": "nonsense"}).status_code == 404


def test_one_delivery_has_its_body_and_can_be_sent_again(
    mock_knock: MockKnock, client: httpx.Client, receiver: Receiver, trigger: Trigger
) -> None:
    mock_knock.webhooks.declare(receiver.url, events=["message.*"])
    trigger()
    (logged,) = mock_knock.webhooks.wait()
    shown = client.get(f"{LOG}/{logged['id']}").json()
    assert json.loads(shown["body"])["type"] == "message.delivered"
    again = client.post(f"{LOG}/{logged['id']}/redeliver")
    assert again.status_code == 200
    mock_knock.webhooks.wait(2)
    assert receiver.got[1].body.decode() == shown["body"] == again.json()["body"]
    for path in (f"{LOG}/nonsense", f"{LOG}/nonsense/redeliver"):
        method = "POST" if path.endswith("redeliver") else "GET"
        assert client.request(method, path).status_code == 404


def test_no_answer_of_the_control_plane_has_a_secret(
    mock_knock: MockKnock, client: httpx.Client, receiver: Receiver, trigger: Trigger
) -> None:
    client.post(BASE, json={"url": receiver.url, "secret": "top secret", "id": "app"})
    trigger()
    mock_knock.webhooks.wait(3)
    texts = [client.get(path).text for path in (BASE, LOG, "/_mock_knock/status")]
    texts.append(client.put(f"{BASE}/app", json={**GOOD, "url": receiver.url}).text)
    texts.append(repr(mock_knock.webhooks.endpoints) + repr(mock_knock.webhooks.deliveries()))
    told = mock_knock.call(lambda world: [e.data for e in world.events if "webhook" in e.kind])
    assert not [text for text in (*texts, repr(told)) if "top secret" in text]


def test_endpoints_of_fixtures_get_the_events(
    mock_knock: MockKnock, receiver: Receiver, trigger: Trigger
) -> None:
    mock_knock.load_fixtures(
        {"webhooks": [{"url": receiver.url, "secret": "s", "events": ["message.delivered"]}]}
    )
    mock_knock.load_fixtures({"webhooks": [{"url": receiver.url, "secret": "s2"}]})
    trigger()
    mock_knock.webhooks.wait(3)
    assert len(mock_knock.webhooks.endpoints) == 1
    assert receiver.got[0].is_signed_with("s2")


def test_two_endpoints_of_fixtures_are_two() -> None:
    with pytest.raises(FixturesError, match=r"\[1\].url 'http.*' is that of webhooks\[0\] already"):
        load_fixtures({"webhooks": [GOOD, GOOD]})
    with pytest.raises(FixturesError, match=r"\[1\].id 'a' is that of webhooks\[0\] already"):
        load_fixtures({"webhooks": [{**GOOD, "id": "a"}, {**GOOD, "id": "a"}]})
    declared = load_fixtures({"webhooks": [{**GOOD, "id": "a"}, {**GOOD, "id": "b"}, GOOD]})
    assert [endpoint.id for endpoint in declared.webhooks] == ["a", "b", ""]


def test_an_exported_endpoint_can_be_declared_again(mock_knock: MockKnock) -> None:
    mock_knock.webhooks.declare(**GOOD, id="app", events=["message.*"], description="Mine")
    (exported,) = mock_knock.call(lambda world: [e.to_fixture() for e in world.webhooks])
    (declared,) = load_fixtures({"webhooks": [exported]}).webhooks
    assert declared.to_fixture() == exported
    assert exported["secret"] == "top secret"
