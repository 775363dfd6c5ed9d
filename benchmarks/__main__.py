"""The command: `python -m benchmarks --help`."""

from __future__ import annotations

import argparse
import json
import os
import shlex
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from benchmarks.machine import describe_machine, load_average
from benchmarks.measures import MEASURES
from benchmarks.peers import PEERS
from benchmarks.peers.install import install_peers
from benchmarks.results import Row
from benchmarks.setting import PEERS_VARIABLE, Setting, mock_knock_command, write_documents
from benchmarks.table import footnotes, render


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measures that were asked for and print one table. Times are never asserted."""
    options = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _end)
    if options.install_peers is not None:
        install_peers(options.install_peers)
        options.peers = options.install_peers
    names = options.only or list(MEASURES)
    rows: list[Row] = []
    busy = load_average()
    with tempfile.TemporaryDirectory(prefix="mock-knock-benchmarks-") as folder:
        scratch = Path(folder)
        setting = Setting(
            scratch=scratch,
            documents=write_documents(scratch),
            peers_folder=options.peers,
            mock_knock=options.mock_knock or mock_knock_command(),
            quick=options.quick,
            seconds=options.seconds or (1.0 if options.quick else 3.0),
        )
        for name in names:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            rows += MEASURES[name](setting)
    machine = f"{describe_machine()}; load average {busy} before the run, {load_average()} after"
    columns = [peer.name for peer in PEERS]
    print(render(rows, columns))
    print()
    print("\n".join([f"Machine: {machine}.", *footnotes(rows, quick=options.quick)]))
    if options.json is not None:
        report = {"machine": machine, "quick": options.quick, "rows": [r.to_json() for r in rows]}
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure mock-knock beside the peers that this machine has.",
    )
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller worlds")
    parser.add_argument(
        "--only", nargs="+", choices=list(MEASURES), metavar="NAME", help=" ".join(MEASURES)
    )
    parser.add_argument(
        "--seconds", type=_positive, metavar="N", help="of one round of load (default 3, quick 1)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every sample here")
    peers = os.environ.get(PEERS_VARIABLE)
    parser.add_argument(
        "--peers",
        type=Path,
        metavar="DIR",
        default=Path(peers) if peers else None,
        help=f"where to look for peers, besides PATH (also {PEERS_VARIABLE})",
    )
    parser.add_argument(
        "--install-peers", type=Path, metavar="DIR", help="install them into DIR first (npm, pip)"
    )
    parser.add_argument(
        "--mock-knock",
        type=shlex.split,
        metavar="COMMAND",
        help="the mock-knock to start (default: the one of this Python)",
    )
    return parser


def _positive(text: str) -> float:
    value = float(text)
    if value <= 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def _end(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(143)  # unwinds, so that every server is stopped


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
