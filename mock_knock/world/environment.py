"""One environment: its clock, its timeline, and everything that its API key opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_knock.world.bulk_operations import BulkKind, BulkOperation, BulkOperations
from mock_knock.world.clock import ClockError, ClockSpec
from mock_knock.world.errors import ConflictError
from mock_knock.world.identity import Identity
from mock_knock.world.instants import Instant, microseconds, to_text
from mock_knock.world.objects import Objects
from mock_knock.world.plans import Plan, PlanBook
from mock_knock.world.preferences import DEFAULT_SET
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


class Environment:
    """A Knock of its own. Every command comes with the host's instant, through `sync`.

    `now` is the environment's instant of the command under way, `host` the host's.
    """

    def __init__(self, name: str, settings: WorldSettings, host: Instant) -> None:
        self.name = name
        self.host = host
        self.clock = settings.clock.build(host)
        self.now: Instant = self.clock.at(host)
        self.timeline = Timeline()
        identity = Identity(settings.seed, name)
        self.plans = PlanBook(settings.plan, magic_ids=settings.magic_ids)
        self.users = Users()
        self.objects = Objects()
        self.bulk_operations = BulkOperations(self.plans, self.timeline, identity)
        self.workflows = Workflows(self.users, self.objects, self.timeline, identity)
        self._identify_kind: BulkKind[Mapping[str, Any]] = BulkKind(
            "users.identify",
            lambda row, at: self.users.identify(row["id"], row, at),
            lambda row: str(row["id"]),
        )
        self._delete_kind: BulkKind[str] = BulkKind("users.delete", self.delete_user, str)

    def sync(self, host: Instant) -> Instant:
        """Let everything happen that is due when the host's clock says `host`; answers `now`."""
        self.host = host
        now = self.clock.at(host)
        self.timeline.run_until(now)
        self.now = now
        return now

    # Commands that touch more than one kind of thing.

    def delete_user(self, user_id: str, at: Instant) -> None:
        """Delete a user with its runs. Raises MissingError when there is none."""
        self.users.get(user_id)
        self.users.delete(user_id)
        self.workflows.forget((user_id, None), at)

    def merge_users(self, user_id: str, from_user_id: str) -> User:
        """Merge one user into another; the runs of the one that goes stop. See `Users.merge`."""
        user = self.users.merge(user_id, from_user_id, self.now)
        self.workflows.forget((from_user_id, None), self.now)
        return user

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

        Raises ClockError after `limit` instants, for a world that never comes to rest.
        """
        for _ in range(limit):
            due = self.timeline.next_due
            if due is None:
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
