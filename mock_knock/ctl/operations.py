"""`ctl operations`."""

from __future__ import annotations

from typing import Any

import click

from mock_knock.client import ControlClient
from mock_knock.client.answers import BulkOperation, OperationStatus
from mock_knock.ctl.command import RefusedError, SubGroup
from mock_knock.ctl.session import Session, pass_session, table

_STATUSES = click.Choice(["queued", "processing", "completed", "failed"])


@click.group(cls=SubGroup)
@click.pass_context
def operations(ctx: click.Context) -> None:
    """Bulk operations. By itself: the newest ones.

    ID is that of an operation; `last` is the newest one.
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.ensure_object(Session), 20, None, None)


@operations.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--status", type=_STATUSES, help="Only those in this status.")
@click.option("--name", help="Only those named so; patterns such as users.* go.")
@pass_session
def list_operations(
    session: Session, limit: int, status: OperationStatus | None, name: str | None
) -> None:
    """List them, the newest first."""
    _list(session, limit, status, name)


def _list(session: Session, limit: int, status: OperationStatus | None, name: str | None) -> None:
    with session.client() as client:
        page = client.bulk_operations.list(limit=limit, order="newest", status=status, name=name)
    lines = table(_HEADINGS, [_row(operation) for operation in page["items"]])
    if page["total"] > len(page["items"]):
        lines.append(f"({page['total']} in all)")
    session.show(page, *lines)


@operations.command()
@click.argument("id")
@pass_session
def show(session: Session, id: str) -> None:
    """One operation with its plan and its rows."""
    with session.client() as client:
        found = client.bulk_operations.get(_id(client, id))
    plan, rows = found["plan"], found["rows"]
    until = found["expected_end_at"]
    session.show(
        found,
        *table(_HEADINGS, [_row(found["operation"])]),
        "",
        f"plan ({found['plan_reason']}): {plan['progress']}, {plan['outcome']}"
        + ("" if until is None else f", until {until}"),
        "",
        *table(
            ("ROW", "ID", "STATE"),
            [
                (r["position"], r["id"], "pending, will fail" if r["will_fail"] else r["state"])
                for r in rows
            ],
        ),
    )


@operations.command("run-until")
@click.argument("id")
@click.argument("status", type=_STATUSES)
@pass_session
def run_until(session: Session, id: str, status: OperationStatus) -> None:
    """Jump to the instant at which it reaches STATUS."""
    with session.client() as client:
        _show(session, client.bulk_operations.run_until(_id(client, id), status))


@operations.command()
@click.argument("id")
@click.argument("rows", type=click.IntRange(0))
@pass_session
def move(session: Session, id: str, rows: int) -> None:
    """Carry rows out, now, until ROWS of them are done; 0 only starts it."""
    with session.client() as client:
        _show(session, client.bulk_operations.move(_id(client, id), rows))


@operations.command()
@click.argument("id")
@pass_session
def finish(session: Session, id: str) -> None:
    """Carry every row out now: it ends completed."""
    with session.client() as client:
        _show(session, client.bulk_operations.finish(_id(client, id)))


@operations.command()
@click.argument("id")
@pass_session
def fail(session: Session, id: str) -> None:
    """Let it fail where it stands."""
    with session.client() as client:
        _show(session, client.bulk_operations.fail(_id(client, id)))


@operations.command()
@click.argument("id")
@pass_session
def cancel(session: Session, id: str) -> None:
    """Call it off: it ends failed where it stands, and what is queued never starts."""
    with session.client() as client:
        _show(session, client.bulk_operations.cancel(_id(client, id)))


@operations.command()
@click.argument("id")
@pass_session
def stick(session: Session, id: str) -> None:
    """Let it stay where it stands until it is moved by hand."""
    with session.client() as client:
        _show(session, client.bulk_operations.stick(_id(client, id)))


_HEADINGS = ("ID", "NAME", "STATUS", "ROWS", "ERRORS", "INSERTED AT")


def _row(operation: BulkOperation) -> tuple[object, ...]:
    rows = f"{operation['processed_rows']}/{operation['estimated_total_rows']}"
    fields = ("id", "name", "status")
    shown: list[Any] = [operation[field] for field in fields]
    return (*shown, rows, operation["error_count"], operation["inserted_at"])


def _show(session: Session, operation: BulkOperation) -> None:
    session.show(operation, *table(_HEADINGS, [_row(operation)]))


def _id(client: ControlClient, given: str) -> str:
    if given != "last":
        return given
    newest = client.bulk_operations.list(limit=1, order="newest")["items"]
    if not newest:
        raise RefusedError("there is no bulk operation in this environment yet")
    return str(newest[0]["id"])
