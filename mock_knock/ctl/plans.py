"""`ctl plans`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from mock_knock.client.answers import NamedPlan, PlanAnswer
from mock_knock.ctl.command import SubGroup
from mock_knock.ctl.session import Session, pass_session, table

Command = TypeVar("Command", bound=Callable[..., Any])

_FIELDS: tuple[tuple[str, str, Any, str], ...] = (
    (
        "progress",
        "--progress",
        click.Choice(["time", "polls", "immediate", "manual"]),
        "what moves it",
    ),
    ("queue_for", "--queue-for", float, "seconds spent queued"),
    ("rows_per_second", "--rows-per-second", float, "pace of the rows"),
    ("duration", "--duration", float, "seconds for all rows together"),
    ("reads", "--reads", int, "the read that shows the end, with progress polls"),
    ("failing_fraction", "--failing-fraction", float, "share of rows that fail"),
    ("outcome", "--outcome", click.Choice(["completed", "failed", "stuck"]), "how it ends"),
    ("stop_in", "--stop-in", click.Choice(["queued", "processing"]), "where it stops"),
    ("after_rows", "--after-rows", int, "after how many rows it stops"),
    ("after_fraction", "--after-fraction", float, "after which share of rows it stops"),
)


def _plan_options(command: Command) -> Command:
    """Options for the fields of a plan; what is not given stays out of the call."""
    command = click.option(
        "--failing-position", "failing_positions", type=int, multiple=True, help="row that fails"
    )(command)
    command = click.option(
        "--failing-id", "failing_ids", multiple=True, help="id of a row that fails"
    )(command)
    for name, option, type, help in reversed(_FIELDS):
        command = click.option(option, name, type=type, help=help)(command)
    return command


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in fields.items()
        if value not in (None, ())
    }


@click.group(cls=SubGroup)
@click.pass_context
def plans(ctx: click.Context) -> None:
    """How bulk operations are to go. By itself: every plan, in the order of being consulted.

    NAME is that of a kind, such as users.identify, or a pattern such as users.*.
    """
    if ctx.invoked_subcommand is not None:
        return
    session = ctx.ensure_object(Session)
    with session.client() as client:
        answer = client.plans.all()
    rows = [
        *_rows("next", answer["next"]),
        *_rows("rule", answer["rules"]),
        *([("magic ids", "*", "as ids of rows ask")] if answer["magic_ids"] else []),
        ("default", "*", _told(answer["default"])),
    ]
    session.show(answer, *table(("FROM", "NAME", "PLAN"), rows))


@plans.command("next")
@click.option("--name", default="*", metavar="NAME", help="Only one of that kind.")
@_plan_options
@pass_session
def next_plan(session: Session, /, name: str, **fields: Any) -> None:
    """Plan the next operation, once."""
    with session.client() as client:
        plan = client.plans.put_next(name, **_given(fields))
    session.show(plan, f"the next operation named {name}: {_told(plan)}")


@plans.command("remove-next")
@click.argument("position", type=click.IntRange(0), required=False)
@pass_session
def remove_next(session: Session, position: int | None) -> None:
    """Take back the plan at POSITION (0 is the first), or every plan for next operations."""
    with session.client() as client:
        client.plans.remove_next(position)
    session.show(None, "taken back")


@plans.command()
@click.argument("name")
@_plan_options
@pass_session
def rule(session: Session, /, name: str, **fields: Any) -> None:
    """Plan every operation named NAME."""
    with session.client() as client:
        plan = client.plans.put_rule(name, **_given(fields))
    session.show(plan, f"every operation named {name}: {_told(plan)}")


@plans.command("remove-rule")
@click.argument("name")
@pass_session
def remove_rule(session: Session, name: str) -> None:
    """Take back the rule for NAME."""
    with session.client() as client:
        client.plans.remove_rule(name)
    session.show(None, "taken back")


@plans.command()
@_plan_options
@click.option("--all", "everywhere", is_flag=True, help="In every environment.")
@pass_session
def default(session: Session, /, everywhere: bool, **fields: Any) -> None:
    """Change fields of the default plan; without any: show it."""
    given = _given(fields)
    with session.server() if everywhere else session.client() as client:
        calls = client.server.plans if everywhere else client.plans
        plan = calls.set_default(**given) if given else calls.default()
    session.show(plan, _told(plan))


@plans.command("reset-default")
@click.option("--all", "everywhere", is_flag=True, help="In every environment.")
@pass_session
def reset_default(session: Session, everywhere: bool) -> None:
    """Go back to the default plan that the server has."""
    with session.server() if everywhere else session.client() as client:
        plan = (client.server.plans if everywhere else client.plans).reset_default()
    session.show(plan, _told(plan))


def _rows(source: str, named: list[NamedPlan]) -> list[tuple[object, ...]]:
    return [(source, entry["name"], _told(entry["plan"])) for entry in named]


def _told(plan: PlanAnswer) -> str:
    """The fields that matter for a plan of its kind."""
    shown: dict[str, Any] = {"progress": plan["progress"], "outcome": plan["outcome"]}
    if plan["progress"] == "time":
        shown["queue_for"] = plan["queue_for"]
        pace = "rows_per_second" if plan["duration"] is None else "duration"
        shown[pace] = plan[pace]  # type: ignore[literal-required]  # both are fields of it
    elif plan["progress"] == "polls":
        shown["reads"] = plan["reads"]
    if plan["outcome"] != "completed":
        shown["stop_in"] = plan["stop_in"]
    for name in ("after_rows", "after_fraction", "failing_ids", "failing_positions"):
        value = plan[name]
        if value not in (None, []):
            shown[name] = value
    if plan["failing_fraction"]:
        shown["failing_fraction"] = plan["failing_fraction"]
    return " ".join(f"{name}={value}" for name, value in shown.items())
