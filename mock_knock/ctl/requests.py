"""`ctl requests`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mock_knock.ctl.command import SubGroup
from mock_knock.ctl.session import Session, pass_session, table

Command = TypeVar("Command", bound=Callable[..., Any])


def _criteria(command: Command) -> Command:
    """Options for what requests are wanted; what is not given stays out of the call."""
    for option, help in (
        ("--text", "text in path or bodies"),
        ("--until", "up to that moment"),
        ("--since", "from that moment on"),
        ("--status", "status of the answer: 404, 4xx, 200,201"),
        ("--path", "path, or a pattern of it"),
        ("--method", "GET, POST, ..."),
        ("--operation-id", "operation of the documents, such as identifyUser"),
    ):
        command = click.option(option, help=help)(command)
    return command


def _given(criteria: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in criteria.items() if value is not None}


@click.group(cls=SubGroup)
@click.pass_context
def requests(ctx: click.Context) -> None:
    """What clients sent. By itself: the newest requests."""
    if ctx.invoked_subcommand is None:
        _list(ctx.ensure_object(Session), 20, {})


@requests.command("list")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@_criteria
@pass_session
def list_requests(session: Session, /, limit: int, **criteria: Any) -> None:
    """List those that meet every criterion, the newest first."""
    _list(session, limit, _given(criteria))


def _list(session: Session, limit: int, criteria: dict[str, Any]) -> None:
    with session.client() as client:
        page = client.requests.list(page_size=limit, **criteria)
    session.show(page, *_lines(page["entries"]))


@requests.command()
@click.argument("request_id")
@pass_session
def show(session: Session, request_id: str) -> None:
    """One request with its answer, and why it got that (as JSON)."""
    with session.client() as client:
        found = client.requests.get(request_id)
    session.show_json(found)


@requests.command()
@click.option("--count", default=1, show_default=True, type=click.IntRange(1))
@click.option("--timeout", default=10.0, show_default=True, help="Seconds to wait at the most.")
@_criteria
@pass_session
def wait(session: Session, /, count: int, timeout: float, **criteria: Any) -> None:
    """Wait until so many have come. Ends with 1 when they have not."""
    with session.client() as client:
        found = client.requests.wait(count, timeout=timeout, **_given(criteria))
    session.show(found, *_lines(found["entries"]))


@requests.command()
@click.option("--count", type=click.IntRange(0), help="Exactly so many.")
@click.option("--at-least", type=click.IntRange(0))
@click.option("--at-most", type=click.IntRange(0))
@_criteria
@pass_session
def verify(
    session: Session,
    /,
    count: int | None,
    at_least: int | None,
    at_most: int | None,
    **criteria: Any,
) -> None:
    """Check how many came. Ends with 1, and tells the nearest misses, when it is another number."""
    with session.client() as client:
        found = client.requests.verify(
            count, at_least=at_least, at_most=at_most, **_given(criteria)
        )
    session.show(found, f"{found['count']} requests")


@requests.command()
@pass_session
def clear(session: Session) -> None:
    """Forget every request."""
    with session.client() as client:
        client.requests.clear()
    session.show(None, "cleared")


def _lines(entries: list[dict[str, Any]]) -> list[str]:
    rows: list[tuple[object, ...]] = [
        (e["request_id"], e["at"], e["method"], e["path"], e["status"]) for e in entries
    ]
    return table(("ID", "AT", "METHOD", "PATH", "STATUS"), rows)
