"""Which step can follow which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_tests.lint.subject import ActionView, StepView, WorkflowView


def successors(workflow: WorkflowView, step: StepView) -> set[int]:
    """The steps that can come right after one, by their index; itself, if it may be repeated.

    Where none of the `onSuccess` actions may apply, the next step counts: other runners go on.
    """
    indexes = {each.id: each.index for each in workflow.steps}
    found: set[int] = set()
    if not _always(step.on_success or ()) and step.index + 1 < len(workflow.steps):
        found.add(step.index + 1)
    for action in (*(step.on_success or ()), *(step.on_failure or ())):
        if action.type in ("goto", "retry") and action.step_id in indexes:
            found.add(indexes[action.step_id])
        if action.type == "retry":
            found.add(step.index)
    return found


def reachable(workflow: WorkflowView, start: Iterable[int]) -> set[int]:
    """The steps that can come at or after these."""
    reached: set[int] = set()
    waiting = list(start)
    while waiting:
        index = waiting.pop()
        if index not in reached:
            reached.add(index)
            waiting.extend(successors(workflow, workflow.steps[index]))
    return reached


def can_precede(workflow: WorkflowView, first: StepView, second: StepView) -> bool:
    """Whether one step can have run when another one is run, or its answer judged."""
    if first is second:
        return True
    return second.index in reachable(workflow, successors(workflow, first))


def goto_loops(workflow: WorkflowView) -> Iterator[tuple[StepView, ActionView, set[int]]]:
    """Every goto that leads back to its own step, with the steps of the loop.

    Back means through gotos and next steps; a retry is no loop, since it has a limit.
    """
    for step in workflow.steps:
        for action in (*(step.on_success or ()), *(step.on_failure or ())):
            target = workflow.step(action.step_id) if action.step_id is not None else None
            if action.type != "goto" or target is None or target.index > step.index:
                continue
            loop = {
                index
                for index in reachable(workflow, [target.index])
                if step.index in reachable(workflow, [index])
            }
            if step.index in loop:
                yield step, action, loop


def _always(actions: Iterable[ActionView]) -> bool:
    """Whether one of the actions applies whatever the answer is."""
    return any(not action.criteria for action in actions)
