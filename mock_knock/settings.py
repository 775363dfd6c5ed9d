"""What a server can be told when it starts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mock_knock.world.clock import ClockSpec
from mock_knock.world.declarations import Declarations
from mock_knock.world.environment import WorldSettings
from mock_knock.world.plans import Plan

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 4010
"""The port at which the official SDKs' own test suites look for a mock."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server behaves.

    world: how new environments start (seed, clock, default plan, magic ids).
    unknown: what is answered about things that do not exist: Knock's `error`, or an `example`.
    max_body: largest request body in bytes; a larger one is a 413.
    journal_size: how many requests each environment remembers; 0 for none. What followed from them
        can be told as long as its events are kept; see `events_kept` of the world.
    check_responses: whether every answer is checked against the OpenAPI documents; a breach is a
        server error.
    fixtures: what every new environment begins with: a YAML or JSON file (docs/fixtures.md), the
        same as a mapping, or None. The server reads it when it is made.
    token: what calls of the control plane have to bring (docs/control.md); None: nothing, unless
        the server listens beyond this machine, and then one is made up.
    allowed_hosts: names, beside those of loopback, by which the control plane may be called.
    webhook_timeout: seconds within which a receiver of webhooks has to answer.
    """

    world: WorldSettings = field(default_factory=WorldSettings)
    unknown: Literal["error", "example"] = "error"
    max_body: int = 32 * 1024 * 1024
    journal_size: int = 1_000
    check_responses: bool = False
    fixtures: str | os.PathLike[str] | Mapping[str, Any] | Declarations | None = None
    token: str | None = None
    allowed_hosts: tuple[str, ...] = ()
    webhook_timeout: float = 10.0


FIXTURE_SETTINGS = Settings(
    world=WorldSettings(clock=ClockSpec.parse("manual"), plan=Plan(progress="polls", reads=3)),
    check_responses=True,
)
"""The pytest fixture's: time stands still until it is moved, a polling loop sees `queued`,
`processing`, `completed`, and every answer is checked against the OpenAPI documents."""
