"""What a client asks for by header: a status, a delay, a cut connection, a plan for its bulk call.

It needs no control call, so tests that run side by side do not get in each other's way.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from mock_knock.api.errors import invalid
from mock_knock.world.errors import Detail
from mock_knock.world.fault_book import Fault
from mock_knock.world.faults import CUTS, MAX_SECONDS, Connection, Status

STATUS, DELAY, CONNECTION, PLAN = (
    "X-Mock-Knock-Status",
    "X-Mock-Knock-Delay",
    "X-Mock-Knock-Connection",
    "X-Mock-Knock-Plan",
)
HEADERS = frozenset(name.lower().encode() for name in (STATUS, DELAY, CONNECTION, PLAN))
"""Their names as they come."""

OUTCOMES = ("completed", "failed", "stuck")

_DELAY = re.compile(r"(\d{1,7}(?:\.\d{1,6})?)(ms|s)?", re.ASCII)


class Wishes(NamedTuple):
    """What one request asks for. `plan` has fields of a plan; None where nothing is asked."""

    fault: Fault | None
    plan: Mapping[str, Any] | None


def wishes_of(headers: Mapping[bytes, bytes]) -> Wishes | None:
    """What the headers, by lower-case name, ask for; None when none of ours is there.

    Raises ApiError, a 422 that names the header and says what it takes.
    """

    def given(name: str) -> str | None:
        value = headers.get(name.lower().encode())
        return None if value is None else value.decode("latin-1")

    status = _status(given(STATUS))
    delay = _delay(given(DELAY))
    connection = _connection(given(CONNECTION))
    plan = _plan(given(PLAN))
    fault = None
    if status or delay or connection:
        names = [
            name
            for name, value in ((STATUS, status), (DELAY, delay), (CONNECTION, connection))
            if value
        ]
        fault = Fault(tuple(names), delay, status, connection, carried_out=status is None)
    return None if fault is None and plan is None else Wishes(fault, plan)


def refused(name: str, message: str) -> Exception:
    """The 422 for a header that makes no sense."""
    return invalid([Detail(name, message, "invalid_header")])


def _status(text: str | None) -> Status | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and 400 <= int(text[:4]) <= 599):
        raise refused(STATUS, "takes a status from 400 to 599, such as 503")
    return Status(status=int(text))


def _delay(text: str | None) -> float:
    if text is None:
        return 0.0
    match = _DELAY.fullmatch(text)
    seconds = -1.0 if match is None else float(match[1]) / (1000 if match[2] == "ms" else 1)
    if not 0 <= seconds <= MAX_SECONDS:
        raise refused(
            DELAY, f"takes seconds from 0 to {MAX_SECONDS:g}, such as 1.5, or such as 250ms"
        )
    return seconds


def _connection(text: str | None) -> Connection | None:
    if text is None:
        return None
    if text not in CUTS:
        raise refused(CONNECTION, f"takes one of {', '.join(CUTS)}")
    return Connection(kind=text)  # type: ignore[arg-type]  # one of CUTS, which are the kinds


def _plan(text: str | None) -> Mapping[str, Any] | None:
    if text is None:
        return None
    if text in OUTCOMES:
        return {"outcome": text}
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict):
        raise refused(
            PLAN, f'takes {", ".join(OUTCOMES)}, or JSON such as {{"progress": "immediate"}}'
        )
    return fields
