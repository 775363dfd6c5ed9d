"""Polls while somebody follows the stream of events, and with a journal of 100,000 requests."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.exchange import HOST, Request, ask_well
from benchmarks.load import LoadTool
from benchmarks.machine import server_and_load_cores
from benchmarks.peers.ours import MockKnockServe
from benchmarks.peers.peer import AUTHORIZED
from benchmarks.processes import ServerProcess, staying_on
from benchmarks.results import Row, Samples, ratio
from benchmarks.setting import Setting

AT_LEAST = 0.9
"""Of the throughput without, whatever is watched or kept."""

ENTRIES = 100_000

_READER = """
import http.client, json, sys
connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))
connection.request("GET", "/_mock_knock/events/stream", headers=json.loads(sys.argv[3]))
answer = connection.getresponse()
print(answer.status, flush=True)
while answer.read1(1 << 20):
    pass
"""


def watched_polls(setting: Setting) -> list[Row]:
    """Requests per second, and the share of it that is left. The servers take turns."""
    tool = LoadTool.find()
    server_cores, load_cores = server_and_load_cores()
    entries = ENTRIES // 10 if setting.quick else ENTRIES
    rates: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}
    events = []
    with contextlib.ExitStack() as stack:

        def start(*options: str) -> _Target:
            peer = _WithOptions(options)
            server = stack.enter_context(peer.running(setting, server_cores))
            assert server is not None, "our own command is always there"
            request = peer.prepare_poll(server.port)
            tool.load(server.port, request, peer.warm_up, load_cores)
            return _Target(server, request)

        targets = {
            "plain": start(),
            "followed": start(),
            "journal": start("--journal-size", str(entries)),
        }
        stack.enter_context(_reading(targets["followed"].server.port, load_cores))
        _fill(targets["journal"], entries, tool, load_cores)
        for _ in range(2 if setting.quick else 5):
            for name, (server, request) in targets.items():
                before, first = server.cpu_seconds(), _last_event(server.port)
                answered = tool.load(server.port, request, setting.seconds, load_cores)
                after = server.cpu_seconds()
                rates.setdefault(name, []).append(answered.per_second)
                if before is not None and after is not None:
                    costs.setdefault(name, []).append((after - before) / answered.requests * 1e6)
                if name == "followed":
                    told = _last_event(server.port) - first
                    events.append(told / answered.requests * answered.per_second)
    median = Samples.of(events).median
    return [
        _row(
            "poll, its events followed",
            rates,
            "followed",
            [
                f"Followed: by one reader of server-sent events, {median:,.0f} events a second.",
            ],
        ),
        _row(f"poll with {entries:,} journal entries", rates, "journal", []),
        *(
            _cost(work, costs, name)
            for work, name in (
                ("processor time of a followed poll", "followed"),
                (f"processor time with {entries:,} entries", "journal"),
            )
            if costs
        ),
    ]


class _Target(NamedTuple):
    server: ServerProcess
    request: Request


class _WithOptions(MockKnockServe):
    def __init__(self, options: tuple[str, ...]) -> None:
        self._options = options

    def command(self, setting: Setting, port: int) -> list[str] | None:
        return [*(super().command(setting, port) or ()), *self._options]


@contextlib.contextmanager
def _reading(port: int, cores: set[int] | None) -> Iterator[None]:
    """A process that reads the stream of events while the block runs."""
    command = [sys.executable, "-c", _READER, HOST, str(port), json.dumps(AUTHORIZED)]
    with staying_on(cores):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "200\n":
            raise RuntimeError("the stream of events did not open")
        yield
    finally:
        process.kill()
        process.communicate()


def _fill(target: _Target, entries: int, tool: LoadTool, cores: set[int]) -> None:
    kept = 0
    while kept < entries:
        tool.load(target.server.port, target.request, 2.0, cores)
        listed = ask_well(target.server.port, Request("/_mock_knock/requests", AUTHORIZED))
        kept = json.loads(listed)["kept"]


def _last_event(port: int) -> int:
    listed = ask_well(port, Request("/_mock_knock/events?limit=1", AUTHORIZED))
    last: int = json.loads(listed)["last"]
    return last


def _row(work: str, rates: dict[str, list[float]], name: str, notes: list[str]) -> Row:
    ours, plain = Samples.of(rates[name]), Samples.of(rates["plain"])
    share = ratio(ours, plain)
    return Row(
        work,
        "requests/s",
        ours,
        f"{AT_LEAST} x without",
        {},
        "-" if share is None else f"{share:.2f} x without",
        None if share is None else share >= AT_LEAST,
        notes,
    )


def _cost(work: str, costs: dict[str, list[float]], name: str) -> Row:
    ours, plain = Samples.of(costs[name]), Samples.of(costs["plain"])
    share = ratio(ours, plain)
    shown = "-" if share is None else f"{share:.2f} x without"
    return Row(work, "us", ours, "-", {}, shown)
