"""`ctl events`."""

from __future__ import annotations

import json
from typing import Any

import click

from mock_knock.ctl.command import SubGroup
from mock_knock.ctl.session import Session, pass_session, table

_kind = click.option("--kind", help="Only these kinds: patterns with commas, such as message.*.")


@click.group(cls=SubGroup)
@click.pass_context
def events(ctx: click.Context) -> None:
    """What happened. By itself: the events that are kept, up to a thousand."""
    if ctx.invoked_subcommand is None:
        _list(ctx.ensure_object(Session), None, None, 1000)


@events.command("list")
@click.option("--after", type=click.IntRange(0), help="Only those after that number.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1, 1000))
@_kind
@pass_session
def list_events(session: Session, after: int | None, limit: int, kind: str | None) -> None:
    """List them, the oldest first."""
    _list(session, after, kind, limit)


def _list(session: Session, after: int | None, kind: str | None, limit: int) -> None:
    with session.client() as client:
        page = client.events.list(after=after, kind=kind, limit=limit)
    rows: list[tuple[object, ...]] = [
        (e["number"], e["at"], e["kind"], e["subject"], e["cause"] or None) for e in page["entries"]
    ]
    session.show(page, *table(("NUMBER", "AT", "KIND", "SUBJECT", "CAUSE"), rows))


@events.command()
@click.option("--after", type=click.IntRange(0), help="Those after that number first.")
@click.option("--all", "everywhere", is_flag=True, help="Of every environment.")
@_kind
@pass_session
def follow(session: Session, after: int | None, everywhere: bool, kind: str | None) -> None:
    """Print each event as it happens, until interrupted; with --json a line for each."""
    with session.server() if everywhere else session.client() as client:
        calls = client.server.events if everywhere else client.events
        for event in calls.follow(after=after, kind=kind):
            click.echo(json.dumps(event) if session.as_json else _line(event))


def _line(event: dict[str, Any]) -> str:
    return f"{event['number']}  {event['at']}  {event['kind']}  {event['subject']}"
