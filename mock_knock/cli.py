"""The `mock-knock` command."""

from __future__ import annotations

import gc
import logging
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mock_knock.version import __version__

if TYPE_CHECKING:
    from mock_knock.settings import Settings
    from mock_knock.world.declarations import Declarations

Command = TypeVar("Command", bound=Callable[..., Any])

_LEVELS = ("debug", "info", "warning", "error")


class _Main(click.Group):
    """The commands; `ctl` is imported when it is asked for, so that `serve` starts as fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), "ctl"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "ctl":
            return super().get_command(ctx, cmd_name)
        from mock_knock.ctl import ctl

        return ctl


@click.group(cls=_Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mock-knock")
def main() -> None:
    """A local, stateful stand-in for Knock's API (knock.app)."""


def _option(name: str, **attributes: Any) -> Callable[[Command], Command]:
    """An option with its twin among the environment variables: --port is MOCK_KNOCK_PORT."""
    variable = "MOCK_KNOCK_" + name.partition("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(name, envvar=variable, show_envvar=True, show_default=True, **attributes)


@main.command()
@_option("--host", default="127.0.0.1", help="Address to listen on.")
@_option("--port", default=4010, type=click.IntRange(0, 65535), help="Port; 0 picks a free one.")
@_option(
    "--clock",
    default="real",
    metavar="real|manual|xN",
    help="How time passes in each environment: as it does, only when told, or N times as fast.",
)
@_option(
    "--progress",
    default="time",
    type=click.Choice(["time", "polls", "immediate", "manual"]),
    help="What moves a bulk operation: time, each read of it, nothing (it has ended at once), "
    "or only a control call.",
)
@_option("--queue-for", default=1.0, type=float, help="Seconds spent queued, with progress time.")
@_option("--rows-per-second", default=300.0, type=float, help="Pace of rows, with progress time.")
@_option("--duration", type=float, help="Seconds for all rows together, instead of a pace.")
@_option("--reads", default=3, type=int, help="The read that shows the end, with progress polls.")
@_option(
    "--outcome",
    default="completed",
    type=click.Choice(["completed", "failed", "stuck"]),
    help="How bulk operations end, unless magic row ids say otherwise.",
)
@_option("--magic-ids/--no-magic-ids", default=True, help="Whether magic row ids have an effect.")
@_option(
    "--retention-days",
    default=30,
    type=click.IntRange(1, 36_500),
    help="How long runs that have ended, and messages that are not in-app, are kept.",
)
@_option("--seed", default="0", help="Same seed, same calls: same ids.")
@_option(
    "--unknown",
    default="error",
    type=click.Choice(["error", "example"]),
    help="What is answered about things that do not exist: Knock's error, or a valid example.",
)
@_option(
    "--max-body",
    default=32 * 1024 * 1024,
    type=click.IntRange(1),
    help="Largest request body in bytes.",
)
@_option(
    "--journal-size",
    default=1_000,
    type=click.IntRange(0, 1_000_000),
    help="How many requests each environment remembers; 100,000 small ones take some 170 MB.",
)
@_option(
    "--check-responses/--no-check-responses",
    default=False,
    help="Check every answer against the OpenAPI documents; one that breaks them is a 500.",
)
@_option(
    "--rate-limits/--no-rate-limits",
    default=False,
    help="Keep callers to Knock's rate limits: so many calls a second for each endpoint, then 429.",
)
@_option(
    "--fixtures",
    metavar="FILE",
    help="YAML or JSON file of what every environment begins with: workflows, channels, guides, "
    "users, ... (docs/fixtures.md).",
)
@_option(
    "--token",
    help="What calls under /_mock_knock/ have to bring. One is made up and printed when --host "
    "is not of this machine alone.",
)
@_option(
    "--allowed-host",
    multiple=True,
    metavar="NAME",
    help="A name by which /_mock_knock/ may be called, beside localhost and 127.0.0.1; repeat it "
    "for more.",
)
@_option("--log-level", default="warning", type=click.Choice(_LEVELS), help="info: each request.")
def serve(host: str, port: int, log_level: str, **options: Any) -> None:
    """Serve until interrupted. Prints the URL when it is ready."""
    gc.disable()  # starting up makes much that stays and nothing that goes
    # The libraries underneath tell far more at `debug` than anybody asked this server.
    quiet = "ERROR" if log_level == "error" else "WARNING"
    logging.basicConfig(level=quiet, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("mock_knock").setLevel(log_level.upper())
    logging.getLogger("uvicorn.error").addFilter(_about_sockets)
    settings = replace(_settings(options), fixtures=_fixtures(options["fixtures"]))
    from mock_knock.server import KnockServer

    try:
        server = KnockServer(settings, host=host, port=port)
    except ValueError as error:  # a token or an allowed host that is none
        raise click.UsageError(str(error)) from None
    try:
        server.bind()
    except OSError as error:
        reason = error.strerror or str(error)
        click.echo(f"mock-knock: cannot listen on {host} port {port}: {reason}", err=True)
        sys.exit(1)

    def ready() -> None:
        gc.freeze()
        gc.enable()
        click.echo(f"mock-knock is ready at {server.url}")
        if server.token is not None:
            click.echo(f"/_mock_knock/ wants a token; this link has it: {server.console_url}")
        else:
            click.echo(f"Its console is at {server.console_url}")

    server.run(ready)
    server.stop()


def _about_sockets(record: logging.LogRecord) -> bool:
    """Say what a refused WebSocket means here, where uvicorn would advise to install a library."""
    if str(record.msg).startswith("Unsupported upgrade request"):
        record.msg = "a client asks for a live socket: there is none, only polling (docs/sdks.md)"
    return not str(record.msg).startswith("No supported WebSocket library")


def _fixtures(file: str | None) -> Declarations | None:
    """What the file declares. Ends the command with status 2, a line for each fault, if wrong."""
    if not file:
        return None
    from mock_knock.fixtures import FixturesError, load_fixtures

    try:
        return load_fixtures(file)
    except FixturesError as error:
        click.echo(str(error), err=True)
        sys.exit(2)


def _settings(options: dict[str, Any]) -> Settings:
    """The settings that the options ask for. Raises click.BadParameter, naming the option."""
    from mock_knock.settings import Settings
    from mock_knock.world.clock import ClockError, ClockSpec
    from mock_knock.world.environment import WorldSettings
    from mock_knock.world.plans import Plan, PlanError

    try:
        clock = ClockSpec.parse(options["clock"])
    except ClockError as error:
        raise click.BadParameter(str(error), param_hint="--clock") from None
    fields = ("progress", "queue_for", "rows_per_second", "duration", "reads", "outcome")
    try:
        plan = Plan.from_json({name: options[name] for name in fields})
    except PlanError as error:
        option = f"--{error.field.replace('_', '-')}"
        raise click.BadParameter(error.problem, param_hint=option) from None
    return Settings(
        world=WorldSettings(
            seed=options["seed"],
            clock=clock,
            plan=plan,
            magic_ids=options["magic_ids"],
            rate_limits=options["rate_limits"],
            retention_days=options["retention_days"],
        ),
        unknown=options["unknown"],
        max_body=options["max_body"],
        check_responses=options["check_responses"],
        token=options["token"],
        allowed_hosts=options["allowed_host"],
        journal_size=options["journal_size"],
    )
