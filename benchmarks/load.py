"""Load on one server: `wrk` where it is installed, else a small generator of our own."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.exchange import HOST, Request
from benchmarks.processes import staying_on

CONNECTIONS = 8
"""Keep-alive connections, each with one request under way at a time (no pipelining)."""

_GENERATOR = Path(__file__).with_name("load_generator.py")
_TOTAL = re.compile(r"([0-9]+) requests in ")
_RATE = re.compile(r"Requests/sec:\s+([0-9.]+)")
_BAD = re.compile(r"Non-2xx or 3xx responses: ([0-9]+)")


class LoadError(RuntimeError):
    """Load that was not answered as it should be."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What one round of load came to: how many requests, and how many in a second."""

    requests: int
    per_second: float


@dataclass(frozen=True, slots=True)
class LoadTool:
    """What makes the load. `wrk`: its path, None for the built-in generator."""

    wrk: str | None

    @classmethod
    def find(cls) -> LoadTool:
        """`wrk` when it is on PATH."""
        return cls(shutil.which("wrk"))

    @property
    def description(self) -> str:
        """What it is, for the table."""
        if self.wrk:
            return "wrk"
        return "the built-in Python generator, which may itself be the limit; install wrk"

    def load(self, port: int, request: Request, seconds: float, cores: set[int]) -> Answered:
        """Send the request over and over, for `seconds`. Raises LoadError for any but 2xx."""
        if self.wrk:
            return self._with_wrk(self.wrk, port, request, seconds, cores)
        question = {"port": port, "path": request.path, "headers": request.headers}
        command = [sys.executable, str(_GENERATOR), str(CONNECTIONS), str(seconds)]
        answer = json.loads(_run([*command, json.dumps(question)], seconds, cores))
        return _checked(answer["requests"], answer["requests"] / answer["seconds"], answer["bad"])

    def _with_wrk(
        self, wrk: str, port: int, request: Request, seconds: float, cores: set[int]
    ) -> Answered:
        # wrk takes whole seconds only.
        command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{max(round(seconds), 1)}s"]
        for name, value in request.headers.items():
            command += ["-H", f"{name}: {value}"]
        output = _run([*command, f"http://{HOST}:{port}{request.path}"], seconds, cores)
        total, rate, bad = (pattern.search(output) for pattern in (_TOTAL, _RATE, _BAD))
        if total is None or rate is None:
            raise LoadError(f"wrk said nothing of use: {output[-200:]}")
        return _checked(int(total[1]), float(rate[1]), int(bad[1]) if bad else 0)


def _checked(requests: int, per_second: float, bad: int) -> Answered:
    if bad:
        raise LoadError(f"{bad} answers were not 2xx")
    if not requests:
        raise LoadError("no answers")
    return Answered(requests, per_second)


def _run(command: list[str], seconds: float, cores: set[int]) -> str:
    with staying_on(cores):
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=seconds + 30
        )
    if done.returncode:
        raise LoadError((done.stderr or done.stdout)[-300:].strip())
    return done.stdout
