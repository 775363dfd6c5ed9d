"""`ctl clock`."""

from __future__ import annotations

import click

from mock_knock.client.answers import Clock, ServerClocks
from mock_knock.ctl.command import SubGroup
from mock_knock.ctl.durations import DURATION
from mock_knock.ctl.session import Session, pass_session, table

_everywhere = click.option("--all", "everywhere", is_flag=True, help="In every environment.")


@click.group(cls=SubGroup)
@click.pass_context
def clock(ctx: click.Context) -> None:
    """The environment's time. By itself: what it is."""
    if ctx.invoked_subcommand is None:
        session = ctx.ensure_object(Session)
        with session.client() as client:
            _show(session, client.clock.read())


@clock.command()
@click.argument("duration", type=DURATION)
@_everywhere
@pass_session
def advance(session: Session, duration: float | str, everywhere: bool) -> None:
    """Let DURATION pass at once: 90s, 1h30m, 7d, or ISO 8601."""
    if everywhere:
        with session.server() as client:
            _show_all(session, client.server.clock.advance(duration))
    else:
        with session.client() as client:
            _show(session, client.clock.advance(duration))


@clock.command("set")
@click.argument("moment")
@_everywhere
@pass_session
def set_clock(session: Session, moment: str, everywhere: bool) -> None:
    """Jump to a later MOMENT, such as 2026-01-05T10:00:00Z."""
    if everywhere:
        with session.server() as client:
            _show_all(session, client.server.clock.set(moment))
    else:
        with session.client() as client:
            _show(session, client.clock.set(moment))


@clock.command()
@_everywhere
@pass_session
def freeze(session: Session, everywhere: bool) -> None:
    """Let time stand still."""
    if everywhere:
        with session.server() as client:
            _show_all(session, client.server.clock.freeze())
    else:
        with session.client() as client:
            _show(session, client.clock.freeze())


@clock.command()
@click.argument("factor", type=float)
@_everywhere
@pass_session
def scale(session: Session, factor: float, everywhere: bool) -> None:
    """Let FACTOR seconds pass in one second; 1 is real time, 0 stands still."""
    if everywhere:
        with session.server() as client:
            _show_all(session, client.server.clock.scale(factor))
    else:
        with session.client() as client:
            _show(session, client.clock.scale(factor))


@clock.command("run-until-idle")
@pass_session
def run_until_idle(session: Session) -> None:
    """Jump to where nothing is left to happen but schedules that recur."""
    with session.client() as client:
        _show(session, client.clock.run_until_idle())


def _show(session: Session, clock: Clock) -> None:
    session.show(clock, _told(clock))


def _show_all(session: Session, clocks: ServerClocks) -> None:
    rows: list[tuple[object, ...]] = [
        (e["id"], e["label"], _told(e["clock"])) for e in clocks["environments"]
    ]
    session.show(clocks, *table(("ID", "LABEL", "CLOCK"), rows))


def _told(clock: Clock) -> str:
    pace = {"manual": "stands still", "real": "real time"}
    return f"{clock['now']}  {pace.get(clock['mode'], 'x' + format(clock['scale'], 'g'))}"
