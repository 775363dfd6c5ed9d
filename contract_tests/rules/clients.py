"""Rules of clients: what a program that imports users and then notifies them has to keep to."""

from __future__ import annotations

from typing import Final

from contract_tests.rules.rule import Basis, Rule

_BULK = "Knock API reference, Bulk operations"
_LIMITS = "Knock API reference, Rate limits"
_KEYS = "Knock API reference, Idempotent requests"
_OURS = "docs/clients.md"


def _rule(name: str, sentence: str, source: str, basis: Basis = "design") -> Rule:
    return Rule(f"client.{name}", sentence, source, basis)


BATCHES = _rule(
    "batches",
    "Every user is submitted, as given, in batches of at most 1,000.",
    "Knock API reference, Bulk identify users",
    "documented",
)
SUBMITS_ONCE = _rule(
    "submits-once",
    "A user is not submitted again while the first submission may have been taken: a cut "
    "connection does not say that it was not.",
    "Knock API reference, Idempotent requests: a key has no effect on bulk calls",
    "documented",
)
ACCEPTED = _rule(
    "requests-accepted",
    "No request is sent that Knock has to refuse as malformed or unknown.",
    "Knock's OpenAPI document",
    "documented",
)
PACE = _rule(
    "pace",
    "No endpoint is called more often in a second than its tier allows.",
    _LIMITS,
    "documented",
)
RETRY_AFTER = _rule(
    "retry-after",
    "After a 429 or 503 with Retry-After the call is not repeated before that time.",
    "RFC 9110, 10.2.3",
    "documented",
)
POLLS_STOP = _rule(
    "polls-stop",
    "An operation is not polled any more once a poll has shown that it has ended.",
    f"{_BULK}: an operation that has ended does not change",
    "history",
)
STOPS_AT_401 = _rule(
    "stops-at-401",
    "When the key is refused the client stops asking.",
    "RFC 9110, 15.5.2: the same credentials are refused again",
    "documented",
)
TAKES_NO = _rule(
    "takes-a-refusal",
    "What Knock has refused as wrong (400, 403, 404, 405, 413, 415, 422) is not sent again as it "
    "was.",
    "RFC 9110, 15.5: the client seems to have erred",
    "documented",
)
NOTHING_ELSE = _rule(
    "nothing-else",
    "Nothing is changed or deleted that the task does not name.",
    f"{_OURS}, The task",
)
GIVES_UP = _rule(
    "gives-up",
    "The client comes to an end by itself, whatever becomes of the operation.",
    f"{_OURS}: an operation can be stuck for ever",
)
NOT_BEFORE = _rule(
    "notifies-after-completed",
    "Nobody is notified before a poll has shown that the operation with their row is completed.",
    f"{_BULK}: rows take effect one by one",
    "history",
)
NOT_AFTER_FAILED = _rule(
    "never-after-failed",
    "Nobody is notified whose operation has failed.",
    f"{_BULK}: rows after the failure were never processed",
    "history",
)
NOT_FAILED_ROWS = _rule(
    "spares-failed-rows",
    "A user whose row failed is not notified, unless the report says so.",
    f"{_BULK}: error_items",
    "history",
)
ONCE = _rule(
    "notifies-once",
    "Nobody is notified twice: a trigger is repeated only with the same Idempotency-Key.",
    _KEYS,
    "documented",
)
RIGHT_TRIGGER = _rule(
    "right-trigger",
    "The workflow that was asked for is triggered, with its data, for the recipients named.",
    f"{_OURS}, The task",
)
COPES = _rule(
    "copes",
    "Where nothing stands in the way but what passes by itself, everybody is notified.",
    f"{_OURS}, What a client has to cope with",
)
REPORTS = _rule(
    "reports",
    "The client's report says what happened.",
    f"{_OURS}, The report",
)

CLIENT_RULES: Final = {
    rule.id: rule
    for rule in (
        BATCHES, SUBMITS_ONCE, ACCEPTED, PACE, RETRY_AFTER, POLLS_STOP, STOPS_AT_401, TAKES_NO,
        NOTHING_ELSE, GIVES_UP, NOT_BEFORE, NOT_AFTER_FAILED, NOT_FAILED_ROWS, ONCE, RIGHT_TRIGGER,
        COPES, REPORTS,
    )
}  # fmt: skip
"""By id, in the order in which a client meets them."""
