"""`ctl environments`."""

from __future__ import annotations

import click

from mock_knock.client.answers import EnvironmentAnswer
from mock_knock.ctl.command import SubGroup
from mock_knock.ctl.session import Session, pass_session, table


@click.group(cls=SubGroup)
@click.pass_context
def environments(ctx: click.Context) -> None:
    """The environments that are open. By itself: list them."""
    if ctx.invoked_subcommand is None:
        session = ctx.ensure_object(Session)
        with session.server() as client:
            there = client.server.environments.list()
        _show(session, {"items": there}, there)


@environments.command("open")
@click.argument("key")
@click.option("--branch", default="", help="The slug of a branch.")
@pass_session
def open_environment(session: Session, key: str, branch: str) -> None:
    """Open the environment of KEY."""
    with session.server() as client:
        opened = client.server.environments.open(key, branch)
    _show(session, opened, [opened])


@environments.command()
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """Show one environment."""
    with session.server() as client:
        found = client.server.environments.get(id)
    _show(session, found, [found])


@environments.command()
@click.argument("id")
@pass_session
def drop(session: Session, id: str) -> None:
    """Forget an environment with all that is in it."""
    with session.server() as client:
        client.server.environments.drop(id)
    session.show(None, f"dropped {id}")


_HEADINGS = ("ID", "LABEL", "CLOCK", "USERS", "OPERATIONS", "MESSAGES", "REQUESTS", "LAST REQUEST")


def _show(session: Session, answer: object, shown: list[EnvironmentAnswer]) -> None:
    rows: list[tuple[object, ...]] = []
    for one in shown:
        last, counts = one["last_request"], one["counts"]
        told = None if last is None else f"{last['method']} {last['path']} -> {last['status']}"
        rows.append(
            (
                one["id"], one["label"], one["clock"]["now"], counts["users"],
                counts["bulk_operations"], counts["messages"], counts["requests"], told,
            )
        )  # fmt: skip
    session.show(answer, *table(_HEADINGS, rows))
