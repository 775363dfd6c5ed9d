"""A fresh environment for one test, as the pytest fixture makes it."""

from __future__ import annotations

import subprocess
import sys
import time

from benchmarks.populated import manual_server
from benchmarks.results import NOT_FOUND, Cell, Row, Samples, at_most, ratio_text
from benchmarks.setting import Setting
from mock_knock import KnockServer, MockKnock

LIMIT = 1000.0
"""Microseconds."""

_PEER = "pytest-httpserver"
_CLEAR = """
import time
from pytest_httpserver import HTTPServer
with HTTPServer() as server:
    for batch in range(7):
        started = time.perf_counter()
        for number in range(1000):
            server.expect_request("/v1/users").respond_with_json({})
            server.clear()
        print((time.perf_counter() - started) * 1e3)
"""


def fresh_environment(setting: Setting) -> list[Row]:
    """Microseconds to open an environment and to close it, without a socket and with one."""
    theirs = _httpserver_clear(setting)
    rows = []
    for listening in (False, True):
        server = manual_server()
        if listening:
            server.start()
        try:
            ours = _open_and_close(server, batches=3 if setting.quick else 9)
        finally:
            server.stop()
        suffix = ", server listening" if listening else ", in process"
        reach = "under 1,000 us"
        row = Row(f"fresh environment{suffix}", "us", ours, reach, {_PEER: theirs})
        row.ratio = ratio_text(ours, theirs, _PEER)
        row.reached = at_most(ours, LIMIT)
        row.notes.append(f"{_PEER}: one expectation and `clear`.")
        rows.append(row)
    return rows


def _open_and_close(server: KnockServer, batches: int, size: int = 500) -> Samples:
    samples = []
    for batch in range(batches + 1):
        started = time.perf_counter()
        for number in range(size):
            MockKnock(server, f"fresh_{batch}_{number}").close()
        samples.append((time.perf_counter() - started) / size * 1e6)
    return Samples.of(samples[1:])


def _httpserver_clear(setting: Setting) -> Cell:
    python = setting.find("python", f"{_PEER}/bin") if setting.peers_folder else None
    done = subprocess.run(
        [python or sys.executable, "-c", _CLEAR], capture_output=True, text=True, check=False
    )
    if done.returncode:
        return NOT_FOUND
    return Samples.of([float(line) for line in done.stdout.split()][1:])
