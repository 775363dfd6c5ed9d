"""Schedules of one environment: workflows that are triggered later, once or again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError, MissingError, WorldError
from mock_knock.world.identity import Identity
from mock_knock.world.inline_recipients import InlineRecipients
from mock_knock.world.instants import Instant, from_text, to_text, within_calendar
from mock_knock.world.listing import Listings, Page, PageRequest
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.recurrence import RepeatRule, next_occurrence
from mock_knock.world.references import RecipientKey, Reference, recipient_key, reference
from mock_knock.world.repeats import parse_repeats, repeat_to_json
from mock_knock.world.timeline import Timeline
from mock_knock.world.workflows import TriggerSource, Workflows
from mock_knock.world.zones import find_zone

MAX_PER_CALL = 100
"""Recipients of one create call, ids of one update or delete call (Knock docs: schedules)."""

_TIMING = frozenset({"repeats", "scheduled_at", "ending_at"})


class Schedule:
    """One schedule. `place` is its rank in the order of creation.

    `start` is the instant from which its rules count, `ticket` its place on the timeline while an
    occurrence is to come.
    """

    __slots__ = (
        "actor",
        "data",
        "ending_at",
        "id",
        "inserted_at",
        "last_at",
        "next_at",
        "place",
        "recipient",
        "repeats",
        "scheduled_at",
        "start",
        "tenant",
        "ticket",
        "updated_at",
        "workflow",
    )

    def __init__(
        self, id: str, place: int, workflow: str, recipient: RecipientKey, now: Instant
    ) -> None:
        self.id = id
        self.place = place
        self.workflow = workflow
        self.recipient = recipient
        self.actor: RecipientKey | None = None
        self.tenant: str | None = None
        self.data: Mapping[str, Any] | None = None
        self.repeats: tuple[RepeatRule, ...] = ()
        self.scheduled_at: Instant | None = None
        self.ending_at: Instant | None = None
        self.start = now
        self.next_at: Instant | None = None
        self.last_at: Instant | None = None
        self.ticket: int | None = None
        self.inserted_at = self.updated_at = now


class Occurrences:
    """The timeline event that lets a schedule's occurrences happen, one after the other."""

    __slots__ = ("_happen", "schedule")

    def __init__(self, schedule: Schedule, happen: Callable[[Schedule, Instant], None]) -> None:
        self.schedule = schedule
        self._happen = happen

    def fire(self, due: Instant) -> Instant | None:
        """One occurrence; the instant of the next one."""
        self._happen(self.schedule, due)
        return self.schedule.next_at


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
        _check_count(recipients, "recipients")
        self._workflows.check_known(body["workflow"])
        change = _Change(body)
        inline = InlineRecipients(self._recipients)
        for at, given in enumerate(recipients):
            inline.add(given, f"recipients[{at}]")
        stored = {recipient_key(given) for given in recipients if _is_inline(given)}
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
        _check_count(ids, "schedule_ids")
        change = _Change(body)
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
        _check_count(ids, "schedule_ids")
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

    def _apply(self, change: _Change, schedule: Schedule, now: Instant) -> None:
        body = change.body
        if "actor" in body:
            schedule.actor = None if body["actor"] is None else recipient_key(body["actor"])
        if "tenant" in body:
            self._move_to_tenant(schedule, body["tenant"])
        if "data" in body:
            schedule.data = body["data"]
        schedule.updated_at = now
        if not _TIMING & body.keys():
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


class _Change:
    """What a request says about schedules, its times read.

    Raises MissingError for times that there are not.
    """

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.body = body
        self.repeats = parse_repeats(body.get("repeats"))
        self.scheduled_at = _instant(body.get("scheduled_at"), "scheduled_at")
        self.ending_at = _instant(body.get("ending_at"), "ending_at")


def check_rows(rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise MissingError for an actor that is neither a text nor an object.

    The documents say that it is an object, in words that let everything pass.
    """
    for at, row in enumerate(rows):
        if not isinstance(row.get("actor"), str | Mapping | None):
            field, problem = f"schedules[{at}].actor", "must be a user's id or an object"
            raise MissingError(
                f"{field} {problem}",
                code="actor_missing",
                details=(Detail(field, problem, "type"),),
            )


def row_recipient_id(row: Mapping[str, Any]) -> str | None:
    """The recipient's id in a row of a bulk call, None where the row has none."""
    recipient = row.get("recipient")
    return None if recipient is None else recipient_key(recipient)[0]


def _is_inline(given: Reference) -> bool:
    """Whether a recipient is given with what is to be stored of it; see `InlineRecipients.add`."""
    if isinstance(given, str):
        return False
    return recipient_key(given)[1] is None or not given.keys() <= {"id", "collection"}


def _instant(text: str | None, field: str) -> Instant | None:
    """The instant of a date-time. Raises MissingError for one that no clock here can show."""
    if text is None:
        return None
    try:
        instant = from_text(text)
        if within_calendar(instant):
            return instant
    except (ValueError, OverflowError):  # the year 0, or beyond 9999 in UTC
        pass
    problem = "is from the year 1970 to the year 9000"
    raise MissingError(f"{field} {problem}", details=(Detail(field, problem, "out_of_range"),))


def _check_count(entries: Sequence[object], field: str) -> None:
    if len(entries) > MAX_PER_CALL:
        raise InvalidParamsError(
            f"{field} has {len(entries)} entries and one call takes at most {MAX_PER_CALL}: "
            "split the list over several calls. Nothing was done",
            details=(Detail(field, f"at most {MAX_PER_CALL} entries", "max_items"),),
        )
