"""Faults of sense: what a flow over bulk operations does when things go wrong.

Whether a step covers an answer is found by evaluating its criteria; what comes of a history is
found by running it, in a Knock in memory. So it does not matter how a flow is written.
"""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.arazzo import FlowError, InputError, Library, pointers
from contract_tests.explore.exploring import Bounds, Exploring, explore
from contract_tests.explore.record import Record, Verdict
from contract_tests.lint.answers import Answer, answers, holds
from contract_tests.lint.finding import Finding
from contract_tests.lint.inputs import contradicts
from contract_tests.lint.rules import found
from contract_tests.lint.spot import Spot
from contract_tests.lint.subject import StepView, Subject
from contract_tests.surface import Role

_HISTORIES = 120
_MOST_STUCK = 20
_STATES = ("queued", "processing", "completed", "failed")
_MEND = {
    "notify-after-failed": "let the step fail when the status is 'failed': make status == "
    "'completed' a success criterion",
    "notify-before-completed": "poll until the status is 'completed', and let nothing else lead to "
    "the trigger",
    "failed-rows-not-looked-at": "make $response.body#/error_count == 0 a success criterion, or "
    "give error_items as an output of the workflow",
    "loop-unbounded": "fail the step while it must wait, and retry it in onFailure with a "
    "retryLimit",
    "failure-as-success": "let the step fail, so that the workflow does",
    "double-submit": "retry a submission on 429 only",
    "double-notify": "give the header Idempotency-Key, of something that is the same each time",
    "retry-after-ignored": "use a retry, which honours Retry-After, and no goto",
    "secret-leaked": "send it in the Authorization header alone",
    "idempotency-key-reused": "use what is new for each notification, as in "
    "$steps.<step>.outputs.<the operation's id>",
    "does-not-complete": "mend what the message says; the history shows every request",
    "breaks-off": "mend what the message says; the history shows every request",
    "polls-after-end": "go on or end as soon as the status is 'completed' or 'failed'",
}
_CONSEQUENCES = ("does-not-complete", "breaks-off")
"""What other faults bring about: told only where nothing else was found."""
_SAID_BEFORE = {
    "idempotency-key-reused": "idempotency-key-constant",
    "secret-leaked": "secret-leaked",
}
"""What is seen in a history, and by which rule it may have been read off the document."""
_MOST_WORKFLOWS = 40
_RULE_OF = {"notify-failed-rows": "failed-rows-not-looked-at", "unbounded": "loop-unbounded"}


def check_sense(subject: Subject, library: Library, before: list[Finding]) -> Iterator[Finding]:
    """What a careful author would not let pass; `before` is what the other rules have found."""
    for workflow in subject.workflows:
        roles = [step.described.role for step in workflow.steps if step.described is not None]
        for step in workflow.steps:
            if step.described is not None and step.described.role is Role.POLL:
                yield from _uncovered(step)
            submits = step.described is not None and step.described.role is Role.SUBMIT
            if submits and not _awaited(subject) and Role.TRIGGER not in roles:
                yield found(
                    "operation-not-awaited",
                    step.spot,
                    "nothing polls the operation that this step starts",
                    "add a step that polls it until it has ended",
                )
    if subject.document is not None:
        before = list(before)
        for id in _entries(subject):
            for finding in _explored(subject, id, library, before):
                before.append(finding)
                yield finding


def _entries(subject: Subject) -> list[str]:
    """The workflows to run: all, or where there are too many, those that no other one calls."""
    ids = list(dict.fromkeys(workflow.id for workflow in subject.workflows))
    if len(ids) > _MOST_WORKFLOWS:
        called = {
            each
            for workflow in subject.workflows
            for each in (
                *(step.spot.text("workflowId") for step in workflow.steps),
                *(spot.value for spot in workflow.spot.at("dependsOn").strings()),
            )
        }
        ids = [id for id in ids if id not in called][:_MOST_WORKFLOWS]
    return ids


def _awaited(subject: Subject) -> bool:
    return any(
        step.described is not None and step.described.role is Role.POLL
        for workflow in subject.workflows
        for step in workflow.steps
    )


def _uncovered(step: StepView) -> Iterator[Finding]:
    """States for which the step succeeds and none of its `onSuccess` actions applies."""
    if step.on_success is None:
        return
    uncovered = {
        answer.bulk_status: None
        for answer in answers(step)
        if answer.bulk_status is not None and _falls_through(step, answer)
    }
    spot = step.spot.at("onSuccess")
    if "failed" in uncovered:
        yield found(
            "failed-not-handled",
            spot if spot.present else step.spot,
            "no action applies when the operation has failed; other runners go on with the "
            "next step then",
            "make status == 'completed' a success criterion, or add an action for 'failed'",
        )
    others = [state for state in uncovered if state != "failed"]
    if others:
        names = [s if s in _STATES else "a status that is not known yet" for s in others]
        yield found(
            "outcome-not-covered",
            spot if spot.present else step.spot,
            f"no action applies when the status is {' or '.join(names)}",
            "make the states that may go on success criteria, and let the others fail",
        )


def _falls_through(step: StepView, answer: Answer) -> bool:
    if step.criteria is None or holds(step.criteria, answer, step) is not True:
        return False
    return all(holds(a.criteria, answer, step) is False for a in step.on_success or ())


def _explored(
    subject: Subject, workflow_id: str, library: Library, before: list[Finding]
) -> Iterator[Finding]:
    assert subject.document is not None
    bounds = Bounds(max_histories=_HISTORIES, max_stuck=_MOST_STUCK)
    seen = {(finding.rule, finding.pointer) for finding in before}
    wrong = any(finding.level == "error" for finding in before)
    looping = any(finding.rule in ("loop-unbounded", "dependency-loop") for finding in before)
    for none_matched in ("stop", "next"):
        try:
            explored = explore(
                subject.document,
                library,
                workflow_id,
                fixed={"none_matched": none_matched},
                vary=False,
                bounds=bounds,
            )
        except FlowError as error:
            unread = any(finding.rule == "source-not-found" for finding in before)
            if not wrong and not unread and none_matched == "stop":
                yield from cannot_run(error, subject, workflow_id)
            return
        except (KeyError, ValueError):
            return  # what keeps it from running is for the other rules to say
        for finding in _strangers(explored, seen):
            wrong = True
            yield finding
        consequences = []
        for verdict, history in _verdicts(explored):
            rule = _RULE_OF.get(verdict.rule, verdict.rule)
            if rule not in _MEND or (rule == "loop-unbounded" and looping):
                continue
            # Under `next` the cause is that no action applied, and that has been said.
            if none_matched == "next" and rule in (
                "notify-after-failed",
                "notify-before-completed",
            ):
                continue
            spot = _spot(verdict.place)
            if rule in _SAID_BEFORE and _was_said(_SAID_BEFORE[rule], before, spot):
                continue
            if (rule, spot.pointer) not in seen:
                seen.add((rule, spot.pointer))
                message = f"{verdict.message} (flow explore {history} shows it)"
                finding = found(rule, spot, message, _MEND[rule], verdict.level)
                if rule in _CONSEQUENCES:
                    consequences.append(finding)
                else:
                    wrong = wrong or finding.level == "error"
                    yield finding
        if not wrong and consequences:
            wrong = True
            yield consequences[0]


def cannot_run(error: FlowError, subject: Subject, workflow_id: str) -> Iterator[Finding]:
    """What keeps a flow from being run, where no other rule has said so."""
    workflow = next((each for each in subject.workflows if each.id == workflow_id), None)
    fallback = workflow.spot.at("inputs") if workflow is not None else Spot(None)
    name, _, pointer = error.place.partition("#")
    known = subject.document is not None and name == subject.document.name
    spot = _spot(error.place) if known and pointer else fallback
    made_up = isinstance(error, InputError)
    message = error.message.removesuffix("; give others with --inputs or --input")
    yield found(
        "cannot-be-run",
        spot,
        f"no inputs could be made up: {message}" if made_up else message,
        "check that the schema allows something; explore it with --inputs"
        if made_up
        else "mend what the message says",
        "note" if made_up and not contradicts(fallback.value) else None,
    )


def _was_said(rule: str, before: list[Finding], place: Spot) -> bool:
    """Whether that rule has found a fault in the step already, or in what all steps share."""
    own = (f"{place.pointer}/", place.pointer)
    return any(
        finding.rule == rule
        and (finding.pointer.startswith(own) or "/steps/" not in finding.pointer)
        for finding in before
    )


def _strangers(explored: Exploring, seen: set[tuple[str, str]]) -> Iterator[Finding]:
    """Polls for an operation that nobody submitted, when nothing has gone wrong yet."""
    usual = explored.explored[0].records[0]
    for event, place in zip(usual.events, usual.places, strict=False):
        spot = _spot(place)
        strange = event.role is Role.POLL and event.answer == "refused" and event.status == 404
        if strange and ("poll-id-unknown", spot.pointer) not in seen:
            seen.add(("poll-id-unknown", spot.pointer))
            yield found(
                "poll-id-unknown",
                spot,
                f"{event.request.url} is asked for, and no operation has that id",
                "poll with the id that the bulk call answered: $response.body#/id",
            )


def _verdicts(explored: Exploring) -> Iterator[tuple[Verdict, str]]:
    for each in explored.explored:
        for record in each.records:
            for verdict in _causes(record):
                yield verdict, f"--history {record.history} {each.reading.options}".strip()


def _causes(record: Record) -> list[Verdict]:
    """The verdicts of a record without those that follow from another."""
    notified = any(verdict.rule.startswith("notify-") for verdict in record.verdicts)
    return [v for v in record.verdicts if not (notified and v.rule == "failure-as-success")]


def _spot(place: str) -> Spot:
    return Spot(None, pointers.parse(place.partition("#")[2]))
