"""The sections of what is declared: channels, workflows, guides and audiences."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from mock_knock.fixtures.trigger_schemas import TriggerSchemaError, data_check
from mock_knock.snapshots.faults import Path, reading, refused
from mock_knock.snapshots.moments import instant
from mock_knock.world.audiences import Audience, MemberKey
from mock_knock.world.channels import Channel
from mock_knock.world.conditions import Condition
from mock_knock.world.environment import Environment
from mock_knock.world.guides import Guide, GuideStep
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.recipients import check_id
from mock_knock.world.steps import ChannelStep
from mock_knock.world.trigger_schema import DataCheck
from mock_knock.world.workflow import Workflow

Json = dict[str, Any]


def write_declared(world: Environment) -> Json:
    """`channels`, `workflows`, `guides`, `guide_display_interval` and `audiences`."""
    return {
        "channels": [write_channel(channel) for channel in world.channels],
        "workflows": [write_workflow(workflow) for workflow in world.workflows.declared],
        "guides": [_write_guide(guide) for guide in world.guides.declared],
        "guide_display_interval": world.guides.display_interval,
        "audiences": {
            audience.key: {
                "static": audience.static,
                "members": [
                    {"user": user_id, "tenant": tenant, "added_at": to_text(at)}
                    for (user_id, tenant), at in world.audiences.memberships(audience.key).items()
                ],
            }
            for audience in world.audiences.declared
        },
    }


def read_channels(document: Json, world: Environment) -> None:
    """Put the channels in place."""
    channels = []
    once = _Once()
    for at, given in enumerate(document["channels"]):
        path: Path = ("channels", at)
        once.check(("key", given["key"]), (*path, "key"))
        once.check(("id", given["id"]), (*path, "id"))
        channels.append(read_channel(given, path))
    with reading("environment", "began_at"):
        began_at = instant(document["environment"]["began_at"])
    world.channels.put_back(channels, began_at)


def read_workflows(document: Json, world: Environment, workflows: WorkflowReader) -> None:
    """Put the declared workflows in place."""
    declared = []
    once = _Once()
    for at, given in enumerate(document["workflows"]):
        once.check(given["key"], ("workflows", at, "key"))
        declared.append(workflows.read(given, ("workflows", at)))
    world.workflows.put_back_declared(declared)


def read_guides(document: Json) -> list[Guide]:
    """The guides, to be put in place with what users did with them."""
    guides = []
    once = _Once()
    for at, given in enumerate(document["guides"]):
        path: Path = ("guides", at)
        once.check(given["key"], (*path, "key"))
        if not given["steps"]:
            raise refused((*path, "steps"), "must have at least one step")
        with reading(*path):
            guide = Guide(
                **{
                    **given,
                    "steps": tuple(GuideStep(**step) for step in given["steps"]),
                    "conditions": tuple(Condition(**one) for one in given["conditions"]),
                    "audiences": tuple(given["audiences"]),
                    "activation_url_rules": tuple(given["activation_url_rules"]),
                    "activation_url_patterns": tuple(given["activation_url_patterns"]),
                    "declared_at": instant(given["declared_at"]),
                }
            )
        guides.append(guide)
    return guides


def read_audiences(document: Json, world: Environment) -> None:
    """Put the audiences in place with their members, behind the users."""
    for key, given in document["audiences"].items():
        with reading("audiences", key):
            check_id(key, "key", "audience")
        members: dict[MemberKey, Instant] = {}
        for at, member in enumerate(given["members"]):
            path: Path = ("audiences", key, "members", at)
            with reading(*path):
                found = (member["user"], member["tenant"])
                added_at = instant(member["added_at"])
            if found[0] not in world.users:
                raise refused((*path, "user"), f"is no user of this snapshot: {found[0]}")
            if found in members:
                raise refused(path, "is in the list already")
            members[found] = added_at
        world.audiences.put_back(Audience(key, static=given["static"]), members)


def write_channel(channel: Channel) -> Json:
    """A channel, whole."""
    return {**asdict(channel), "created_at": to_text(channel.created_at)}


def read_channel(given: Json, path: Path) -> Channel:
    """A channel that was written whole."""
    with reading(*path, "created_at"):
        created_at = instant(given["created_at"])
    return Channel(**{**given, "created_at": created_at})


def write_workflow(workflow: Workflow) -> Json:
    """A workflow, whole; of the check of its data the schema that it was made from."""
    steps = workflow.steps
    return {
        "key": workflow.key,
        "active": workflow.active,
        "delay": workflow.delay,
        "categories": list(workflow.categories),
        "steps": None if steps is None else [asdict(step) for step in steps],
        "data_schema": workflow.data_schema,
    }


class WorkflowReader:
    """Reads workflows that were written whole. Each schema becomes a check once."""

    def __init__(self) -> None:
        self._checks: dict[str, DataCheck] = {}

    def read(self, given: Json, path: Path) -> Workflow:
        """The workflow. Raises SnapshotError for a schema that is none."""
        schema, steps = given["data_schema"], given["steps"]
        with reading(*path):
            return Workflow(
                given["key"],
                check_data=None if schema is None else self._check(schema, (*path, "data_schema")),
                delay=given["delay"],
                active=given["active"],
                steps=None if steps is None else tuple(ChannelStep(**step) for step in steps),
                categories=tuple(given["categories"]),
                data_schema=schema,
            )

    def _check(self, schema: Json, path: Path) -> DataCheck:
        key = json.dumps(schema)
        if key not in self._checks:
            try:
                self._checks[key] = data_check(schema)
            except TriggerSchemaError as error:
                raise refused((*path, *error.path), error.message) from None
        return self._checks[key]


def _write_guide(guide: Guide) -> Json:
    listed: dict[str, Callable[[Any], Any]] = {
        "steps": lambda steps: [asdict(step) for step in steps],
        "conditions": lambda conditions: [asdict(condition) for condition in conditions],
        "declared_at": to_text,
    }
    return {name: listed.get(name, _plain)(value) for name, value in _fields(guide).items()}


def _fields(guide: Guide) -> Json:
    return {field.name: getattr(guide, field.name) for field in fields(guide)}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


class _Once:
    """Keys that are one of a kind."""

    def __init__(self) -> None:
        self._seen: set[object] = set()

    def check(self, key: object, path: Path) -> None:
        if key in self._seen:
            raise refused(path, "is that of an earlier one")
        self._seen.add(key)
