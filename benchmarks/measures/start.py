"""Start to ready: from the start of the process to its first good answer."""

from __future__ import annotations

from benchmarks.peers import OURS, PEERS, STEADY
from benchmarks.processes import NotReadyError
from benchmarks.results import NOT_FOUND, Cell, Row, Samples, at_most, ratio_text
from benchmarks.setting import Setting

LIMIT = 0.6
"""Seconds."""


def start_to_ready(setting: Setting) -> list[Row]:
    """Seconds, on all cores; the servers take turns."""
    seconds: dict[str, list[float]] = {peer.name: [] for peer in PEERS}
    missing: dict[str, str] = {}
    for _ in range(2 if setting.quick else 5):
        for peer in PEERS:
            if peer.name in missing:
                continue
            try:
                with peer.running(setting) as server:
                    if server is None:
                        missing[peer.name] = NOT_FOUND
                    else:
                        seconds[peer.name].append(server.seconds_to_ready)
            except NotReadyError:
                missing[peer.name] = "failed"
    cells: dict[str, Cell] = {n: Samples.of(found) for n, found in seconds.items() if found}
    cells |= missing
    ours = cells.pop(OURS.name)
    return [
        Row(
            "start to first good answer",
            "s",
            ours,
            f"at most {LIMIT} s",
            cells,
            ratio_text(ours, cells.get(STEADY.name), STEADY.name),
            at_most(ours, LIMIT),
        )
    ]
