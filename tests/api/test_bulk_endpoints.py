"""The eleven bulk endpoints alike: their names, plans, failing rows, magic ids, and limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.channels import DEFAULT_FEED_ID
from mock_knock.world.listing import PageRequest

from .dump import dump
from .envelope import assert_refused
from .seeded import Seeded

Json = dict[str, Any]


@dataclass(frozen=True)
class Endpoint:
    """One endpoint: how a request for rows with these ids is written, and what is known of it."""

    path: str
    name: str
    write: Callable[[list[str]], Json]
    field: str
    collection: str | None = None
    in_query: bool = False

    def send(self, client: httpx.Client, ids: list[str]) -> httpx.Response:
        if self.in_query:
            return client.post(self.path, params=self.write(ids))
        return client.post(self.path, json=self.write(ids))

    def items(self, ids: list[str]) -> list[Json]:
        more = {} if self.collection is None else {"collection": self.collection}
        return [{"id": id, **more} for id in ids]


def subscription(id: str) -> Json:
    return {"id": id, "recipients": [{"id": "ann"}]}


PROJECTS = "/v1/objects/projects/bulk"
ENDPOINTS = (
    Endpoint(
        "/v1/users/bulk/identify",
        "users.identify",
        lambda ids: {"users": [{"id": id} for id in ids]},
        "users",
    ),
    Endpoint("/v1/users/bulk/delete", "users.delete", lambda ids: {"user_ids": ids}, "user_ids"),
    Endpoint(
        "/v1/users/bulk/preferences",
        "users.set_preferences",
        lambda ids: {"user_ids": ids, "preferences": {"channel_types": {"email": False}}},
        "user_ids",
    ),
    Endpoint(
        f"{PROJECTS}/set",
        "objects.projects.set",
        lambda ids: {"objects": [{"id": id} for id in ids]},
        "objects",
        "projects",
    ),
    Endpoint(
        f"{PROJECTS}/delete",
        "objects.projects.delete",
        lambda ids: {"object_ids": ids},
        "object_ids",
        "projects",
    ),
    Endpoint(
        f"{PROJECTS}/subscriptions/add",
        "objects.projects.upsert_subscriptions",
        lambda ids: {"subscriptions": [subscription(id) for id in ids]},
        "subscriptions",
        "projects",
    ),
    Endpoint(
        f"{PROJECTS}/subscriptions/delete",
        "objects.projects.delete_subscriptions",
        lambda ids: {"subscriptions": [{"id": id, "recipients": ["ann"]} for id in ids]},
        "subscriptions",
        "projects",
    ),
    Endpoint(
        "/v1/tenants/bulk/set",
        "tenants.set",
        lambda ids: {"tenants": [{"id": id} for id in ids]},
        "tenants",
    ),
    Endpoint(
        "/v1/tenants/bulk/delete",
        "tenants.delete",
        lambda ids: {"tenant_ids[]": ids},
        "tenant_ids",
        in_query=True,
    ),
    Endpoint(
        "/v1/schedules/bulk/create",
        "schedules.create_schedules",
        lambda ids: {"schedules": [{"workflow": "w", "recipient": {"id": id}} for id in ids]},
        "schedules",
    ),
)
alike = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: e.name)


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    """Users, projects and tenants with these ids are there, so that rows on them are good."""

    def make(world: Any) -> None:
        for id in ("a", "b", "mock_row_fails_1"):
            world.users.identify(id, {}, world.now)
            world.tenants.set(id, {}, world.now)
            world.objects.set("projects", id, {}, world.now)

    mock_knock.call(make)
    with mock_knock.client() as client:
        yield client


def poll(client: httpx.Client, operation: httpx.Response) -> Json:
    found: Json = client.get(operation.json()["progress_path"]).json()
    return found


@alike
def test_rows_are_carried_out_one_by_one(
    client: httpx.Client, mock_knock: MockKnock, endpoint: Endpoint
) -> None:
    mock_knock.plan_next(progress="time", queue_for=10, rows_per_second=1)
    begun = endpoint.send(client, ["a", "b"])
    assert (begun.json()["name"], begun.json()["status"]) == (endpoint.name, "queued")
    before = mock_knock.call(dump_of_things)
    mock_knock.clock.advance(10.5)
    assert (poll(client, begun)["status"], poll(client, begun)["processed_rows"]) == (
        "processing",
        0,
    )
    assert mock_knock.call(dump_of_things) == before
    mock_knock.clock.advance(1)
    assert poll(client, begun)["processed_rows"] == 1
    between = mock_knock.call(dump_of_things)
    mock_knock.clock.advance(1)
    done = poll(client, begun)
    assert (done["status"], done["success_count"], done["error_items"]) == ("completed", 2, [])
    after = mock_knock.call(dump_of_things)
    if "delete_subscriptions" not in endpoint.name:  # there is none: nothing to delete
        assert before != between != after


@alike
def test_plans_say_which_rows_fail_and_how_it_ends(
    client: httpx.Client, mock_knock: MockKnock, endpoint: Endpoint
) -> None:
    mock_knock.plan_next(endpoint.name, progress="immediate", failing_ids=["b"])
    failing = poll(client, endpoint.send(client, ["a", "b"]))
    assert (failing["status"], failing["error_items"]) == ("completed", endpoint.items(["b"]))
    mock_knock.plan_next(endpoint.name, progress="immediate", outcome="failed", stop_in="queued")
    failed = poll(client, endpoint.send(client, ["b"]))
    assert (failed["status"], failed["processed_rows"]) == ("failed", 0)


@alike
def test_magic_ids_have_an_effect(
    client: httpx.Client, mock_knock: MockKnock, endpoint: Endpoint
) -> None:
    begun = endpoint.send(client, ["a", "mock_row_fails_1"])
    mock_knock.call(lambda world: world.bulk_operations.finish(begun.json()["id"], world.now))
    expected = endpoint.items(["mock_row_fails_1"])
    assert (poll(client, begun)["status"], poll(client, begun)["error_items"]) == (
        "completed",
        expected,
    )


@alike
def test_over_the_limit_nothing_is_applied(
    client: httpx.Client, mock_knock: MockKnock, endpoint: Endpoint
) -> None:
    mock_knock.plan_all(progress="immediate")
    before = mock_knock.call(dump)
    refused = endpoint.send(client, [f"x{n}" for n in range(1001)])
    assert_refused(refused, 422, "invalid_params", field=endpoint.field)
    assert mock_knock.call(dump) == before
    taken = endpoint.send(client, [f"x{n}" for n in range(1000)])
    assert (taken.status_code, taken.json()["estimated_total_rows"]) == (200, 1000)


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        *(
            (
                "POST",
                f"{PROJECTS}/subscriptions/{act}",
                lambda n: {"subscriptions": [{"id": "a", "recipients": users(n)}]},
                "subscriptions[0].recipients",
            )
            for act in ("add", "delete")
        ),
        *(
            (
                method,
                "/v1/objects/projects/a/subscriptions",
                lambda n: {"recipients": users(n)},
                "recipients",
            )
            for method in ("POST", "DELETE")
        ),
        (
            "POST",
            "/v1/schedules",
            lambda n: {"workflow": "w", "recipients": [{"id": u} for u in users(n)]},
            "recipients",
        ),
        ("PUT", "/v1/schedules", lambda n: {"schedule_ids": uuids(n)}, "schedule_ids"),
        ("DELETE", "/v1/schedules", lambda n: {"schedule_ids": uuids(n)}, "schedule_ids"),
    ],
)
def test_a_hundred_in_one_call_and_no_more(
    client: httpx.Client,
    mock_knock: MockKnock,
    method: str,
    path: str,
    body: Callable[[int], Json],
    field: str,
) -> None:
    for user in users(101):
        mock_knock.users.identify(user)
    before = mock_knock.call(dump)
    refused = client.request(method, path, json=body(101))
    assert_refused(refused, 422, "invalid_params", field=field)
    assert mock_knock.call(dump) == before
    assert client.request(method, path, json=body(100)).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/v1/workflows/w/trigger", lambda n: {"recipients": users(n)}, "recipients"),
        (
            "POST",
            "/v1/workflows/w/cancel",
            lambda n: {"cancellation_key": "k", "recipients": users(n)},
            "recipients",
        ),
        *(
            (
                method,
                "/v1/audiences/vip/members",
                lambda n: {"members": [{"user": {"id": u}} for u in users(n)]},
                "members",
            )
            for method in ("POST", "DELETE")
        ),
    ],
)
def test_a_thousand_in_one_call_and_no_more(
    client: httpx.Client,
    mock_knock: MockKnock,
    method: str,
    path: str,
    body: Callable[[int], Json],
    field: str,
) -> None:
    members = {"members": [{"user": {"id": "ann"}}]}
    client.post("/v1/audiences/vip/members?create_audience=true", json=members)
    before = mock_knock.call(dump)
    refused = client.request(method, path, json=body(1001))
    assert_refused(refused, 422, "invalid_params", field=field)
    assert mock_knock.call(dump) == before
    assert client.request(method, path, json=body(1000)).status_code in (200, 204)


def test_the_eleventh_is_the_one_that_marks_messages(mock_knock: MockKnock) -> None:
    client = Seeded(mock_knock).client
    path = f"/v1/channels/{DEFAULT_FEED_ID}/messages/bulk/read"
    mock_knock.plan_next("messages.*", progress="immediate", failing_positions=[0])
    done = poll(client, client.post(path, json={}))
    assert (done["name"], done["status"]) == ("messages.read", "completed")
    assert (done["error_count"], done["success_count"]) == (1, done["processed_rows"] - 1)
    client.close()


def users(count: int) -> list[str]:
    return [f"u{n}" for n in range(count)]


def uuids(count: int) -> list[str]:
    return [f"b3f7a9d0-5e14-4c82-96ab-{n:012}" for n in range(count)]


def dump_of_things(world: Any) -> Any:
    """What rows have an effect on; the operations themselves are left aside."""
    objects = [
        found and (found.id, found.updated_at, found.properties)
        for collection in ("projects", "$tenants")
        for found in (world.objects.find(collection, id) for id in ("a", "b"))
    ]
    return [
        [world.users.get(user).to_json(with_preferences=True) for user in world.users],
        objects,
        len(world.subscriptions),
        [world.schedules.page(PageRequest(), recipients=[(id, None)]).rows for id in ("a", "b")],
    ]
