"""A local, stateful stand-in for Knock's runtime API: dev sandbox, pytest fixture, CI server.

The names below are the public ones; everything else may move. They are resolved on first use, so
that loading the pytest plugin costs nothing in runs that never ask for a server.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mock_knock.version import __version__ as __version__

if TYPE_CHECKING:
    from mock_knock.api.served_document import openapi_document as openapi_document
    from mock_knock.client import ControlClient as ControlClient
    from mock_knock.client import ControlError as ControlError
    from mock_knock.fixture import MockKnock as MockKnock
    from mock_knock.fixtures.faults import FixturesError as FixturesError
    from mock_knock.server import KnockServer as KnockServer
    from mock_knock.settings import FIXTURE_SETTINGS as FIXTURE_SETTINGS
    from mock_knock.settings import Settings as Settings
    from mock_knock.transport import InProcessTransport as InProcessTransport
    from mock_knock.world.clock import ClockSpec as ClockSpec
    from mock_knock.world.environment import WorldSettings as WorldSettings
    from mock_knock.world.plans import Plan as Plan

_HOMES = {
    "FIXTURE_SETTINGS": "mock_knock.settings",
    "ClockSpec": "mock_knock.world.clock",
    "ControlClient": "mock_knock.client",
    "ControlError": "mock_knock.client",
    "FixturesError": "mock_knock.fixtures.faults",
    "InProcessTransport": "mock_knock.transport",
    "KnockServer": "mock_knock.server",
    "MockKnock": "mock_knock.fixture",
    "Plan": "mock_knock.world.plans",
    "Settings": "mock_knock.settings",
    "WorldSettings": "mock_knock.world.environment",
    "openapi_document": "mock_knock.api.served_document",
}
__all__ = [
    "FIXTURE_SETTINGS",
    "ClockSpec",
    "ControlClient",
    "ControlError",
    "FixturesError",
    "InProcessTransport",
    "KnockServer",
    "MockKnock",
    "Plan",
    "Settings",
    "WorldSettings",
    "__version__",
    "openapi_document",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
