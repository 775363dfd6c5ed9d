"""Judges a record by the rules. See `rules` for the reason of each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from contract_tests.arazzo.inputs import declared
from contract_tests.arazzo.knock_notes import recipients_of
from contract_tests.arazzo.masking import marked_inputs
from contract_tests.explore.engine import Engine
from contract_tests.explore.keys import key_of, reused_by_another_run, reused_within
from contract_tests.explore.knock import RETRY_AFTER, TAKEN, Event
from contract_tests.explore.provenance import outputs_telling
from contract_tests.explore.record import Level, Record, Verdict
from contract_tests.explore.secrets import Leaks
from contract_tests.explore.superseding import is_repeatable, standing
from contract_tests.surface import Role

_PLAIN = frozenset({"ok", "queued", "processing", "completed", "same"})
_FEW_POLLS = 3
_ROUNDING = 1e-6
"""Seconds that sums of waits may be off by."""
_SPARE_POLLS = 1
_HOW_IT_ENDED = {"cut": "a cut connection", "cut-before": "a cut connection", "504": "a 504"}
_DONE = ("completed", "failed")


@dataclass(frozen=True)
class Judge:
    """Knows what a program's outputs tell, and judges its records."""

    engine: Engine
    tells_errors: frozenset[str]
    tells_status: frozenset[str]
    leaks: Leaks
    other_run: list[Verdict]

    @classmethod
    def of(cls, engine: Engine) -> Judge:
        """The judge of one workflow."""
        linked = engine.program.workflows[engine.entry]
        return cls(
            engine,
            outputs_telling(linked, engine.program, ("error_count", "error_items")),
            outputs_telling(linked, engine.program, ("status",)),
            Leaks(
                linked,
                frozenset(marked_inputs(engine.inputs, declared(linked.document, linked.workflow))),
            ),
            reused_by_another_run(engine),
        )

    def verdicts(self, record: Record) -> list[Verdict]:
        """Every rule that the record breaks, each once."""
        found: dict[str, Verdict] = {}
        for check in (
            self._notifications, self._bounds, self._repeats, self._waits, self._report,
            self._success, self._breaks, self._secrets, reused_within,
        ):  # fmt: skip
            for verdict in check(record):
                known = found.setdefault(verdict.rule, verdict)
                if (known.level, verdict.level) == ("warning", "error"):
                    found[verdict.rule] = verdict
        return list(found.values())

    def _notifications(self, record: Record) -> Iterator[Verdict]:
        polled = self.engine.catalogue.has(Role.POLL) or self.engine.catalogue.has(Role.SUBMIT)
        for n, event in enumerate(record.events):
            if event.role is not Role.TRIGGER or event.answer == "refused":
                continue
            place = _place_before(record, n)
            if polled and not event.seen:
                yield _error("notify-before-completed", "triggered with no operation seen", place)
            for operation, shown in standing(event.seen):
                if shown == "failed":
                    yield _error(
                        "notify-after-failed", "triggered after the operation had failed", place
                    )
                elif shown != "completed":
                    yield _error(
                        "notify-before-completed",
                        f"triggered while the operation was {shown or 'not seen yet'}",
                        place,
                    )
                elif event.effect and not self._says_so(record):
                    hit = sorted(set(operation.failed_rows) & recipients_of(_body(event)))
                    if hit:
                        yield _error(
                            "notify-failed-rows",
                            f"notified {', '.join(hit)}, whose row failed, and no output says so",
                            place,
                        )

    def _says_so(self, record: Record) -> bool:
        return bool(self.tells_errors & record.outputs.keys())

    def _bounds(self, record: Record) -> Iterator[Verdict]:
        place = record.places[-1] if record.places else ""
        if record.status == "stuck":
            yield _error(
                "unbounded",
                f"still asking after {record.requests} requests and {record.seconds:g} s"
                if record.requests
                else f"comes to no request: {record.reason}",
                place,
            )
        elif record.requests > self.engine.max_requests:
            yield _error(
                "unbounded",
                f"{record.requests} requests; {self.engine.max_requests} are allowed",
                place,
            )
        polls = [(n, e) for n, e in enumerate(record.events) if e.role is Role.POLL]
        for (_, before), (n, after) in pairwise(polls):
            if after.at == before.at and after.same_as == before.same_as:
                yield _error("polls-without-wait", "polled twice in no time", record.places[n])
        spare = 0
        for n, event in polls:
            spare += any(o is event.operation and shown in _DONE for o, shown in event.seen)
            if spare > _SPARE_POLLS:
                yield Verdict(
                    "polls-after-end",
                    "warning",
                    "polled on after the operation had ended",
                    record.places[n],
                )

    def _repeats(self, record: Record) -> Iterator[Verdict]:
        for n, event in enumerate(record.events):
            if event.role not in (Role.SUBMIT, Role.TRIGGER):
                continue
            for earlier in record.events[:n]:
                if earlier.same_as != event.same_as:
                    continue
                if not _maybe_taken(earlier):
                    continue
                how = _HOW_IT_ENDED.get(earlier.answer, "a success")
                # Many take a 504 for a plain failure: a fault, but one with an excuse.
                level: Level = "warning" if earlier.answer == "504" else "error"
                if event.role is Role.TRIGGER and not _same_key(earlier, event):
                    message = f"triggered again after {how} without the same Idempotency-Key"
                    yield Verdict("double-notify", level, message, record.places[n])
                elif event.role is Role.SUBMIT and not _seen_repeatable(earlier, event):
                    message = f"submitted the same rows again after {how}"
                    yield Verdict("double-submit", level, message, record.places[n])

    def _waits(self, record: Record) -> Iterator[Verdict]:
        asked: dict[int, Event] = {}
        for n, event in enumerate(record.events):
            before = asked.get(id(event.target))
            if before is not None and before.answer in ("429", "503"):
                waited = event.at - before.at
                if waited < RETRY_AFTER - _ROUNDING:
                    yield _error(
                        "retry-after-ignored",
                        f"asked again {waited:g} s after a {before.answer} with Retry-After: "
                        f"{RETRY_AFTER}",
                        record.places[n],
                    )
            asked[id(event.target)] = event

    def _report(self, record: Record) -> Iterator[Verdict]:
        if record.status != "completed":
            return
        last: dict[int, tuple[int, Event]] = {}
        for n, event in enumerate(record.events):
            if event.role is not Role.OTHER:
                last[id(event.target)] = n, event
        for n, event in last.values():
            if event.status is None or event.status >= 300:
                said = "cut off" if event.status is None else f"answered {event.status}"
                yield _error(
                    "failure-as-success",
                    f"completed although {event.target.described.name} was {said}",
                    record.places[n],
                )
        if not self.engine.catalogue.has(Role.POLL):
            return
        for _, shown in standing((each, each.last_shown) for each in record.operations):
            if shown != "completed":
                told = bool(self.tells_status & record.outputs.keys())
                yield Verdict(
                    "failure-as-success",
                    "warning" if told else "error",
                    f"completed although the operation was last seen {shown}"
                    + ("; only an output tells" if told else ""),
                    record.places[-1],
                )
        declared = self.engine.program.workflows[self.engine.entry].workflow
        missing = [name for name in declared.outputs if name not in record.outputs]
        if missing and record.ended_by != "end":
            yield _error("outputs-missing", f"no {', '.join(missing)}", declared.place)

    def _success(self, record: Record) -> Iterator[Verdict]:
        """When all goes as it should, and is over after a few polls, the flow must be through."""
        polls = sum(event.role is Role.POLL for event in record.events)
        if not _PLAIN.issuperset(record.made) or polls > _FEW_POLLS:
            return
        if (
            any(answer == "queued" for answer in record.made[2:])
            or record.made.count("processing") > 1
        ):
            return
        if record.status == "error" and self.engine.program.policies.absent_input != "omit":
            return  # `breaks-off` says so
        refused = next((e for e in record.events if e.answer == "refused"), None)
        place = record.places[-1] if record.places else ""
        if record.status != "completed":
            if record.status != "stuck" or refused is not None or polls < _FEW_POLLS:
                yield _error(
                    "does-not-complete", f"nothing went wrong, yet: {record.reason}", place
                )
        elif self.engine.catalogue.has(Role.TRIGGER) and not record.triggered:
            yield _error(
                "does-not-complete", "nothing went wrong, and no workflow was triggered", place
            )
        elif (
            n := next((n for n, e in enumerate(record.events) if _for_nobody(e)), None)
        ) is not None:
            message = "nothing went wrong, and a workflow was triggered for nobody: no recipients"
            yield _error("does-not-complete", message, record.places[n])

    def _secrets(self, record: Record) -> Iterator[Verdict]:
        yield from self.leaks.verdicts(record)
        if not record.surprises:
            yield from self.other_run

    def _breaks(self, record: Record) -> Iterator[Verdict]:
        if record.status != "error":
            return
        if record.events and record.events[-1].status is None:
            return  # a condition on an answer that never came; the run says that it failed
        optional = self.engine.program.policies.absent_input != "omit"
        level: Level = "warning" if optional else "error"
        place = record.places[-1] if record.places else ""
        yield Verdict("breaks-off", level, record.reason, place)


def _error(rule: str, message: str, place: str) -> Verdict:
    return Verdict(rule, "error", message, place)


def _for_nobody(event: Event) -> bool:
    """Whether a trigger's list of recipients is empty."""
    if event.role is not Role.TRIGGER or event.answer == "refused":
        return False
    body = _body(event)
    return isinstance(body, dict) and body.get("recipients") == []


def _place_before(record: Record, n: int) -> str:
    """The step that let a trigger happen: the last poll before it, else the trigger's own."""
    for at in range(n - 1, -1, -1):
        if record.events[at].role is Role.POLL:
            return record.places[at]
    return record.places[n]


def _maybe_taken(event: Event) -> bool:
    """Whether a client cannot rule out that its request was taken."""
    return event.status is None or event.status < 300 or event.answer in TAKEN


def _same_key(earlier: Event, event: Event) -> bool:
    return bool(key_of(event)) and key_of(earlier) == key_of(event)


def _seen_repeatable(earlier: Event, event: Event) -> bool:
    """Whether by then the client knew that rows of the earlier submission had failed."""
    return any(o is earlier.operation and is_repeatable(o, shown) for o, shown in event.seen)


def _body(event: Event) -> object:
    return json.loads(event.request.content or b"null")
