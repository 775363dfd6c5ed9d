"""Idle resident memory, after start and one poll."""

from __future__ import annotations

import time

from benchmarks.exchange import ask_well
from benchmarks.peers import OURS, PEERS, STEADY
from benchmarks.peers.peer import Peer
from benchmarks.processes import NotReadyError
from benchmarks.results import NOT_FOUND, Cell, Row, Samples, at_most, ratio_text
from benchmarks.setting import Setting

LIMIT = 100.0
"""Megabytes, of 1,000,000 bytes."""

_SECONDS_TO_SETTLE = 1.0


def idle_memory(setting: Setting) -> list[Row]:
    """Megabytes of the server's process and its descendants together."""
    cells = {peer.name: _weigh(peer, setting) for peer in PEERS}
    ours = cells.pop(OURS.name)
    return [
        Row(
            "idle resident memory",
            "MB",
            ours,
            f"at most {LIMIT:.0f} MB",
            cells,
            ratio_text(ours, cells.get(STEADY.name), STEADY.name),
            at_most(ours, LIMIT),
            ["Memory is of the whole process tree (Steady: its Node launcher and its binary)."],
        )
    ]


def _weigh(peer: Peer, setting: Setting) -> Cell:
    found = []
    for _ in range(1 if setting.quick else 3):
        try:
            with peer.running(setting) as server:
                if server is None:
                    return NOT_FOUND
                ask_well(server.port, peer.prepare_poll(server.port))
                time.sleep(_SECONDS_TO_SETTLE)
                size = server.resident_bytes()
        except NotReadyError:
            return "failed"
        if size is None:
            return "no /proc"
        found.append(size / 1e6)
    return Samples.of(found)
