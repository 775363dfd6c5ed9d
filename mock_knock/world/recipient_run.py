"""One recipient run: who it is for, what set it off, how far it is, and its log."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from mock_knock.world.instants import Instant, to_text
from mock_knock.world.references import RecipientKey, reference
from mock_knock.world.trigger import Trigger
from mock_knock.world.workflow import Workflow


class RunEvent(NamedTuple):
    """One line of a run's log; `step_ref` names the channel step that it is about."""

    event: str
    at: Instant
    data: Mapping[str, Any] | None
    step_ref: str | None

    def to_json(self, id: str) -> dict[str, Any]:
        """The event in Knock's form."""
        return {
            "__typename": "WorkflowRecipientRunEvent",
            "id": id,
            "event": self.event,
            "status": "ok",
            "attempt": 1,
            "data": self.data,
            "step_ref": self.step_ref,
            "step_type": None if self.step_ref is None else "channel",
            "inserted_at": to_text(self.at),
        }


@lru_cache(maxsize=256)
def _plain(event: str, at: Instant) -> RunEvent:
    """One event for all the runs that start, or end, at the same instant."""
    return RunEvent(event, at, None, None)


class RecipientRun:
    """One workflow run for one recipient: `queued -> processing -> paused -> completed`.

    `subscription`: the properties of the subscription by which the recipient was reached.
    """

    __slots__ = (
        "actor",
        "cancellation_key",
        "data",
        "events",
        "id",
        "inserted_at",
        "place",
        "recipient",
        "sandbox",
        "skip_delay",
        "source",
        "status",
        "subscription",
        "tenant",
        "updated_at",
        "workflow",
        "workflow_run_id",
    )

    def __init__(
        self,
        *,
        id: str,
        workflow_run_id: str,
        workflow: Workflow,
        recipient: RecipientKey,
        trigger: Trigger,
        data: Mapping[str, Any],
        place: int,
        now: Instant,
        subscription: Mapping[str, Any] | None = None,
    ) -> None:
        self.id = id
        self.workflow_run_id = workflow_run_id
        self.workflow = workflow
        self.recipient = recipient
        self.actor = trigger.actor
        self.tenant = trigger.tenant
        self.cancellation_key = trigger.cancellation_key
        self.sandbox = trigger.sandbox
        self.skip_delay = trigger.skip_delay
        self.source = trigger.source
        self.data = data
        self.subscription = subscription
        self.place = place
        self.status = "queued"
        self.inserted_at = self.updated_at = now
        self.events: list[RunEvent] = []

    @property
    def waits(self) -> bool:
        """Whether the run can still be cancelled (Knock docs: cancelling workflows)."""
        return self.status in ("queued", "paused")

    def move(self, status: str, at: Instant, event: str | None = None) -> None:
        """Go to `status` at `at`, leaving `event` in the run's log."""
        self.status = status
        self.updated_at = at
        if event is not None:
            self.events.append(_plain(event, at))

    def note(
        self,
        event: str,
        at: Instant,
        data: Mapping[str, Any] | None = None,
        step_ref: str | None = None,
    ) -> None:
        """Leave `event` in the run's log; with a `step_ref` it is about that channel step."""
        self.events.append(RunEvent(event, at, data, step_ref))

    def to_json(self, *, with_events: bool = False) -> dict[str, Any]:
        """The run in Knock's form."""
        shape: dict[str, Any] = {
            "__typename": "WorkflowRecipientRun",
            "id": self.id,
            "workflow_run_id": self.workflow_run_id,
            "workflow": self.workflow.key,
            "status": self.status,
            "recipient": reference(self.recipient),
            "actor": None if self.actor is None else reference(self.actor),
            "tenant": self.tenant,
            "error_count": 0,
            "trigger_source": {
                "type": self.source.type,
                "cancellation_key": self.cancellation_key,
                "schedule_id": self.source.schedule_id,
                "audience_key": self.source.audience_key,
            },
            "inserted_at": to_text(self.inserted_at),
            "updated_at": to_text(self.updated_at),
        }
        if with_events:
            shape["events"] = [
                event.to_json(f"{self.id}-{number}") for number, event in enumerate(self.events, 1)
            ]
        return shape
