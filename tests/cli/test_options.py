"""Every option, given on the line and by its variable, reaches the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import pytest
from click.testing import CliRunner

from mock_knock import KnockServer, Settings
from mock_knock.cli import main, serve


class Asked(Exception):
    """What a server was made with, instead of a server."""

    def __init__(self, settings: Settings, host: str, port: int) -> None:
        self.settings, self.host, self.port = settings, host, port


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Asked]:
    """Run `serve` up to the point at which it would make its server."""

    def refuse(self: KnockServer, settings: Settings, *, host: str, port: int) -> None:
        raise Asked(settings, host, port)

    monkeypatch.setattr(KnockServer, "__init__", refuse)

    def ask(*options: str, **variables: str) -> Asked:
        result = CliRunner(env=variables).invoke(main, ["serve", *options])
        assert isinstance(result.exception, Asked), result.output
        return result.exception

    return ask


OPTIONS: list[tuple[str, str, Callable[[Asked], Any], Any]] = [
    ("--host", "0.0.0.0", lambda a: a.host, "0.0.0.0"),
    ("--port", "4999", lambda a: a.port, 4999),
    ("--clock", "manual", lambda a: a.settings.world.clock.scale, 0.0),
    ("--clock", "x2.5", lambda a: a.settings.world.clock.scale, 2.5),
    ("--progress", "polls", lambda a: a.settings.world.plan.progress, "polls"),
    ("--queue-for", "2.5", lambda a: a.settings.world.plan.queue_for, 2.5),
    ("--rows-per-second", "7", lambda a: a.settings.world.plan.rows_per_second, 7.0),
    ("--duration", "3", lambda a: a.settings.world.plan.duration, 3.0),
    ("--reads", "9", lambda a: a.settings.world.plan.reads, 9),
    ("--outcome", "stuck", lambda a: a.settings.world.plan.outcome, "stuck"),
    ("--retention-days", "90", lambda a: a.settings.world.retention_days, 90),
    ("--seed", "another", lambda a: a.settings.world.seed, "another"),
    ("--unknown", "example", lambda a: a.settings.unknown, "example"),
    ("--max-body", "1000", lambda a: a.settings.max_body, 1000),
    ("--journal-size", "100000", lambda a: a.settings.journal_size, 100_000),
]


def variable(option: str) -> str:
    return "MOCK_KNOCK_" + option.removeprefix("--").replace("-", "_").upper()


@pytest.mark.parametrize(("option", "text", "read", "value"), OPTIONS)
def test_an_option_and_its_variable_say_the_same(
    ask: Callable[..., Asked], option: str, text: str, read: Callable[[Asked], Any], value: Any
) -> None:
    assert read(ask()) != value
    assert read(ask(option, text)) == value
    assert read(ask(**{variable(option): text})) == value


@pytest.mark.parametrize(("option", "text", "read", "value"), OPTIONS)
def test_the_line_goes_before_the_variable(
    ask: Callable[..., Asked], option: str, text: str, read: Callable[[Asked], Any], value: Any
) -> None:
    other = {"--clock": "x77", "--progress": "manual", "--outcome": "failed", "--unknown": "error"}
    variables = {variable(option): other.get(option, "77")}
    assert read(ask(option, text, **variables)) == value


@pytest.mark.parametrize(
    ("flag", "read"),
    [
        ("magic-ids", lambda a: a.settings.world.magic_ids),
        ("check-responses", lambda a: a.settings.check_responses),
        ("rate-limits", lambda a: a.settings.world.rate_limits),
    ],
)
def test_a_switch_can_be_turned_both_ways(
    ask: Callable[..., Asked], flag: str, read: Callable[[Asked], bool]
) -> None:
    name = variable(f"--{flag}")
    assert read(ask(f"--{flag}")) is True
    assert read(ask(f"--no-{flag}")) is False
    for on, off in (("1", "0"), ("true", "false"), ("yes", "no")):
        assert read(ask(**{name: on})) is True
        assert read(ask(**{name: off})) is False


def test_without_options_it_is_as_documented(ask: Callable[..., Asked]) -> None:
    asked = ask()
    assert (asked.host, asked.port) == ("127.0.0.1", 4010)
    assert asked.settings == Settings()
    plan = asked.settings.world.plan
    assert (plan.progress, plan.queue_for, plan.outcome) == ("time", 1.0, "completed")
    # Design: a thousand rows end in a few seconds.
    assert 2 <= 1_000 / plan.rows_per_second <= 10


def test_no_option_lacks_a_variable_or_a_test() -> None:
    tested = {option for option, *_ in OPTIONS} | {
        "--magic-ids",
        "--check-responses",
        "--rate-limits",
        "--fixtures",  # in test_fixtures_option.py
        "--log-level",
        "--token",  # in test_guard_options.py, as is the next
        "--allowed-host",
    }
    for option in serve.params:
        assert isinstance(option, click.Option)
        assert option.opts[0] in tested
        assert option.envvar == variable(option.opts[0])
        assert option.help


BAD = [
    ("--port", "-1"),
    ("--port", "65536"),
    ("--port", "http"),
    ("--clock", "x"),
    ("--clock", "x-1"),
    ("--clock", "xnan"),
    ("--clock", "xinf"),
    ("--clock", "x10000000"),
    ("--clock", "60"),
    ("--clock", ""),
    ("--progress", "fast"),
    ("--queue-for", "-1"),
    ("--queue-for", "nan"),
    ("--queue-for", "soon"),
    ("--rows-per-second", "0"),
    ("--rows-per-second", "-5"),
    ("--rows-per-second", "inf"),
    ("--duration", "-1"),
    ("--duration", "1e99"),
    ("--reads", "0"),
    ("--reads", "1.5"),
    ("--outcome", "lost"),
    ("--unknown", "maybe"),
    ("--max-body", "0"),
    ("--max-body", "10MB"),
    ("--journal-size", "-1"),
    ("--log-level", "loud"),
]


@pytest.mark.parametrize(
    ("option", "text", "by_variable"),
    [(option, text, False) for option, text in BAD]
    # An empty variable is one that is not set.
    + [(option, text, True) for option, text in BAD if text],
)
def test_a_bad_value_is_refused_with_the_option_named(
    option: str, text: str, by_variable: bool
) -> None:
    variables = {variable(option): text} if by_variable else {}
    arguments = ["serve"] if by_variable else ["serve", f"{option}={text}"]
    result = CliRunner(env=variables).invoke(main, arguments)
    assert result.exit_code == 2
    assert option in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.splitlines()) <= 5


@pytest.mark.parametrize("arguments", [["serve", "--nonsense"], ["serve", "extra"], ["nonsense"]])
def test_what_is_no_option_is_refused(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert "nonsense" in result.stderr or "extra" in result.stderr
