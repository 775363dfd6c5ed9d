"""Slack channels and Microsoft Teams teams that nobody made up but this module.

Each follows from the text that it is invented for (an access token, an organisation's id), so the
same credential sees the same workspace in every run.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

from mock_knock.world.instants import DAY, DEFAULT_START, to_millisecond_text

SLACK_TYPES = ("public_channel", "private_channel", "mpim", "im")
"""Kinds of Slack conversations (Slack's API reference, conversations.list)."""

_SLACK_CHANNELS = 240
_TEAMS = 25
_TOPICS = (
    "general", "random", "announcements", "engineering", "design", "product", "sales", "support",
    "finance", "people", "marketing", "operations",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SlackChannel:
    """One Slack conversation."""

    id: str
    name: str
    type: str
    team_id: str
    archived: bool


@dataclass(frozen=True, slots=True)
class TeamsTeam:
    """One team of an organisation in Microsoft Teams."""

    id: str
    name: str
    description: str | None


@dataclass(frozen=True, slots=True)
class TeamsChannel:
    """One channel of a team in Microsoft Teams. `created_at`: as text."""

    id: str
    name: str
    description: str | None
    private: bool
    archived: bool
    created_at: str


def slack_team_id(token: str) -> str:
    """The id of the workspace that an access token opens."""
    return "T" + _letters("slack team", token)


def slack_channels(token: str) -> list[SlackChannel]:
    """The conversations of the workspace, always in the same order.

    Every sixth is private, every twentieth archived; the last twelve are direct messages.
    """
    team = slack_team_id(token)
    channels = []
    for number in range(_SLACK_CHANNELS):
        kind = "private_channel" if number % 6 == 5 else "public_channel"
        id = "C" + _letters("slack channel", token, str(number))
        channels.append(SlackChannel(id, _name(number), kind, team, number % 20 == 19))
    for number in range(12):
        kind = "mpim" if number % 4 == 3 else "im"
        id = "D" + _letters("slack message", token, str(number))
        channels.append(SlackChannel(id, f"{kind}-{number + 1}", kind, team, False))
    return channels


def teams_teams(tenant_id: str) -> list[TeamsTeam]:
    """The teams of an organisation, always in the same order."""
    return [
        TeamsTeam(
            _uuid("team", tenant_id, str(number)),
            _name(number).replace("-", " ").title(),
            None if number % 3 == 2 else f"Everything about {_name(number)}",
        )
        for number in range(_TEAMS)
    ]


def teams_channels(team_id: str) -> list[TeamsChannel]:
    """The channels of a team, always in the same order. The first is General, as everywhere."""
    return [
        TeamsChannel(
            f"19:{_digest('channel', team_id, str(number))}@thread.tacv2",
            _name(number).title(),
            None if number else "The channel that every team has",
            private=number % 5 == 4,
            archived=number % 7 == 6,
            created_at=to_millisecond_text(DEFAULT_START - (100 - number) * DAY),
        )
        for number in range(8)
    ]


def _name(number: int) -> str:
    """`general`, `random`, ... `general-2`, `random-2`, ..."""
    lap, topic = divmod(number, len(_TOPICS))
    return _TOPICS[topic] + (f"-{lap + 1}" if lap else "")


def _digest(*parts: str) -> str:
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=16).hexdigest()


def _letters(*parts: str) -> str:
    """Ten characters in the manner of Slack's ids."""
    return _digest(*parts)[:10].upper()


def _uuid(*parts: str) -> str:
    text = _digest(*parts)
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"
