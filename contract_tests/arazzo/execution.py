"""One run under way: workflows, their steps in turn, and what follows each visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from contract_tests.arazzo.actions import first_applicable, is_exhausted, retry_delay, retry_limit
from contract_tests.arazzo.calling import Caller
from contract_tests.arazzo.diagnostics import Diagnostics
from contract_tests.arazzo.frames import Frame, Outcome, Transfer
from contract_tests.arazzo.inputs import complete_inputs, declared, inputs_for
from contract_tests.arazzo.limits import Limits
from contract_tests.arazzo.linking import LinkedAction, LinkedStep, Program, WorkflowKey
from contract_tests.arazzo.masking import Masks, secret_inputs
from contract_tests.arazzo.model import Document, Workflow
from contract_tests.arazzo.outputs import collect_outputs, note_missing
from contract_tests.arazzo.result import ActionTrace
from contract_tests.arazzo.visits import OpenVisit

End = Outcome | Transfer
CompleteInputs = Callable[[Document, Workflow, Mapping[str, Any]], dict[str, Any]]


class Execution:
    """The control flow of one run. `caller` makes the calls, `limits` bounds the run.

    `complete` checks the inputs of a workflow; one who makes many runs may remember its answers.
    """

    def __init__(
        self,
        program: Program,
        caller: Caller,
        limits: Limits,
        masks: Masks,
        remarks: Diagnostics,
        complete: CompleteInputs = complete_inputs,
    ) -> None:
        self._program = program
        self._complete = complete
        self._policies = program.policies
        self._caller = caller
        self._limits = limits
        self._masks = masks
        self._remarks = remarks
        self._workflows: dict[str, Any] = {}
        self._finished: set[WorkflowKey] = set()
        self._given: Mapping[str, Any] = {}

    def workflow(self, key: WorkflowKey, inputs: Mapping[str, Any], depth: int = 0) -> Outcome:
        """Run a workflow, and those that it hands over to, to an end.

        Raises Stopped at a limit, FlowError for what cannot be run.
        """
        self._limits.descend(depth, key.workflow_id)
        if depth == 0:
            self._given, inputs = inputs, own_inputs(self._program, key, inputs)
        while True:
            linked = self._program.workflows[key]
            inputs = self._complete(linked.document, linked.workflow, inputs)
            self._masks.learn(secret_inputs(inputs, declared(linked.document, linked.workflow)))
            end = self._run(Frame(linked, dict(inputs), depth, self._workflows))
            if isinstance(end, Outcome):
                return end
            key = end.key
            inputs = self._handed_on(key, inputs)

    def _run(self, frame: Frame) -> End:
        key, workflow = frame.linked.key, frame.linked.workflow
        self._workflows[key.workflow_id] = {"inputs": frame.inputs, "outputs": {}}
        for dependency in frame.linked.depends_on:
            if dependency in self._finished:
                continue
            handed = self._handed_on(dependency, {**self._given, **frame.inputs})
            outcome = self.workflow(dependency, handed, frame.depth + 1)
            if outcome.status != "completed":
                label = f"the workflow {dependency.workflow_id!r}, on which this one depends,"
                return Outcome("failed", f"{label} failed: {outcome.reason}")
        end = self._run_steps(frame)
        if isinstance(end, Transfer):
            return end
        outputs = collect_outputs(workflow.outputs, frame.context(), bare=self._policies.bare)
        self._workflows[key.workflow_id]["outputs"] = outputs
        if end.status == "completed":
            self._finished.add(key)
            note_missing(workflow.outputs, outputs, workflow.place, self._remarks)
        return replace(end, outputs=outputs)

    def _run_steps(self, frame: Frame) -> End:
        position = 0
        while position < len(frame.linked.steps):
            linked = frame.linked.steps[position]
            visit = self._caller.visit(frame, linked, self._call_workflow)
            if visit.success:
                after = self._after_success(frame, linked, visit, position)
            else:
                after = self._after_failure(frame, linked, visit, position)
            if not isinstance(after, int):
                return after
            position = after
        return Outcome("completed", "every step that was called for succeeded")

    def _after_success(
        self, frame: Frame, linked: LinkedStep, visit: OpenVisit, position: int
    ) -> int | End:
        """The index of the next step, or an end (Step Object, onSuccess)."""
        if linked.on_success is None:
            visit.action = ActionTrace("next", reason="there is no onSuccess")
            return frame.arrive(position + 1)
        chosen = first_applicable(linked.on_success, frame.context(visit), visit.record)
        if chosen is None:
            return self._none_matched(frame, linked, visit, position)
        if chosen.action.type == "end":
            visit.action = ActionTrace("end", chosen.action.name)
            return Outcome("completed", f"action {chosen.action.name!r} ended the workflow")
        return self._goto(frame, visit, chosen)

    def _none_matched(
        self, frame: Frame, linked: LinkedStep, visit: OpenVisit, position: int
    ) -> int | End:
        stop = self._policies.none_matched == "stop"
        policy = f"policy none_matched: {self._policies.none_matched}"
        self._remarks.add(
            "none-matched",
            "Arazzo 1.0.1, Step Object, onSuccess (silent)",
            f"{linked.step.place}/onSuccess",
            "the step succeeded and none of its onSuccess actions applied; the specification says "
            "what follows only where onSuccess is omitted, and is silent here; "
            + (f"the run ended ({policy})" if stop else f"the next step was run ({policy})"),
        )
        visit.action = ActionTrace("fail" if stop else "next", reason=policy)
        if not stop:
            return frame.arrive(position + 1)
        return Outcome(
            "failed",
            f"step {linked.step.step_id!r} succeeded, but none of its onSuccess actions applied "
            f"({policy})",
        )

    def _after_failure(
        self, frame: Frame, linked: LinkedStep, visit: OpenVisit, position: int
    ) -> int | End:
        """The index of the next step, or an end (Step Object, onFailure)."""
        label = f"step {linked.step.step_id!r}"
        actions = linked.on_failure or ()
        chosen = first_applicable(
            actions,
            frame.context(visit),
            visit.record,
            lambda action: is_exhausted(action, frame.retries),
        )
        if chosen is None:
            visit.action = ActionTrace("fail", reason="no failure action applies")
            if linked.on_failure is not None:
                self._remarks.add(
                    "none-matched",
                    "Arazzo 1.0.1, Step Object, onFailure (silent)",
                    f"{linked.step.place}/onFailure",
                    "the step failed and none of its onFailure actions applied, or not any more; "
                    "the run ended, as it does where onFailure is omitted",
                )
            used_up = [a.action.name for a in actions if is_exhausted(a, frame.retries)]
            tried = f"; its retries are used up ({', '.join(used_up)})" if used_up else ""
            return Outcome("failed", f"{label} failed: {visit.error}{tried}")
        action = chosen.action
        if action.type == "goto":
            return self._goto(frame, visit, chosen)
        if action.type == "retry":
            broken = self._retry(frame, visit, chosen, label)
            return position if broken is None else Outcome("failed", broken)
        visit.action = ActionTrace("end", action.name)
        self._remarks.add(
            "failure-end",
            "Arazzo 1.0.1, Failure Action Object (silent)",
            action.place,
            "the specification does not say whether a workflow that a failure action ends has "
            "succeeded; here it has failed",
        )
        return Outcome(
            "failed", f"{label} failed: {visit.error}; action {action.name!r} ended the workflow"
        )

    def _retry(
        self, frame: Frame, visit: OpenVisit, chosen: LinkedAction, label: str
    ) -> str | None:
        """Wait, and run what the retry names first; gives the reason if that failed."""
        action = chosen.action
        frame.retries[action.name] += 1
        delay = retry_delay(
            chosen,
            visit.exchange.response if visit.exchange else None,
            self._limits.clock.now(),
            self._policies.revisit_delay,
        )
        attempt = f"retry {frame.retries[action.name]} of {retry_limit(chosen)}"
        visit.action = ActionTrace(
            "retry",
            action.name,
            target=action.step_id or action.workflow_id or visit.linked.step.step_id,
            delay=delay.seconds,
            reason=f"{attempt}, delay by {delay.source}",
        )
        self._limits.sleep(delay.seconds, f"before {attempt} of {label}")
        broken = self._before_retry(frame, chosen)
        return broken and f"{broken}; it was run before the retry of {label}"

    def _before_retry(self, frame: Frame, chosen: LinkedAction) -> str | None:
        """Run the step or workflow that a retry names; gives the reason if it failed.

        Of a step only the call is made: its own actions would take control away, and "the context
        is returned" here (Failure Action Object, retry).
        """
        if chosen.workflow is not None:
            inputs = self._handed_on(chosen.workflow, frame.inputs)
            outcome = self.workflow(chosen.workflow, inputs, frame.depth + 1)
            if outcome.status != "completed":
                return f"workflow {chosen.workflow.workflow_id!r} failed: {outcome.reason}"
        elif chosen.action.step_id is not None:
            linked = frame.linked.steps[frame.linked.position(chosen.action.step_id)]
            visit = self._caller.visit(frame, linked, self._call_workflow)
            visit.action = ActionTrace("end", reason="back to the step that is retried")
            if not visit.success:
                return f"step {chosen.action.step_id!r} failed: {visit.error}"
        return None

    def _goto(self, frame: Frame, visit: OpenVisit, chosen: LinkedAction) -> int | End:
        action = chosen.action
        if chosen.workflow is not None:
            visit.action = ActionTrace("goto", action.name, chosen.workflow.workflow_id)
            self._remarks.add(
                "goto-workflow-inputs",
                "Arazzo 1.0.1, Success Action Object, workflowId (silent)",
                action.place,
                "the specification gives no inputs to a workflow that is gone to; it was given "
                "those of the workflow before it",
            )
            return Transfer(chosen.workflow)
        step_id = action.step_id or ""
        delay = self._policies.revisit_delay if step_id in frame.entered else 0.0
        visit.action = ActionTrace("goto", action.name, step_id, delay)
        self._limits.sleep(delay, f"before step {step_id!r} is visited again")
        return frame.arrive(frame.linked.position(step_id))

    def _call_workflow(self, frame: Frame, key: WorkflowKey, inputs: dict[str, Any]) -> Outcome:
        return self.workflow(key, inputs, frame.depth + 1)

    def _handed_on(self, key: WorkflowKey, inputs: Mapping[str, Any]) -> dict[str, Any]:
        linked = self._program.workflows[key]
        return inputs_for(linked.document, linked.workflow, inputs)


def own_inputs(program: Program, key: WorkflowKey, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a run's inputs, those that are not only for the workflows that this one waits for.

    The specification gives inputs to no workflow that is waited for (Workflow Object, dependsOn);
    they are looked for among those of the run.
    """
    linked = program.workflows[key]
    if not linked.depends_on:
        return given
    own = declared(linked.document, linked.workflow)
    foreign: set[str] = set()
    waiting, seen = list(linked.depends_on), set[WorkflowKey]()
    while own and waiting:
        other = waiting.pop()
        if other not in seen:
            seen.add(other)
            waited = program.workflows[other]
            foreign |= declared(waited.document, waited.workflow).keys() - own.keys()
            waiting.extend(waited.depends_on)
    return {name: value for name, value in given.items() if name not in foreign}
