"""`ctl faults` and `ctl rate-limits`."""

from __future__ import annotations

import json
from typing import Any

import click

from mock_knock.client import ControlClient
from mock_knock.client.answers import FaultAnswer
from mock_knock.client.faults import FaultCalls
from mock_knock.ctl.command import SubGroup
from mock_knock.ctl.session import Session, pass_session, table

_CUTS = ("reset", "empty", "truncate", "malformed_chunk", "dribble")
_everywhere = click.option(
    "--everywhere", is_flag=True, help="The rules of every environment, in place of this one's."
)


@click.group(cls=SubGroup)
@_everywhere
@click.pass_context
def faults(ctx: click.Context, everywhere: bool) -> None:
    """What goes wrong on purpose (docs/faults.md). By itself: list the rules."""
    if ctx.invoked_subcommand is None:
        session = ctx.ensure_object(Session)
        with _client(session, everywhere) as client:
            there = _calls(client, everywhere).list()
        _show(session, {"items": there}, there)


@faults.command()
@_everywhere
@click.option("--id", help="Its name; the server gives one when it is left out.")
@click.option("--operation", default="*", help="Operation id, such as getBulkOperation or bulk*.")
@click.option("--method", help="GET, POST, ...")
@click.option("--path", default="*", help="Path, such as /v1/users/*.")
@click.option("--skip", type=int, help="How many matching requests pass first.")
@click.option("--times", type=int, help="How many go wrong after these.")
@click.option("--probability", type=float, help="The share that goes wrong, from 0 to 1.")
@click.option("--seed", help="Another seed strikes other requests.")
@click.option("--delay", type=float, help="Seconds that the answer is kept back.")
@click.option(
    "--delay-between", type=(float, float), metavar="LOW HIGH", help="Evenly between these."
)
@click.option(
    "--delay-around", type=(float, float), metavar="MEDIAN SIGMA", help="Log-normal: as real ones."
)
@click.option("--status", type=int, help="Answer with this status.")
@click.option("--retry-after", type=float, help="Seconds, for the header Retry-After.")
@click.option("--connection", type=click.Choice(_CUTS), help="What becomes of the connection.")
@click.option("--bytes", type=int, help="How much of the body comes.")
@click.option("--interval", type=float, help="Seconds between pieces of dribble.")
@click.option("--set", "sets", multiple=True, metavar="POINTER=JSON", help="A field of the answer.")
@click.option("--remove", "removes", multiple=True, metavar="POINTER", help="A field to leave out.")
@click.option("--carried-out/--not-carried-out", default=None, help="Whether it takes effect.")
@pass_session
def add(session: Session, /, everywhere: bool, **given: Any) -> None:
    """Add a rule."""
    rule = _rule(given)
    with _client(session, everywhere) as client:
        added = _calls(client, everywhere).add(**rule)
    _show(session, added, [added])


@faults.command()
@_everywhere
@click.argument("id")
@pass_session
def on(session: Session, everywhere: bool, id: str) -> None:
    """Switch a rule on."""
    _switch(session, everywhere, id, enabled=True)


@faults.command()
@_everywhere
@click.argument("id")
@pass_session
def off(session: Session, everywhere: bool, id: str) -> None:
    """Switch a rule off."""
    _switch(session, everywhere, id, enabled=False)


@faults.command()
@_everywhere
@click.argument("id")
@pass_session
def remove(session: Session, everywhere: bool, id: str) -> None:
    """Take a rule away."""
    with _client(session, everywhere) as client:
        _calls(client, everywhere).remove(id)
    session.show(None, f"removed {id}")


@faults.command()
@_everywhere
@pass_session
def clear(session: Session, everywhere: bool) -> None:
    """Take every rule away."""
    with _client(session, everywhere) as client:
        _calls(client, everywhere).clear()
    session.show(None, "no faults any more")


@click.command("rate-limits")
@click.argument("wanted", required=False, type=click.Choice(["on", "off"]))
@_everywhere
@pass_session
def rate_limits(session: Session, wanted: str | None, everywhere: bool) -> None:
    """Show whether callers are kept to Knock's rate limits, or switch that on or off."""
    with _client(session, everywhere and wanted is not None) as client:
        if wanted is None:
            enabled = client.rate_limits.enabled()
        else:
            enabled = wanted == "on"
            limits = client.server.rate_limits if everywhere else client.rate_limits
            limits.switch(enabled=enabled)
    session.show({"enabled": enabled}, f"rate limits are {'on' if enabled else 'off'}")


def _client(session: Session, everywhere: bool) -> ControlClient:
    return session.server() if everywhere else session.client()


def _calls(client: ControlClient, everywhere: bool) -> FaultCalls:
    return client.server.faults if everywhere else client.faults


def _switch(session: Session, everywhere: bool, id: str, *, enabled: bool) -> None:
    with _client(session, everywhere) as client:
        switched = _calls(client, everywhere).switch(id, enabled=enabled)
    _show(session, switched, [switched])


def _rule(given: dict[str, Any]) -> dict[str, Any]:
    """The rule that the options describe. Raises click.UsageError for what is no JSON."""
    match = {name: given[name] for name in ("operation", "method", "path")}
    parts: dict[str, Any] = {
        "match": {name: value for name, value in match.items() if value is not None},
        "latency": _latency(given),
        "status": _present(status=given["status"], retry_after=given["retry_after"]),
        "connection": _present(
            kind=given["connection"], bytes=given["bytes"], interval=given["interval"]
        ),
        "body": _body(given["sets"], given["removes"]),
    }
    for name in ("id", "skip", "times", "probability", "seed", "carried_out"):
        parts[name] = given[name]
    return {name: value for name, value in parts.items() if value is not None}


def _latency(given: dict[str, Any]) -> dict[str, Any] | None:
    if given["delay"] is not None:
        return {"distribution": "fixed", "seconds": given["delay"]}
    if given["delay_between"] is not None:
        low, high = given["delay_between"]
        return {"distribution": "uniform", "low": low, "high": high}
    if given["delay_around"] is not None:
        median, sigma = given["delay_around"]
        return {"distribution": "lognormal", "median": median, "sigma": sigma}
    return None


def _body(sets: tuple[str, ...], removes: tuple[str, ...]) -> dict[str, Any] | None:
    values = {}
    for text in sets:
        pointer, _, value = text.partition("=")
        try:
            values[pointer] = json.loads(value)
        except ValueError:
            raise click.UsageError(f'--set {text}: write it as /status="odd" or /count=3') from None
    return _present(set=values or None, remove=list(removes) or None)


def _present(**fields: Any) -> dict[str, Any] | None:
    return {name: value for name, value in fields.items() if value is not None} or None


def _show(session: Session, answer: object, shown: list[FaultAnswer]) -> None:
    rows: list[tuple[object, ...]] = [
        (
            one["id"],
            "on" if one["enabled"] else "off",
            one["match"]["operation"] if one["match"] else "*",
            _told(one),
            one["matched"],
            one["struck"],
        )
        for one in shown
    ]
    session.show(answer, *table(("ID", "IS", "OPERATION", "DOES", "MATCHED", "STRUCK"), rows))


def _told(rule: FaultAnswer) -> str:
    """What the rule does, in few words."""
    words = []
    if rule["latency"] is not None:
        words.append(f"{rule['latency']['distribution']} latency")
    if rule["status"] is not None:
        words.append(f"status {rule['status']['status']}")
    if rule["connection"] is not None:
        words.append(rule["connection"]["kind"])
    if rule["body"] is not None:
        words.append("other fields")
    return ", ".join(words)
