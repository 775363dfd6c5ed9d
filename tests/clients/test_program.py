"""The protocol between the kit and a program: what it is told, and what is made of what it says."""

from __future__ import annotations

import fcntl
import json
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from time import sleep
from typing import Any

import pytest

from contract_tests.clients import PROTOCOL, Report, Task
from contract_tests.clients.ending import CouldNotJudgeError, Ending
from contract_tests.clients.program import Program
from mock_knock import MockKnock

Play = Callable[..., Ending]
GOOD = Report("completed", notified=("a", "b"))
REPORT = json.dumps(GOOD.to_json())
HOLDS_A_LOCK = """
import fcntl, sys, time
lock = open({file!r}, "w")
fcntl.flock(lock, fcntl.LOCK_EX)
open({file!r} + ".held", "w").close()
time.sleep(600)
"""


@pytest.fixture
def task(mock_knock: MockKnock) -> Task:
    """Something to do, which none of these programs does."""
    return Task(
        base_url=mock_knock.url,
        api_key=mock_knock.api_key,
        users=[{"id": "a", "name": "Älva"}, {"id": "b", "plan": {"seats": 2}}],
        recipients=["a", "b"],
        workflow="welcome",
        data={"park": "Isla Nublar"},
        patience=3.5,
    )


@pytest.fixture
def play(mock_knock: MockKnock, task: Task, tmp_path: Path) -> Play:
    """Runs a program whose text is given. It has a minute, which none of them needs, or less."""

    def run(text: str, *, given: Task = task, patience: float = 60, **options: Any) -> Ending:
        file = tmp_path / "client.py"
        file.write_text(dedent(text), encoding="utf-8")
        command = (sys.executable, "-I", "-S", str(file))
        return Program(command, patience=patience, **options).run(given, mock_knock)

    return run


def test_it_is_told_the_task_on_standard_input(play: Play, task: Task) -> None:
    ending = play(
        """
        import json, sys
        task = sys.stdin.buffer.read().decode("utf-8")
        print(json.dumps({"outcome": "failed", "message": task}))
        """
    )
    assert ending.report is not None
    document = json.loads(ending.report.message)
    assert document == {
        "protocol": PROTOCOL,
        "base_url": task.base_url,
        "api_key": task.api_key,
        "users": [{"id": "a", "name": "Älva"}, {"id": "b", "plan": {"seats": 2}}],
        "recipients": ["a", "b"],
        "workflow": "welcome",
        "data": {"park": "Isla Nublar"},
        "patience": 3.5,
    }
    assert Task.from_json(document) == task


def test_it_is_told_where_knock_is_in_its_environment(
    play: Play, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KNOCK_API_KEY", "sk_of_somebody")
    monkeypatch.setenv("KNOCK_TEST_INHERITED", "as it was")
    ending = play(
        """
        import json, os
        told = {name: value for name, value in os.environ.items() if name.startswith("KNOCK_")}
        print(json.dumps({"outcome": "failed", "message": json.dumps(told)}))
        """,
        environment={"KNOCK_TEST_GIVEN": "as well"},
    )
    assert ending.report is not None
    told = json.loads(ending.report.message)
    assert told["KNOCK_BASE_URL"] == task.base_url
    assert told["KNOCK_API_KEY"] == task.api_key
    assert told["KNOCK_CONTRACT_PROTOCOL"] == str(PROTOCOL)
    assert told["KNOCK_TEST_INHERITED"] == "as it was"
    assert told["KNOCK_TEST_GIVEN"] == "as well"


@pytest.mark.parametrize(
    "text",
    [
        f"print({REPORT!r})",
        f"print(' \\n\\n', {REPORT!r}, '\\n\\n')",
        f"import json; print(json.dumps(json.loads({REPORT!r}), indent=4))",
        "print('{\"outcome\": \"completed\", \"notified\": [\"a\", \"b\"]}', end='')",
        f"import os; os.write(1, {REPORT!r}.encode()); os.close(1); os.close(0)",
        f"import sys; print({REPORT!r}); sys.exit(7)",
        f"import os; os.write(1, {REPORT!r}.encode()); os.kill(os.getpid(), 15)",
    ],
    ids=[
        "plain", "blank lines", "indented", "only what is needed", "closed early", "exit status 7",
        "ended by a signal",
    ],
)  # fmt: skip
def test_a_report_is_read(play: Play, text: str) -> None:
    assert play(text) == Ending(report=GOOD)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("pass", "nothing was printed on standard output"),
        ("print()", "nothing was printed on standard output"),
        ("import os; os.close(1)", "nothing was printed on standard output"),
        ("print('done')", "standard output is to be one JSON document in UTF-8; it is 'done'"),
        (f"print('done'); print({REPORT!r})", "standard output is to be one JSON document"),
        (f"print({REPORT!r}); print({REPORT!r})", "standard output is to be one JSON document"),
        ("print('x' * 10_000)", "standard output is to be one JSON document in UTF-8; it is 'xxx"),
        ("print('[' * 200_000)", "standard output is to be one JSON document in UTF-8; it is '[[["),
        ("print('1' * 10_000)", "standard output is to be one JSON document in UTF-8; it is '111"),
        (
            "import os; os.write(1, b'{\"outcome\": \"failed\", \"message\": \"caf\\xe9\"}')",
            "standard output is to be one JSON document in UTF-8; it is",
        ),
        (f"print('[' + {REPORT!r} + ']')", "a report is a Report or a mapping with an outcome"),
        ("print('[]')", "a report is a Report or a mapping with an outcome, one of"),
        ("print('null')", "a report is a Report or a mapping with an outcome, one of"),
        ("print('{}')", "outcome None is none of completed, partial, failed, gave_up, unknown"),
        (
            "print('{\"outcome\": \"failed\", \"reason\": \"?\"}')",
            "'reason' is no field of a report; there are protocol, outcome, notified,",
        ),
        ("print('{\"protocol\": 2, \"outcome\": \"failed\"}')", "protocol 2; 1 is known here"),
        ("print('done'); raise SystemExit(3)", "standard output is to be one JSON document"),
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_read_is_told(play: Play, text: str, problem: str) -> None:
    ending = play(text)
    assert ending.report is None
    assert ending.problem.startswith(problem)
    assert len(ending.problem) < 300
    assert ending.stopped == ""


def test_a_crash_is_a_report_of_its_own(play: Play) -> None:
    ending = play("def work():\n    raise RuntimeError('no users')\nwork()")
    message = "exit status 1: RuntimeError: no users"
    assert ending.report == Report("failed", message=message, raised=True)
    assert ending.told.startswith("Traceback (most recent call last):")
    assert ending.told.strip().endswith("RuntimeError: no users")


def test_a_silent_crash_as_well(play: Play) -> None:
    message = "exit status 4: nothing was printed"
    assert play("raise SystemExit(4)").report == Report("failed", message=message, raised=True)


def test_a_crash_by_a_signal_as_well(play: Play) -> None:
    ending = play("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert ending.report is not None
    assert ending.report.raised


def test_what_it_says_beside_its_report_is_kept(play: Play) -> None:
    ending = play(f"import sys; print('by the way', file=sys.stderr); print({REPORT!r})")
    assert ending.report == GOOD
    assert ending.told.strip() == "by the way"


def test_of_megabytes_the_end_is_kept(play: Play) -> None:
    ending = play(
        f"""
        import sys
        for _ in range(3000):
            print("x" * 1000, file=sys.stderr)
        print("the end", file=sys.stderr)
        print({REPORT!r})
        """
    )
    assert ending.report == GOOD
    assert ending.told.endswith("x\nthe end\n")
    assert len(ending.told) < 10_000


def test_what_is_no_text_on_standard_error_is_shown_as_far_as_it_can_be(play: Play) -> None:
    ending = play(rf"import os; os.write(2, b'caf\xe9'); print({REPORT!r})")
    assert ending == Ending(report=GOOD, told="caf�")


@pytest.mark.parametrize("closes", [True, False])
def test_it_need_not_read_its_task(play: Play, task: Task, closes: bool) -> None:
    users = [{"id": f"user-{n}", "name": "x" * 100} for n in range(10_000)]  # more than a pipe has
    many = Task(
        base_url=task.base_url, api_key=task.api_key, users=users, recipients=[],
        workflow="welcome", data={}, patience=1,
    )  # fmt: skip
    text = f"import os; os.write(1, {REPORT!r}.encode())"
    assert play(f"{text}; os.close(0)" if closes else text, given=many).report == GOOD


def test_one_that_hangs_is_ended_with_what_it_has_started(play: Play, tmp_path: Path) -> None:
    file = str(tmp_path / "lock")
    ending = play(
        f"""
        import os, subprocess, sys, time
        child = {HOLDS_A_LOCK.format(file=file)!r}
        subprocess.Popen([sys.executable, "-I", "-S", "-c", child])
        while not os.path.exists({file + ".held"!r}):
            time.sleep(0.01)
        print({REPORT!r}, flush=True)
        print("waiting", file=sys.stderr, flush=True)
        time.sleep(600)
        """,
        patience=2,
        grace=1,
    )
    assert ending == Ending(stopped="it was still running after 3 seconds", told="waiting\n")
    assert_released(file)


@pytest.mark.parametrize("redirected", [True, False])
def test_what_it_leaves_behind_is_ended(play: Play, tmp_path: Path, redirected: bool) -> None:
    # Without redirection the child has the program's output, so nothing says that this is all.
    file = str(tmp_path / "lock")
    to = ", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL" if redirected else ""
    ending = play(
        f"""
        import os, subprocess, sys, time
        child = {HOLDS_A_LOCK.format(file=file)!r}
        subprocess.Popen([sys.executable, "-I", "-S", "-c", child]{to})
        while not os.path.exists({file + ".held"!r}):
            time.sleep(0.01)
        print({REPORT!r})
        """,
        patience=2,
        grace=1,
    )
    assert ending == Ending(report=GOOD)
    assert_released(file)


def test_what_has_got_away_holds_nobody_up(play: Play, tmp_path: Path) -> None:
    # A session of its own, and the program's output: it can neither be found nor waited for.
    file = tmp_path / "enough"
    child = f"import os, time\nwhile not os.path.exists({str(file)!r}): time.sleep(0.01)"
    try:
        ending = play(
            f"""
            import subprocess, sys
            subprocess.Popen([sys.executable, "-I", "-S", "-c", {child!r}], start_new_session=True)
            print({REPORT!r})
            """,
            patience=2,
            grace=1,
        )
    finally:
        file.touch()
    assert ending == Ending(report=GOOD)


def test_there_has_to_be_such_a_program(mock_knock: MockKnock, task: Task, tmp_path: Path) -> None:
    for command in [(), ("no-such-program-anywhere",), (str(tmp_path),), (str(tmp_path / "x"),)]:
        with pytest.raises(CouldNotJudgeError, match="there is no program"):
            Program(command).check()
    with pytest.raises(CouldNotJudgeError, match="no-such-program-anywhere --fast cannot be start"):
        Program(("no-such-program-anywhere", "--fast")).run(task, mock_knock)
    Program((sys.executable,)).check()


def test_a_program_is_looked_for_where_it_will_be(tmp_path: Path) -> None:
    file = tmp_path / "our-client"
    file.write_text("#!/bin/sh\n", encoding="utf-8")
    file.chmod(0o755)
    Program(("our-client",), environment={"PATH": str(tmp_path)}).check()
    with pytest.raises(CouldNotJudgeError, match="there is no program 'our-client'"):
        Program(("our-client",)).check()


def test_it_is_named_as_a_shell_has_it() -> None:
    program = Program(("node", "my client.mjs"), patience=8)
    assert program.name == "node 'my client.mjs'"
    assert program.argument == "--patience 8 -- node 'my client.mjs'"
    assert not program.virtual
    assert program.tempo.patience == 8


def assert_released(file: str) -> None:
    """Whoever held the lock is gone. The kernel may take a moment to let go of it."""
    with Path(file).open("w") as lock:
        for _ in range(1_000):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sleep(0.01)
            else:
                return
    pytest.fail("a program is still there")
