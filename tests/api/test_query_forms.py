"""The ways in which clients write one parameter, and what no client should but some will."""

from __future__ import annotations

import itertools

import httpx
import pytest

from mock_knock import MockKnock

RUNS = "/v1/workflow_recipient_runs"
PROJECT = {"id": "p1", "collection": "projects"}


@pytest.fixture
def run_of_project(client: httpx.Client) -> None:
    """One run of an object and one of a user."""
    recipients = [{"id": "p1", "collection": "projects", "name": "P"}, {"id": "u1", "name": "U"}]
    client.post("/v1/workflows/welcome/trigger", json={"recipients": recipients})


@pytest.mark.parametrize(
    "query",
    [
        "status=completed",
        "status[]=completed",
        "status[]=queued&status[]=completed",
        "status=queued&status=completed",
        "status%5B%5D=completed",
        "status[]=completed&status=paused",
    ],
)
@pytest.mark.usefixtures("run_of_project")
def test_a_list_may_be_written_in_each_of_the_usual_ways(client: httpx.Client, query: str) -> None:
    assert len(client.get(f"{RUNS}?{query}").json()["items"]) == 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("recipient=u1", ["u1"]),
        ("recipient[id]=p1&recipient[collection]=projects", [PROJECT]),
        ("recipient%5Bcollection%5D=projects&recipient%5Bid%5D=p1", [PROJECT]),
        ("recipient[id]=u1", ["u1"]),
        ("recipient=p1", []),
        ("recipient[id]=u1&recipient[collection]=projects", []),
    ],
)
@pytest.mark.usefixtures("run_of_project")
def test_a_recipient_is_an_id_or_an_object(
    client: httpx.Client, query: str, found: list[object]
) -> None:
    items = client.get(f"{RUNS}?{query}").json()["items"]
    assert [item["recipient"] for item in items] == found


@pytest.mark.parametrize("query", ["include=preferences", "include[]=preferences"])
def test_preferences_are_included_on_demand(
    client: httpx.Client, mock_knock: MockKnock, query: str
) -> None:
    mock_knock.users.identify("a", preferences={"default": {"channel_types": {"sms": False}}})
    [plain] = client.get("/v1/users").json()["entries"]
    [full] = client.get(f"/v1/users?{query}").json()["entries"]
    assert "preferences" not in plain
    assert full["preferences"]["default"]["channel_types"] == {"sms": False}


@pytest.mark.parametrize(
    "query",
    [
        "objects[][id]=a&objects[][collection]=c&objects[][id]=b&objects[][collection]=d",
        "objects[][collection]=c&objects[][collection]=d&objects[][id]=a&objects[][id]=b",
        "objects[0][id]=a&objects[1][id]=b&objects[0][collection]=c&objects[1][collection]=d",
        "objects[]=u&objects[][id]=a&objects[][collection]=c&objects[][id]=b&objects[][collection]=d",
    ],
    ids=["object by object", "field by field", "with an index", "beside a text"],
)
def test_objects_in_a_list_keep_their_fields_together(
    client: httpx.Client, mock_knock: MockKnock, query: str
) -> None:
    mock_knock.users.identify("ann")
    for collection, id in (("c", "a"), ("d", "b"), ("c", "b"), ("d", "a")):
        client.put(f"/v1/objects/{collection}/{id}", json={})
        path = f"/v1/objects/{collection}/{id}/subscriptions"
        assert client.post(path, json={"recipients": ["ann"]}).status_code == 200
    entries = client.get(f"/v1/users/ann/subscriptions?{query}").json()["entries"]
    assert {(e["object"]["collection"], e["object"]["id"]) for e in entries} == {
        ("c", "a"), ("d", "b"),
    }  # fmt: skip


SPELLINGS = [
    "{0}=a",
    "{0}[]=a",
    "{0}[0]=a",
    "{0}[id]=a",
    "{0}[x]=a",
    "{0}[",
    "{0}",
    "{0}.x=a",
    "{0}=1",
]
NAMES = ["recipient", "status", "page_size", "workflow", "has_errors", "starting_at", "after"]


@pytest.mark.parametrize("name", NAMES)
def test_no_mixture_of_spellings_breaks_the_server(client: httpx.Client, name: str) -> None:
    for spellings in itertools.product(SPELLINGS, repeat=2):
        query = "&".join(spellings).format(name)
        status = client.get(f"{RUNS}?{query}").status_code
        assert status in (200, 404, 422), query


@pytest.mark.parametrize(
    "query", ["include[a]=1&include=preferences", "page_size=1&page_size[]=2", "include[a]=1"]
)
def test_no_mixture_of_spellings_breaks_the_list_of_users(client: httpx.Client, query: str) -> None:
    assert client.get(f"/v1/users?{query}").status_code == 422


@pytest.mark.parametrize(
    "query", ["recipient[collection]=projects", "recipient[collection]=projects&recipient[x]=y"]
)
def test_half_a_recipient_finds_nothing_or_is_refused(client: httpx.Client, query: str) -> None:
    # The documents require neither part of an object reference.
    response = client.get(f"{RUNS}?{query}")
    assert response.status_code == 422 or response.json()["items"] == []


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-05T09:00:00Z",
        "2026-01-05t09:00:00z",
        "2026-01-05T10:00:00+01:00",
        "2026-01-05T09:00:00.000001Z",
        "2026-01-05T09:00:00.123456789Z",
        "2024-02-29T00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2016-12-31T18:59:60-05:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2026-01-05T24:00:00Z",
        "2026-01-05T09:00Z",
        "2026-W02-1T09:00:00Z",
        "\u0662\u0660\u0662\u0666-01-05T09:00:00Z",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("bound", ["starting_at", "ending_at"])
def test_a_moment_is_understood_or_refused(client: httpx.Client, bound: str, moment: str) -> None:
    response = client.get(RUNS, params={bound: moment})
    assert response.status_code in (200, 422), response.text


@pytest.mark.parametrize("size", ["0", "-1", "-" + "9" * 500, "1", "50", "51", "9" * 999])
def test_a_page_size_out_of_bounds_is_brought_to_the_nearer_one(
    client: httpx.Client, size: str
) -> None:
    page = client.get(f"/v1/users?page_size={size}").json()
    assert page["page_info"]["page_size"] == min(max(int(size), 1), 50)
