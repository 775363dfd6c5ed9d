"""The cost of lists and marks of messages, with one user and message and with very many."""

from __future__ import annotations

from benchmarks.measures.scale import compare
from benchmarks.results import Row
from benchmarks.setting import Setting


def messages_at_scale(setting: Setting) -> list[Row]:
    """Microseconds of a call, in process."""
    calls = ["list messages", "messages of a user", "feed", "mark a message", "trigger"]
    return compare(setting, calls, operations=1, messages=True)
