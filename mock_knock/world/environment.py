"""One environment: its clock, its timeline, and everything that its API key opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_knock.world.audiences import Audiences
from mock_knock.world.bulk_entities import BulkEntities
from mock_knock.world.bulk_operations import BulkKind, BulkOperation, BulkOperations
from mock_knock.world.channel_data import ChannelData
from mock_knock.world.channels import Channels
from mock_knock.world.clock import ClockError, ClockSpec
from mock_knock.world.delivery import Deliveries
from mock_knock.world.engagement import MARKS, BatchLimit
from mock_knock.world.errors import ConflictError
from mock_knock.world.events import EventStream
from mock_knock.world.fault_book import FaultBook
from mock_knock.world.feeds import Feeds
from mock_knock.world.guides import Guides
from mock_knock.world.identity import Identity
from mock_knock.world.instants import DAY, Instant, microseconds, to_text
from mock_knock.world.message_preferences import MessagePreferences
from mock_knock.world.message_updates import DELETE, MessageUpdates
from mock_knock.world.messages import Messages
from mock_knock.world.objects import TENANTS, Objects, kind_and_data
from mock_knock.world.plans import Plan, PlanBook
from mock_knock.world.preference_center import PreferenceCenter
from mock_knock.world.preferences import DEFAULT_SET
from mock_knock.world.providers import Providers
from mock_knock.world.rate_limits import RateLimits
from mock_knock.world.recipient_preferences import RecipientPreferences
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.schedule_requests import check_rows, row_recipient_id
from mock_knock.world.schedules import Schedules
from mock_knock.world.sending import Sending
from mock_knock.world.subscriptions import Subscriptions
from mock_knock.world.tenants import Tenants
from mock_knock.world.timeline import Timeline
from mock_knock.world.users import User, Users
from mock_knock.world.webhooks import Webhooks
from mock_knock.world.workflows import Workflows


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """How new environments start.

    `retention_days`: how long runs that have ended are kept, and messages that are not in-app.
    `events_kept`: how many of the latest events each keeps.
    """

    seed: str = "0"
    clock: ClockSpec = field(default_factory=ClockSpec)
    plan: Plan = field(default_factory=Plan)
    magic_ids: bool = True
    rate_limits: bool = False
    retention_days: int = 30
    events_kept: int = 10_000


class Environment:
    """A Knock of its own. Every command comes with the host's instant, through `sync`.

    `now` is the environment's instant of the command under way, `host` the host's. `events` is the
    stream of a world whose place this one takes.
    """

    def __init__(
        self,
        name: str,
        settings: WorldSettings,
        host: Instant,
        events: EventStream | None = None,
    ) -> None:
        self.name = name
        self.host = host
        self.clock = settings.clock.build(host)
        self.now: Instant = self.clock.at(host)
        self.events = EventStream(max_count=settings.events_kept) if events is None else events
        self.timeline = Timeline(self.events)
        identity = Identity(settings.seed, name)
        self.faults = FaultBook()
        self.rate_limits = RateLimits(on=settings.rate_limits)
        self.plans = PlanBook(settings.plan, magic_ids=settings.magic_ids)
        self.users = Users()
        self.objects = Objects()
        self.recipients = RecipientStore(self.users, self.objects)
        self.tenants = Tenants(self.objects)
        self.subscriptions = Subscriptions(self.recipients)
        self.channel_data = ChannelData(self.recipients)
        self.preferences = RecipientPreferences(self.recipients, self.tenants)
        self.preference_center = PreferenceCenter(self.users, self.preferences, identity)
        self.bulk_operations = BulkOperations(self.plans, self.timeline, identity)
        self.bulk_entities = BulkEntities(
            self.objects, self.subscriptions, self.bulk_operations, self.delete_object
        )
        self.identity = identity
        self.channels = Channels(identity, self.now)
        self.channel_data.provider_of = self.channels.provider_of
        self.messages = Messages(identity, self.events, settings.retention_days * DAY)
        self.deliveries = Deliveries(self.messages, self.timeline, identity)
        self.audiences = Audiences(self.recipients)
        asked = MessagePreferences(self.preferences, self.recipients, self.audiences)
        self.sending = Sending(
            self.channels, self.messages, self.deliveries, self.recipients, identity, asked.wants
        )
        self.feeds = Feeds(self.channels, self.messages, self.recipients)
        self.message_updates = MessageUpdates(self.messages, self.bulk_operations)
        self.batch_limit = BatchLimit()
        self.workflows = Workflows(
            self.recipients,
            self.timeline,
            identity,
            self.sending,
            settings.retention_days * DAY,
        )
        self.workflows.fan_out = self.subscriptions.reached_by
        self.schedules = Schedules(self.recipients, self.workflows, self.timeline, identity)
        self.guides = Guides(
            self.recipients, self.audiences, self.channels, self.messages, self.sending, identity
        )
        self.webhooks = Webhooks(
            self.events, self.timeline, identity, self.messages, self.workflows
        )
        self.providers = Providers(self.objects, magic_ids=settings.magic_ids)
        self.providers.check_channel = self.channels.get
        self._identify_kind: BulkKind[Mapping[str, Any]] = BulkKind(
            "users.identify",
            lambda row, at: self.users.identify(row["id"], row, at),
            lambda row: str(row["id"]),
        )
        self._delete_kind: BulkKind[str] = BulkKind("users.delete", self.delete_user, str)
        self._schedules_kind: BulkKind[tuple[int, Mapping[str, Any]]] = BulkKind(
            "schedules.create_schedules",
            lambda row, at: self.schedules.create_one(row[1], at),
            lambda row: row_recipient_id(row[1]) or str(row[0]),
        )

        for told in (
            self.users,
            self.objects,
            self.subscriptions,
            self.channel_data,
            self.preferences,
            self.audiences,
            self.guides,
        ):
            told.events = self.events

    def sync(self, host: Instant) -> Instant:
        """Let everything happen that is due when the host's clock says `host`; answers `now`."""
        self.host = host
        now = self.clock.at(host)
        self.timeline.run_until(now)
        # Seen by requests alone, so it is no event: an environment at rest has nothing to come.
        self.messages.expire(now)
        self.workflows.expire(now)
        self.now = now
        return now

    # Commands that touch more than one kind of thing.

    def delete_user(self, user_id: str, at: Instant) -> None:
        """Delete a user with its subscriptions, runs and messages, and what is its own.

        Raises MissingError when there is none.
        """
        self.users.get(user_id)
        self.users.delete(user_id)
        self.subscriptions.forget((user_id, None))
        self._forget_user(user_id)
        self.workflows.forget((user_id, None), at)
        self.messages.forget((user_id, None))
        self.events.record("user.deleted", user_id, at)

    def delete_object(self, collection: str, id: str, at: Instant) -> None:
        """Delete an object or tenant with its subscriptions, schedules, runs and messages.

        Raises MissingError when there is none.
        """
        self.objects.get(collection, id)
        self.objects.delete(collection, id)
        self.subscriptions.forget((id, collection))
        self.schedules.forget((id, collection))
        self.workflows.forget((id, collection), at)
        self.messages.forget((id, collection))
        kind, data = kind_and_data(collection, "deleted")
        self.events.record(kind, id, at, data)

    def delete_tenant(self, id: str, at: Instant) -> None:
        """Delete a tenant; see `delete_object`."""
        self.delete_object(TENANTS, id, at)

    def merge_users(self, user_id: str, from_user_id: str) -> User:
        """Merge one user into another; the runs of the one that goes stop. See `Users.merge`.

        Its messages of the last 30 days move, older ones go (Knock docs: merging users).
        """
        user = self.users.merge(user_id, from_user_id, self.now)
        self.subscriptions.hand_over((from_user_id, None), (user_id, None), self.now)
        self._forget_user(from_user_id)
        self.workflows.forget((from_user_id, None), self.now)
        since = self.now - 30 * DAY
        self.messages.hand_over((from_user_id, None), (user_id, None), since)
        self.events.record("user.merged", user_id, self.now, {"from": from_user_id})
        return user

    def _forget_user(self, user_id: str) -> None:
        """Let go of the schedules, memberships and guide marks of a user that is gone."""
        self.schedules.forget((user_id, None))
        self.audiences.forget(user_id)
        self.guides.forget(user_id)

    def bulk_identify(self, rows: list[Mapping[str, Any]], base_url: str) -> BulkOperation[Any]:
        """Accept `users.identify`; see `BulkOperations.submit`."""
        return self.bulk_operations.submit(self._identify_kind, rows, "users", base_url, self.now)

    def bulk_delete_users(self, user_ids: list[str], base_url: str) -> BulkOperation[Any]:
        """Accept `users.delete`; a row that names no user becomes an error item."""
        return self.bulk_operations.submit(
            self._delete_kind, user_ids, "user_ids", base_url, self.now
        )

    def bulk_set_preferences(
        self, user_ids: list[str], body: Mapping[str, Any], base_url: str
    ) -> BulkOperation[Any]:
        """Accept `users.set_preferences`, which replaces the set named by `body["id"]`.

        A row that names no user becomes an error item.
        """
        kind = self._preferences_kind(body)
        return self.bulk_operations.submit(kind, user_ids, "user_ids", base_url, self.now)

    def bulk_create_schedules(
        self, rows: list[Mapping[str, Any]], base_url: str
    ) -> BulkOperation[Any]:
        """Accept `schedules.create_schedules`; each row makes one schedule, or an error item.

        Items bear the id of the row's recipient, or the row's position where it has none. Raises
        InvalidParamsError, and applies nothing, for rows that are none.
        """
        check_rows(rows)
        numbered = list(enumerate(rows))
        return self.bulk_operations.submit(
            self._schedules_kind, numbered, "schedules", base_url, self.now
        )

    def bulk_kind(self, name: str, shared: Mapping[str, Any] | None) -> BulkKind[Any]:
        """The kind of bulk operation of that name (`users.identify`), bound to this environment.

        `shared`: see `BulkKind`. Raises KeyError for a name that no kind has.
        """
        resource, _, action = name.partition(".")
        if resource == "objects":
            collection, _, action = action.rpartition(".")
            return self.bulk_entities.object_kind(collection, action)
        if resource == "tenants":
            return self.bulk_entities.tenant_kind(action)
        if resource == "messages" and (action in MARKS or action == DELETE):
            return self.message_updates.kind(action)
        if name == "users.set_preferences" and shared is not None:
            return self._preferences_kind(shared)
        kinds = (self._identify_kind, self._delete_kind, self._schedules_kind)
        return {kind.name: kind for kind in kinds}[name]

    def _preferences_kind(self, body: Mapping[str, Any]) -> BulkKind[str]:
        set_id = body.get("id", DEFAULT_SET)

        def apply(user_id: str, at: Instant) -> None:
            user = self.users.get(user_id)
            user.preferences.replace(set_id, body)
            user.updated_at = at
            told = {"preference_set": set_id, "collection": None}
            self.events.record("preferences.set", user_id, at, told)

        return BulkKind("users.set_preferences", apply, str, shared=body)

    # Control of time. Whoever calls these has synced before.

    def advance(self, seconds: float) -> Instant:
        """Let `seconds` pass at once; what falls due on the way happens at its own instant.

        Raises ClockError for a negative or endless duration.
        """
        try:
            step = microseconds(seconds)
        except ValueError as error:
            raise ClockError(str(error)) from None
        if step < 0:
            raise ClockError(f"time only goes forward: advance by 0 or more seconds, not {seconds}")
        return self.set_clock(self.now + step)

    def set_clock(self, instant: Instant) -> Instant:
        """Jump to a later instant. Raises ClockError for an earlier one."""
        before = self.now
        now = self._jump(instant)
        self._tell_moved(before)
        return now

    def _jump(self, instant: Instant) -> Instant:
        self.clock.set(instant, self.host)
        return self.sync(self.host)

    def _tell_moved(self, before: Instant) -> None:
        if self.now != before:
            told = {"from": to_text(before), "to": to_text(self.now)}
            self.events.record("clock.moved", "clock", self.now, told)

    def rescale(self, scale: float) -> None:
        """From now on let `scale` seconds pass in one second of the host; 0 freezes the clock.

        Raises ClockError for a scale below 0 or over 1,000,000.
        """
        self.clock.rescale(scale, self.host)
        self.events.record("clock.scaled", "clock", self.now, {"scale": scale})

    def run_until_idle(self, *, limit: int = 1_000_000) -> Instant:
        """Jump from event to event until nothing is to come; the instant of the last one.

        Schedules that recur may go on for ever: they are not waited for, nor is what their
        occurrences set off on the way. Raises ClockError after `limit` instants, for a world that
        never comes to rest.
        """
        before = self.now
        self.timeline.await_present()
        for _ in range(limit):
            due = self.timeline.next_due
            if due is None or self.timeline.idle:
                self._tell_moved(before)
                return self.now
            self._jump(max(due, self.now))
        self._tell_moved(before)
        raise ClockError(f"the world was not idle after {limit} events")

    def run_until_operation(self, id: str, status: str) -> BulkOperation[Any]:
        """Jump to the instant at which the operation reaches `status` (stay if it is past it).

        Raises MissingError for an unknown operation, and ConflictError, the clock standing still,
        when time alone will not bring it there.
        """
        operation = self.bulk_operations.get(id)
        if not operation.will_reach(status):
            raise ConflictError(
                f"Time alone will not bring the bulk operation {id} to {status!r}: it is "
                f"{operation.status}, moves by {operation.plan.progress} and is planned to be "
                f"{operation.plan.outcome}. The clock still stands at {to_text(self.now)}"
            )
        before = self.now
        while not operation.has_reached(status):
            due = self.timeline.next_due
            assert due is not None, "an operation that moves by time has its next step scheduled"
            self._jump(max(due, self.now))
        self._tell_moved(before)
        return operation
