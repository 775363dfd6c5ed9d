"""Which step can follow which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.lint.subject import ActionView, StepView, WorkflowView


def successors(workflow: WorkflowView) -> list[set[int]]:
    """Of each step, those that can come right after it, by index; itself, if it may be repeated.

    Where none of the `onSuccess` actions may apply, the next step counts: other runners go on.
    Worked out once for each workflow.
    """
    if workflow.successors is None:
        indexes = {each.id: each.index for each in reversed(workflow.steps)}
        workflow.successors = [
            _following(step, indexes, len(workflow.steps)) for step in workflow.steps
        ]
    return workflow.successors


def reachable(workflow: WorkflowView, start: Iterable[int]) -> set[int]:
    """The steps that can come at or after these."""
    following = successors(workflow)
    reached: set[int] = set()
    waiting = list(start)
    while waiting:
        index = waiting.pop()
        if index not in reached:
            reached.add(index)
            waiting.extend(following[index])
    return reached


def can_precede(workflow: WorkflowView, first: StepView, second: StepView) -> bool:
    """Whether one step can have run when another one is run, or its answer judged."""
    if first is second:
        return True
    if first.index not in workflow.reached:
        following = successors(workflow)[first.index]
        workflow.reached[first.index] = reachable(workflow, following)
    return second.index in workflow.reached[first.index]


def goto_loops(workflow: WorkflowView) -> Iterator[tuple[StepView, ActionView, set[int]]]:
    """Every goto that leads back to its own step, with the steps of the loop.

    Back means through gotos and next steps; a retry is no loop, since it has a limit.
    """
    circles: list[set[int]] | None = None
    for step in workflow.steps:
        for action in (*(step.on_success or ()), *(step.on_failure or ())):
            target = workflow.step(action.step_id) if action.step_id is not None else None
            if action.type != "goto" or target is None or target.index > step.index:
                continue
            if circles is None:
                circles = _circles(successors(workflow))
            loop = next((each for each in circles if step.index in each), set())
            if target.index in loop:
                yield step, action, loop


def _following(step: StepView, indexes: dict[str, int], count: int) -> set[int]:
    found: set[int] = set()
    if not _always(step.on_success or ()) and step.index + 1 < count:
        found.add(step.index + 1)
    for action in (*(step.on_success or ()), *(step.on_failure or ())):
        if action.type in ("goto", "retry") and action.step_id in indexes:
            found.add(indexes[action.step_id])
        if action.type == "retry":
            found.add(step.index)
    return found


def _circles(following: Sequence[set[int]]) -> list[set[int]]:
    """The steps that can come to each other, in groups (Kosaraju's algorithm, without a stack)."""
    order: list[int] = []
    seen: set[int] = set()
    for start in range(len(following)):
        waiting = [(start, iter(following[start]))] if start not in seen else []
        seen.add(start)
        while waiting:
            index, rest = waiting[-1]
            onward = next((each for each in rest if each not in seen), None)
            if onward is None:
                order.append(index)
                waiting.pop()
            else:
                seen.add(onward)
                waiting.append((onward, iter(following[onward])))
    before: list[set[int]] = [set() for _ in following]
    for index, targets in enumerate(following):
        for target in targets:
            before[target].add(index)
    groups: list[set[int]] = []
    grouped: set[int] = set()
    for start in reversed(order):
        group, back = set[int](), [start]
        while back:
            index = back.pop()
            if index not in grouped:
                grouped.add(index)
                group.add(index)
                back.extend(before[index])
        if group:
            groups.append(group)
    return groups


def _always(actions: Iterable[ActionView]) -> bool:
    """Whether one of the actions applies whatever the answer is."""
    return any(not action.criteria for action in actions)
