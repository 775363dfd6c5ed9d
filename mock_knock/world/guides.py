"""In-app guides of one environment: who may be shown which, and what was done with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mock_knock.world.audiences import Audiences
from mock_knock.world.channels import Channels
from mock_knock.world.conditions import Condition, Scope
from mock_knock.world.contents import guide_contents
from mock_knock.world.engagement import mark
from mock_knock.world.errors import Detail, MissingError
from mock_knock.world.events import SILENCE
from mock_knock.world.guide_engagement import GuideEngagement, Mark, marks_to_json
from mock_knock.world.identity import Identity
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.message import Draft, Message, Source
from mock_knock.world.messages import Messages
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.sending import Sending

DEFAULT_GROUP = "default"
"""The one group of guides that Knock has so far (its browser client names it so)."""

_MESSAGES = {
    "guide_not_active": "The guide is not active",
    "marked_as_archived": "The user has archived the guide",
    "target_conditions_not_met": "The guide's target conditions do not hold for the user",
    "not_in_target_audience": "The user is in none of the guide's target audiences",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideStep:
    """One step of a guide. `content` is what is shown, as it is."""

    ref: str = "step_1"
    schema_key: str = "banner"
    schema_semver: str = "0.0.1"
    schema_variant_key: str = "default"
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """What is declared about a guide.

    channel_id: id or key of the in-app guide channel that shows it.
    id: a UUID; one that follows from the key when it is empty.
    audiences: the user must be in one of them (by key); none for everybody.
    conditions: all must hold; they look at `recipient`, `tenant` and `data`.
    unthrottled: whether it may be shown without heed to the pauses of its group.
    """

    key: str
    channel_id: str
    id: str = ""
    type: str = "banner"
    semver: str = "0.0.1"
    active: bool = True
    steps: tuple[GuideStep, ...] = (GuideStep(),)
    conditions: tuple[Condition, ...] = ()
    audiences: tuple[str, ...] = ()
    activation_url_rules: tuple[Mapping[str, str], ...] = ()
    activation_url_patterns: tuple[Mapping[str, str], ...] = ()
    unthrottled: bool = False
    dashboard_url: str = ""
    declared_at: Instant = 0

    @property
    def step_refs(self) -> tuple[str, ...]:
        """The names of its steps, in order."""
        return tuple(step.ref for step in self.steps)


@dataclass(frozen=True, slots=True)
class Visit:
    """The circumstances under which guides are asked for: tenant, data, and a type to keep to."""

    tenant: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    type: str | None = None


class Guides:
    """Every guide of one environment, and each user's engagement with it.

    `display_interval`: seconds of pause between two guides of the group.
    """

    def __init__(
        self,
        recipients: RecipientStore,
        audiences: Audiences,
        channels: Channels,
        messages: Messages,
        sending: Sending,
        identity: Identity,
    ) -> None:
        self._recipients = recipients
        self._audiences = audiences
        self._channels = channels
        self._messages = messages
        self._sending = sending
        self._identity = identity
        self.display_interval = 0
        self.events = SILENCE
        self._guides: dict[str, Guide] = {}
        self._engagements: dict[str, dict[tuple[str, str | None], GuideEngagement]] = {}
        self._displays: dict[str, Instant] = {}

    @property
    def declared(self) -> tuple[Guide, ...]:
        """Every guide, in the order in which they are shown."""
        return tuple(self._guides.values())

    @property
    def engagements(self) -> Mapping[str, Mapping[tuple[str, str | None], GuideEngagement]]:
        """What users did, by user id, guide key and tenant."""
        return self._engagements

    @property
    def displays(self) -> Mapping[str, Instant]:
        """When the pause between guides last began, by user id."""
        return self._displays

    def put_back(
        self,
        declared: Iterable[Guide],
        engagements: Mapping[str, dict[tuple[str, str | None], GuideEngagement]],
        displays: Mapping[str, Instant],
    ) -> None:
        """Take over what a snapshot had."""
        self._guides = {guide.key: guide for guide in declared}
        self._engagements = dict(engagements)
        self._displays = dict(displays)

    def declare(self, guide: Guide, now: Instant) -> Guide:
        """Let there be this guide, in place of an earlier one with its key.

        Raises InvalidParamsError for a channel that shows no guides.
        """
        guide = replace(
            guide,
            id=(guide.id or self._identity.derived_uuid("guide", guide.key)).lower(),
            channel_id=self._channels.of_guides(guide.channel_id, now).id,
            declared_at=now,
        )
        self._guides[guide.key] = guide
        return guide

    def offer(self, user_id: str, channel_id: str, visit: Visit) -> dict[str, Any]:
        """The guides of a channel in Knock's form: those for the user, and those held back.

        Raises MissingError for an unknown user or channel.
        """
        self._recipients.get((user_id, None))
        self._channels.get(channel_id)
        there = [g for g in self._guides.values() if g.channel_id == channel_id.lower()]
        entries, held_back = [], []
        for guide in there:
            if visit.type is not None and guide.type != visit.type:
                continue
            reason = self._reason_to_hold_back(guide, user_id, visit)
            if reason is None:
                entries.append(self._shown(guide, user_id, visit.tenant))
            else:
                held_back.append(
                    {
                        "__typename": "GuideIneligibilityMarker",
                        "key": guide.key,
                        "reason": reason,
                        "message": _MESSAGES[reason],
                    }
                )
        last = self._displays.get(user_id)
        return {
            "entries": entries,
            "guide_groups": [self._group(there)] if there else [],
            "guide_group_display_logs": {} if last is None else {DEFAULT_GROUP: to_text(last)},
            "ineligible_guides": held_back,
        }

    def mark(self, user_id: str, what: Mark, body: Mapping[str, Any], now: Instant) -> None:
        """Mark a step of a guide. Raises MissingError for an unknown user, guide or step."""
        self._recipients.get((user_id, None))
        guide = self._named(body)
        step_ref, tenant = body["guide_step_ref"], body.get("tenant")
        engagement = self._engagements.setdefault(user_id, {}).setdefault(
            (guide.key, tenant), GuideEngagement()
        )
        message = engagement.message(step_ref)
        if message is None:
            message = self._make(guide, step_ref, user_id, body, now)
            engagement.add(step_ref, message)
        if what == "interacted":
            # Knock docs: guide engagement, read_at is "last read or interacted with".
            mark(self._messages, message, "read", now)
        mark(self._messages, message, what, now, body.get("metadata"))
        self.events.record(f"guide.{what}", guide.key, now, {"user": user_id, "step": step_ref})
        if what == "archived":
            if body.get("is_final") is True:
                engagement.finish_with(message)
            # A new pause begins before the group's next guide (Knock's browser client agrees).
            if not (guide.unthrottled or body.get("unthrottled") is True):
                self._displays[user_id] = now

    def unarchive(self, user_id: str, key: str, tenant: str | None, now: Instant) -> None:
        """Let the user be shown the guide again. Raises MissingError for either unknown."""
        engagement = self._engagement(user_id, key, tenant)
        self.events.record("guide.unarchived", key, now, {"user": user_id})
        for message in () if engagement is None else engagement.messages():
            mark(self._messages, message, "unarchived", now)

    def reset(self, user_id: str, key: str, tenant: str | None, now: Instant) -> None:
        """Forget what the user did with the guide, its messages too.

        Raises MissingError for either unknown.
        """
        engagement = self._engagement(user_id, key, tenant)
        if engagement is not None:
            for message in engagement.messages():
                self._messages.remove(message)
            del self._engagements[user_id][key, tenant]
            self.events.record("guide.reset", key, now, {"user": user_id})

    def forget(self, user_id: str) -> None:
        """Forget all that a user did who is deleted."""
        self._engagements.pop(user_id, None)
        self._displays.pop(user_id, None)

    def _make(
        self, guide: Guide, step_ref: str, user_id: str, body: Mapping[str, Any], now: Instant
    ) -> Message:
        """The message of a step that is marked for the first time."""
        content = next(step.content for step in guide.steps if step.ref == step_ref)
        draft = Draft(
            channel=self._channels.get(guide.channel_id),
            recipient=(user_id, None),
            source=Source(guide.key, guide.id, type="guide", step_ref=step_ref),
            tenant=body.get("tenant"),
            data=body.get("data"),
            contents=guide_contents(content),
        )
        return self._sending.make(draft, now)

    def _reason_to_hold_back(self, guide: Guide, user_id: str, visit: Visit) -> str | None:
        if not guide.active:
            return "guide_not_active"
        engagement = self._engagements.get(user_id, {}).get((guide.key, visit.tenant))
        if engagement is not None and engagement.archived(guide.step_refs):
            return "marked_as_archived"
        has = self._audiences.has
        if guide.audiences and not any(has(a, user_id, visit.tenant) for a in guide.audiences):
            return "not_in_target_audience"
        values = {
            "recipient": self._recipients.properties((user_id, None)),
            "tenant": self._recipients.tenant_properties(visit.tenant),
            "data": visit.data,
        }
        scope = Scope(values, lambda audience: has(audience, user_id, visit.tenant))
        if not all(condition.holds(scope) for condition in guide.conditions):
            return "target_conditions_not_met"
        return None

    def _shown(self, guide: Guide, user_id: str, tenant: str | None) -> dict[str, Any]:
        engagement = self._engagements.get(user_id, {}).get((guide.key, tenant))
        engagement = engagement or GuideEngagement()
        return {
            "__typename": "Guide",
            "id": guide.id,
            "key": guide.key,
            "channel_id": guide.channel_id,
            "type": guide.type,
            "semver": guide.semver,
            "active": guide.active,
            "bypass_global_group_limit": guide.unthrottled,
            "activation_url_rules": [dict(rule) for rule in guide.activation_url_rules],
            "activation_url_patterns": [dict(p) for p in guide.activation_url_patterns],
            "dashboard_url": guide.dashboard_url,
            "steps": [
                {
                    "ref": step.ref,
                    "schema_key": step.schema_key,
                    "schema_semver": step.schema_semver,
                    "schema_variant_key": step.schema_variant_key,
                    "content": dict(step.content),
                    "message": marks_to_json(engagement.message(step.ref)),
                }
                for step in guide.steps
            ],
            "inserted_at": to_text(guide.declared_at),
            "updated_at": to_text(guide.declared_at),
        }

    def _group(self, guides: list[Guide]) -> dict[str, Any]:
        at = to_text(max(guide.declared_at for guide in guides))
        return {
            "__typename": "GuideGroup",
            "key": DEFAULT_GROUP,
            "display_sequence": [guide.key for guide in guides],
            "display_sequence_unthrottled": [g.key for g in guides if g.unthrottled],
            "display_sequence_throttled": [g.key for g in guides if not g.unthrottled],
            "display_interval": self.display_interval,
            "inserted_at": at,
            "updated_at": at,
        }

    def _get(self, key: str) -> Guide:
        guide = self._guides.get(key)
        if guide is None:
            there = ", ".join(sorted(self._guides)) or "none is declared"
            raise _unknown("guide_key", f"there is no guide {key[:80]!r}; there are: {there}")
        return guide

    def _named(self, body: Mapping[str, Any]) -> Guide:
        """The guide that a mark is for; what the mark says of it must be true."""
        guide = self._get(body["guide_key"])
        for name, value in (("guide_id", guide.id), ("channel_id", guide.channel_id)):
            if body[name].lower() != value:
                raise _unknown(name, f"the guide {guide.key!r} has the {name} {value}")
        if body["guide_step_ref"] not in guide.step_refs:
            steps = ", ".join(guide.step_refs)
            raise _unknown("guide_step_ref", f"the guide {guide.key!r} has the steps {steps}")
        return guide

    def _engagement(self, user_id: str, key: str, tenant: str | None) -> GuideEngagement | None:
        self._recipients.get((user_id, None))
        return self._engagements.get(user_id, {}).get((self._get(key).key, tenant))


def _unknown(field: str, problem: str) -> MissingError:
    return MissingError(f"{field}: {problem}", details=(Detail(field, problem, "missing"),))
