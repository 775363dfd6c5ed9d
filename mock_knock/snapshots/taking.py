"""Taking a snapshot: every section, in an order that does not change."""

from __future__ import annotations

from typing import Any

from mock_knock.api.environments import ApiEnvironment
from mock_knock.snapshots.bulk_operations import write_bulk_operations
from mock_knock.snapshots.checking import FORMAT
from mock_knock.snapshots.declared import write_declared
from mock_knock.snapshots.guides import write_guide_engagement
from mock_knock.snapshots.http_side import write_http_side
from mock_knock.snapshots.messages import write_messages
from mock_knock.snapshots.recipients import write_recipients, write_subscriptions
from mock_knock.snapshots.runs import write_runs
from mock_knock.snapshots.schedules import write_schedules
from mock_knock.snapshots.settings import write_defaults, write_settings
from mock_knock.snapshots.text import copied
from mock_knock.snapshots.timeline import write_timeline
from mock_knock.snapshots.webhooks import write_webhooks
from mock_knock.version import __version__

__all__ = ["FORMAT", "take"]


def take(environment: ApiEnvironment) -> dict[str, Any]:
    """Everything that the environment is, as JSON values that nothing else refers to.

    Its world must have been brought to now (`world.sync`) before. The journal of requests is no
    part of a snapshot. The order of keys means something within properties and preferences: it is
    the one in which answers show them.
    """
    world = environment.world
    http_side = write_http_side(environment)
    return copied(
        {
            "format": FORMAT,
            "mock_knock": __version__,
            **write_settings(world),
            "timeline": write_timeline(world),
            "signing_keys": http_side["signing_keys"],
            **write_declared(world),
            **write_webhooks(world),
            **write_defaults(world),
            **write_recipients(world),
            "subscriptions": write_subscriptions(world),
            "schedules": write_schedules(world),
            **write_guide_engagement(world),
            "runs": write_runs(world),
            **write_messages(world),
            "bulk_operations": write_bulk_operations(world),
            "idempotency": http_side["idempotency"],
        }
    )
