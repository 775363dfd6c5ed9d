"""Bulk operations: `queued -> processing -> completed | failed`, row by row, through time.

What a read answers is a function of the plan, of the instant at which the operation was inserted,
and of now (or of the number of reads). Rows take effect one by one as their instants pass.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from mock_knock.world.errors import (
    ConflictError,
    Detail,
    InvalidParamsError,
    MissingError,
    WorldError,
)
from mock_knock.world.events import EventStream
from mock_knock.world.identity import Identity
from mock_knock.world.instants import SECOND, Instant, microseconds, to_text
from mock_knock.world.plans import Chosen, Phase, Plan, PlanBook
from mock_knock.world.timeline import Timeline

MAX_ROWS = 1000
"""Rows of one bulk call (Knock docs: bulk endpoints)."""

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class BulkKind(Generic[Row]):
    """One kind of bulk operation.

    `name` is Knock's (`users.identify`); `apply` carries a row out at an instant and raises
    WorldError when the row cannot be; `row_id` is the id under which a failed row is reported;
    `collection` goes beside it, for rows that are objects. `shared` is what the request said about
    all of its rows together.
    """

    name: str
    apply: Callable[[Row, Instant], object]
    row_id: Callable[[Row], str]
    collection: str | None = None
    shared: Mapping[str, Any] | None = None


class BulkOperation(Generic[Row]):
    """One bulk operation. Only its own methods move it, and only forwards.

    `rows` are what is (still) to be carried out: an operation that has ended lets go of them, and
    keeps `row_ids`.
    """

    __slots__ = (
        "completed_at",
        "error_items",
        "events",
        "failed_at",
        "failed_rows",
        "failing",
        "id",
        "inserted_at",
        "kind",
        "plan",
        "plan_reason",
        "processed",
        "progress_path",
        "reads",
        "row_ids",
        "rows",
        "scheduled",
        "started_at",
        "status",
        "stop_row",
        "updated_at",
    )

    def __init__(
        self,
        id: str,
        kind: BulkKind[Row],
        rows: Sequence[Row],
        row_ids: Sequence[str],
        chosen: Chosen,
        failing: frozenset[int],
        progress_path: str,
        events: EventStream,
        now: Instant,
    ) -> None:
        self.id = id
        self.events = events
        self.kind = kind
        self.rows = rows
        self.row_ids = tuple(row_ids)
        self.plan: Plan = chosen.plan
        self.plan_reason = chosen.reason
        self.failing = failing
        self.progress_path = progress_path
        self.stop_row = chosen.plan.stop_row(len(rows))
        self.status = "queued"
        self.processed = 0
        self.reads = 0
        self.scheduled = False
        self.error_items: list[dict[str, str]] = []
        self.failed_rows: list[int] = []  # the positions of the rows of `error_items`
        self.inserted_at = self.updated_at = now
        self.started_at: Instant | None = None
        self.completed_at: Instant | None = None
        self.failed_at: Instant | None = None

    @property
    def total(self) -> int:
        """How many rows the request had."""
        return len(self.row_ids)

    @property
    def ended(self) -> bool:
        """Whether the state is terminal; then nothing changes any more."""
        return self.status in ("completed", "failed")

    @property
    def goes_on(self) -> bool:
        """Whether there is a row that time alone may carry out."""
        return not (
            self.ended or self.stops_in_queue or self.processed in (self.stop_row, self.total)
        )

    def has_reached(self, status: str) -> bool:
        """Whether the operation is in `status`, or has passed it."""
        if status == "processing":
            return self.status != "queued" and self.started_at is not None
        return status in ("queued", self.status)

    def will_reach(self, status: str) -> bool:
        """Whether time alone brings the operation to `status`, if it is not there already."""
        if self.has_reached(status):
            return True
        if self.ended or self.plan.progress != "time":
            return False
        if status == "processing":
            return not self.stops_in_queue
        return status == self.outcome

    @property
    def stops_in_queue(self) -> bool:
        """Whether it is still queued, by a plan that lets it go no further."""
        return self.status == "queued" and self.plan.stop_in == "queued"

    @property
    def outcome(self) -> str:
        """How it will end if nobody interferes: as planned, unless it was moved beyond that."""
        planned_end_is_ahead = self.stops_in_queue or self.stop_row is not None
        return self.plan.outcome if planned_end_is_ahead else "completed"

    def to_json(self) -> dict[str, Any]:
        """The operation in Knock's form."""
        started, completed, failed = self.started_at, self.completed_at, self.failed_at
        errors = len(self.error_items)
        return {
            "__typename": "BulkOperation",
            "id": self.id,
            "name": self.kind.name,
            "status": self.status,
            "estimated_total_rows": self.total,
            "processed_rows": self.processed,
            "success_count": self.processed - errors,
            "error_count": errors,
            "error_items": list(self.error_items),
            "progress_path": self.progress_path,
            "inserted_at": to_text(self.inserted_at),
            "updated_at": to_text(self.updated_at),
            "started_at": None if started is None else to_text(started),
            "completed_at": None if completed is None else to_text(completed),
            "failed_at": None if failed is None else to_text(failed),
        }

    # How it moves. Each step happens at an instant that is not before the last one.

    def start(self, at: Instant) -> None:
        """From queued to processing; an operation with nothing to process ends at once."""
        self.status = "processing"
        self.started_at = self.updated_at = at
        self.events.record("bulk_operation.processing", self.id, at)
        self._end_if_due(at)

    def process_row(self, at: Instant) -> None:
        """Carry the next row out; a row that cannot be carried out becomes an error item."""
        row = self.rows[self.processed]
        failed = self.processed in self.failing
        if not failed:
            try:
                self.kind.apply(row, at)
            except WorldError:
                failed = True
        row_id = self.row_ids[self.processed]
        if failed:
            item = {"id": row_id}
            if self.kind.collection is not None:
                item["collection"] = self.kind.collection
            self.error_items.append(item)
            self.failed_rows.append(self.processed)
        told = {"row": self.processed, "id": row_id, "failed": failed}
        self.events.record("bulk_operation.row", self.id, at, told)
        self.processed += 1
        self.updated_at = at
        self._end_if_due(at)

    def complete(self, at: Instant) -> None:
        """End as completed, every row being done."""
        self.status = "completed"
        self.completed_at = self.updated_at = at
        self.events.record("bulk_operation.completed", self.id, at)
        self.rows = ()

    def fail(self, at: Instant, data: Any = None) -> None:
        """End as failed where it stands; the rows done keep their effect. `data`: the event's."""
        self.status = "failed"
        self.failed_at = self.updated_at = at
        self.events.record("bulk_operation.failed", self.id, at, data)
        self.rows = ()

    def stick(self) -> None:
        """Let it go no further by itself, from where it stands."""
        where: Phase = "queued" if self.status == "queued" else "processing"
        self.stop_row = None if where == "queued" else self.processed
        self.plan = replace(
            self.plan,
            outcome="stuck",
            stop_in=where,
            after_rows=self.stop_row,
            after_fraction=None,
        )
        self.plan_reason = "control"

    def advance_to(self, rows: int, at: Instant) -> None:
        """Start if need be and carry rows out, all at `at`, until `rows` of them are done."""
        if self.status == "queued":
            self.start(at)
        while self.status == "processing" and self.processed < rows:
            self.process_row(at)

    def run_to_end(self, at: Instant) -> None:
        """Go, all at `at`, to the end that the plan names (or to where it gets stuck)."""
        if self.ended:
            return
        if self.stops_in_queue:
            if self.plan.outcome == "failed":
                self.fail(at)
            return
        self.advance_to(self.total if self.stop_row is None else self.stop_row, at)

    def read_by_client(self, at: Instant) -> None:
        """Count a read; under `polls` the read moves the operation before it is answered."""
        if self.plan.progress != "polls" or self.ended:
            return
        self.reads += 1
        last = self.plan.reads
        if self.reads >= last:
            self.run_to_end(at)
        elif self.reads > 1 and not self.stops_in_queue:
            goal = self.total if self.stop_row is None else self.stop_row
            # A read before the last one never shows the end, not even with few rows.
            rows = min(goal * (self.reads - 1) // (last - 1), max(goal - 1, 0))
            if goal:
                self.advance_to(rows, at)

    def _end_if_due(self, at: Instant) -> None:
        if self.stop_row is None:
            if self.processed == self.total:
                self.complete(at)
        elif self.processed == self.stop_row and self.plan.outcome == "failed":
            self.fail(at)


class TimedProgress:
    """The timeline event that moves an operation whose plan is `time`."""

    __slots__ = ("_origin", "_pace", "_total_time", "operation")

    def __init__(self, operation: BulkOperation[Any]) -> None:
        self.operation = operation
        plan = operation.plan
        self._origin = operation.inserted_at + microseconds(plan.queue_for)
        self._total_time = None if plan.duration is None else microseconds(plan.duration)
        self._pace = plan.rows_per_second

    @property
    def first_due(self) -> Instant:
        """When the operation leaves queued."""
        return self._origin

    def fire(self, due: Instant) -> Instant | None:
        """One step of the operation; the next one's instant, None when it stops moving."""
        operation = self.operation
        if operation.ended:
            return None
        if operation.status == "queued":
            if operation.stops_in_queue:
                operation.run_to_end(due)
            else:
                operation.start(due)
        elif operation.goes_on and due >= self.due_of_row(operation.processed + 1):
            operation.process_row(due)
        operation.scheduled = operation.goes_on
        return max(due, self.due_of_row(operation.processed + 1)) if operation.goes_on else None

    def due_of_row(self, count: int) -> Instant:
        """The instant at which `count` rows are done."""
        if self._total_time is not None:
            return self._origin + self._total_time * count // self.operation.total
        return self._origin + math.floor(count * SECOND / self._pace)


class BulkOperations:
    """Every bulk operation of one environment."""

    __slots__ = ("_by_id", "_identity", "_timeline", "plans")

    def __init__(self, plans: PlanBook, timeline: Timeline, identity: Identity) -> None:
        self.plans = plans
        self._timeline = timeline
        self._identity = identity
        self._by_id: dict[str, BulkOperation[Any]] = {}

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[BulkOperation[Any]]:
        return iter(self._by_id.values())

    def submit(
        self,
        kind: BulkKind[Row],
        rows: Sequence[Row],
        field: str,
        base_url: str,
        now: Instant,
        *,
        most: int | None = MAX_ROWS,
    ) -> BulkOperation[Row]:
        """Accept a bulk call: `rows` came in the request's `field`, `base_url` is the client's.

        Raises InvalidParamsError, and applies nothing, when there are over `most` rows (None: any
        number, for rows that a filter chose).
        """
        if most is not None and len(rows) > most:
            message = (
                f"{field} has {len(rows)} rows and one call takes at most {most}: "
                "split the list over several calls. Nothing was applied"
            )
            raise InvalidParamsError(
                message, details=(Detail(field, f"at most {most} rows", "max_items"),)
            )
        row_ids = [kind.row_id(row) for row in rows]
        chosen = self.plans.choose(kind.name, row_ids)
        id = self._identity.uuid()
        events = self._timeline.events
        operation = BulkOperation(
            id,
            kind,
            rows,
            row_ids,
            chosen,
            self._failing(chosen.plan, row_ids, id),
            f"{base_url}/v1/bulk_operations/{id}",
            events,
            now,
        )
        self._by_id[id] = operation
        before = events.cause
        told = {"name": kind.name, "rows": len(rows), "plan": chosen.reason}
        events.cause = events.record("bulk_operation.queued", id, now, told)
        if chosen.plan.progress == "time":
            self._schedule(operation, now)
            self._timeline.run_until(now)
        elif chosen.plan.progress == "immediate":
            operation.run_to_end(now)
        events.cause = before
        return operation

    def put_back(self, operation: BulkOperation[Any]) -> None:
        """Take over an operation that a snapshot had; its event comes with the timeline."""
        self._by_id[operation.id] = operation

    def find(self, id: str) -> BulkOperation[Any] | None:
        """The operation as it is, not counting as a read; None when there is none."""
        return self._by_id.get(id)

    def get(self, id: str) -> BulkOperation[Any]:
        """The operation as it is, not counting as a read. Raises MissingError."""
        operation = self._by_id.get(id)
        if operation is None:
            raise MissingError(
                f"There is no bulk operation {id!r} in this environment: take the id from the "
                "answer of the bulk call, and poll with a key of the same environment"
            )
        return operation

    def read(self, id: str, now: Instant) -> BulkOperation[Any]:
        """A client's read, which moves an operation under `polls`. Raises MissingError."""
        operation = self.get(id)
        operation.read_by_client(now)
        return operation

    def move(self, id: str, rows: int, now: Instant) -> BulkOperation[Any]:
        """Carry rows out, now, until `rows` are done (0 only starts it).

        Raises ConflictError when it has ended or would go back, InvalidParamsError when there are
        not so many rows.
        """
        operation = self._moving(id)
        if not operation.processed <= rows <= operation.total:
            raise InvalidParamsError(
                f"rows must be from {operation.processed} (done already) to {operation.total}",
                details=(Detail("rows", "out of range", "out_of_range"),),
            )
        if operation.stop_row is not None and rows > operation.stop_row:
            operation.stop_row = None
        operation.advance_to(rows, now)
        if operation.plan.progress == "time" and operation.goes_on and not operation.scheduled:
            self._schedule(operation, now)
        return operation

    def finish(self, id: str, now: Instant) -> BulkOperation[Any]:
        """Carry every row out, now, whatever the plan: it ends completed. Raises ConflictError."""
        operation = self._moving(id)
        operation.stop_row = None
        if operation.status == "processing" and operation.processed == operation.total:
            operation.complete(now)
        operation.advance_to(operation.total, now)
        return operation

    def fail(self, id: str, now: Instant) -> BulkOperation[Any]:
        """End it as failed, now, where it stands. Raises ConflictError when it has ended."""
        operation = self._moving(id)
        operation.fail(now)
        return operation

    def cancel(self, id: str, now: Instant) -> BulkOperation[Any]:
        """Call it off, now: Knock has no status for that, so it ends failed where it stands.

        What is still queued never starts. Raises ConflictError when it has ended.
        """
        operation = self._moving(id)
        operation.fail(now, {"by": "cancel"})
        return operation

    def stick(self, id: str) -> BulkOperation[Any]:
        """Let it stay where it stands until it is moved by hand. Raises ConflictError if ended."""
        operation = self._moving(id)
        operation.stick()
        return operation

    def _schedule(self, operation: BulkOperation[Any], now: Instant) -> None:
        event = TimedProgress(operation)
        operation.scheduled = True
        queued = operation.status == "queued"
        due = event.first_due if queued else event.due_of_row(operation.processed + 1)
        self._timeline.schedule(max(due, now), event)

    def _moving(self, id: str) -> BulkOperation[Any]:
        operation = self.get(id)
        if operation.ended:
            raise ConflictError(
                f"The bulk operation {id} is {operation.status}, which never changes again"
            )
        return operation

    @staticmethod
    def _failing_by_plan(plan: Plan, row_ids: Sequence[str]) -> set[int]:
        failing = {at for at in plan.failing_positions if 0 <= at < len(row_ids)}
        if plan.failing_ids:
            ids = frozenset(plan.failing_ids)
            failing.update(at for at, id in enumerate(row_ids) if id in ids)
        return failing

    def _failing(self, plan: Plan, row_ids: Sequence[str], operation_id: str) -> frozenset[int]:
        failing = self._failing_by_plan(plan, row_ids)
        if plan.failing_fraction:
            count = round(len(row_ids) * plan.failing_fraction)
            failing |= self._identity.sample(len(row_ids), count, operation_id)
        return frozenset(failing)
