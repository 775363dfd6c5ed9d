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
from mock_knock.world.engagement import BatchLimit
from mock_knock.world.errors import ConflictError
from mock_knock.world.events import EventStream
from mock_knock.world.fault_book import FaultBook
from mock_knock.world.feeds import Feeds
from mock_knock.world.guides import Guides
from mock_knock.world.identity import Identity
from mock_knock.world.instants import DAY, Instant, microseconds, to_text
from mock_knock.world.message_preferences import MessagePreferences
from mock_knock.world.message_updates import MessageUpdates
from mock_knock.world.messages import Messages
from mock_knock.world.objects import TENANTS, Objects
from mock_knock.world.people import People
from mock_knock.world.plans import Plan, PlanBook
from mock_knock.world.preference_center import PreferenceCenter
from mock_knock.world.preferences import DEFAULT_SET
from mock_knock.world.providers import Providers
from mock_knock.world.rate_limits import RateLimits
from mock_knock.world.recipient_preferences import RecipientPreferences
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.schedules import Schedules, check_rows, row_recipient_id
from mock_knock.world.sending import Sending
from mock_knock.world.subscriptions import Subscriptions
from mock_knock.world.tenants import Tenants
from mock_knock.world.timeline import Timeline
from mock_knock.world.users import User, Users
from mock_knock.world.workflows import Workflows


@dataclass(frozen=True, slots=True)
class WorldSettings:
    """How new environments start."""

    seed: str = "0"
    clock: ClockSpec = field(default_factory=ClockSpec)
    plan: Plan = field(default_factory=Plan)
    magic_ids: bool = True
    rate_limits: bool = False


class Environment:
    """A Knock of its own. Every command comes with the host's instant, through `sync`.

    `now` is the environment's instant of the command under way, `host` the host's.
    """

    def __init__(self, name: str, settings: WorldSettings, host: Instant) -> None:
        self.name = name
        self.host = host
        self.clock = settings.clock.build(host)
        self.now: Instant = self.clock.at(host)
        self.events = EventStream()
        self.timeline = Timeline(self.events)
        identity = Identity(settings.seed, name)
        self.faults = FaultBook()
        self.rate_limits = RateLimits(on=settings.rate_limits)
        self.plans = PlanBook(settings.plan, magic_ids=settings.magic_ids)
        self.users = Users()
        self.objects = Objects()
        self.recipients = RecipientStore(self.users, self.objects)
        self.tenants = Tenants(self.objects)
        self.subscriptions = Subscriptions(self.users, self.objects, self.recipients)
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
        self.messages = Messages(identity, self.events)
        self.people = People(self.users, self.objects)
        deliveries = Deliveries(self.messages, self.timeline, identity)
        self.audiences = Audiences(self.users, self.objects)
        asked = MessagePreferences(self.preferences, self.people, self.audiences)
        self.sending = Sending(
            self.channels, self.messages, deliveries, self.people, identity, asked.wants
        )
        self.feeds = Feeds(self.channels, self.messages, self.people)
        self.message_updates = MessageUpdates(self.messages, self.bulk_operations)
        self.batch_limit = BatchLimit()
        self.workflows = Workflows(self.users, self.objects, self.timeline, identity, self.sending)
        self.workflows.fan_out = self.subscriptions.subscribers_of
        self.schedules = Schedules(
            self.users, self.objects, self.workflows, self.timeline, identity
        )
        self.guides = Guides(self.users, self.objects, self.audiences, identity)
        self.guides.check_channel = self.channels.get
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

    def sync(self, host: Instant) -> Instant:
        """Let everything happen that is due when the host's clock says `host`; answers `now`."""
        self.host = host
        now = self.clock.at(host)
        self.timeline.run_until(now)
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
        set_id = body.get("id", DEFAULT_SET)

        def apply(user_id: str, at: Instant) -> None:
            user = self.users.get(user_id)
            user.preferences.replace(set_id, body)
            user.updated_at = at

        kind = BulkKind("users.set_preferences", apply, str)
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
        self.clock.set(instant, self.host)
        return self.sync(self.host)

    def rescale(self, scale: float) -> None:
        """From now on let `scale` seconds pass in one second of the host; 0 freezes the clock.

        Raises ClockError for a scale below 0 or over 1,000,000.
        """
        self.clock.rescale(scale, self.host)

    def run_until_idle(self, *, limit: int = 1_000_000) -> Instant:
        """Jump from event to event until nothing is to come; the instant of the last one.

        Schedules that recur may go on for ever: they are not waited for, nor is what their
        occurrences set off on the way. Raises ClockError after `limit` instants, for a world that
        never comes to rest.
        """
        self.timeline.await_present()
        for _ in range(limit):
            due = self.timeline.next_due
            if due is None or self.timeline.idle:
                return self.now
            self.set_clock(max(due, self.now))
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
        while not operation.has_reached(status):
            due = self.timeline.next_due
            assert due is not None, "an operation that moves by time has its next step scheduled"
            self.set_clock(max(due, self.now))
        return operation
