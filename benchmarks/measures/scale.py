"""The same call in a small world and in a large one, side by side.

Each world has a process of its own, so that the small one knows nothing of the large one's memory
and garbage; the two take turns, so that noise meets both.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from statistics import median

from benchmarks.populated import Size, populated
from benchmarks.results import NOBODY, Row, Samples, shown
from benchmarks.setting import Setting

THE_SAME = 1.25
"""Up to this ratio a cost counts as the same: caches and noise have their share."""

USERS = 1_000_000


def compare(
    setting: Setting, calls: Sequence[str], operations: int, *, messages: bool = False
) -> list[Row]:
    """A row for each call: what it costs in the large world, by what it costs in the small one."""
    shrink = 20 if setting.quick else 1
    large = Size(users=USERS // shrink, operations=max(operations // shrink, 1), messages=messages)
    small = Size(users=1, operations=1, messages=messages)
    batches, size = (20, 100) if setting.quick else (150, 100)
    rows = []
    with contextlib.ExitStack() as stack:
        ask_large = stack.enter_context(populated(large))
        ask_small = stack.enter_context(populated(small))
        for call in calls:
            costs: dict[bool, list[float]] = {False: [], True: []}
            slowest = {False: 0.0, True: 0.0}
            for _ in range(batches):
                for is_large, ask in ((False, ask_small), (True, ask_large)):
                    durations = ask(call, size)
                    costs[is_large].append(median(durations))
                    slowest[is_large] = max(slowest[is_large], *durations)
            rows.append(_row(call, small, large, costs, slowest))
    return rows


def _row(
    call: str,
    small: Size,
    large: Size,
    costs: dict[bool, list[float]],
    slowest: dict[bool, float],
) -> Row:
    few, many = Samples.of(costs[False]), Samples.of(costs[True])
    # Of pairs next to each other in time: a busy spell of the machine slows both down.
    times = median(b / a for a, b in zip(few.values, many.values, strict=True))
    world = f"{large.users:,} users"
    if large.operations > 1:
        world = f"{large.operations:,} operations, {world}"
    if large.messages:
        world = f"{world} and as many messages"
    note = (
        f"{call}: {shown(few.median)} us with one, {shown(many.median)} us with {world}; slowest "
        f"single call {shown(slowest[False] / 1e3)} ms and {shown(slowest[True] / 1e3)} ms."
    )
    return Row(
        f"{call} with {world}",
        "us",
        many,
        f"as with one (up to {THE_SAME})",
        dict.fromkeys(("Steady", "Prism", "WireMock", "moto"), NOBODY),
        f"{times:.2f} x with one",
        times <= THE_SAME,
        [note],
    )
