"""What every method of the SDKs is called with, and must answer, where there is something.

A story is one call against the environment of `seed.py`: a generator that yields the arguments (by
the names of `knockapi`), is sent the answer as JSON (of a list: all its rows, page by page), and
then checks it, and what it left behind. Each is told to every SDK; `seeded/` has them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from tests.sdk.seed import Seed, same_times

Story = Generator[dict[str, Any], Any, None]
STORIES: dict[str, Callable[[Seed], Story]] = {}

ONE_ROW = frozenset({"messages.list_activities", "messages.list_delivery_logs"})
"""Lists that never have more than a row, so that there is no second page to go to."""


def calling(method: str) -> Callable[[Callable[[Seed], Story]], Callable[[Seed], Story]]:
    """Register the story of a method, by its path in `knockapi`."""

    def register(story: Callable[[Seed], Story]) -> Callable[[Seed], Story]:
        assert method not in STORIES, f"{method} has a story already"
        STORIES[method] = story
        return story

    return register


def conclude(story: Story, answer: Any) -> None:
    """Send the story its answer, and let it check."""
    try:
        story.send(same_times(answer))
    except StopIteration:
        return
    raise AssertionError("a story makes one call")
