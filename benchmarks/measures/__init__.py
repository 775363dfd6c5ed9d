"""Every measure by its name on the command line, in the order of the table."""

from __future__ import annotations

from benchmarks.measures.commands_at_scale import commands_at_scale
from benchmarks.measures.flow import whole_flow
from benchmarks.measures.fresh_environment import fresh_environment
from benchmarks.measures.memory import idle_memory
from benchmarks.measures.messages_at_scale import messages_at_scale
from benchmarks.measures.poll_at_scale import poll_at_scale
from benchmarks.measures.polls import poll_throughput
from benchmarks.measures.start import start_to_ready
from benchmarks.measures.watched_polls import watched_polls
from benchmarks.results import Measure

MEASURES: dict[str, Measure] = {
    "polls": poll_throughput,
    "start": start_to_ready,
    "memory": idle_memory,
    "fresh": fresh_environment,
    "flow": whole_flow,
    "poll-at-scale": poll_at_scale,
    "commands-at-scale": commands_at_scale,
    "messages-at-scale": messages_at_scale,
    "watched-polls": watched_polls,
}
