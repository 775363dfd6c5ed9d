"""Restoring a snapshot: a new world is built aside, and takes the place of the old one whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.api.environments import ApiEnvironment
from mock_knock.snapshots.bulk_operations import read_bulk_operations
from mock_knock.snapshots.checking import check_document
from mock_knock.snapshots.declared import (
    WorkflowReader,
    read_audiences,
    read_channels,
    read_workflows,
)
from mock_knock.snapshots.faults import refused
from mock_knock.snapshots.guides import read_guide_engagement
from mock_knock.snapshots.http_side import read_replays, read_signing_keys
from mock_knock.snapshots.messages import read_messages
from mock_knock.snapshots.recipients import read_recipients, read_subscriptions
from mock_knock.snapshots.runs import read_runs
from mock_knock.snapshots.schedules import read_schedules
from mock_knock.snapshots.settings import read_defaults, read_settings
from mock_knock.snapshots.text import copied
from mock_knock.snapshots.timeline import read_timeline
from mock_knock.snapshots.webhooks import read_webhooks
from mock_knock.world.environment import Environment
from mock_knock.world.events import EventStream
from mock_knock.world.instants import Instant


def restore(environment: ApiEnvironment, document: Mapping[str, Any], host: Instant) -> None:
    """Put the snapshot's state in place of all that the environment has.

    Its journal stays, and so does its stream of events, which the new world takes over. Webhooks
    that were under way are called off.
    `host` is the host's instant: a clock that runs goes on from the snapshot's now at that moment.
    Raises SnapshotError, naming the place, for a document that makes no sense; then nothing has
    changed. Whoever holds `environment.world` must get it anew.
    """
    try:
        own = copied(document)
    except (TypeError, ValueError, RecursionError) as error:
        raise refused((), f"is not made of JSON values: {error}") from None
    check_document(own)
    tokens = read_signing_keys(own)
    replays = read_replays(own)
    webhooks = read_webhooks(own)
    events = environment.world.events  # whoever listens to them goes on doing so
    with events.aside():
        world = _world(own, host, events)
    environment.replace_world(world)
    environment.replays, environment.tokens = replays, tokens
    for endpoint in webhooks:
        world.webhooks.put(endpoint)


def _world(document: dict[str, Any], host: Instant, events: EventStream) -> Environment:
    """The world of a document that has the right shape. What is referred to comes first."""
    world = read_settings(document, host, events)
    workflows = WorkflowReader()
    read_channels(document, world)
    read_workflows(document, world, workflows)
    read_defaults(document, world)
    read_recipients(document, world)
    read_subscriptions(document, world)
    read_audiences(document, world)
    read_schedules(document, world)
    read_runs(document, world, workflows)
    read_messages(document, world)
    read_guide_engagement(document, world)
    read_bulk_operations(document, world)
    read_timeline(document, world)
    return world
