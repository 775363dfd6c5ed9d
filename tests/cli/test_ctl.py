"""`mock-knock ctl`: every command against a server, what it shows, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from mock_knock import KnockServer, MockKnock, Settings
from mock_knock.cli import main
from mock_knock.ctl import ctl
from mock_knock.ctl.durations import DURATION

from .serving import MODULE, PATIENCE, environment, run

BULK = "/v1/users/bulk/identify"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def server(mock_knock_settings: Settings) -> Iterator[KnockServer]:
    server = KnockServer(mock_knock_settings)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def mock(server: KnockServer) -> Iterator[MockKnock]:
    """The only environment of a server that listens."""
    mock = MockKnock(server, "ctl")
    yield mock
    assert not mock.take_errors()
    mock.control.server.reset()
    mock.close()


@pytest.fixture
def ctl_run(mock: MockKnock, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `mock-knock ctl ...` in this process."""
    for name in ("KNOCK_API_KEY", "MOCK_KNOCK_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MOCK_KNOCK_URL", mock.url)
    return lambda *words: CliRunner().invoke(main, ["ctl", *words])


def done(result: Result) -> str:
    """What it printed. Fails unless it ended well and said nothing else."""
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def submit(mock: MockKnock, **plan: Any) -> str:
    mock.plan_next(**plan)
    with mock.client() as client:
        id: str = client.post(BULK, json={"users": [{"id": "a"}, {"id": "b"}]}).json()["id"]
    return id


def test_every_command_has_help_that_says_what_it_does(ctl_run: Run) -> None:
    commands = list(walk(ctl, ()))
    assert len(commands) > 35
    for words in commands:
        shown = done(ctl_run(*words, "--help"))
        assert shown.startswith("Usage: ")
        summary = shown.split("\n\n")[1]
        assert len(summary.split()) > 2, words


def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from walk(found, (*words, name))


def test_the_clock(ctl_run: Run, mock: MockKnock) -> None:
    assert done(ctl_run("clock")) == "2026-01-05T09:00:00.000000Z  stands still\n"
    assert "10:30:00" in done(ctl_run("clock", "advance", "1h30m"))
    assert "10:30:01" in done(ctl_run("clock", "advance", "PT1S"))
    assert "x60" in done(ctl_run("clock", "scale", "60"))
    assert "stands still" in done(ctl_run("clock", "freeze"))
    assert done(ctl_run("clock", "set", "2027-01-01T00:00:00Z")).startswith("2027-01-01T00:00:00")
    assert done(ctl_run("clock", "run-until-idle")).startswith("2027-01-01T00:00:00")


def test_every_clock_at_once(ctl_run: Run, server: KnockServer, mock: MockKnock) -> None:
    other = MockKnock(server, "second")
    for words in (("advance", "1h"), ("set", "2027-01-01T00:00:00Z"), ("scale", "2"), ("freeze",)):
        lines = done(ctl_run("clock", *words, "--all")).splitlines()
        assert [line.split()[1] for line in lines] == ["LABEL", "ctl", "second"]
    assert mock.clock.now == other.clock.now
    other.close()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90), ("90s", 90), ("1.5h", 5400), ("1h30m", 5400), ("7d", 604_800), ("1w", 604_800),
        ("1d 2h", 93_600), ("2M", 120), ("pt1h", "PT1H"), ("P7D", "P7D"),
    ],
)  # fmt: skip
def test_durations_are_typed_as_people_do(text: str, seconds: float | str) -> None:
    assert DURATION.convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "x", "1x", "-1s", "1m1h", "1..2s", ".", "s", "h1"])
def test_what_is_no_duration_is_refused(ctl_run: Run, text: str) -> None:
    result = ctl_run("clock", "advance", "--", text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "such as 90s, 1h30m" in result.stderr


def test_plans(ctl_run: Run, mock: MockKnock) -> None:
    words = ("--name", "users.identify", "--outcome", "failed", "--after-rows", "1")
    fails = ("--failing-id", "a", "--failing-id", "b", "--failing-position", "0")
    assert "after_rows=1" in done(ctl_run("plans", "next", *words, *fails))
    assert "outcome=stuck" in done(ctl_run("plans", "rule", "users.*", "--outcome", "stuck"))
    assert "reads=9" in done(ctl_run("plans", "default", "--reads", "9"))
    assert "reads=9" in done(ctl_run("plans", "default"))
    shown = done(ctl_run("plans"))
    assert [line.split()[0] for line in shown.splitlines()[1:]] == [
        "next", "rule", "magic", "default",
    ]  # fmt: skip
    [planned] = mock.control.plans.next()
    assert planned["plan"]["failing_ids"] == ["a", "b"]
    assert done(ctl_run("plans", "remove-next", "0")) == "taken back\n"
    assert done(ctl_run("plans", "remove-next")) == "taken back\n"
    assert done(ctl_run("plans", "remove-rule", "users.*")) == "taken back\n"
    assert "reads=3" in done(ctl_run("plans", "reset-default"))
    assert "reads=8" in done(ctl_run("plans", "default", "--reads", "8", "--all"))
    assert mock.control.plans.default()["reads"] == 8
    assert "reads=3" in done(ctl_run("plans", "reset-default", "--all"))


def test_operations(ctl_run: Run, mock: MockKnock) -> None:
    first = submit(mock, progress="manual", failing_positions=[1])
    second = submit(mock, progress="time", queue_for=5, duration=2)
    lines = done(ctl_run("operations")).splitlines()
    assert [line.split()[0] for line in lines] == ["ID", second, first]
    assert done(ctl_run("operations", "list", "--limit", "1")).endswith("(2 in all)\n")
    assert "pending, will fail" in done(ctl_run("operations", "show", first))
    assert "until 2026-01-05T09:00:07" in done(ctl_run("operations", "show", "last"))
    assert "processing" in done(ctl_run("operations", "run-until", "last", "processing"))
    assert "1/2" in done(ctl_run("operations", "move", first, "1"))
    assert "processing" in done(ctl_run("operations", "stick", first))
    assert "completed" in done(ctl_run("operations", "finish", first))
    assert "failed" in done(ctl_run("operations", "cancel", "last"))
    third = submit(mock, progress="manual")
    assert "failed" in done(ctl_run("operations", "fail", third))
    filtered = done(ctl_run("operations", "list", "--status", "completed", "--name", "users.*"))
    assert [line.split()[0] for line in filtered.splitlines()[1:]] == [first]


def test_the_last_of_no_operations(ctl_run: Run) -> None:
    result = ctl_run("operations", "show", "last")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "no bulk operation" in result.stderr


def test_fixtures_and_snapshots_are_files(ctl_run: Run, mock: MockKnock, tmp_path: Path) -> None:
    fixtures, first, second = (tmp_path / name for name in ("a.yml", "1.json", "2.json"))
    fixtures.write_text("users:\n  - id: ellie\n", encoding="utf-8")
    assert done(ctl_run("fixtures", "load", str(fixtures))) == "loaded: 1 users\n"
    exported = tmp_path / "b.yml"
    assert done(ctl_run("fixtures", "export", str(exported), "--strict")) == ""
    assert done(ctl_run("fixtures", "load", str(exported))) == "loaded: 1 users\n"
    assert json.loads(done(ctl_run("fixtures", "export"))) == {"users": [{"id": "ellie"}]}
    assert done(ctl_run("snapshot", "save", str(first))) == ""
    assert done(ctl_run("snapshot", "diff", str(first), str(first))) == ""
    done(ctl_run("clock", "advance", "5s"))
    done(ctl_run("snapshot", "save", str(second)))
    different = ctl_run("snapshot", "diff", str(first), str(second))
    assert different.exit_code == 1
    assert different.stdout.splitlines() == [
        '~ /clock/now: "2026-01-05T09:00:00.000000Z" -> "2026-01-05T09:00:05.000000Z"'
    ]
    assert "1 users" in done(ctl_run("snapshot", "restore", str(first)))
    assert mock.clock.now.second == 0


def test_faults_of_a_file_are_told_with_its_name_and_lines(ctl_run: Run, tmp_path: Path) -> None:
    file = tmp_path / "knock.yml"
    file.write_text("workflows:\n  - key: a\n    staus: on\nusers: 3\n", encoding="utf-8")
    result = ctl_run("fixtures", "load", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"{file}:3: workflows[0].staus" in result.stderr
    assert f"{file}:4: users" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("fixtures", "load", "no-such-file.yml"),
        ("snapshot", "restore", "no-such-file.json"),
        ("snapshot", "diff", "no-such-file.json", "nor-this.json"),
        ("snapshot", "save", "/no/such/folder/a.json"),
    ],
    ids=" ".join,
)
def test_a_file_that_cannot_be_had_is_a_line(ctl_run: Run, words: tuple[str, ...]) -> None:
    result = ctl_run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No such file" in result.stderr
    assert "Traceback" not in result.stderr


def test_environments_and_the_rest(ctl_run: Run, mock: MockKnock) -> None:
    opened = done(ctl_run("environments", "open", "sk_other", "--branch", "b")).splitlines()[1]
    id = opened.split()[0]
    assert "other (b)" in opened
    assert [line.split()[1] for line in done(ctl_run("environments")).splitlines()[1:]] == [
        "ctl", "other",
    ]  # fmt: skip
    assert id in done(ctl_run("environments", "show", id))
    assert "users" in done(ctl_run("--environment", "ctl", "status"))
    assert "users" in done(ctl_run("status", "--environment", id))
    assert "users" in done(ctl_run("status", "--api-key", mock.api_key))
    assert done(ctl_run("environments", "drop", id)) == f"dropped {id}\n"
    mock.users.identify("a")
    assert "users            0" in done(ctl_run("reset"))
    assert done(ctl_run("reset", "--all")) == "1 environments begin again\n"
    assert done(ctl_run("health")) == "live and ready\n"
    assert done(ctl_run("version")).strip()


def test_requests_and_events(ctl_run: Run, mock: MockKnock) -> None:
    with mock.client() as client:
        id = client.get("/v1/users/nobody").headers["x-request-id"]
        client.get("/v1/users")
    newest, oldest = done(ctl_run("requests")).splitlines()[1:]
    assert newest.split()[2:] == ["GET", "/v1/users", "200"]
    assert oldest.split()[0] == id
    assert "/v1/users/nobody" in done(ctl_run("requests", "list", "--status", "4xx"))
    assert json.loads(done(ctl_run("requests", "show", id)))["status"] == 404
    assert id in done(ctl_run("requests", "wait", "--operation-id", "getUser"))
    assert done(ctl_run("requests", "verify", "--count", "2")) == "2 requests\n"
    wrong = ctl_run("requests", "verify", "--at-least", "1", "--path", "/v1/user")
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "nobody" in wrong.stderr
    kinds = [line.split()[2] for line in done(ctl_run("events")).splitlines()[1:]]
    assert [kind for kind in kinds if kind in ("request", "answer")] == ["request", "answer"] * 2
    later = done(ctl_run("events", "list", "--kind", "answer", "--after", "3"))
    assert [line.split()[2] for line in later.splitlines()[1:]] == ["answer"]
    assert "getUser" in done(ctl_run("coverage"))
    assert "(2 of 118 operations)" in done(ctl_run("coverage"))
    assert "getUser" in done(ctl_run("coverage", "--all"))
    assert "(0 of 118 operations)" in done(ctl_run("coverage", "--clear"))
    assert "mock_knock_environments 1.0" in done(ctl_run("metrics"))
    assert done(ctl_run("requests", "clear")) == "cleared\n"
    assert not mock.requests


def test_events_are_followed_until_the_server_ends(mock_knock_settings: Settings) -> None:
    server = KnockServer(mock_knock_settings)
    mock = MockKnock(server, "followed")
    mock.users.identify("ellie")
    options = ("--server", mock.url, "--after", "0", "--kind", "user.*")
    command = [*MODULE, "ctl", "events", "follow", *options]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as following:
        assert following.stdout is not None
        assert following.stdout.readline().endswith("  user.identified  ellie\n")
        mock.users.identify("alan")
        assert following.stdout.readline().endswith("  user.identified  alan\n")
        server.stop()
        _, errors = following.communicate(timeout=PATIENCE)
    assert following.returncode in (0, 1)
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("clock",), lambda c: c.clock.read()),
        (("plans",), lambda c: c.plans.all()),
        (("operations",), lambda c: c.bulk_operations.list(limit=20, order="newest")),
        (("environments",), lambda c: {"items": c.server.environments.list()}),
        (("status",), lambda c: c.status()),
        (("version",), lambda c: {"version": c.server.version()}),
    ],
    ids=["clock", "plans", "operations", "environments", "status", "version"],
)
def test_json_is_the_answer_itself(
    ctl_run: Run, mock: MockKnock, words: tuple[str, ...], answer: Callable[[Any], Any]
) -> None:
    submit(mock)
    for option in (("--json",), ("--format", "json")):
        for line in ((*option, *words), (*words, *option)):
            assert json.loads(done(ctl_run(*line))) == answer(mock.control)


def test_which_environment_has_to_be_said_when_there_are_two(
    ctl_run: Run, server: KnockServer
) -> None:
    other = MockKnock(server, "second")
    result = ctl_run("clock")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "(ctl)" in result.stderr
    assert "(second)" in result.stderr
    unknown = ctl_run("clock", "--environment", "third")
    assert unknown.exit_code == 1
    assert "no environment with the id 'third'" in unknown.stderr
    other.close()


@pytest.mark.parametrize("words", [("clock",), ("health",), ("--api-key", "sk_a", "reset")])
def test_no_server_is_one_line(ctl_run: Run, words: tuple[str, ...]) -> None:
    result = ctl_run("--server", "http://127.0.0.1:1", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("mock-knock ctl: nothing answers at http://127.0.0.1:1 ")
    assert "mock-knock serve" in line


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("clock", "nonsense"),
        ("operations", "run-until", "last", "done"),
        ("plans", "next", "--outcome", "lost"),
        ("clock", "scale", "fast"),
        ("--format", "xml", "clock"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_ends_with_2(ctl_run: Run, words: tuple[str, ...]) -> None:
    result = ctl_run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error: " in result.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("clock", "set", "2020-01-01T00:00:00Z"), "cannot go back"),
        (("clock", "set", "tomorrow"), "a date-time such as"),
        (("plans", "rule", "user.*"), "users.identify"),
        (("plans", "next", "--after-rows", "1"), "outcome must be"),
        (("plans", "remove-next", "4"), "no plan at position 4"),
        (("operations", "show", "3f1c2b7e-0f4d-4a53-9c1e-8d2f6b7a9e10"), "no bulk operation"),
        (("operations", "fail", "x"), "a UUID such as"),
    ],
    ids=str,
)
def test_what_the_server_refuses_ends_with_1(
    ctl_run: Run, words: tuple[str, ...], told: str
) -> None:
    result = ctl_run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("mock-knock ctl: ")
    assert told in result.stderr


def test_a_token_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    server = KnockServer(Settings(token="secret"))
    server.start()
    try:
        options = ("--server", server.url, "--api-key", "sk_a")
        refused = CliRunner().invoke(main, ["ctl", *options, "clock"])
        assert refused.exit_code == 1
        assert "X-Mock-Knock-Token" in refused.stderr
        done(CliRunner().invoke(main, ["ctl", *options, "clock", "--token", "secret"]))
        monkeypatch.setenv("MOCK_KNOCK_TOKEN", "secret")
        done(CliRunner().invoke(main, ["ctl", *options, "clock"]))
    finally:
        server.stop()


def test_the_command_itself_has_it(mock: MockKnock) -> None:
    variables = {"MOCK_KNOCK_URL": mock.url, "KNOCK_API_KEY": mock.api_key}
    result = run("ctl", "clock", variables=variables)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("2026-01-05T09:00:00")


def test_serving_does_not_wait_for_it() -> None:
    loaded = "import sys, mock_knock.cli, mock_knock.server; print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=60
    ).stdout.split()
    assert "mock_knock.server" in shown
    late = ("mock_knock.ctl", "mock_knock.client", "mock_knock.snapshots", "mock_knock.fixtures")
    assert not [name for name in late if name in shown]


def test_faults_and_rate_limits(ctl_run: Run) -> None:
    added = ctl_run(
        "faults", "add", "--id", "slow", "--operation", "getUser", "--times", "2",
        "--delay-between", "0.1", "0.2", "--status", "503", "--connection", "truncate",
    )  # fmt: skip
    assert added.exit_code == 0, added.output
    assert "slow  on  getUser    uniform latency, status 503, truncate  0        0" in added.output
    assert "slow  off" in ctl_run("faults", "off", "slow").output
    assert ctl_run("faults", "on", "slow").output == ctl_run("faults").output
    assert ctl_run("faults", "remove", "slow").exit_code == 0
    assert ctl_run("faults", "remove", "slow").exit_code == 1
    changed = json.loads(
        ctl_run("faults", "add", "--set", "/id=3", "--remove", "/name", "--json").output
    )
    assert changed["body"] == {"set": {"/id": 3}, "remove": ["/name"]}
    assert ctl_run("faults", "add", "--set", "/id=three").exit_code == 2
    assert ctl_run("faults", "add").exit_code == 1
    assert ctl_run("faults", "clear").exit_code == 0
    everywhere = ctl_run("faults", "add", "--everywhere", "--delay-around", "0.1", "0.5")
    assert "lognormal latency" in everywhere.output
    assert ctl_run("faults", "clear", "--everywhere").exit_code == 0
    assert "rate limits are on" in ctl_run("rate-limits", "on").output
    assert "rate limits are on" in ctl_run("rate-limits").output
    assert "rate limits are off" in ctl_run("rate-limits", "off", "--everywhere").output
    assert "rate limits are off" in ctl_run("rate-limits").output
