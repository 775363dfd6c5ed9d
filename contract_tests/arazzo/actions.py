"""Which action follows a step, and how long a retry waits.

Arazzo 1.0.1, Success Action Object and Failure Action Object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime

from contract_tests.arazzo.context import Context
from contract_tests.arazzo.criteria import Check
from contract_tests.arazzo.errors import CriterionError
from contract_tests.arazzo.linking import LinkedAction
from contract_tests.arazzo.transport import Response

Record = Callable[[str, Check, bool | None], None]
"""Told of every criterion: what used it, the criterion, and its value (None: not looked at)."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds to wait, and where the figure comes from."""

    seconds: float
    source: str


def all_hold(checks: Iterable[Check], context: Context, used_by: str, record: Record) -> bool:
    """Whether all criteria hold. After the first that does not, the rest are not looked at."""
    result = True
    for check in checks:
        if not result:
            record(used_by, check, None)
            continue
        try:
            result = check.evaluate(context)
        except CriterionError:
            record(used_by, check, None)
            raise
        record(used_by, check, result)
    return result


def first_applicable(
    actions: tuple[LinkedAction, ...],
    context: Context,
    record: Record,
    exhausted: Callable[[LinkedAction], bool] = lambda _: False,
) -> LinkedAction | None:
    """The first action, in order, whose criteria hold and that is not an exhausted retry."""
    for linked in actions:
        holds = all_hold(linked.checks, context, linked.action.name, record)
        if holds and not exhausted(linked):
            return linked
    return None


def retry_limit(linked: LinkedAction) -> int:
    """How many retries an action allows; one where it does not say (Failure Action Object)."""
    return 1 if linked.action.retry_limit is None else linked.action.retry_limit


def is_exhausted(linked: LinkedAction, retries: Mapping[str, int]) -> bool:
    """Whether an action is a retry that was made as often as it allows."""
    action = linked.action
    return action.type == "retry" and retries.get(action.name, 0) >= retry_limit(linked)


def retry_delay(
    linked: LinkedAction, response: Response | None, now: float, default: float
) -> Delay:
    """How long to wait before a retry.

    A `Retry-After` header overrules `retryAfter` (Failure Action Object); it is seconds or an HTTP
    date (RFC 9110, 10.2.3). A date is taken relative to the response's own `Date`, so that two
    clocks that differ do no harm, or else to `now`, in POSIX seconds. A header that is neither is
    passed over.
    """
    header = response.header("Retry-After") if response is not None else None
    if response is not None and header is not None:
        seconds = _seconds(header.strip(), response.header("Date"), now)
        if seconds is not None:
            return Delay(seconds, "Retry-After")
    if linked.action.retry_after is not None:
        return Delay(linked.action.retry_after, "retryAfter")
    return Delay(default, "policy revisit_delay")


def _seconds(header: str, date: str | None, now: float) -> float | None:
    if header.isascii() and header.isdigit():
        return float(header[:12])
    until = _posix(header)
    if until is None:
        return None
    since = _posix(date) if date else None
    return max(0.0, until - (now if since is None else since))


def _posix(date: str) -> float | None:
    try:
        found = parsedate_to_datetime(date)
        # HTTP dates are in GMT, also where they fail to say so.
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
