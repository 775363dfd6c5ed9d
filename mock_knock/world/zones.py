"""Time zones by their name in the tz database."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

UTC_NAME = "Etc/UTC"
"""The zone of recipients that have none (Knock docs: recipient time zones)."""


def find_zone(name: object) -> ZoneInfo:
    """The zone called `name`, such as `America/New_York`; `Etc/UTC` for what is no zone's name."""
    return _zone(name) if isinstance(name, str) else _zone(UTC_NAME)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, a folder of zones
        return ZoneInfo(UTC_NAME)
