"""Schedules of one environment: workflows that are triggered later, once or again and again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from mock_knock.world.errors import Detail, MissingError, WorldError
from mock_knock.world.identity import Identity
from mock_knock.world.inline_recipients import InlineRecipients
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.listing import Listings, Page, PageRequest
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.recurrence import next_occurrence
from mock_knock.world.references import RecipientKey, Reference, recipient_key, reference
from mock_knock.world.repeats import repeat_to_json
from mock_knock.world.schedule import Occurrences, Schedule
from mock_knock.world.schedule_requests import ScheduleChange, check_count, is_inline
from mock_knock.world.timeline import Timeline
from mock_knock.world.trigger import TriggerSource
from mock_knock.world.workflows import Workflows
from mock_knock.world.zones import find_zone


class Schedules:
    """Every schedule of one environment."""

    def __init__(
        self,
        recipients: RecipientStore,
        workflows: Workflows,
        timeline: Timeline,
        identity: Identity,
    ) -> None:
        self._recipients = recipients
        self._workflows = workflows
        self._timeline = timeline
        self._identity = identity
        self._created = 0
        self._by_id: dict[str, Schedule] = {}
        self._by_workflow: Listings[str, Schedule] = Listings()
        self._by_recipient: Listings[RecipientKey, Schedule] = Listings()
        self._by_tenant: Listings[str, Schedule] = Listings()

    @property
    def created(self) -> int:
        """How many were ever created: the last place that was given away."""
        return self._created

    def rows(self) -> Iterator[Schedule]:
        """Every schedule, in the order of their creation."""
        return iter(self._by_id.values())

    def find(self, id: str) -> Schedule | None:
        """The schedule, None when there is none (any more)."""
        return self._by_id.get(id)

    def put_back(self, schedules: Iterable[Schedule], created: int) -> None:
        """Take over what a snapshot had, by place; their events come with the timeline."""
        for schedule in schedules:
            self._add(schedule)
        self._created = created

    def occurrences_of(self, schedule: Schedule) -> Occurrences:
        """The event with which the schedule stands on the timeline."""
        return Occurrences(schedule, self._happen)

    def create(self, body: Mapping[str, Any], now: Instant) -> list[Schedule]:
        """Make a schedule for each recipient, in their order; one that comes twice gets one.

        What is given inline is stored first. Raises MissingError for an unknown workflow,
        recipient or actor and for a time that there is not, InvalidParamsError over a limit; then
        nothing has changed.
        """
        recipients: Sequence[Reference] = body["recipients"]
        check_count(recipients, "recipients")
        self._workflows.check_known(body["workflow"])
        change = ScheduleChange(body)
        inline = InlineRecipients(self._recipients)
        for at, given in enumerate(recipients):
            inline.add(given, f"recipients[{at}]")
        stored = {recipient_key(given) for given in recipients if is_inline(given)}
        for at, given in enumerate(recipients):
            if recipient_key(given) not in stored:
                self._check_recipient(recipient_key(given), f"recipients[{at}]")
        self._store(body, inline, now)
        made = []
        for recipient in dict.fromkeys(recipient_key(given) for given in recipients):
            self._created += 1
            schedule = Schedule(
                self._identity.uuid(), self._created, body["workflow"], recipient, now
            )
            self._add(schedule)
            self._apply(change, schedule, now)
            self._tell("schedule.created", schedule, now)
            made.append(schedule)
        return made

    def create_one(self, row: Mapping[str, Any], now: Instant) -> Schedule:
        """Make the schedule of one row of a bulk call. Raises as `create` does."""
        recipient = row.get("recipient")
        if recipient is None:
            detail = Detail("recipient", "is required", "required")
            raise MissingError("The schedule has no recipient", details=(detail,))
        return self.create({**row, "recipients": [recipient]}, now)[0]

    def update(self, ids: Sequence[str], body: Mapping[str, Any], now: Instant) -> list[Schedule]:
        """Put what `body` has in place of what each schedule has; those that there are, in order.

        What is not in `body` stays, null clears. Ids of no schedule are passed over. Raises as
        `create` does.
        """
        check_count(ids, "schedule_ids")
        change = ScheduleChange(body)
        self._store(body, InlineRecipients(self._recipients), now)
        found = self._find(ids)
        for schedule in found:
            self._apply(change, schedule, now)
            self._tell("schedule.updated", schedule, now)
        return found

    def delete(self, ids: Sequence[str], now: Instant) -> list[Schedule]:
        """Remove schedules and what was still to come of them; those that there were, in order.

        Ids of no schedule are passed over. Raises InvalidParamsError over the limit.
        """
        check_count(ids, "schedule_ids")
        found = self._find(ids)
        for schedule in found:
            self._remove(schedule)
            self._tell("schedule.deleted", schedule, now)
        return found

    def forget(self, recipient: RecipientKey) -> None:
        """Remove every schedule of a recipient that is deleted (Knock docs: deleting users)."""
        for schedule in list(self._by_recipient.get(recipient).rows()):
            self._remove(schedule)

    def page(
        self,
        wanted: PageRequest,
        *,
        workflow: str | None = None,
        recipients: Sequence[RecipientKey] | None = None,
        tenant: str | None = None,
    ) -> Page[Schedule]:
        """One page, newest first, of the schedules that match all that is given.

        Name a workflow or recipients. Raises MissingError for an unknown workflow.
        """
        listings = []
        if workflow is not None:
            self._workflows.check_known(workflow)
            listings.append(self._by_workflow.get(workflow))
        if recipients is not None:
            listings.append(self._by_recipient.of_any(recipients))
        if tenant is not None:
            listings.append(self._by_tenant.get(tenant))
        only = None if recipients is None else frozenset(recipients)

        def keep(schedule: Schedule) -> bool:
            return (
                (workflow is None or schedule.workflow == workflow)
                and (only is None or schedule.recipient in only)
                and (tenant is None or schedule.tenant == tenant)
            )

        return min(listings, key=len).page(wanted, newest_first=True, keep=keep)

    def to_json(self, schedule: Schedule) -> dict[str, Any]:
        """The schedule in Knock's form, with its recipient and actor as they are now."""
        following, last = schedule.next_at, schedule.last_at
        return {
            "__typename": "Schedule",
            "id": schedule.id,
            "workflow": schedule.workflow,
            "recipient": self._recipients.shown(schedule.recipient),
            "actor": self._recipients.shown(schedule.actor),
            "tenant": schedule.tenant,
            "data": schedule.data,
            "repeats": [repeat_to_json(rule) for rule in schedule.repeats],
            "next_occurrence_at": None if following is None else to_text(following),
            "last_occurrence_at": None if last is None else to_text(last),
            "inserted_at": to_text(schedule.inserted_at),
            "updated_at": to_text(schedule.updated_at),
        }

    def _check_recipient(self, key: RecipientKey, field: str) -> None:
        if key in self._recipients:
            return
        problem = "is not identified in this environment"
        raise MissingError(
            f"{field} {problem}: there is no {str(reference(key))[:80]}. Identify it first, or "
            "give it inline, as an object with its id and properties",
            details=(Detail(field, problem, "missing"),),
        )

    def _store(self, body: Mapping[str, Any], inline: InlineRecipients, now: Instant) -> None:
        """Check the actor and the tenant of `body`, and store what was given inline."""
        actor, tenant = body.get("actor"), body.get("tenant")
        if actor is not None:
            inline.add_actor(actor)
        if tenant is not None:
            inline.add_tenant(tenant)
        inline.store(now)
        if tenant is not None:
            self._recipients.ensure_tenant(recipient_key(tenant)[0], now)

    def _apply(self, change: ScheduleChange, schedule: Schedule, now: Instant) -> None:
        body = change.body
        if "actor" in body:
            schedule.actor = None if body["actor"] is None else recipient_key(body["actor"])
        if "tenant" in body:
            self._move_to_tenant(schedule, body["tenant"])
        if "data" in body:
            schedule.data = body["data"]
        schedule.updated_at = now
        if not change.is_of_time:
            return
        if "repeats" in body:
            schedule.repeats = change.repeats
        if "scheduled_at" in body:
            schedule.scheduled_at = change.scheduled_at
        if "ending_at" in body:
            schedule.ending_at = change.ending_at
        if "repeats" in body or "scheduled_at" in body:
            # Without a start of its own a rule is first due after the call, not at its instant.
            given = schedule.scheduled_at
            schedule.start = now + 1 if given is None else given
        once_more = "scheduled_at" in body or schedule.last_at is None
        self._plan(schedule, now, once_more=once_more)

    def _move_to_tenant(self, schedule: Schedule, given: Reference | None) -> None:
        if schedule.tenant is not None:
            self._by_tenant.remove(schedule.tenant, schedule)
        schedule.tenant = None if given is None else recipient_key(given)[0]
        if schedule.tenant is not None:
            self._by_tenant.add(schedule.tenant, schedule)

    def _plan(self, schedule: Schedule, now: Instant, *, once_more: bool) -> None:
        """Put the schedule's next occurrence on the timeline, in place of the one before.

        `once_more`: whether a schedule that does not recur is (still, or again) to come.
        """
        if schedule.ticket is not None:
            self._timeline.cancel(schedule.ticket)
            schedule.ticket = None
        schedule.next_at = None
        if schedule.repeats:
            schedule.next_at = self._following(schedule, now)
        elif schedule.scheduled_at is not None and once_more:
            schedule.next_at = max(schedule.scheduled_at, now)
        if schedule.next_at is not None:
            schedule.ticket = self._timeline.schedule(
                schedule.next_at,
                self.occurrences_of(schedule),
                recurring=bool(schedule.repeats),
            )

    def _following(self, schedule: Schedule, after: Instant) -> Instant | None:
        """The next occurrence of a schedule that recurs, in the zone that its recipient has now."""
        recipient = self._recipients.find(schedule.recipient)
        zone = find_zone(None if recipient is None else recipient.properties.get("timezone"))
        return next_occurrence(schedule.repeats, schedule.start, after, zone, schedule.ending_at)

    def _happen(self, schedule: Schedule, due: Instant) -> None:
        """One occurrence: trigger the workflow, and set when the next one is."""
        body: dict[str, Any] = {
            "recipients": [reference(schedule.recipient)],
            "data": schedule.data,
            "tenant": schedule.tenant,
        }
        actor = schedule.actor
        if actor is not None and actor in self._recipients:
            body["actor"] = reference(actor)
        source = TriggerSource("schedule", schedule.id)
        events = self._timeline.events
        before = events.cause
        events.cause = events.record("schedule.fired", schedule.id, due)
        with suppress(WorldError):  # an inactive workflow: the occurrence passes without a run
            self._workflows.trigger(schedule.workflow, body, due, source)
        events.cause = before
        schedule.last_at = due
        schedule.next_at = self._following(schedule, due) if schedule.repeats else None
        if schedule.next_at is None:
            schedule.ticket = None

    def _tell(self, kind: str, schedule: Schedule, now: Instant) -> None:
        id, collection = schedule.recipient
        told = {"workflow": schedule.workflow, "recipient": id, "collection": collection}
        self._timeline.events.record(kind, schedule.id, now, told)

    def _find(self, ids: Iterable[str]) -> list[Schedule]:
        found = (self._by_id.get(id.lower()) for id in dict.fromkeys(ids))
        return [schedule for schedule in dict.fromkeys(found) if schedule is not None]

    def _add(self, schedule: Schedule) -> None:
        self._by_id[schedule.id] = schedule
        self._by_workflow.add(schedule.workflow, schedule)
        self._by_recipient.add(schedule.recipient, schedule)
        if schedule.tenant is not None:
            self._by_tenant.add(schedule.tenant, schedule)

    def _remove(self, schedule: Schedule) -> None:
        del self._by_id[schedule.id]
        self._by_workflow.remove(schedule.workflow, schedule)
        self._by_recipient.remove(schedule.recipient, schedule)
        if schedule.tenant is not None:
            self._by_tenant.remove(schedule.tenant, schedule)
        if schedule.ticket is not None:
            self._timeline.cancel(schedule.ticket)
            schedule.ticket = None
