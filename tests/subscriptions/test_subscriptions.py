"""Subscriptions: single facts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.steps import ChannelStep
from mock_knock.world.workflow import Workflow

BASE = "/v1/objects/projects/p1"
PATH = f"{BASE}/subscriptions"


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        client.put(BASE, json={"name": "Apollo"})
        yield client


def delete(client: httpx.Client, recipients: list[Any]) -> httpx.Response:
    return client.request("DELETE", PATH, json={"recipients": recipients})


def listed(client: httpx.Client, path: str = PATH, /, **query: Any) -> list[str]:
    answer = client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return [entry["recipient"]["id"] for entry in answer.json()["entries"]]


def test_a_subscription_shows_its_recipient_and_its_object_in_full(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    body = {"recipients": [{"id": "ada", "name": "Ada"}], "properties": {"role": "admin"}}
    (added,) = client.post(PATH, json=body).json()
    assert added == {
        "__typename": "Subscription",
        "recipient": client.get("/v1/users/ada").json(),
        "object": client.get(BASE).json(),
        "properties": {"role": "admin"},
        "inserted_at": "2026-01-05T09:00:00.000000Z",
        "updated_at": "2026-01-05T09:00:00.000000Z",
    }
    assert client.get(PATH).json()["entries"] == [added]
    mock_knock.clock.advance(60)
    (again,) = client.post(PATH, json={"recipients": ["ada"]}).json()
    assert again == {**added, "updated_at": "2026-01-05T09:01:00.000000Z"}


def test_properties_are_replaced_when_given_and_stay_when_not(client: httpx.Client) -> None:
    given: list[Any] = [{"a": 1}, "absent", {"b": 2}, None]
    seen = []
    for properties in given:
        body: dict[str, Any] = {"recipients": [{"id": "ada"}]}
        if properties != "absent":
            body["properties"] = properties
        seen.append(client.post(PATH, json=body).json()[0]["properties"])
    assert seen == [{"a": 1}, {"a": 1}, {"b": 2}, None]


@pytest.mark.parametrize(
    ("recipients", "field"),
    [
        (["nobody"], "recipients[0]"),
        ([{"id": "ada"}, {"id": "x", "collection": "teams"}], "recipients[1]"),
        ([{"id": "ada"}, {"id": "a/b"}], "recipients[1].id"),
    ],
)
def test_a_recipient_that_is_not_there_is_named_and_nothing_is_done(
    client: httpx.Client, recipients: list[Any], field: str
) -> None:
    answer = client.post(PATH, json={"recipients": recipients})
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["field"] == field
    assert client.get("/v1/users/ada").status_code == 404
    assert listed(client) == []


def test_an_object_that_is_not_there_takes_no_subscriptions(client: httpx.Client) -> None:
    path = "/v1/objects/projects/none/subscriptions"
    body = {"recipients": [{"id": "ada"}]}
    assert client.post(path, json=body).status_code == 404
    assert client.get(path).status_code == 404
    assert client.request("DELETE", path, json={"recipients": []}).status_code == 404
    assert client.get("/v1/users/ada").status_code == 404


def test_over_a_hundred_recipients_nothing_is_done(client: httpx.Client) -> None:
    many = [{"id": f"u{n}"} for n in range(101)]
    answer = client.post(PATH, json={"recipients": many})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_params")
    assert client.get("/v1/users/u0").status_code == 404
    assert len(client.post(PATH, json={"recipients": many[:100]}).json()) == 100
    answer = delete(client, [f"u{n}" for n in range(101)])
    assert answer.status_code == 422
    assert len(delete(client, [f"u{n}" for n in range(100)]).json()) == 100


def test_what_is_deleted_is_answered_and_the_rest_passed_over(client: httpx.Client) -> None:
    client.post(PATH, json={"recipients": [{"id": "ada"}, {"id": "bob"}]})
    answer = delete(client, ["nobody", "bob", "bob", {}, {"id": "ada", "collection": "users"}])
    assert [entry["recipient"]["id"] for entry in answer.json()] == ["bob"]
    assert listed(client) == ["ada"]


def test_a_recipient_mode_lists_what_an_object_is_subscribed_to(client: httpx.Client) -> None:
    parent = "/v1/objects/orgs/o1"
    client.put(parent, json={})
    body = {"recipients": [{"id": "p1", "collection": "projects"}]}
    client.post(f"{parent}/subscriptions", json=body)
    entries = client.get(PATH, params={"mode": "recipient"}).json()["entries"]
    assert [entry["object"]["id"] for entry in entries] == ["o1"]
    assert listed(client) == []
    assert client.get(PATH, params={"mode": "neither"}).status_code == 422


def test_filters_narrow_their_own_mode_only(client: httpx.Client) -> None:
    team = {"id": "t1", "collection": "teams", "name": "T"}
    client.post(PATH, json={"recipients": [{"id": "ada"}, {"id": "bob"}, team]})
    assert listed(client, **{"recipients[]": ["ada", "nobody"]}) == ["ada"]
    objects = {"recipients[0][id]": "t1", "recipients[0][collection]": "teams"}
    assert listed(client, **objects) == ["t1"]
    # An SDK may send both filters.
    both = {"objects[][id]": "p1", "objects[][collection]": "projects", "recipients[]": "bob"}
    assert listed(client, **both) == ["bob"]
    assert client.get(f"{PATH}?recipients%5B0%5D=ada").status_code == 422


@pytest.mark.parametrize(
    "query",
    [
        "objects[0][id]=p1&objects[0][collection]=projects&objects[1][id]=x&objects[1][collection]=y",
        "objects[][id]=p1&objects[][collection]=projects&objects[][id]=x&objects[][collection]=y",
        "objects[1][collection]=projects&objects[0][id]=x&objects[1][id]=p1",
    ],
)
def test_lists_of_objects_come_in_each_sdks_form(client: httpx.Client, query: str) -> None:
    client.put("/v1/objects/projects/p2", json={})
    for object in ("p1", "p2"):
        path = f"/v1/objects/projects/{object}/subscriptions"
        client.post(path, json={"recipients": [{"id": "ada"}]})
    entries = client.get(f"/v1/users/ada/subscriptions?{query}").json()["entries"]
    assert [entry["object"]["id"] for entry in entries] == ["p1"]
    everything = client.get("/v1/users/ada/subscriptions").json()["entries"]
    assert [entry["object"]["id"] for entry in everything] == ["p2", "p1"]
    # Ruby writes the inspect text of a hash: it names nothing.
    ruby = {"objects[]": '{:id=>"p1"}', "mode": "recipient"}
    for path in ("/v1/users/ada/subscriptions", PATH):
        assert client.get(path, params=ruby).json()["entries"] == []


def test_preferences_are_included_when_asked_for(client: httpx.Client) -> None:
    sets = {"default": {"workflows": {"w": False}}}
    client.post(PATH, json={"recipients": [{"id": "ada", "preferences": sets}]})
    (entry,) = client.get(PATH, params={"include[]": "preferences"}).json()["entries"]
    assert entry["recipient"]["preferences"]["default"]["workflows"] == {"w": False}
    (entry,) = client.get(PATH).json()["entries"]
    assert "preferences" not in entry["recipient"]


def test_anything_can_be_subscribed_to_a_tenant(client: httpx.Client) -> None:
    client.put("/v1/tenants/t", json={})
    path = "/v1/objects/$tenants/t/subscriptions"
    client.post(path, json={"recipients": [{"id": "ada"}]})
    assert listed(client, path) == ["ada"]
    client.delete("/v1/tenants/t")
    assert client.get("/v1/users/ada/subscriptions").json()["entries"] == []


def runs_of(client: httpx.Client, mock_knock: MockKnock, **body: Any) -> list[Any]:
    given = {"recipients": [{"id": "p1", "collection": "projects"}], **body}
    assert client.post("/v1/workflows/w/trigger", json=given).status_code == 200
    return [run["recipient"] for run in reversed(mock_knock.workflows.runs)]


def test_a_trigger_reaches_an_object_and_its_subscribers_once(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    team = {"id": "t1", "collection": "teams", "name": "T"}
    client.post(PATH, json={"recipients": [{"id": "ada"}, {"id": "bob"}, team]})
    path = "/v1/objects/teams/t1/subscriptions"
    client.post(path, json={"recipients": ["bob", {"id": "eve"}]})
    apollo = {"id": "p1", "collection": "projects"}
    everyone = [apollo, "eve", "ada", "bob", {"id": "t1", "collection": "teams"}]
    assert runs_of(client, mock_knock, recipients=[apollo, "eve", apollo]) == everyone


def test_the_fan_out_goes_two_levels_deep(client: httpx.Client, mock_knock: MockKnock) -> None:
    chain = ["p1", "p2", "p3", "p4"]
    for parent, child in pairwise(chain):
        body = {"recipients": [{"id": child, "collection": "projects", "name": child}]}
        client.post(f"/v1/objects/projects/{parent}/subscriptions", json=body)
    assert [run["id"] for run in runs_of(client, mock_knock)] == ["p1", "p2", "p3"]


def test_each_subscriber_is_told_once_and_the_object_is_none_of_its_own(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    team = {"id": "t1", "collection": "teams", "name": "T"}
    apollo = {"id": "p1", "collection": "projects"}
    client.post(PATH, json={"recipients": [{"id": "ada"}, team]})
    path = "/v1/objects/teams/t1/subscriptions"
    client.post(path, json={"recipients": ["ada", {"id": "bob"}, apollo]})
    keys = mock_knock.call(
        lambda world: [s.recipient for s in world.subscriptions.reached_by(("p1", "projects"))]
    )
    assert keys == [("ada", None), ("t1", "teams"), ("bob", None)]


def test_a_ring_of_objects_ends(client: httpx.Client, mock_knock: MockKnock) -> None:
    client.post(PATH, json={"recipients": [{"id": "p2", "collection": "projects", "name": "2"}]})
    body = {"recipients": [{"id": "p1", "collection": "projects"}]}
    client.post("/v1/objects/projects/p2/subscriptions", json=body)
    client.post(PATH, json=body)
    assert [run["id"] for run in runs_of(client, mock_knock)] == ["p1", "p2"]


def test_the_actor_is_left_out_as_a_subscriber_only(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.post(PATH, json={"recipients": [{"id": "ada"}, {"id": "bob"}]})
    apollo = {"id": "p1", "collection": "projects"}
    assert runs_of(client, mock_knock, actor="ada") == [apollo, "bob"]
    named = {"recipients": [apollo, "ada"], "actor": "ada"}
    assert runs_of(client, mock_knock, **named)[2:] == [apollo, "ada", "bob"]


def test_runs_of_subscribers_are_cancelled_like_any_other(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.workflows.declare("w", delay=60)
    client.post(PATH, json={"recipients": [{"id": "ada"}, {"id": "bob"}]})
    runs_of(client, mock_knock, cancellation_key="k")
    body = {"cancellation_key": "k", "recipients": ["bob"]}
    client.post("/v1/workflows/w/cancel", json=body)
    mock_knock.clock.run_until_idle()
    states = {str(run["recipient"]): run["status"] for run in mock_knock.workflows.runs}
    assert (states["ada"], states["bob"]) == ("completed", "cancelled")


def test_deleting_either_side_deletes_the_subscription(client: httpx.Client) -> None:
    client.post(PATH, json={"recipients": [{"id": "ada"}, {"id": "bob"}]})
    client.delete("/v1/users/ada")
    assert listed(client) == ["bob"]
    client.put("/v1/users/ada", json={})
    assert client.get("/v1/users/ada/subscriptions").json()["entries"] == []
    client.delete(BASE)
    assert client.get("/v1/users/bob/subscriptions").json()["entries"] == []
    client.put(BASE, json={})
    assert listed(client) == []


def test_a_bulk_deletion_of_users_deletes_their_subscriptions(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.post(PATH, json={"recipients": [{"id": "ada"}, {"id": "bob"}]})
    mock_knock.plan_next(progress="immediate")
    client.post("/v1/users/bulk/delete", json={"user_ids": ["ada"]})
    assert listed(client) == ["bob"]


def test_a_merge_hands_over_what_the_survivor_lacks(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.put("/v1/objects/projects/p2", json={})
    for object, user, role in (("p1", "ada", "a"), ("p1", "eve", "e"), ("p2", "eve", "e")):
        body = {"recipients": [{"id": user}], "properties": {"role": role}}
        client.post(f"/v1/objects/projects/{object}/subscriptions", json=body)
    mock_knock.clock.advance(60)
    client.post("/v1/users/ada/merge", json={"from_user_id": "eve"})
    entries = client.get("/v1/users/ada/subscriptions").json()["entries"]
    assert [(e["object"]["id"], e["properties"]["role"]) for e in entries] == [
        ("p2", "e"),
        ("p1", "a"),
    ]
    assert [e["inserted_at"][:19] for e in entries] == ["2026-01-05T09:00:00"] * 2
    assert listed(client) == ["ada"]


def test_a_bulk_row_is_one_object_and_its_id_may_be_magic(client: httpx.Client) -> None:
    client.put("/v1/objects/projects/mock_row_fails", json={})
    rows = [
        {"id": "p1", "recipients": [{"id": "ada"}, {"id": "bob"}], "properties": {"role": "x"}},
        {"id": "mock_row_fails", "recipients": [{"id": "ada"}]},
        {"id": "none", "recipients": [{"id": "eve"}]},
    ]
    path = "/v1/objects/projects/bulk/subscriptions/add"
    id = client.post(path, json={"subscriptions": rows}).json()["id"]
    shown = {}
    for _ in range(3):
        shown = client.get(f"/v1/bulk_operations/{id}").json()
    assert (shown["estimated_total_rows"], shown["success_count"]) == (3, 1)
    assert [item["id"] for item in shown["error_items"]] == ["mock_row_fails", "none"]
    assert listed(client) == ["bob", "ada"]
    assert client.get("/v1/users/eve").status_code == 404


def test_a_bulk_deletion_skips_what_is_not_subscribed(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.post(PATH, json={"recipients": [{"id": "ada"}, {"id": "bob"}]})
    mock_knock.plan_next(progress="immediate")
    rows = [{"id": "p1", "recipients": ["ada", "nobody", {}]}]
    path = "/v1/objects/projects/bulk/subscriptions/delete"
    done = client.post(path, json={"subscriptions": rows}).json()
    assert (done["name"], done["success_count"], done["error_count"]) == (
        "objects.projects.delete_subscriptions",
        1,
        0,
    )
    assert listed(client) == ["bob"]


def test_a_reference_without_an_id_cancels_nobody(client: httpx.Client) -> None:
    body = {"cancellation_key": "k", "recipients": [{}]}
    assert client.post("/v1/workflows/w/cancel", json=body).status_code == 204


def test_properties_of_a_subscription_are_there_for_templates_and_conditions(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    step = ChannelStep(template={"body": "{{ recipient.id }}: {{ recipient.subscription.role }}"})
    mock_knock.call(lambda world: world.workflows.declare(Workflow("w", steps=(step,))))
    only_owners = {"variable": "recipient.subscription.role", "operator": "equal_to"}
    wish = {"conditions": [{**only_owners, "argument": "owner"}]}
    for user in ("ann", "ben"):
        preferences = {"default": {"workflows": {"w": wish}}}
        client.put(f"/v1/users/{user}", json={"preferences": preferences})
    client.put("/v1/objects/projects/p9", json={})
    for user, role in (("ann", "owner"), ("ben", "guest")):
        body = {"recipients": [user], "properties": {"role": role}}
        client.post("/v1/objects/projects/p9/subscriptions", json=body)
    recipients = [{"id": "p9", "collection": "projects"}]
    client.post("/v1/workflows/w/trigger", json={"recipients": recipients})
    said = {}
    for message in client.get("/v1/messages").json()["items"]:
        content = client.get(f"/v1/messages/{message['id']}/content").json()["data"]
        said[str(message["recipient"])] = content["blocks"][0]["rendered"]
    assert said == {
        str({"id": "p9", "collection": "projects"}): "<p>p9: </p>",
        "ann": "<p>ann: owner</p>",
    }
