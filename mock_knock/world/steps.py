"""What is declared about one channel step of a workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class ChannelStep:
    """A step that sends on one channel.

    channel: key or id of the channel; None for the environment's default in-app feed.
    delay: seconds that the run waits, `paused`, before the step.
    ref: name of the step in messages and run events; by kind and number when it is empty.
    template: what its messages say, by field of their content (see `world/contents.py`).
    """

    channel: str | None = None
    delay: float = 0.0
    ref: str = ""
    template: Mapping[str, Any] = field(default_factory=dict)


IN_APP_ONLY = (ChannelStep(),)
"""The steps of a workflow that declares none: one message in the default feed."""
