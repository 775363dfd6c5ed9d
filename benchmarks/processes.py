"""Servers in processes of their own: started, awaited, weighed and always stopped."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.exchange import HOST, Request, ask

_SECONDS_TO_START = 60.0
_SECONDS_TO_STOP = 5.0
_BETWEEN_TRIES = 0.002


class NotReadyError(RuntimeError):
    """A server that ended, or that gave no good answer in a minute."""


class ServerProcess:
    """One server, with whatever processes it starts itself."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.port = port
        self.seconds_to_ready = 0.0
        self._process = process
        self._log = log

    def await_ready(self, request: Request, started: float) -> None:
        """Ask until the answer is a 200; sets `seconds_to_ready`, counted from `started`.

        Raises NotReadyError.
        """
        while True:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if ask(self.port, request)[0] == 200:
                    self.seconds_to_ready = time.perf_counter() - started
                    return
            if self._process.poll() is not None:
                raise NotReadyError(f"it ended with {self._process.returncode}: {self.last_words}")
            if time.perf_counter() - started > _SECONDS_TO_START:
                raise NotReadyError(f"no good answer in {_SECONDS_TO_START:g} s: {self.last_words}")
            time.sleep(_BETWEEN_TRIES)

    @property
    def last_words(self) -> str:
        """The end of what it printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")[-300:].strip()

    def resident_bytes(self) -> int | None:
        """Resident memory of the process and all its descendants; None without /proc."""
        tree = self._tree()
        return sum(_resident_bytes(pid) for pid in tree) if tree else None

    def cpu_seconds(self) -> float | None:
        """Processor time that the process and its descendants took so far; None without /proc."""
        tree = self._tree()
        return sum(_cpu_seconds(pid) for pid in tree) if tree else None

    def _tree(self) -> set[int]:
        """Its pid and those of all its descendants; empty without /proc."""
        parents = _parents()
        tree = {self._process.pid} & parents.keys()
        while more := {pid for pid, parent in parents.items() if parent in tree} - tree:
            tree |= more
        return tree

    def stop(self) -> None:
        """End it and its descendants: they are a process group of their own."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_SECONDS_TO_STOP)


@contextlib.contextmanager
def serving(
    command: Sequence[str],
    port: int,
    ready: Request,
    log: Path,
    cores: set[int] | None = None,
) -> Iterator[ServerProcess]:
    """The server while the block runs, ready; on `cores` only, when some are given.

    Raises NotReadyError.
    """
    with log.open("wb") as output, staying_on(cores):
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = ServerProcess(process, port, log)
    try:
        server.await_ready(ready, started)
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def staying_on(cores: set[int] | None) -> Iterator[None]:
    """Processes started in the block run on these cores only; on any, when there are none."""
    if not cores:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    """A port of the loopback interface that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _parents() -> dict[int, int]:
    """The parent of every process, by pid; empty without /proc."""
    pids = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return {pid: int(fields[1]) for pid in pids if (fields := _stat(pid))}


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat behind the name; empty when there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _cpu_seconds(pid: int) -> float:
    fields = _stat(pid)
    ticks = int(fields[11]) + int(fields[12]) if fields else 0  # user and system
    return ticks / os.sysconf("SC_CLK_TCK")


def _resident_bytes(pid: int) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
