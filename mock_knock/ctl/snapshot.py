"""`ctl snapshot`."""

from __future__ import annotations

import json
from typing import Any

import click

from mock_knock.ctl.command import SubGroup
from mock_knock.ctl.files import read, write
from mock_knock.ctl.session import Session, pass_session


@click.group(cls=SubGroup, invoke_without_command=False)
def snapshot() -> None:
    """The whole environment as one file (docs/snapshots.md); - is standard input or output."""


@snapshot.command()
@click.argument("file", default="-")
@pass_session
def save(session: Session, file: str) -> None:
    """Write state, clock, seed and plans to FILE."""
    with session.client() as client:
        document = client.snapshots.take()
    write(file, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


@snapshot.command()
@click.argument("file")
@pass_session
def restore(session: Session, file: str) -> None:
    """Put what FILE holds in place of all that the environment has."""
    document = _document(file)
    with session.client() as client:
        status = client.snapshots.restore(document)
    session.show(status, f"restored: {status['users']} users, at {status['clock']['now']}")


@snapshot.command()
@click.argument("before")
@click.argument("after")
@click.pass_context
def diff(ctx: click.Context, before: str, after: str) -> None:
    """Show how two files differ, value by value. Ends with 1 when they do, as diff does."""
    from mock_knock.snapshots.difference import differences

    found = differences(_document(before), _document(after))
    ctx.ensure_object(Session).show(
        [difference.to_json() for difference in found], *map(str, found)
    )
    ctx.exit(1 if found else 0)


def _document(file: str) -> dict[str, Any]:
    try:
        document = json.loads(read(file))
    except (ValueError, RecursionError) as error:
        raise click.FileError(file, f"is no JSON: {error}") from None
    if not isinstance(document, dict):
        raise click.FileError(file, "is no snapshot: it holds no JSON object")
    return document
