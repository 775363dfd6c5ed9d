"""Poll throughput: GET of one bulk operation, one core for the server and one for the load."""

from __future__ import annotations

import contextlib
import http.client
from typing import NamedTuple

from benchmarks.exchange import Request
from benchmarks.load import CONNECTIONS, LoadError, LoadTool
from benchmarks.machine import server_and_load_cores
from benchmarks.peers import OURS, PEERS, STEADY
from benchmarks.peers.peer import Peer
from benchmarks.processes import ServerProcess
from benchmarks.results import NOT_FOUND, Cell, Row, Samples, ratio, ratio_text
from benchmarks.setting import Setting

TIMES_STEADY = 1.2


def poll_throughput(setting: Setting) -> list[Row]:
    """Requests per second, and microseconds of the server's processor time for each.

    All servers are up; rounds go around, so that noise meets them all. Processor time hardly
    depends on what else the machine does.
    """
    tool = LoadTool.find()
    server_cores, load_cores = server_and_load_cores()
    absent: dict[str, Cell] = {}
    rates: dict[str, list[float]] = {}
    costs: dict[str, list[float]] = {}
    with contextlib.ExitStack() as stack:
        targets: dict[str, _Target] = {}
        for peer in PEERS:
            try:
                server = stack.enter_context(peer.running(setting, server_cores))
                if server is None:
                    absent[peer.name] = NOT_FOUND
                    continue
                request = peer.prepare_poll(server.port)
                tool.load(server.port, request, _warm_up(peer, setting), load_cores)
                targets[peer.name] = _Target(server, request)
            except (RuntimeError, OSError, http.client.HTTPException) as error:
                absent[peer.name] = f"failed: {str(error)[:60]}"
        for _ in range(2 if setting.quick else 5):
            for name, (server, request) in targets.items():
                before = server.cpu_seconds()
                try:
                    answered = tool.load(server.port, request, setting.seconds, load_cores)
                except LoadError as error:
                    absent[name] = f"failed: {str(error)[:60]}"
                    continue
                after = server.cpu_seconds()
                rates.setdefault(name, []).append(answered.per_second)
                if before is not None and after is not None:
                    cost = (after - before) / answered.requests * 1e6
                    costs.setdefault(name, []).append(cost)
    throughput: dict[str, Cell] = {**absent, **_samples(rates)}
    costs_shown: dict[str, Cell] = {**absent, **_samples(costs)}
    ours, steady = throughput.pop(OURS.name, "-"), throughput.get(STEADY.name)
    times = ratio(ours, steady)
    where = "one core each for server and load" if server_cores else "server and load on any core"
    first = Row(
        "GET one bulk operation",
        "requests/s",
        ours,
        f"{TIMES_STEADY} x Steady",
        throughput,
        ratio_text(ours, steady, STEADY.name),
        None if times is None else times >= TIMES_STEADY,
        [f"Load: {tool.description}, {CONNECTIONS} keep-alive connections, {where}."],
    )
    our_cost = costs_shown.pop(OURS.name, "-")
    steady_cost = costs_shown.get(STEADY.name)
    second = Row(
        "its processor time in the server",
        "us",
        our_cost,
        "-",
        costs_shown,
        ratio_text(our_cost, steady_cost, STEADY.name),
    )
    return [first, second]


class _Target(NamedTuple):
    server: ServerProcess
    request: Request


def _samples(found: dict[str, list[float]]) -> dict[str, Cell]:
    return {name: Samples.of(values) for name, values in found.items()}


def _warm_up(peer: Peer, setting: Setting) -> float:
    return min(peer.warm_up, 3.0) if setting.quick else peer.warm_up
