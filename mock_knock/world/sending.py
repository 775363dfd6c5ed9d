"""Where channel steps of recipient runs become messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_knock.world.addresses import addresses, snapshot
from mock_knock.world.channels import Channel, Channels
from mock_knock.world.contents import Address, contents
from mock_knock.world.delivery import Deliveries
from mock_knock.world.errors import invalid_field
from mock_knock.world.identity import Identity
from mock_knock.world.instants import Instant
from mock_knock.world.message import Draft, Message, Source
from mock_knock.world.messages import Messages
from mock_knock.world.recipient_run import RecipientRun
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.steps import ChannelStep
from mock_knock.world.workflow import Workflow

Wants = Callable[[RecipientRun, Channel], bool]
"""Whether the recipient of a run wants its message on a channel."""


class Sending:
    """Makes the messages of one environment and sends them off.

    `wants` is asked before each message.
    """

    def __init__(
        self,
        channels: Channels,
        messages: Messages,
        deliveries: Deliveries,
        recipients: RecipientStore,
        identity: Identity,
        wants: Wants,
    ) -> None:
        self._wants = wants
        self._channels = channels
        self._messages = messages
        self._deliveries = deliveries
        self._recipients = recipients
        self._identity = identity
        self._versions: dict[str, str] = {}
        # Without a template in-app messages of a workflow all say the same: they share it.
        self._plain: dict[str, Mapping[str, Any] | None] = {}

    def check(self, workflow: Workflow) -> None:
        """Raise InvalidParamsError, naming the step, when one is on a channel that is not known."""
        for at, step in enumerate(workflow.steps or ()):
            if step.channel is not None and self._channels.named(step.channel) is None:
                there = ", ".join(channel.key for channel in self._channels) or "none is declared"
                raise invalid_field(
                    f"steps[{at}].channel",
                    f"the workflow {workflow.key!r} sends on {step.channel!r}, which is no "
                    f"channel of this environment; there are: {there}",
                )

    def send(self, run: RecipientRun, step: ChannelStep, number: int, at: Instant) -> None:
        """Carry out a channel step of a run at `at`; `number` counts the run's steps from 1.

        It leaves an event in the run's log for each message, or for why there is none.
        """
        channel = self._channel(step)
        ref = step.ref or (f"{channel.kind}_{number}" if channel else f"channel_{number}")
        recipient = self._recipients.find(run.recipient)
        if channel is None or recipient is None:
            reason = "channel_invalid" if channel is None else "recipient_missing"
            run.note("step_skipped", at, {"reason": reason}, ref)
            return
        if not self._wants(run, channel):
            run.note("step_skipped", at, {"reason": "preferences"}, ref)
            return
        places = addresses(channel, recipient)
        if not places:
            run.note("step_skipped", at, {"reason": "recipient_unreachable"}, ref)
        source = self._source(run, ref)
        for address in places:
            draft = Draft(
                channel=channel,
                recipient=run.recipient,
                source=source,
                actor=run.actor,
                tenant=run.tenant,
                data=run.data,
                contents=self._contents(run, channel, step, address),
                snapshot=snapshot(recipient, address),
            )
            message = self.make(draft, at, sandbox=run.sandbox)
            run.note(
                "message_enqueued",
                at,
                {"channel_type": channel.kind, "message_id": message.id},
                ref,
            )

    def make(self, draft: Draft, at: Instant, *, sandbox: bool = False) -> Message:
        """Make a message and begin its delivery, both at `at`."""
        message = self._messages.add(draft, at)
        events = self._messages.events
        before = events.cause
        events.cause = events.number  # what becomes of the message follows from its making
        self._deliveries.begin(message, at, sandbox=sandbox)
        events.cause = before
        return message

    def version_of(self, workflow_key: str) -> str:
        """The id of the only version that a workflow has here."""
        found = self._versions.get(workflow_key)
        if found is None:
            found = self._identity.derived_uuid("workflow", workflow_key)
            self._versions[workflow_key] = found
        return found

    def _channel(self, step: ChannelStep) -> Channel | None:
        if step.channel is None:
            return self._channels.default_feed
        return self._channels.named(step.channel)

    def _source(self, run: RecipientRun, ref: str) -> Source:
        workflow = run.workflow
        return Source(
            key=workflow.key,
            version_id=self.version_of(workflow.key),
            categories=workflow.categories,
            step_ref=ref,
            workflow_run_id=run.workflow_run_id,
            workflow_recipient_run_id=run.id,
        )

    def _contents(
        self, run: RecipientRun, channel: Channel, step: ChannelStep, address: Address
    ) -> Mapping[str, Any] | None:
        if channel.is_in_app and not step.template:
            key = run.workflow.key
            if key not in self._plain:
                self._plain[key] = contents(channel, {}, {}, {"workflow": {"key": key}})
            return self._plain[key]
        recipients = self._recipients
        variables = {
            **run.data,
            "data": run.data,
            "recipient": recipients.properties(run.recipient, run.subscription),
            "actor": recipients.properties(run.actor),
            "tenant": recipients.tenant_properties(run.tenant),
            "workflow": {"key": run.workflow.key, "categories": list(run.workflow.categories)},
        }
        return contents(channel, step.template, address, variables)
