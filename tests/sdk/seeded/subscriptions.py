"""Subscriptions to objects, from either side."""

from __future__ import annotations

from typing import Any

from tests.sdk.seed import LAB, PARK, Seed
from tests.sdk.stories import Story, calling

SUBSCRIPTIONS = "/v1/objects/projects/park/subscriptions"


def recipients(seed: Seed) -> list[str]:
    """Who is subscribed to the park, newest first."""
    return [entry["recipient"]["id"] for entry in seed.read(SUBSCRIPTIONS)["entries"]]


@calling("objects.add_subscriptions")
def add(seed: Seed) -> Story:
    sarah = {"id": "sarah", "name": "Sarah"}
    dock = {"collection": "projects", "id": "dock"}
    added = yield {
        "collection": "projects",
        "object_id": "park",
        "recipients": ["ian", sarah, dock],
        "properties": {"role": "staff"},
    }
    assert [one["recipient"]["id"] for one in added] == ["ian", "sarah", "dock"]
    assert {one["properties"]["role"] for one in added} == {"staff"}
    assert {one["object"]["id"] for one in added} == {"park"}
    assert set(recipients(seed)) == {"lab", "alan", "ellie", "ian", "sarah", "dock"}
    assert seed.read("/v1/users/sarah")["name"] == "Sarah"


@calling("objects.delete_subscriptions")
def delete(seed: Seed) -> Story:
    deleted = yield {"collection": "projects", "object_id": "park", "recipients": ["ellie", LAB]}
    assert {one["recipient"]["id"] for one in deleted} == {"ellie", "lab"}
    assert recipients(seed) == ["alan"]


@calling("objects.list_subscriptions")
def list_of_object(seed: Seed) -> Story:
    rows = yield {
        "collection": "projects",
        "object_id": "park",
        "page_size": 1,
        "recipients": ["ellie", LAB],
        "include": ["preferences"],
    }
    assert [row["recipient"]["id"] for row in rows] == ["lab", "ellie"]
    assert rows[1]["properties"] == {"role": "visitor"}
    assert rows[1]["recipient"]["preferences"]["default"]["channel_types"] == {"sms": False}


@calling("users.list_subscriptions")
def list_of_user(seed: Seed) -> Story:
    with seed.mock.client() as client:
        for name in ("lab", "dock"):
            client.post(
                f"/v1/objects/projects/{name}/subscriptions", json={"recipients": ["ellie"]}
            )
    objects = [PARK, {"collection": "projects", "id": "dock"}]
    rows = yield {"user_id": "ellie", "page_size": 1, "objects": objects}
    assert [row["object"]["id"] for row in rows] == ["dock", "park"]
    assert {row["recipient"]["id"] for row in rows} == {"ellie"}


def bulk(*ids: Any, **fields: Any) -> dict[str, Any]:
    return {
        "collection": "projects",
        "subscriptions": [{"id": "park", "recipients": list(ids), **fields}],
    }


@calling("objects.bulk.add_subscriptions")
def bulk_add(seed: Seed) -> Story:
    operation = yield bulk("ian", {"id": "sarah"}, properties={"role": "staff"})
    seed.finish(operation, operation["name"], 1)
    assert operation["name"].startswith("objects.projects.")
    assert set(recipients(seed)) == {"lab", "alan", "ellie", "ian", "sarah"}


@calling("objects.bulk.delete_subscriptions")
def bulk_delete(seed: Seed) -> Story:
    operation = yield bulk("alan", LAB)
    seed.finish(operation, "objects.projects.delete_subscriptions", 1)
    assert recipients(seed) == ["ellie"]
