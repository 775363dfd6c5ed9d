"""How one recipient run goes: `queued -> processing -> paused -> completed`, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_knock.world.events import EventStream
from mock_knock.world.instants import Instant, microseconds
from mock_knock.world.sending import Sending
from mock_knock.world.steps import IN_APP_ONLY

if TYPE_CHECKING:
    from mock_knock.world.workflows import RecipientRun


class RunProgress:
    """The timeline event that moves a run, until it is completed or was cancelled.

    A run waits for the workflow's own delay first, then for that of each step.
    """

    __slots__ = ("_delays", "_events", "_next", "_sending", "_steps", "run")

    def __init__(self, run: RecipientRun, sending: Sending, events: EventStream) -> None:
        self.run = run
        self._events = events
        self._sending = sending
        workflow = run.workflow
        self._steps = IN_APP_ONLY if workflow.steps is None else workflow.steps
        self._next = 0
        # What is still to be waited for before each step, and before the end of a run without any.
        own = [step.delay for step in self._steps]
        first = own[:1] or [0.0]
        self._delays = [workflow.delay + first[0], *own[1:]]
        if run.skip_delay:
            self._delays = [0.0] * len(self._delays)

    def fire(self, due: Instant) -> Instant | None:
        """The next stretch of the run; the instant at which a delay ends, None at its own end."""
        run = self.run
        if run.status == "queued":
            self._move("processing", due, "run_started")
        elif run.status == "paused":
            self._move("processing", due, "delay_ended")
        if run.status != "processing":
            return None
        while self._next < len(self._delays):
            delay = self._delays[self._next]
            if delay:
                self._delays[self._next] = 0.0
                self._move("paused", due, "delay_started")
                return due + microseconds(delay)
            if self._steps:
                step = self._steps[self._next]
                self._sending.send(run, step, self._next + 1, due)
            self._next += 1
        self._move("completed", due, "run_completed")
        return None

    def _move(self, status: str, at: Instant, event: str) -> None:
        self.run.move(status, at, event)
        self._events.record(f"workflow_recipient_run.{status}", self.run.id, at)
