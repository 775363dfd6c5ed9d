"""A world in which the documents' examples are true, and what is a valid request there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from mock_knock import MockKnock
from mock_knock.api.bundle import bundle
from mock_knock.documents import openapi_files
from mock_knock.world.channels import DEFAULT_FEED_ID, Channel
from mock_knock.world.environment import Environment
from mock_knock.world.guides import Guide
from mock_knock.world.listing import PageRequest
from mock_knock.world.recipient_runs import RunFilter
from mock_knock.world.workflow import Workflow

USERS = ("nadia.okafor", "tom-lindqvist", "mei-hsu", "nadia.okafor-trial")
OBJECTS = ("project-0017", "project-0018")
WORKFLOWS = ("order-shipped", "weekly-digest")
TENANT = "harbour-supplies"
PUSH = "3c1d9f04-58ab-4e27-b1c6-90d27e5a8f13"
SLACK = "5b0f7c21-9d3e-4a68-8e14-7f2c6d9b3a05"
TEAMS = "7d2e9a43-1b5f-4c80-a936-0e4d8f1c5b27"
GUIDES = "a93c5e10-72bd-4f06-8e4a-1d60f8b2c739"
GUIDE = "27b4d9e1-c058-4f63-ba7d-4e91c6f0835b"
OWNER = json.dumps({"collection": "$tenants", "object_id": TENANT})


@dataclass(frozen=True)
class Operation:
    """One operation of the documents. `bodies` are its examples, none where it takes no body."""

    id: str
    method: str
    template: str
    path_names: tuple[str, ...]
    query_names: tuple[str, ...]
    bodies: tuple[Any, ...]


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the documents."""
    return tuple(_operations())


def _operations() -> Iterator[Operation]:
    document = bundle(openapi_files())
    shared = document["components"]["parameters"]
    for template, item in sorted(document["paths"].items()):
        for method, node in item.items():
            parameters = [
                shared[p["$ref"].rpartition("/")[2]] if "$ref" in p else p
                for p in node.get("parameters", ())
            ]
            names = {
                place: tuple(p["name"] for p in parameters if p["in"] == place)
                for place in ("path", "query")
            }
            content = node.get("requestBody", {}).get("content", {}).get("application/json", {})
            given = [example["value"] for example in content.get("examples", {}).values()]
            if not given and "example" in content:
                given = [content["example"]]
            yield Operation(
                node["operationId"],
                method.upper(),
                template,
                names["path"],
                names["query"],
                tuple(given),
            )


class Seeded:
    """An environment with something behind every path."""

    def __init__(self, mock: MockKnock) -> None:
        self.mock = mock
        self.client = mock.client()
        mock.call(_seed)
        ids = mock.call(_ids)
        self._values = {
            "user_id": USERS[0],
            "collection": "projects",
            "object_id": OBJECTS[0],
            "message_id": ids["message"],
            "action": "read",
            "type": "email",
            "key": WORKFLOWS[0],
        }
        self._ids = {
            "objects": OBJECTS[0],
            "tenants": TENANT,
            "feeds": DEFAULT_FEED_ID,
            "preferences": "default",
            "bulk_operations": ids["operation"],
            "workflow_recipient_runs": ids["run"],
        }
        self._channels = {
            "guides": GUIDES,
            "slack": SLACK,
            "ms-teams": TEAMS,
            "channels": DEFAULT_FEED_ID,
            "channel_data": PUSH,
        }
        teams = self.client.get(
            f"/v1/providers/ms-teams/{TEAMS}/teams", params={"ms_teams_tenant_object": OWNER}
        )
        self._team = teams.json()["ms_teams_teams"][0]["id"]
        self._message = ids["message"]
        self._schedule = ids["schedule"]

    def path(self, operation: Operation, raw: dict[str, str] | None = None) -> str:
        """The path, filled in; `raw` is put in place of parameters as it is."""
        path = operation.template
        for name in operation.path_names:
            text = (raw or {}).get(name)
            value = quote(self._value(operation, name), safe="") if text is None else text
            path = path.replace(f"{{{name}}}", value)
        return path

    def _value(self, operation: Operation, name: str) -> str:
        parts = operation.template.split("/")
        if name == "id":
            return self._ids[next(p for p in reversed(parts) if p in self._ids)]
        if name == "channel_id":
            return self._channels[next(p for p in parts if p in self._channels)]
        if name == "key" and "audiences" in parts:
            return "beta"
        return self._values[name]

    def query(self, operation: Operation) -> str:
        """The query that the operation cannot do without."""
        found = {
            "message_ids": ("message_ids[]", self._message),
            "tenant_ids": ("tenant_ids[]", TENANT),
            "workflow": ("workflow", WORKFLOWS[0]),
            "access_token_object": ("access_token_object", OWNER),
            "ms_teams_tenant_object": ("ms_teams_tenant_object", OWNER),
            "team_id": ("team_id", self._team),
        }
        return urlencode([found[name] for name in operation.query_names if name in found])

    def body(self, operation: Operation, at: int = 0) -> Any:
        """One of the examples of its body, with ids that there are."""
        body = json.loads(json.dumps(operation.bodies[at]))
        if "message_ids" in body:
            body["message_ids"] = [self._message]
        if "schedule_ids" in body:
            body["schedule_ids"] = [self._schedule]
        return body


def _seed(world: Environment) -> None:
    now = world.now
    world.channels.declare(Channel(key="feed", id=DEFAULT_FEED_ID), now)
    for key, id in (("slack", SLACK), ("teams", TEAMS)):
        world.channels.declare(Channel(key=key, kind="chat", id=id), now)
    world.channels.declare(Channel(key="guides", kind="in_app_guide", id=GUIDES), now)
    world.guides.declare(Guide(key="try-bulk-orders", id=GUIDE, channel_id=GUIDES), now)
    for key in WORKFLOWS:
        world.workflows.declare(Workflow(key, delay=60))
    for user in USERS:
        properties = {"name": user, "preferences": {"default": {"workflows": {"w": True}}}}
        world.users.identify(user, properties, now)
        world.channel_data.put((user, None), PUSH, {"tokens": ["token"]}, now)
    slack = {"token": {"access_token": "xoxb"}, "connections": []}
    teams = {"ms_teams_tenant_id": "94d7f2b0-5e6c-4a13-8f08-c1b2e9a06d57", "connections": []}
    world.tenants.set(TENANT, {"channel_data": {SLACK: slack, TEAMS: teams}}, now)
    for id in OBJECTS:
        world.objects.set("projects", id, {"name": id}, now)
        world.channel_data.put((id, "projects"), PUSH, {"tokens": ["token"]}, now)
        world.subscriptions.add((id, "projects"), {"recipients": [USERS[0]]}, now)
    world.audiences.add("beta", [{"user": {"id": USERS[0]}}], now, create=True)
    trigger = {"recipients": [USERS[0], {"id": OBJECTS[0], "collection": "projects"}]}
    world.workflows.trigger(WORKFLOWS[0], {**trigger, "tenant": TENANT}, now)
    world.advance(120)
    mark = {"guide_key": "try-bulk-orders", "guide_step_ref": "step_1"}
    mark |= {"guide_id": GUIDE, "channel_id": GUIDES}
    world.guides.mark(USERS[0], "seen", mark, world.now)
    world.workflows.trigger(WORKFLOWS[0], {**trigger, "cancellation_key": "order-4711"}, world.now)
    weekly = {"workflow": WORKFLOWS[0], "recipients": [USERS[0]], "scheduled_at": None}
    world.schedules.create({**weekly, "repeats": [{"frequency": "weekly"}]}, world.now)
    world.bulk_identify([{"id": "mei-hsu"}], "http://mock-knock")
    world.advance(0)


def _ids(world: Environment) -> dict[str, str]:
    return {
        "message": next(m for m in world.messages).id,
        "operation": next(o for o in world.bulk_operations).id,
        "run": world.workflows.page(PageRequest(), RunFilter()).rows[0].id,
        "schedule": world.schedules.page(PageRequest(), recipients=[(USERS[0], None)]).rows[0].id,
    }
