"""Whether a run's recipient wants a message: preferences asked with what the run is about."""

from __future__ import annotations

from mock_knock.world.audiences import Audiences
from mock_knock.world.channels import Channel
from mock_knock.world.preference_evaluation import Occasion, Scope
from mock_knock.world.recipient_preferences import RecipientPreferences
from mock_knock.world.recipient_run import RecipientRun
from mock_knock.world.recipient_store import RecipientStore


class MessagePreferences:
    """Asks the preferences of one environment before each message."""

    __slots__ = ("_audiences", "_preferences", "_recipients")

    def __init__(
        self,
        preferences: RecipientPreferences,
        recipients: RecipientStore,
        audiences: Audiences,
    ) -> None:
        self._preferences = preferences
        self._recipients = recipients
        self._audiences = audiences

    def wants(self, run: RecipientRun, channel: Channel) -> bool:
        """Whether the recipient of the run wants its message on the channel."""
        occasion = Occasion(
            workflow=run.workflow.key,
            categories=run.workflow.categories,
            channel_type=channel.kind,
            channel_id=channel.id,
        )
        values = {
            "recipient": self._recipients.properties(run.recipient, run.subscription),
            "actor": self._recipients.properties(run.actor),
            "tenant": self._recipients.tenant_properties(run.tenant),
            "data": run.data,
        }
        user_id, collection = run.recipient

        def is_member(audience: str) -> bool:
            return collection is None and self._audiences.has(audience, user_id, run.tenant)

        scope = Scope(values, is_member)
        return self._preferences.wants(run.recipient, run.tenant, occasion, scope)
