"""What a client may ask for by header, for one request of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mock_knock import MockKnock


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client


def test_a_status_keeps_the_call_from_being_carried_out(
    mock_knock: MockKnock, client: httpx.Client
) -> None:
    answer = client.put("/v1/users/a", json={}, headers={"X-Mock-Knock-Status": "503"})
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert "a" not in mock_knock.users
    assert client.put("/v1/users/a", json={}).status_code == 200


@pytest.mark.parametrize(("text", "seconds"), [("1.5", 1.5), ("2s", 2), ("250ms", 0.25)])
def test_a_delay_keeps_the_answer_back(
    mock_knock: MockKnock,
    client: httpx.Client,
    mock_knock_virtual_time: None,
    text: str,
    seconds: float,
) -> None:
    before = mock_knock.clock.now
    assert client.get("/v1/users", headers={"X-Mock-Knock-Delay": text}).status_code == 200
    assert (mock_knock.clock.now - before).total_seconds() == seconds


def test_a_connection_is_cut_after_the_call_was_carried_out(
    mock_knock: MockKnock, client: httpx.Client
) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        client.put("/v1/users/a", json={}, headers={"X-Mock-Knock-Connection": "empty"})
    assert "a" in mock_knock.users


BULK_CALLS = [
    ("/v1/users/bulk/identify", {"users": [{"id": "a"}]}),
    ("/v1/tenants/bulk/delete?tenant_ids[]=a", None),
    ("/v1/channels/{feed}/messages/bulk/archived", {}),
]


@pytest.mark.parametrize(("path", "body"), BULK_CALLS)
def test_a_plan_is_for_the_operation_of_this_call_alone(
    mock_knock: MockKnock, client: httpx.Client, path: str, body: object
) -> None:
    path = path.format(feed=mock_knock.channels.default_feed.id)
    plan = {"X-Mock-Knock-Plan": '{"progress": "immediate", "outcome": "failed", "after_rows": 0}'}
    assert client.post(path, json=body, headers=plan).json()["status"] == "failed"
    assert client.post(path, json=body).json()["status"] == "queued"


def test_a_word_is_a_plan(mock_knock: MockKnock, client: httpx.Client) -> None:
    answer = client.post(
        "/v1/users/bulk/identify",
        json={"users": [{"id": "a"}]},
        headers={"X-Mock-Knock-Plan": "failed"},
    ).json()
    path = f"/v1/bulk_operations/{answer['id']}"
    assert [client.get(path).json()["status"] for _ in range(3)][-1] == "failed"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("X-Mock-Knock-Status", "200", "from 400 to 599"),
        ("X-Mock-Knock-Status", "teapot", "from 400 to 599"),
        ("X-Mock-Knock-Delay", "-1", "250ms"),
        ("X-Mock-Knock-Delay", "601", "from 0 to 600"),
        ("X-Mock-Knock-Connection", "melt", "reset, empty"),
        ("X-Mock-Knock-Plan", "soon", "completed, failed, stuck"),
        ("X-Mock-Knock-Plan", '{"pace": 1}', "pace is no field of a plan"),
        ("X-Mock-Knock-Plan", '{"after_rows": 1}', "outcome must be failed or stuck"),
    ],
)
def test_a_wish_that_makes_no_sense_names_its_header(
    mock_knock: MockKnock, client: httpx.Client, name: str, value: str, words: str
) -> None:
    answer = client.post(
        "/v1/users/bulk/identify", json={"users": [{"id": "a"}]}, headers={name: value}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == name
    assert words in answer.json()["message"]
    assert not mock_knock.bulk_operations


def test_a_plan_for_a_call_that_submits_nothing_is_refused(
    mock_knock: MockKnock, client: httpx.Client
) -> None:
    answer = client.put("/v1/users/a", json={}, headers={"X-Mock-Knock-Plan": "failed"})
    assert answer.status_code == 422
    assert "a" not in mock_knock.users


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["Status", "Delay", "Connection", "Plan", "Other"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30),
)
def test_whatever_is_asked_is_granted_or_refused(
    client: httpx.Client, name: str, value: str
) -> None:
    try:
        answer = client.post(
            "/v1/users/bulk/identify",
            json={"users": []},
            headers={f"X-Mock-Knock-{name}": value},
            timeout=0.0,
        )
    except httpx.TransportError:
        return
    asked = value.strip()
    assert answer.status_code in (200, 422) or answer.status_code == int(asked)


def test_the_control_plane_grants_no_wishes(mock_knock: MockKnock, client: httpx.Client) -> None:
    mock_knock.faults.add(status={"status": 500})
    wish = {"X-Mock-Knock-Status": "503"}
    assert client.get("/_mock_knock/status", headers=wish).status_code == 200
