"""`mock-knock ctl`: the control plane on the command line, a module for each group of commands.

A new group is a module with a command, and a line in `COMMANDS`.
"""

from __future__ import annotations

import click

from mock_knock.ctl.command import CtlGroup, LazyGroup, connection_options

COMMANDS = {
    "clock": "clock:clock",
    "coverage": "metrics:coverage",
    "environments": "environments:environments",
    "events": "events:events",
    "faults": "faults:faults",
    "fixtures": "fixtures:fixtures",
    "health": "status:health",
    "metrics": "metrics:metrics",
    "operations": "operations:operations",
    "plans": "plans:plans",
    "rate-limits": "faults:rate_limits",
    "requests": "requests:requests",
    "reset": "status:reset",
    "snapshot": "snapshot:snapshot",
    "status": "status:status",
    "version": "status:version",
    "webhooks": "webhooks:webhooks",
}
"""By name: the module in this room, and the command in it."""


class _Ctl(LazyGroup, CtlGroup):
    homes = COMMANDS
    room = __name__


@click.group(cls=_Ctl, params=connection_options(with_variables=True))
def ctl() -> None:
    """Steer a server that runs: its time, how bulk operations go, what it holds.

    Most commands are for one environment: that of --api-key, or --environment. With neither they
    are for the only one that is open. Their options may stand behind the command too.

    Ends with 0 when it was done, 1 when the server refused it or does not answer, 2 when the
    command line makes no sense.
    """
