"""The cost of a poll in a world of one operation, and of very many with very many users."""

from __future__ import annotations

from benchmarks.measures.scale import compare
from benchmarks.results import Row
from benchmarks.setting import Setting


def poll_at_scale(setting: Setting) -> list[Row]:
    """Microseconds of a poll, in process, the clock standing still between polls."""
    return compare(setting, ["poll"], operations=100_000)
