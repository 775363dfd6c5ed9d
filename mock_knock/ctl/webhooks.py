"""`ctl webhooks`."""

from __future__ import annotations

import json
from typing import Any

import click

from mock_knock.client.answers import WebhookAnswer
from mock_knock.ctl.command import SubGroup
from mock_knock.ctl.session import Session, pass_session, table


@click.group(cls=SubGroup)
@click.pass_context
def webhooks(ctx: click.Context) -> None:
    """Outbound webhooks (docs/webhooks.md). By itself: list the endpoints."""
    if ctx.invoked_subcommand is None:
        session = ctx.ensure_object(Session)
        with session.client() as client:
            there = client.webhooks.list()
        _show(session, {"items": there}, there)


@webhooks.command()
@click.argument("url")
@click.option("--secret", required=True, help="The key of the signatures.")
@click.option("--id", help="Its name; one that follows from the URL when it is left out.")
@click.option("--event", "events", multiple=True, help="A type, or a pattern such as message.*.")
@pass_session
def add(
    session: Session, /, url: str, secret: str, id: str | None, events: tuple[str, ...]
) -> None:
    """Post events to URL from now on."""
    fields: dict[str, Any] = {} if id is None else {"id": id}
    if events:
        fields["events"] = list(events)
    with session.client() as client:
        added = client.webhooks.add(url, secret, **fields)
    _show(session, added, [added])


@webhooks.command()
@click.argument("id")
@pass_session
def remove(session: Session, id: str) -> None:
    """Take an endpoint away."""
    with session.client() as client:
        client.webhooks.remove(id)
    session.show(None, f"removed {id}")


@webhooks.command()
@click.option("--state", type=click.Choice(["pending", "delivered", "failed", "cancelled"]))
@click.option("--event", help="Only events of this type.")
@click.option("--limit", type=int, default=20, show_default=True, help="How many at the most.")
@pass_session
def deliveries(session: Session, state: str | None, event: str | None, limit: int) -> None:
    """Show the log, the newest first."""
    with session.client() as client:
        page = client.webhooks.deliveries(page_size=limit, state=state, event=event)
    rows: list[tuple[object, ...]] = [
        (one["id"], one["event"], one["endpoint_id"], one["state"], len(one["attempts"]))
        for one in page["items"]
    ]
    session.show(page, *table(("ID", "EVENT", "ENDPOINT", "STATE", "ATTEMPTS"), rows))


@webhooks.command()
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """Show one delivery with its body and attempts."""
    with session.client() as client:
        found = client.webhooks.delivery(id)
    session.show(found, json.dumps(found, indent=2, ensure_ascii=False))


@webhooks.command()
@click.argument("id")
@pass_session
def redeliver(session: Session, id: str) -> None:
    """Send the same once more."""
    with session.client() as client:
        again = client.webhooks.redeliver(id)
    session.show(again, f"sent again as {again['id']}")


def _show(session: Session, answer: object, shown: list[WebhookAnswer]) -> None:
    rows: list[tuple[object, ...]] = [
        (one["id"], "on" if one["enabled"] else "off", one["url"], " ".join(one["events"]))
        for one in shown
    ]
    session.show(answer, *table(("ID", "IS", "URL", "EVENTS"), rows))
