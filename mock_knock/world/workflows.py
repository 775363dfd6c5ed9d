"""Workflows of one environment: triggers, the recipient runs that follow from them, cancelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError, MissingError
from mock_knock.world.identity import Identity
from mock_knock.world.inline_recipients import InlineRecipients
from mock_knock.world.instants import Instant
from mock_knock.world.listing import Page, PageRequest
from mock_knock.world.recipient_run import RecipientRun
from mock_knock.world.recipient_runs import RecipientRuns, RunFilter
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.references import RecipientKey, Reference, recipient_key
from mock_knock.world.run_progress import RunProgress
from mock_knock.world.sending import Sending
from mock_knock.world.subscriptions import Subscription
from mock_knock.world.timeline import Timeline
from mock_knock.world.trigger import BY_API, Trigger, TriggerSource
from mock_knock.world.trigger_schema import check_trigger_data
from mock_knock.world.workflow import Workflow

MAX_RECIPIENTS = 1000
"""Recipients of one trigger or cancel call (Knock docs: trigger workflow)."""


def _nobody(key: RecipientKey) -> Iterable[Subscription]:
    return ()


class Workflows:
    """The workflows of one environment, and every run of theirs.

    With none declared any key is a workflow; once one is declared, an unknown key is refused.
    `fan_out` has the subscriptions by which a trigger for an object reaches more than the object.
    """

    def __init__(
        self,
        recipients: RecipientStore,
        timeline: Timeline,
        identity: Identity,
        sending: Sending,
        retention: Instant,
    ) -> None:
        self._recipients = recipients
        self._timeline = timeline
        self._identity = identity
        self.fan_out: Callable[[RecipientKey], Iterable[Subscription]] = _nobody
        self._sending = sending
        self._declared: dict[str, Workflow] = {}
        self._runs = RecipientRuns(retention)

    def declare(self, workflow: Workflow) -> None:
        """Let this workflow be known, in place of an earlier one with its key.

        Raises InvalidParamsError for one with a step on an unknown channel.
        """
        self._sending.check(workflow)
        self._declared[workflow.key] = workflow

    @property
    def declared(self) -> tuple[Workflow, ...]:
        """Every workflow that was declared."""
        return tuple(self._declared.values())

    @property
    def runs(self) -> RecipientRuns:
        """Every run."""
        return self._runs

    def usual(self, key: str) -> Workflow:
        """The workflow as it is declared now, or as one is that nobody declared."""
        return self._declared.get(key) or Workflow(key)

    def put_back_declared(self, workflows: Iterable[Workflow]) -> None:
        """Take over the declared workflows that a snapshot had."""
        self._declared = {workflow.key: workflow for workflow in workflows}

    def progress_of(self, run: RecipientRun) -> RunProgress:
        """The event that moves a run, as it is when the run starts."""
        events = self._timeline.events
        return RunProgress(run, self._sending, events, self._runs.came_to_rest)

    def check_known(self, key: str) -> None:
        """Raise MissingError when there is no workflow `key`; it may be inactive."""
        self._known(key)

    def trigger(
        self,
        key: str,
        body: Mapping[str, Any],
        now: Instant,
        source: TriggerSource = BY_API,
    ) -> str:
        """Start a run for each recipient; the id they share.

        Inline recipients, actor and tenant are stored first. An object brings its subscribers,
        the actor left out; whoever is reached in two ways gets one run. Recipients that were never
        identified get no run (Knock: only an unknown actor is an error). Raises MissingError for
        an unknown workflow, actor or impossible id, InvalidParamsError over a limit; then nothing
        has changed.
        """
        workflow = self._active(key)
        recipients: Sequence[Reference] = body["recipients"]
        _check_count(recipients)
        check_trigger_data(key, workflow.check_data, body.get("data"))
        actor_given, tenant_given = body.get("actor"), body.get("tenant")
        inline = InlineRecipients(self._recipients)
        for at, given in enumerate(recipients):
            inline.add(given, f"recipients[{at}]")
        if actor_given is not None:
            inline.add_actor(actor_given)
        if tenant_given is not None:
            inline.add_tenant(tenant_given)

        inline.store(now)
        actor = None if actor_given is None else recipient_key(actor_given)
        tenant = None if tenant_given is None else recipient_key(tenant_given)[0]
        if tenant is not None:
            self._recipients.ensure_tenant(tenant, now)
        switches = body.get("settings") or {}
        trigger = Trigger(
            actor,
            tenant,
            body.get("cancellation_key"),
            source,
            sandbox=switches.get("sandbox_mode") is True,
            skip_delay=switches.get("skip_delay") is True,
        )
        run_id = self._identity.uuid()
        events = self._timeline.events
        before = events.cause
        triggered = events.record("workflow.triggered", run_id, now, {"workflow": key})
        events.cause = triggered
        data = body.get("data") or {}
        seen: dict[RecipientKey, None] = {}
        for given in recipients:
            recipient = recipient_key(given)
            if recipient in seen or recipient not in self._recipients:
                continue
            seen[recipient] = None
            own = {} if isinstance(given, str) else given.get("$trigger_data")
            merged = {**data, **own} if isinstance(own, Mapping) else data
            self._start(workflow, run_id, recipient, trigger, merged, now)
        parents = [key for key in seen if key[1] is not None] if source.fans_out else []
        for parent in parents:
            for subscription in self.fan_out(parent):
                subscriber = subscription.recipient
                if subscriber not in seen and subscriber != actor:
                    seen[subscriber] = None
                    properties = subscription.properties
                    self._start(workflow, run_id, subscriber, trigger, data, now, properties)
        events.cause = before
        return run_id

    def cancel(
        self,
        key: str,
        cancellation_key: str,
        recipients: Sequence[Reference] | None,
        now: Instant,
    ) -> int:
        """Cancel the runs of this workflow that wait under `cancellation_key`; how many there were.

        Only runs that are `queued` or `paused` can be cancelled (Knock docs: cancelling
        workflows). `recipients` narrows it down; None means all. Raises MissingError for an
        unknown workflow, InvalidParamsError over the limit of recipients.
        """
        self._known(key)
        _check_count(recipients or ())
        only = None if recipients is None else {recipient_key(given) for given in recipients}
        chosen = [
            run
            for run in self._runs.waiting(key, cancellation_key)
            if only is None or run.recipient in only
        ]
        for run in chosen:
            self._cancel(run, now)
        return len(chosen)

    def forget(self, recipient: RecipientKey, now: Instant) -> None:
        """Remove every run of a recipient that is deleted; those that wait stop.

        (Knock docs: deleting users.)
        """
        for run in self._runs.of(recipient):
            if run.waits:
                self._cancel(run, now)
            self._runs.remove(run)

    def expire(self, now: Instant) -> None:
        """Remove the runs that are no longer kept; see `RecipientRuns`."""
        self._runs.expire(now)

    def get_run(self, id: str) -> RecipientRun:
        """One recipient run. Raises MissingError."""
        return self._runs.get(id)

    def page(self, wanted: PageRequest, keep: RunFilter) -> Page[RecipientRun]:
        """One page of the runs that `keep` lets through, newest first."""
        return self._runs.page(wanted, keep)

    def _cancel(self, run: RecipientRun, now: Instant) -> None:
        before = run.status
        run.move("cancelled", now, "run_cancelled")
        self._timeline.events.record("workflow_recipient_run.cancelled", run.id, now)
        self._runs.came_to_rest(run, before)

    def _active(self, key: str) -> Workflow:
        workflow = self._known(key)
        if not workflow.active:
            raise InvalidParamsError(
                f"The workflow {key!r} is inactive in this environment: no run was started",
                code="workflow_inactive",
            )
        return workflow

    def _known(self, key: str) -> Workflow:
        workflow = self._declared.get(key)
        if workflow is None:
            if self._declared:
                raise MissingError(
                    f"There is no workflow {key!r} in this environment; there are "
                    f"{', '.join(sorted(self._declared))}",
                    code="workflow_missing",
                )
            return Workflow(key)
        return workflow

    def _start(
        self,
        workflow: Workflow,
        workflow_run_id: str,
        recipient: RecipientKey,
        trigger: Trigger,
        data: Mapping[str, Any],
        now: Instant,
        subscription: Mapping[str, Any] | None = None,
    ) -> None:
        run = RecipientRun(
            id=self._identity.derived_uuid(workflow_run_id, *filter(None, recipient)),
            workflow_run_id=workflow_run_id,
            workflow=workflow,
            recipient=recipient,
            trigger=trigger,
            data=data,
            place=self._runs.next_place,
            now=now,
            subscription=subscription,
        )
        self._runs.add(run)
        events = self._timeline.events
        told = {"workflow": workflow.key, "workflow_run_id": workflow_run_id}
        before = events.cause
        events.cause = events.record("workflow_recipient_run.queued", run.id, now, told)
        self._timeline.schedule(now, self.progress_of(run))
        events.cause = before


def _check_count(recipients: Sequence[Reference]) -> None:
    if len(recipients) > MAX_RECIPIENTS:
        raise InvalidParamsError(
            f"recipients has {len(recipients)} entries and one call takes at most "
            f"{MAX_RECIPIENTS}: split the list over several calls. Nothing was done",
            details=(Detail("recipients", f"at most {MAX_RECIPIENTS} entries", "max_items"),),
        )
