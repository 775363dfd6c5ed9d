"""Slack and Microsoft Teams as Knock's provider calls see them. Nobody is called: what stands
there is invented, and follows from the credential.

The credential is in the channel data of an object or tenant, as Knock keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from mock_knock.world.errors import (
    Detail,
    ForbiddenError,
    MissingCredentialError,
    MissingError,
)
from mock_knock.world.instants import Instant
from mock_knock.world.invented import (
    SlackChannel,
    TeamsChannel,
    TeamsTeam,
    slack_channels,
    teams_channels,
    teams_teams,
)
from mock_knock.world.objects import Object, Objects

NO_SLACK_TOKEN = "Access token not set."  # noqa: S105 (a sentence)
NO_TEAMS_TENANT = "Microsoft Teams tenant ID not set."
NO_TEAMS_OBJECT = "Knock Object containing Microsoft Teams tenant not found."
"""Knock's own words: its browser client compares them to the letter."""

REVOKED_TOKEN = "mock_revoked"  # noqa: S105 (the beginning of a magic one)
"""A Slack access token that begins like this is one that Slack does not take any more."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose channel data hold a credential, and for which of Knock's channels."""

    collection: str
    id: str
    channel_id: str


def _any_channel(channel_id: str) -> None:
    return None


class Providers:
    """The provider calls of one environment.

    `check_channel` raises MissingError for an id of no channel.
    """

    def __init__(self, objects: Objects, *, magic_ids: bool) -> None:
        self._objects = objects
        self.magic_ids = magic_ids
        self.check_channel: Callable[[str], object] = _any_channel

    # Slack

    def slack_check(self, owner: Owner) -> str | None:
        """What is wrong with the owner's access token; None when Slack takes it.

        Raises MissingCredentialError when it has none, MissingError for an unknown channel.
        """
        token = self._slack_token(owner)
        return "token_revoked" if self.magic_ids and token.startswith(REVOKED_TOKEN) else None

    def slack_channels(
        self, owner: Owner, types: Collection[str], team_id: str | None, *, archived: bool
    ) -> list[SlackChannel]:
        """The channels of those types that the token sees, with `archived` ones or without.

        Raises as `slack_check` does, and ForbiddenError for a token that Slack does not take.
        """
        problem = self.slack_check(owner)
        if problem is not None:
            raise ForbiddenError(problem)
        return [
            channel
            for channel in slack_channels(self._slack_token(owner))
            if channel.type in types
            and (archived or not channel.archived)
            and team_id in (None, channel.team_id)
        ]

    def slack_revoke(self, owner: Owner, now: Instant) -> None:
        """Take the access token away. Raises as `slack_check` does."""
        self._slack_token(owner)
        self._without(owner, "token", now)

    # Microsoft Teams

    def teams_check(self, owner: Owner) -> str | None:
        """The organisation's id; None when there is no such object.

        Raises MissingCredentialError when it names no organisation, MissingError for an unknown
        channel.
        """
        self.check_channel(owner.channel_id)
        if self._objects.find(owner.collection, owner.id) is None:
            return None
        return self._teams_tenant(owner)

    def teams_teams(self, owner: Owner) -> list[TeamsTeam]:
        """The organisation's teams. Raises MissingCredentialError when the owner names none."""
        return teams_teams(self._teams_tenant(owner))

    def teams_channels(self, owner: Owner, team_id: str) -> list[TeamsChannel]:
        """The channels of a team.

        Raises as `teams_teams` does, and MissingError when the organisation has no such team.
        """
        if all(team.id != team_id.lower() for team in self.teams_teams(owner)):
            problem = "is no team of this organisation: take one from the list of teams"
            raise MissingError(
                f"team_id {team_id[:80]!r} {problem}",
                details=(Detail("team_id", problem, "missing"),),
            )
        return teams_channels(team_id.lower())

    def teams_revoke(self, owner: Owner, now: Instant) -> None:
        """Take the organisation's id away. Raises as `teams_teams` does."""
        self._teams_tenant(owner)
        self._without(owner, "ms_teams_tenant_id", now)

    def _slack_token(self, owner: Owner) -> str:
        token = self._data(owner).get("token")
        access_token = token.get("access_token") if isinstance(token, Mapping) else None
        if not isinstance(access_token, str) or not access_token:
            raise MissingCredentialError(NO_SLACK_TOKEN)
        return access_token

    def _teams_tenant(self, owner: Owner) -> str:
        tenant_id = self._data(owner).get("ms_teams_tenant_id")
        if not isinstance(tenant_id, str) or not tenant_id:
            raise MissingCredentialError(NO_TEAMS_TENANT)
        return tenant_id

    def _data(self, owner: Owner) -> Mapping[str, Any]:
        self.check_channel(owner.channel_id)
        found = self._objects.find(owner.collection, owner.id)
        data = None if found is None else _channel_data(found, owner.channel_id)[1]
        return data if isinstance(data, Mapping) else {}

    def _without(self, owner: Owner, name: str, now: Instant) -> None:
        found = self._objects.find(owner.collection, owner.id)
        assert found is not None, "its credential was just found"
        key, data = _channel_data(found, owner.channel_id)
        found.channel_data = {**found.channel_data, key: {**data, name: None}}
        found.updated_at = now


def _channel_data(found: Object, channel_id: str) -> tuple[str, Any]:
    """An object's data for a channel, under the key that it stands at: ids know no letter case."""
    lowered = channel_id.lower()
    for key, data in found.channel_data.items():
        if key.lower() == lowered:
            return key, data
    return lowered, None
