"""Judges what was sent: batches, repeats, pace, polls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Final

from contract_tests.clients.judging.sameness import changes
from contract_tests.clients.judging.verdict import Verdict, broken, named
from contract_tests.clients.record import ENDED, Record, Sent
from contract_tests.clients.scenario import Call
from contract_tests.rules import clients as rules

_BATCH: Final = 1_000
_A_SECOND: Final[dict[Call, int]] = {"submit": 1, "poll": 200, "trigger": 1_000}
"""Tiers 1, 4 and 5 (Knock API reference, Rate limits)."""
_SLACK: Final = 0.25
"""A client that takes the time of its calls off its waits is early by that time."""
_EARLY: Final = 0.05
"""Seconds by which a wait may be short, since requests do not all take the same time."""
_MOST_AFTER_401: Final = 3
_MOST_NOT_FOUND: Final = 3
"""Polls answered 404 in a row: what was just made may not be seen everywhere at once."""
_RESTLESS: Final = 30
"""Polls that follow at once on the answer to the one before, of which none is by chance."""
_FAULTY: Final = frozenset({400, 403, 404, 405, 413, 415, 422})


def requests(record: Record) -> Iterator[Verdict]:
    """Every rule about what is sent that was broken."""
    yield from _refused(record)
    yield from _batches(record)
    yield from _submitted_again(record)
    yield from _pace(record)
    yield from _restless(record)
    yield from _retry_after(record)
    yield from _polls_after_the_end(record)
    yield from _after_401(record)
    yield from _after_refusals(record)
    yield from _something_else(record)


def _refused(record: Record) -> Iterator[Verdict]:
    for one in record.sent:
        if one.call is not None and not one.staged and one.status in _FAULTY:
            message = one.answer.get("message", "") if isinstance(one.answer, dict) else ""
            detail = f"{one.method} {one.path} was answered {one.status}: {message}"
            yield broken(rules.ACCEPTED, detail, one)


def _batches(record: Record) -> Iterator[Verdict]:
    given = {str(user["id"]): user for user in record.task.users}
    for one in record.of("submit"):
        ids = [str(row.get("id")) for row in one.rows]
        strangers = [id for id in ids if id not in given]
        if strangers:
            yield broken(rules.BATCHES, f"{named(strangers)} were submitted, and not given", one)
        if not ids:
            yield broken(rules.BATCHES, "a batch has no users", one)
        if len(ids) > _BATCH:
            yield broken(rules.BATCHES, f"a batch has {len(ids):,} users", one)
        if len(ids) != len(set(ids)):
            yield broken(rules.BATCHES, "a batch has the same user twice", one)
        for row in one.rows:
            user = given.get(str(row.get("id")))
            if user is None:
                continue
            changed = changes(user, row)
            if changed:
                detail = f"{row['id']} was submitted with another {named(changed)} than given"
                yield broken(rules.BATCHES, detail, one)
                break
            added = row.keys() - user.keys()
            if added:
                detail = f"{row['id']} was submitted with {named(added)}, which was not given"
                yield broken(rules.BATCHES, detail, one)
                break
    triggers = [one for one in record.of("trigger") if one.taken]
    missing = given.keys() - record.submitted
    if missing and triggers and record.rows and record.scenario.is_passable:
        yield broken(rules.BATCHES, f"{named(missing)} were never submitted", *triggers[:1])


def _submitted_again(record: Record) -> Iterator[Verdict]:
    """Rows that are taken again, while the client was not shown that they had failed."""
    taken = [one for one in record.of("submit") if one.taken]
    for n, later in enumerate(taken):
        ids = {str(row.get("id")) for row in later.rows}
        for earlier in taken[:n]:
            both = ids & record.rows[earlier.operation]
            shown = record.last_shown(earlier.operation, later.number)
            if shown == "completed":
                both -= record.failed_rows(earlier.operation)
            if both and shown != "failed":
                when = f"when the first operation was {shown or 'not shown yet'}"
                if not earlier.arrived:
                    when = "after a cut connection, and the first submission had been taken"
                detail = f"{named(both)} were submitted again {when}"
                yield broken(rules.SUBMITS_ONCE, detail, earlier, later)
                break


def _pace(record: Record) -> Iterator[Verdict]:
    """Calls that the server refused since there had been as many as a second allows."""
    for call, limit in _A_SECOND.items():
        carried_out: list[Sent] = []
        for one in record.of(call):
            # Whoever asks again after a broken connection or a 500 is not in a hurry by that.
            if one.taken and one.arrived:
                carried_out.append(one)
            if one.status != 429 or one.staged or len(carried_out) < limit:
                continue
            first = carried_out[-limit]
            apart = one.at - first.at
            if apart < 1 - _SLACK:
                detail = (
                    f"{limit + 1} calls within {apart:g} s; {limit} a second "
                    f"{'is' if limit == 1 else 'are'} allowed"
                )
                yield broken(rules.PACE, detail, first, one)
                break


def _restless(record: Record) -> Iterator[Verdict]:
    """Polls that only slow answers keep within the tier, where it is the host's time that passes.

    Where time is simulated it stands still meanwhile, and the server refuses them.
    """
    at_once: dict[str, list[Sent]] = {}
    last: dict[str, Sent] = {}
    for one in record.of("poll") if not record.virtual else ():
        before = last.get(one.path)
        if before is not None and one.at - before.at - before.took < 1 / _A_SECOND["poll"]:
            at_once.setdefault(one.path, []).append(one)
        last[one.path] = one
    for polls in at_once.values():
        if len(polls) >= _RESTLESS:
            detail = f"{len(polls)} polls were sent as soon as the one before was answered"
            yield broken(rules.PACE, detail, *polls[:2])
            return


def _retry_after(record: Record) -> Iterator[Verdict]:
    for calls in _repeats(record).values():
        for before, after in pairwise(calls):
            wanted = _wait(before)
            waited = after.at - before.at
            if waited < wanted - _EARLY:
                detail = (
                    f"asked again {waited:g} s after a {before.status} with Retry-After: "
                    f"{before.answer_headers['retry-after']}"
                )
                yield broken(rules.RETRY_AFTER, detail, before, after)
                break


def _repeats(record: Record) -> dict[tuple[str, str, frozenset[str]], list[Sent]]:
    """The tries of each call. Calls that differ in whom they carry are different ones."""
    tries: dict[tuple[str, str, frozenset[str]], list[Sent]] = {}
    for one in record.sent:
        carried = frozenset(str(row.get("id")) for row in one.rows) | set(one.recipients)
        tries.setdefault((one.method, one.path, carried), []).append(one)
    return tries


def _wait(one: Sent) -> float:
    """Seconds that the answer asks for."""
    if not one.arrived or one.status not in (429, 503):
        return 0.0
    headers = one.answer_headers
    with suppress(KeyError):
        return float(headers["retry-after-ms"]) / 1000
    return float(headers.get("retry-after", 0))


def _polls_after_the_end(record: Record) -> Iterator[Verdict]:
    ended: dict[str, Sent] = {}
    for one in record.of("poll"):
        before = ended.get(one.operation)
        if before is not None:
            detail = f"polled again after a poll had shown {before.shown}"
            yield broken(rules.POLLS_STOP, detail, before, one)
            return
        if one.shown in ENDED:
            ended[one.operation] = one


def _after_401(record: Record) -> Iterator[Verdict]:
    refused = [one for one in record.sent if one.status == 401 and one.arrived]
    if not refused:
        return
    for calls in _repeats(record).values():
        for before, after in pairwise(calls):
            if before in refused:
                detail = f"{after.path} was asked for again after the key had been refused"
                yield broken(rules.STOPS_AT_401, detail, before, after)
                return
    more = len(record.sent) - refused[0].number - 1
    if more > _MOST_AFTER_401 + len(record.operations):  # they may be polled side by side
        detail = f"{more} more requests after the key had been refused"
        yield broken(rules.STOPS_AT_401, detail, refused[0], record.sent[-1])


def _after_refusals(record: Record) -> Iterator[Verdict]:
    for calls in _repeats(record).values():
        refused: list[Sent] = []
        for one in calls:
            if one.call is None:
                break  # whoever looks for a user until it is there is not told the call is wrong
            if len(refused) > (_MOST_NOT_FOUND if one.call == "poll" else 0):
                detail = f"{one.method} {one.path} was sent again after a {refused[-1].status}"
                yield broken(rules.TAKES_NO, detail, refused[-1], one)
                return
            refused = [*refused, one] if one.arrived and one.status in _FAULTY else []


def _something_else(record: Record) -> Iterator[Verdict]:
    """Calls that change something, beside the three of the task and users put one by one."""
    users = {f"/v1/users/{user['id']}" for user in record.task.users}
    for one in record.sent:
        if one.call is not None or one.method in ("GET", "HEAD", "OPTIONS"):
            continue
        if one.status >= 400 and one.method != "DELETE":  # a slip, and other rules see to that
            continue
        if one.method != "PUT" or one.path not in users:
            detail = f"{one.method} {one.path} is no part of the task"
            yield broken(rules.NOTHING_ELSE, detail, one)
            return
