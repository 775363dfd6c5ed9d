"""The cost of identify, trigger and a page of users, with one user and with very many."""

from __future__ import annotations

from benchmarks.measures.scale import compare
from benchmarks.results import Row
from benchmarks.setting import Setting


def commands_at_scale(setting: Setting) -> list[Row]:
    """Microseconds of a call, in process."""
    return compare(setting, ["identify", "trigger", "list users"], operations=1)
