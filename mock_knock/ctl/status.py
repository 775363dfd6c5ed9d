"""`ctl status`, `ctl reset`, `ctl health`, `ctl version`."""

from __future__ import annotations

import click

from mock_knock.client.answers import Status
from mock_knock.ctl.command import CtlCommand, RefusedError
from mock_knock.ctl.session import Session, pass_session, table


@click.command(cls=CtlCommand)
@pass_session
def status(session: Session) -> None:
    """What the environment holds."""
    with session.client() as client:
        _show(session, client.status())


@click.command(cls=CtlCommand)
@click.option("--all", "everywhere", is_flag=True, help="Every environment of the server.")
@pass_session
def reset(session: Session, everywhere: bool) -> None:
    """Let the environment begin again, as when its key was first used."""
    if everywhere:
        with session.server() as client:
            count = client.server.reset()
        session.show({"environments": count}, f"{count} environments begin again")
        return
    with session.client() as client:
        _show(session, client.reset())


@click.command(cls=CtlCommand)
@pass_session
def health(session: Session) -> None:
    """Whether the server runs, and takes requests. Ends with 1 when it does not."""
    with session.server() as client:
        client.connection.call("GET", "/livez")  # tells when nothing answers, or something else
        if not client.server.is_ready():
            raise RefusedError("the server runs, and takes no requests")
    session.show({"live": True, "ready": True}, "live and ready")


@click.command(cls=CtlCommand)
@pass_session
def version(session: Session) -> None:
    """The version of the server."""
    with session.server() as client:
        found = client.server.version()
    session.show({"version": found}, found)


def _show(session: Session, status: Status) -> None:
    clock = status["clock"]
    rows: list[tuple[object, ...]] = [
        ("clock", f"{clock['now']} ({clock['mode']})"),
        ("users", status["users"]),
        ("bulk operations", status["bulk_operations"]),
        ("next event", status["next_event_at"]),
    ]
    session.show(status, *table(("", ""), rows)[1:])
