"""In-app guides of one environment: who may be shown which, and what was done with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mock_knock.world.audiences import Audiences
from mock_knock.world.errors import Detail, MissingError
from mock_knock.world.guide_engagement import (
    GuideEngagement,
    GuideMessages,
    IdsOnly,
    Mark,
    StepMarks,
    marks_to_json,
)
from mock_knock.world.identity import Identity
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.objects import TENANTS, Objects
from mock_knock.world.targeting import Condition
from mock_knock.world.users import User, Users

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

    id: a UUID; one that follows from the key when it is empty.
    channel_id: the in-app guide channel that shows it.
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


def _any_channel(channel_id: str) -> None:
    return None


class Guides:
    """Every guide of one environment, and each user's engagement with it.

    `check_channel` raises MissingError for an id of no channel; `messages` takes what guides send.
    """

    def __init__(
        self, users: Users, objects: Objects, audiences: Audiences, identity: Identity
    ) -> None:
        self._users = users
        self._objects = objects
        self._audiences = audiences
        self._identity = identity
        self.check_channel: Callable[[str], object] = _any_channel
        self.messages: GuideMessages = IdsOnly(identity)
        self.display_interval = 0
        self._guides: dict[str, Guide] = {}
        self._engagements: dict[str, dict[tuple[str, str | None], GuideEngagement]] = {}
        self._displays: dict[str, Instant] = {}

    def declare(self, guide: Guide, now: Instant) -> Guide:
        """Let there be this guide, in place of an earlier one with its key."""
        guide = replace(
            guide,
            id=(guide.id or self._identity.derived_uuid("guide", guide.key)).lower(),
            channel_id=guide.channel_id.lower(),
            declared_at=now,
        )
        self._guides[guide.key] = guide
        return guide

    def offer(self, user_id: str, channel_id: str, visit: Visit) -> dict[str, Any]:
        """The guides of a channel in Knock's form: those for the user, and those held back.

        Raises MissingError for an unknown user or channel.
        """
        user = self._users.get(user_id)
        self.check_channel(channel_id)
        there = [g for g in self._guides.values() if g.channel_id == channel_id.lower()]
        entries, held_back = [], []
        for guide in there:
            if visit.type is not None and guide.type != visit.type:
                continue
            reason = self._reason_to_hold_back(guide, user, visit)
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

    def mark(self, user_id: str, mark: Mark, body: Mapping[str, Any], now: Instant) -> None:
        """Mark a step of a guide. Raises MissingError for an unknown user, guide or step."""
        self._users.get(user_id)
        guide = self._named(body)
        step_ref, tenant = body["guide_step_ref"], body.get("tenant")
        engagement = self._engagements.setdefault(user_id, {}).setdefault(
            (guide.key, tenant), GuideEngagement()
        )
        marks = engagement.steps.get(step_ref)
        if marks is None:
            marks = StepMarks(self.messages.create(user_id, guide.key, step_ref, tenant, now))
            engagement.steps[step_ref] = marks
        marks.put(mark, now)
        self.messages.mark(marks.message_id, mark, now)
        if mark == "archived":
            engagement.finished = engagement.finished or body.get("is_final") is True
            # A new pause begins before the group's next guide (Knock's browser client agrees).
            if not (guide.unthrottled or body.get("unthrottled") is True):
                self._displays[user_id] = now

    def unarchive(self, user_id: str, key: str, tenant: str | None, now: Instant) -> None:
        """Let the user be shown the guide again. Raises MissingError for either unknown."""
        engagement = self._engagement(user_id, key, tenant)
        for marks in engagement.unarchive() if engagement is not None else ():
            self.messages.mark(marks.message_id, "unarchived", now)

    def reset(self, user_id: str, key: str, tenant: str | None) -> None:
        """Forget what the user did with the guide. Raises MissingError for either unknown."""
        if self._engagement(user_id, key, tenant) is not None:
            del self._engagements[user_id][key, tenant]

    def forget(self, user_id: str) -> None:
        """Forget all that a user did who is deleted."""
        self._engagements.pop(user_id, None)
        self._displays.pop(user_id, None)

    def _reason_to_hold_back(self, guide: Guide, user: User, visit: Visit) -> str | None:
        if not guide.active:
            return "guide_not_active"
        engagement = self._engagements.get(user.id, {}).get((guide.key, visit.tenant))
        if engagement is not None and engagement.archived(guide.step_refs):
            return "marked_as_archived"
        has = self._audiences.has
        if guide.audiences and not any(has(a, user.id, visit.tenant) for a in guide.audiences):
            return "not_in_target_audience"
        tenant = None if visit.tenant is None else self._objects.find(TENANTS, visit.tenant)
        values = {
            "recipient": {**user.properties, "id": user.id},
            "tenant": {} if tenant is None else {**tenant.properties, "id": tenant.id},
            "data": visit.data,
        }
        if not all(condition.holds(values) for condition in guide.conditions):
            return "target_conditions_not_met"
        return None

    def _shown(self, guide: Guide, user_id: str, tenant: str | None) -> dict[str, Any]:
        engagement = self._engagements.get(user_id, {}).get((guide.key, tenant))
        marked = {} if engagement is None else engagement.steps
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
                    "message": marks_to_json(marked.get(step.ref)),
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
        self._users.get(user_id)
        return self._engagements.get(user_id, {}).get((self._get(key).key, tenant))


def _unknown(field: str, problem: str) -> MissingError:
    return MissingError(f"{field}: {problem}", details=(Detail(field, problem, "missing"),))
