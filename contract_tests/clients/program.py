"""Clients in any language: a program that gets the task on standard input and prints its report.

The protocol is that of docs/clients.md; it is versioned by `task.PROTOCOL`.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from contract_tests.clients.ending import CouldNotJudgeError, Ending
from contract_tests.clients.report import Report, ReportError, read_report
from contract_tests.clients.task import PROTOCOL, Task
from contract_tests.clients.tempo import Tempo, real
from mock_knock import MockKnock

PATIENCE: Final = 15.0
"""Real seconds that a program is told to wait for an operation, unless it is said otherwise."""
_GRACE: Final = 10.0
"""Real seconds beyond its patience: for starting, for retries, and for what comes after a poll."""
_FAREWELL: Final = 1.0
"""Real seconds for what is left to be read once a program has been ended."""
_TAIL: Final = 2_000


@dataclass(frozen=True)
class Program:
    """A command. `patience` and `grace`: real seconds, for an operation and for the rest."""

    command: tuple[str, ...]
    patience: float = PATIENCE
    grace: float = _GRACE
    virtual: bool = False
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The command as a shell has it."""
        return shlex.join(self.command)

    @property
    def argument(self) -> str:
        """How `knock-contract client` is told."""
        patience = "" if self.patience == PATIENCE else f"--patience {self.patience:g} "
        return f"{patience}-- {self.name}"

    @property
    def tempo(self) -> Tempo:
        """Real seconds."""
        return real(self.patience)

    def check(self) -> None:
        """Raises CouldNotJudgeError when there is no such program."""
        path = self.environment.get("PATH")
        if not self.command or shutil.which(self.command[0], path=path) is None:
            raise CouldNotJudgeError(f"there is no program {' '.join(self.command[:1])!r}")

    def run(self, task: Task, mock: MockKnock) -> Ending:
        """Run the program to its end, or until its time is over."""
        try:
            process = subprocess.Popen(  # noqa: S603 (running what was named is what it is for)
                self.command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, **variables(task), **self.environment},
                start_new_session=True,
            )
        except OSError as error:
            raise CouldNotJudgeError(f"{self.name} cannot be started: {error}") from None
        given = json.dumps(task.to_json()).encode()
        limit = self.patience + self.grace
        with process:
            try:
                out, err = process.communicate(given, timeout=limit)
            except subprocess.TimeoutExpired:
                # One that has ended may have started another, which holds the output open.
                is_over = process.poll() is not None
                _kill(process)
                out, err = _rest(process)
                if not is_over:
                    reason = f"it was still running after {limit:g} seconds"
                    return Ending(stopped=reason, told=_tail(err))
            finally:
                _kill(process)
        return _ending(process.returncode, out, _tail(err))


def variables(task: Task) -> dict[str, str]:
    """The environment variables that a program is told by; the SDKs know the first two."""
    return {
        "KNOCK_BASE_URL": task.base_url,
        "KNOCK_API_KEY": task.api_key,
        "KNOCK_CONTRACT_PROTOCOL": str(PROTOCOL),
    }


def _ending(status: int, out: bytes, told: str) -> Ending:
    if not out.strip():
        if status == 0:
            return Ending(problem="nothing was printed on standard output", told=told)
        crash = Report("failed", message=f"exit status {status}: {_last(told)}", raised=True)
        return Ending(report=crash, told=told)
    try:
        return Ending(report=read_report(_one_document(out)), told=told)
    except ReportError as error:
        return Ending(problem=str(error), told=told)


def _one_document(out: bytes) -> Any:
    try:
        return json.loads(out.decode("utf-8"))
    except (ValueError, RecursionError):
        text = out.decode("utf-8", errors="replace").strip()
        shown = text if len(text) <= 80 else f"{text[:77]}..."
        raise ReportError(
            f"standard output is to be one JSON document in UTF-8; it is {shown!r}"
        ) from None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the program, and what it has started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (AttributeError, ProcessLookupError, PermissionError):
        process.kill()


def _rest(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """What it had written when it was ended."""
    try:
        return process.communicate(timeout=_FAREWELL)
    except subprocess.TimeoutExpired as error:  # a program that got away holds the output open
        return error.output or b"", error.stderr or b""


def _tail(text: bytes) -> str:
    return text.decode("utf-8", errors="replace")[-_TAIL:]


def _last(text: str) -> str:
    lines: Sequence[str] = text.strip().splitlines()
    return lines[-1] if lines else "nothing was printed"
