"""A `mock-knock serve` in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import httpx

PATIENCE = 60.0
"""Seconds until a process that says nothing fails the test."""
READY = re.compile(r"mock-knock is ready at (http://\S+)\n")
MODULE = (sys.executable, "-m", "mock_knock")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without options for the command, and with `extra`."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("MOCK_KNOCK_")}
    return {**inherited, "PYTHONWARNINGS": "error", **(extra or {})}


class Serving:
    """The running command. Leaving the block stops it, as Ctrl-C would.

    `console_line` is what it says of its console, below its URL.
    """

    def __init__(
        self,
        *options: str,
        command: tuple[str, ...] = MODULE,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        port = (
            () if "MOCK_KNOCK_PORT" in (variables or {}) or "--port" in options else ("--port", "0")
        )
        self.process = subprocess.Popen(
            [*command, "serve", *port, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(variables),
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        found = READY.fullmatch(self.line)
        if found is None:
            self.process.kill()
            out, err = self.process.communicate()
            raise AssertionError(f"no URL in {self.line!r}\n{out}\n{err}")
        self.url = found[1]
        self.console_line = self.process.stdout.readline()

    def __enter__(self) -> Serving:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.process.poll() is None:
            self.stop()

    def stop(self, number: int = signal.SIGINT) -> tuple[int, str, str]:
        """Send a signal; the exit status, and what was printed after the URL."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err

    def client(self, key: str = "sk_test", **options: Any) -> httpx.Client:
        """A client with a key. Close it after use."""
        headers = {"authorization": f"Bearer {key}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=PATIENCE, **options)


def run(
    *arguments: str, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, which is to come by itself."""
    return subprocess.run(
        [*MODULE, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env=environment(variables),
        check=False,
    )
