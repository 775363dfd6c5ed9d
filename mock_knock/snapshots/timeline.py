"""The section of what is still to happen, each with a few words about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mock_knock.snapshots.faults import Path, reading, refused
from mock_knock.snapshots.moments import instant
from mock_knock.world.bulk_operations import BulkOperation, TimedProgress
from mock_knock.world.delivery import Delivery
from mock_knock.world.environment import Environment
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.run_progress import RunProgress
from mock_knock.world.schedule import Occurrences
from mock_knock.world.timeline import Event, Pending
from mock_knock.world.webhooks import Retry

Json = dict[str, Any]


class Spent:
    """An event about something that is gone: nothing happens, yet it is waited for."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def fire(self, due: Instant) -> None:
        """Nothing."""


def write_timeline(world: Environment) -> Json:
    """`timeline`, by place, in the order in which it will happen."""
    return {
        str(pending.place): {
            "due": to_text(pending.due),
            **_write(pending.event, world),
            "recurring": pending.recurring,
        }
        for pending in world.timeline.pending()
        if not isinstance(pending.event, Retry)  # what is posted is no part of a snapshot
    }


def read_timeline(document: Json, world: Environment) -> None:
    """Put the timeline in place, behind all that its events are about."""
    scheduled = document["counters"]["events"]
    pending = []
    for place, given in document["timeline"].items():
        path: Path = ("timeline", place)
        if int(place) > scheduled:
            raise refused(path, f"is over the {scheduled} events that the counters know")
        with reading(*path):
            event = _read(given, path, world)
            if isinstance(event, Occurrences):
                if event.schedule.ticket is not None:
                    raise refused((*path, "id"), "is a schedule that has an event already")
                event.schedule.ticket = int(place)
            due = instant(given["due"])
        pending.append(Pending(due, int(place), event, given["recurring"]))
    _check_moving(world.bulk_operations, pending)
    world.timeline.put_back(pending, scheduled)


def _check_moving(operations: Iterable[BulkOperation[Any]], pending: list[Pending]) -> None:
    """Refuse an operation that moves by time and has nothing to move it: it would never end."""
    moved = {p.event.operation.id for p in pending if isinstance(p.event, TimedProgress)}
    for operation in operations:
        waits = any(
            operation.will_reach(status) and not operation.has_reached(status)
            for status in ("processing", "completed", "failed")
        )
        if waits and operation.id not in moved:
            problem = "moves by time, and no event of the timeline is about it"
            raise refused(("bulk_operations", operation.id), problem)


def _write(event: Event, world: Environment) -> Json:
    if isinstance(event, TimedProgress):
        operation = event.operation
        return {
            "event": "bulk_operation",
            "id": operation.id,
            "what": f"{operation.kind.name} goes on, {operation.processed} of {operation.total} "
            "rows being done",
        }
    if isinstance(event, Occurrences):
        schedule = event.schedule
        recipient, workflow = schedule.recipient[0], schedule.workflow
        return {
            "event": "schedule",
            "id": schedule.id,
            "what": f"the workflow {workflow} is triggered for {recipient}",
        }
    if isinstance(event, RunProgress) and world.workflows.runs.find(event.run.id) is event.run:
        run = event.run
        return {
            "event": "run",
            "id": run.id,
            "what": f"the run of {run.workflow.key} for {run.recipient[0]} goes on",
            "steps_done": event.done,
            "delays": event.delays,
        }
    if isinstance(event, Delivery) and not event.message.gone:
        message = event.message
        return {
            "event": "message",
            "id": message.id,
            "what": f"the message to {message.recipient[0]} on {message.channel.key} becomes "
            f"{', then '.join(event.ahead)}",
            "ahead": list(event.ahead),
        }
    kind = event.kind if isinstance(event, Spent) else _KINDS[type(event)]
    return {"event": kind, "id": None, "what": f"nothing: the {kind} is deleted"}


_KINDS: dict[type[Any], str] = {RunProgress: "run", Delivery: "message"}


def _read(given: Json, path: Path, world: Environment) -> Event:
    kind, id = given["event"], given["id"]
    if id is None:
        return Spent(kind)
    if kind == "bulk_operation":
        operation = world.bulk_operations.find(id)
        if operation is not None:
            if operation.plan.progress != "time":
                raise refused((*path, "id"), "is an operation that does not move by time")
            return TimedProgress(operation)
    elif kind == "run":
        run = world.workflows.runs.find(id)
        if run is not None:
            progress = world.workflows.progress_of(run)
            return _resumed(progress, given, path)
    elif kind == "message":
        message = world.messages.find(id)
        if message is not None:
            return Delivery(world.deliveries, message, tuple(_given(given, "ahead", path)))
    else:
        schedule = world.schedules.find(id)
        if schedule is not None:
            return world.schedules.occurrences_of(schedule)
    raise refused((*path, "id"), f"is no {kind.replace('_', ' ')} of this snapshot: {id}")


def _resumed(progress: RunProgress, given: Json, path: Path) -> RunProgress:
    done, delays = _given(given, "steps_done", path), _given(given, "delays", path)
    if len(delays) != len(progress.delays):
        problem = f"must have {len(progress.delays)} of them, as its workflow has steps"
        raise refused((*path, "delays"), problem)
    if done > len(delays):
        raise refused((*path, "steps_done"), f"must be at most {len(delays)}")
    progress.done, progress.delays = done, delays
    return progress


def _given(given: Json, field: str, path: Path) -> Any:
    if field not in given:
        raise refused((*path, field), "is required")
    return given[field]
