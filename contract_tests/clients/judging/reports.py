"""Judges what the client says of it, and whether it got as far as it could."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from contract_tests.clients.judging.failures import known_failures
from contract_tests.clients.judging.verdict import Verdict, broken, named
from contract_tests.clients.record import ENDED, UNFINISHED, Record, Sent
from contract_tests.clients.report import Report
from contract_tests.rules import clients as rules


def reports(record: Record) -> Iterator[Verdict]:
    """Every rule about the report that was broken."""
    ending = record.ending
    if ending.stopped:
        yield broken(rules.GIVES_UP, ending.stopped, *record.sent[-1:])
        return
    if ending.report is None:
        yield broken(rules.REPORTS, ending.problem)
        return
    yield from _copes(record, ending.report)
    yield from _claims(record, ending.report)
    yield from _lists(record, ending.report)


def _copes(record: Record, report: Report) -> Iterator[Verdict]:
    scenario = record.scenario
    if not scenario.is_passable or (scenario.is_slow and report.outcome != "completed"):
        return
    good = set(record.task.recipients) - record.all_failed_rows
    missed = good - record.notified.keys()
    if not missed:
        return
    if record.all_failed_rows and not record.notified and report.outcome != "completed":
        return  # to notify nobody then is a choice, if it is told
    why = f": {report.message}" if report.message else ""
    if not record.sent:
        detail = "no request came"
    elif len(missed) == len(good):
        detail = "nothing stood in the way, and nobody was notified"
    else:
        detail = f"nothing stood in the way, and {named(missed)} were not notified"
    yield broken(rules.COPES, f"{detail}{why}", *record.sent[-1:])


def _claims(record: Record, report: Report) -> Iterator[Verdict]:
    everybody = set(record.task.recipients)
    missed = everybody - record.notified.keys()
    told = _told(record)
    ended = [record.last_shown(id) for id in record.rows]
    last = record.sent[-1:]
    through = told == everybody and not record.all_failed_rows
    if through and report.outcome != "completed" and not report.raised:
        says = f"the report says {report.outcome}"
        problem = f"{says}, and everybody was notified and no row failed"
        yield broken(rules.REPORTS, problem, *last)
    match report.outcome:
        case "completed":
            if missed:
                problem = f"the report says completed, and {named(missed)} were not notified"
                yield broken(rules.REPORTS, problem, *last)
            elif failed := known_failures(record):
                problem = f"the report says completed, and the rows of {named(failed)} failed"
                yield broken(rules.REPORTS, problem, *last)
        case "gave_up" if all(status in ENDED for status in ended) and not _might_pass(last):
            seen = f"the operation was seen {ended[-1]}" if ended else "no operation was seen"
            yield broken(rules.REPORTS, f"the report says gave_up, and {seen}", *last)
        case "partial" if not told and not _left_open(record):
            if not any(record.failed_rows(id) for id in record.rows):
                problem = "the report says partial, and nobody was notified and no row failed"
                yield broken(rules.REPORTS, problem, *last)
        case "unknown" if not _might_pass(record.sent):
            if all(status in (*ENDED, *UNFINISHED) for status in ended):
                problem = "the report says unknown, and every call was answered"
                yield broken(rules.REPORTS, problem, *last)
        case _:
            pass
    if report.outcome in ("failed", "gave_up", "unknown"):
        denies = report.outcome != "unknown" and not report.raised
        hidden = (told | _left_open(record) if denies else told) - set(report.notified or ())
        if hidden:
            problem = f"the report says {report.outcome}, and {named(hidden)} were notified"
            yield broken(rules.REPORTS, problem, *last)


def _might_pass(sent: Sequence[Sent]) -> bool:
    """Whether one of these was cut off, or answered as what passes by itself."""
    return any(not one.arrived or one.status == 429 or one.status >= 500 for one in sent)


def _told(record: Record) -> set[str]:
    """Those of whom the client was told that they are notified."""
    return {
        recipient
        for one in record.of("trigger")
        if one.arrived and one.status < 300
        for recipient in one.recipients
    }


def _left_open(record: Record) -> set[str]:
    """Those who were notified, and the last trigger that named them was cut off.

    Of them a client can say that it does not know; not that nobody was notified.
    """
    final = {recipient: one for one in record.of("trigger") for recipient in one.recipients}
    return {id for id, one in final.items() if id in record.notified and not one.arrived}


def _lists(record: Record, report: Report) -> Iterator[Verdict]:
    last = record.sent[-1:]
    for name, ids in (("notified", report.notified), ("failed_rows", report.failed_rows)):
        if twice := {id for id, count in Counter(ids or ()).items() if count > 1}:
            yield broken(rules.REPORTS, f"{name} names {named(twice)} more than once", *last)
    if report.notified is not None:
        claimed = set(report.notified)
        if wrong := claimed - record.notified.keys():
            problem = f"notified names {named(wrong)}, who were not"
            yield broken(rules.REPORTS, problem, *last)
        if missing := _told(record) - claimed:
            problem = f"notified leaves out {named(missing)}, who were"
            yield broken(rules.REPORTS, problem, *last)
    shown = {id for id in record.rows if record.last_shown(id) == "completed"}
    if report.raised or shown != set(record.rows):
        return
    told = frozenset(report.failed_rows or ())
    needed = report.outcome in ("completed", "partial") or report.failed_rows is not None
    if needed and (hidden := known_failures(record) - told):
        problem = f"failed_rows leaves out {named(hidden)}, whose rows failed"
        yield broken(rules.REPORTS, problem, *last)
    if invented := told - record.all_failed_rows:
        problem = f"failed_rows names {named(invented)}, whose rows did not fail"
        yield broken(rules.REPORTS, problem, *last)
