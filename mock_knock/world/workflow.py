"""What is declared about one workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_knock.world.errors import invalid_field
from mock_knock.world.steps import ChannelStep
from mock_knock.world.trigger_schema import DataCheck

MAX_DELAY = 366 * 86_400
"""The longest delay of a workflow, in seconds."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """What is declared about a workflow. `delay`: seconds that each run waits, `paused`.

    `steps`: what its runs send, in order; None for one message in the default in-app feed.
    `data_schema`: the JSON Schema that `check_data` was made from.
    """

    key: str
    check_data: DataCheck | None = None
    delay: float = 0.0
    active: bool = True
    steps: tuple[ChannelStep, ...] | None = None
    categories: tuple[str, ...] = ()
    data_schema: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.delay <= MAX_DELAY:
            raise invalid_field("delay", f"must be from 0 to {MAX_DELAY} seconds")
