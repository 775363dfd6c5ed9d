"""Control flow: what can be reached, and what can end."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.arazzo.errors import ExpressionError
from contract_tests.arazzo.templates import parse_template
from contract_tests.lint.answers import answers, holds
from contract_tests.lint.finding import Finding
from contract_tests.lint.graph import goto_loops, reachable
from contract_tests.lint.rules import found
from contract_tests.lint.subject import ActionView, StepView, Subject, WorkflowView

_MOST_TRIES = 1000
_SHORTEST = 0.1
_LONGEST = 24 * 3600
_REFUSED_FOR_GOOD = ("400", "401", "403", "413", "415", "422")


def check_control(subject: Subject) -> Iterator[Finding]:
    """Steps and actions without effect, loops without end, retries without figures."""
    seen: set[str] = set()
    for workflow in subject.workflows:
        if not workflow.steps:
            continue
        there = reachable(workflow, [0])
        for step in workflow.steps:
            if step.index not in there:
                yield found(
                    "step-unreachable",
                    step.spot,
                    f"no step leads to {step.id!r}",
                    "lead to it, or leave it out",
                )
            yield from _shadowed(step.on_success or [])
            yield from _shadowed(step.on_failure or [])
            for action in step.on_failure or []:
                if action.type == "retry" and action.body.pointer not in seen:
                    seen.add(action.body.pointer)
                    yield from _retry(action)
            yield from _futile(step)
            failing = step.on_failure or []
            if failing and all(action.criteria for action in failing):
                yield found(
                    "failure-not-covered",
                    step.spot.at("onFailure"),
                    "where none of the actions applies, the specification is silent",
                    "end the list with an action without criteria, as in type: end",
                )
        yield from _loops(workflow)


def _shadowed(actions: list[ActionView]) -> Iterator[Finding]:
    """Actions after one that always applies. A retry gives way when it is used up."""
    before: ActionView | None = None
    for action in actions:
        if before is not None and action.inherited and not before.inherited:
            return  # the other steps of the workflow may need it
        if before is not None:
            yield found(
                "action-shadowed",
                action.spot,
                f"{action.name!r} never applies: {before.name!r} before it always does",
                "change their order, or give the first one criteria",
            )
        elif not action.criteria and action.type != "retry":
            before = action


def _retry(action: ActionView) -> Iterator[Finding]:
    if action.retry_limit is None:
        yield found(
            "retry-limit-missing",
            action.body,
            f"{action.name!r} has no retryLimit: one retry",
            "say how often, as in retryLimit: 30",
        )
    elif action.retry_limit == 0:
        yield found(
            "field-without-effect",
            action.body.at("retryLimit"),
            f"{action.name!r} never retries",
            "say how often, as in retryLimit: 30",
        )
    if not action.retry_after:
        lacks = "no retryAfter" if action.retry_after is None else "retryAfter: 0"
        yield found(
            "retry-after-missing",
            action.body,
            f"{action.name!r} has {lacks}",
            "say how many seconds, as in retryAfter: 2",
        )
    elif action.retry_after < _SHORTEST:
        yield found(
            "retry-after-missing",
            action.body.at("retryAfter"),
            f"{action.name!r} waits {action.retry_after:g} s: hardly at all",
            "say how many seconds, as in retryAfter: 2",
        )
    tries = action.retry_limit or 0
    if tries > _MOST_TRIES or tries * (action.retry_after or 0) > _LONGEST:
        yield found(
            "retry-unreasonable",
            action.body,
            f"{action.name!r} goes on for {tries} tries, {tries * (action.retry_after or 0):g} s",
            "lower retryLimit",
        )


def _futile(step: StepView) -> Iterator[Finding]:
    """Retries of what was refused for good, where the author names the refusal.

    A 404 of a GET may be an operation that is not there yet; a retry that first calls something
    may mend what was refused.
    """
    if step.described is None:
        return
    hopeless = [*_REFUSED_FOR_GOOD]
    if step.described.operation.method != "GET":
        hopeless.append("404")
    for answer in answers(step):
        if answer.label not in hopeless:
            continue
        action = next(
            (a for a in step.on_failure or () if holds(a.criteria, answer, step) is not False), None
        )
        if action is None or action.type != "retry" or action.step_id or action.workflow_id:
            continue
        if action.criteria and holds(action.criteria, answer, step):
            yield found(
                "retry-futile",
                action.spot,
                f"{action.name!r} asks again after a {answer.label}, which will be the same then",
                "end the workflow there, and retry on 429 and 5xx only",
            )
            return


def _loops(workflow: WorkflowView) -> Iterator[Finding]:
    for step, action, loop in goto_loops(workflow):
        target = workflow.step(action.step_id or "")
        if target is None or _moves_on(target, {workflow.steps[n].id for n in loop}):
            continue
        back = "itself" if target is step else repr(target.id)
        yield found(
            "loop-unbounded",
            action.body,
            f"{step.id!r} goes back to {back}, with nothing that counts",
            "fail the step while it must wait, and retry it in onFailure with a retryLimit",
        )
        yield found(
            "loop-without-wait",
            action.body,
            f"{step.id!r} goes back to {back} at once",
            "retry it in onFailure with a retryAfter",
        )


def _moves_on(target: StepView, loop: set[str]) -> bool:
    """Whether each round asks something else: the next page, from an output of the loop."""
    for spot in target.request_strings():
        try:
            expressions = parse_template(spot.value, True).expressions
        except ExpressionError:
            continue
        for expression in expressions:
            if expression.root == "steps" and expression.name.partition(".")[0] in loop:
                return True
    return False
