"""How one recipient run goes: `queued -> processing -> paused -> completed`, step by step."""

from __future__ import annotations

from collections.abc import Callable

from mock_knock.world.events import EventStream
from mock_knock.world.instants import Instant, microseconds
from mock_knock.world.recipient_run import RecipientRun
from mock_knock.world.sending import Sending
from mock_knock.world.steps import IN_APP_ONLY


class RunProgress:
    """The timeline event that moves a run, until it is completed or was cancelled.

    A run waits for the workflow's own delay first, then for that of each step. `done` counts the
    steps that are behind it, `delays` has what is still to be waited for before each, in seconds.
    `rests` is told when it comes to rest, with the status that it had before.
    """

    __slots__ = ("_events", "_rests", "_sending", "_steps", "delays", "done", "run")

    def __init__(
        self,
        run: RecipientRun,
        sending: Sending,
        events: EventStream,
        rests: Callable[[RecipientRun, str], None],
    ) -> None:
        self.run = run
        self._events = events
        self._rests = rests
        self._sending = sending
        workflow = run.workflow
        self._steps = IN_APP_ONLY if workflow.steps is None else workflow.steps
        self.done = 0
        # A run without any steps has one delay too, before its end.
        own = [step.delay for step in self._steps]
        first = own[:1] or [0.0]
        self.delays = [workflow.delay + first[0], *own[1:]]
        if run.skip_delay:
            self.delays = [0.0] * len(self.delays)

    def fire(self, due: Instant) -> Instant | None:
        """The next stretch of the run; the instant at which a delay ends, None at its own end."""
        run = self.run
        before = run.status
        if run.status == "queued":
            self._move("processing", due, "run_started")
        elif run.status == "paused":
            self._move("processing", due, "delay_ended")
        if run.status != "processing":
            return None
        while self.done < len(self.delays):
            delay = self.delays[self.done]
            if delay:
                self.delays[self.done] = 0.0
                self._move("paused", due, "delay_started")
                self._rests(run, before)
                return due + microseconds(delay)
            if self._steps:
                step = self._steps[self.done]
                self._sending.send(run, step, self.done + 1, due)
            self.done += 1
        self._move("completed", due, "run_completed")
        self._rests(run, before)
        return None

    def _move(self, status: str, at: Instant, event: str) -> None:
        self.run.move(status, at, event)
        self._events.record(f"workflow_recipient_run.{status}", self.run.id, at)
