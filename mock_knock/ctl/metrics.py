"""`ctl metrics`, `ctl coverage`."""

from __future__ import annotations

import click

from mock_knock.ctl.command import CtlCommand
from mock_knock.ctl.session import Session, pass_session, table


@click.command(cls=CtlCommand)
@pass_session
def metrics(session: Session) -> None:
    """Figures about the server, in Prometheus' form."""
    with session.server() as client:
        click.echo(client.server.metrics(), nl=False)


@click.command(cls=CtlCommand)
@click.option("--all", "everywhere", is_flag=True, help="Of every environment.")
@click.option("--clear", is_flag=True, help="Begin to count anew.")
@pass_session
def coverage(session: Session, everywhere: bool, clear: bool) -> None:
    """Which operations of Knock's API were called, and how they answered."""
    if clear and everywhere:
        raise click.UsageError("--clear is for one environment: leave --all out")
    with session.server() if everywhere else session.client() as client:
        if clear:
            client.coverage.clear()
        found = client.server.coverage() if everywhere else client.coverage.read()
    seen = found["operations"]
    rows: list[tuple[object, ...]] = [
        (one["operation_id"], one["requests"], ", ".join(one["statuses"]))
        for one in seen["items"]
        if one["requests"]
    ]
    session.show(
        found,
        *table(("OPERATION", "REQUESTS", "STATUSES"), rows),
        f"({seen['seen']} of {seen['documented']} operations)",
    )
