"""Channel data of users and objects: tokens and connections, one set for each channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_knock.world.channel_shapes import read_channel_data
from mock_knock.world.errors import MissingError, invalid_field
from mock_knock.world.events import SILENCE
from mock_knock.world.instants import Instant
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.references import RecipientKey


def _nothing_declared(channel_id: str) -> str | None:
    return None


class ChannelData:
    """The channel data of one environment's recipients.

    `provider_of` says which provider a channel is declared to have (`chat_slack`, ...), None where
    nothing is declared; then the provider follows from the form of the data.
    """

    def __init__(self, recipients: RecipientStore) -> None:
        self._recipients = recipients
        self.provider_of: Callable[[str], str | None] = _nothing_declared
        self.events = SILENCE

    def find(self, key: RecipientKey, channel_id: str) -> dict[str, Any] | None:
        """The channel data in Knock's form; None when the recipient or its data is not there."""
        recipient = self._recipients.find(key)
        if recipient is None:
            return None
        channel_id = channel_id.lower()
        return self._shown(channel_id, recipient.channel_data.get(channel_id))

    def get(self, key: RecipientKey, channel_id: str) -> dict[str, Any]:
        """The channel data in Knock's form. Raises MissingError when it was never set."""
        self._recipients.get(key)
        found = self.find(key, channel_id)
        if found is None:
            raise _not_set(channel_id)
        return found

    def put(
        self, key: RecipientKey, channel_id: str, data: Mapping[str, Any], now: Instant
    ) -> dict[str, Any]:
        """Set the channel data, in place of what was there; the recipient is created if need be.

        (Knock docs: setting channel data.) Raises MissingError for an id that nothing can have,
        InvalidParamsError for data that the channel's provider does not take.
        """
        channel_id = channel_id.lower()
        shown = self._shown(channel_id, data)
        if shown is None:
            provider = self.provider_of(channel_id)
            raise invalid_field(
                "data",
                f"is not in the form of {provider or 'any provider'}: see Knock's API "
                "reference on channel data for the forms that there are",
                "channel_data",
            )
        recipient = self._recipients.ensure(key, now)
        recipient.channel_data = {**recipient.channel_data, channel_id: data}
        recipient.updated_at = now
        self._tell("channel_data.set", key, channel_id, now)
        return shown

    def delete(self, key: RecipientKey, channel_id: str, now: Instant) -> None:
        """Forget the channel data. Raises MissingError when it was never set."""
        recipient = self._recipients.get(key)
        channel_id = channel_id.lower()
        if channel_id not in recipient.channel_data:
            raise _not_set(channel_id)
        recipient.channel_data = {
            id: data for id, data in recipient.channel_data.items() if id != channel_id
        }
        recipient.updated_at = now
        self._tell("channel_data.deleted", key, channel_id, now)

    def _tell(self, kind: str, key: RecipientKey, channel_id: str, now: Instant) -> None:
        told = {"channel_id": channel_id, "collection": key[1]}
        self.events.record(kind, key[0], now, told)

    def _shown(self, channel_id: str, data: object) -> dict[str, Any] | None:
        found = read_channel_data(data, self.provider_of(channel_id))
        if found is None:
            return None
        provider, shown = found
        return {
            "__typename": "ChannelData",
            "channel_id": channel_id,
            "data": shown,
            "provider": provider,
        }


def _not_set(channel_id: str) -> MissingError:
    return MissingError(
        f"No channel data is set for the channel {channel_id} of this recipient: set it first"
    )
