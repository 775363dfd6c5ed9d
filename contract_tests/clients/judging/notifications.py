"""Judges who was notified, and when."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.clients.judging.failures import known_failures
from contract_tests.clients.judging.sameness import changes
from contract_tests.clients.judging.verdict import Verdict, broken, named
from contract_tests.clients.record import Record, Sent
from contract_tests.rules import clients as rules


def notifications(record: Record) -> Iterator[Verdict]:
    """Every rule about triggers that was broken."""
    for one in record.of("trigger"):
        yield from _right_workflow(record, one)
        if not one.staged and one.status >= 400:
            continue
        yield from _right(record, one)
        yield from _in_time(record, one)
    yield from _failed_rows(record)
    yield from _twice(record)


def _right_workflow(record: Record, one: Sent) -> Iterator[Verdict]:
    """Also of a trigger that was refused: where there is no such workflow, that is why."""
    if isinstance(one.body, dict) and one.body.get("recipients") == []:
        yield broken(rules.RIGHT_TRIGGER, "the trigger names nobody", one)
    key, asked = one.path.split("/")[-2], record.task.workflow
    if key != asked:
        yield broken(rules.RIGHT_TRIGGER, f"{key} was triggered instead of {asked}", one)


def _right(record: Record, one: Sent) -> Iterator[Verdict]:
    task = record.task
    body = one.body if isinstance(one.body, dict) else {}
    data = body.get("data")
    wrong = changes(task.data, data if isinstance(data, dict) else {})
    if wrong:
        yield broken(rules.RIGHT_TRIGGER, f"the data has no or another {named(wrong)}", one)
    given = {user["id"]: user for user in task.users}
    for recipient in body.get("recipients") or ():
        if isinstance(recipient, dict) and (user := given.get(recipient.get("id"))):
            changed = changes({n: v for n, v in recipient.items() if n != "collection"}, user)
            if changed:
                detail = f"{user['id']} is identified with another {named(changed)} than given"
                yield broken(rules.RIGHT_TRIGGER, detail, one)
                break
    added = [name for name in ("actor", "tenant") if body.get(name) is not None]
    if added:
        yield broken(rules.RIGHT_TRIGGER, f"nobody asked for the {named(added)} of it", one)
    strangers = set(one.recipients) - set(task.recipients)
    if strangers:
        yield broken(rules.RIGHT_TRIGGER, f"{named(strangers)} are none of the recipients", one)


def _in_time(record: Record, one: Sent) -> Iterator[Verdict]:
    early: dict[str, list[str]] = {}
    asked_for = set(record.task.recipients)
    for recipient in one.recipients:
        if recipient not in asked_for:
            continue
        shown = [record.last_shown(id, one.number) for id in _before(record, recipient, one)]
        if "completed" not in shown:
            early.setdefault(shown[-1] if shown else "", []).append(recipient)
    if "failed" in early:
        ids = early.pop("failed")
        detail = f"{named(ids)} were notified after their operation had failed"
        yield broken(rules.NOT_AFTER_FAILED, detail, one)
    for status, ids in early.items():
        state = f"their operation was {status}" if status else "they had been submitted"
        when = "while" if status else "before"
        yield broken(rules.NOT_BEFORE, f"{named(ids)} were notified {when} {state}", one)


def _before(record: Record, user: str, one: Sent) -> list[str]:
    """Operations of the user that were submitted before that request."""
    return [
        sent.operation
        for sent in record.of("submit")
        if sent.operation and sent.number < one.number and user in record.rows[sent.operation]
    ]


def _failed_rows(record: Record) -> Iterator[Verdict]:
    hit = known_failures(record) & record.notified.keys()
    report = record.ending.report
    told: set[str] = set()
    if report is not None:  # it says so when it has them in both lists
        told = set(report.failed_rows or ()) & set(report.notified or ())
    if hit - told:
        triggers = [one for one in record.of("trigger") if hit & set(one.recipients)]
        detail = f"{named(hit - told)} were notified although their rows failed"
        yield broken(rules.NOT_FAILED_ROWS, f"{detail}, and the report says nothing", *triggers[:1])


def _twice(record: Record) -> Iterator[Verdict]:
    twice = {id for id, count in record.notified.items() if count > 1}
    if twice:
        triggers = [
            one for one in record.of("trigger") if one.taken and twice & set(one.recipients)
        ]
        yield broken(rules.ONCE, f"{named(twice)} were notified more than once", *triggers)
