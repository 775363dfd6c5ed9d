"""Rules of what becomes of a flow: its control flow, and whether it makes sense."""

from __future__ import annotations

from contract_tests.lint.rule import SPEC, Rule, spec

CONTROL = (
    spec("step-unreachable", "warning", "every step can be reached", "Step Object, onSuccess"),
    spec(
        "action-shadowed",
        "warning",
        "every action can apply",
        "Success Action Object (the first that applies is taken)",
    ),
    spec(
        "loop-unbounded",
        "error",
        "a loop has a bound",
        "Success Action Object (a goto has no limit; the tool is a retry with retryLimit)",
    ),
    spec(
        "loop-without-wait",
        "warning",
        "a loop waits",
        "Success Action Object (a goto has no delay; the tool is a retry with retryAfter)",
    ),
    spec(
        "retry-limit-missing",
        "warning",
        "a retry says how often",
        "Failure Action Object, retryLimit (one where omitted)",
    ),
    spec(
        "retry-after-missing",
        "warning",
        "a retry says how long it waits",
        "Failure Action Object, retryAfter",
    ),
    Rule(
        "retry-unreasonable",
        "warning",
        "a retry ends in reasonable time",
        "more than 1,000 tries, or more than a day",
    ),
    Rule(
        "retry-futile",
        "warning",
        "what was refused for good is not tried again",
        "RFC 9110, 15.5: the same request will be refused again",
    ),
    spec(
        "failure-not-covered",
        "note",
        "failure actions cover every failure",
        "Step Object, onFailure (silent where none applies)",
    ),
)

SENSE = (
    Rule(
        "failed-not-handled",
        "error",
        "a step that polls decides what follows a failed operation",
        SPEC + "Step Object, onSuccess (silent where none applies; other runners go on)",
    ),
    Rule(
        "outcome-not-covered",
        "warning",
        "a step that polls decides what follows every state",
        SPEC + "Step Object, onSuccess (silent where none applies; other runners go on)",
    ),
    Rule(
        "failed-rows-not-looked-at",
        "error",
        "rows that failed are looked at before anybody is notified",
        "Knock: it ends completed with failed rows too; error_count and error_items tell",
    ),
    Rule(
        "notify-after-failed",
        "error",
        "nobody is notified after an operation that failed",
        "a failed import leaves users out",
    ),
    Rule(
        "notify-before-completed",
        "error",
        "nobody is notified before the operation was seen completed",
        "Knock: rows take effect one by one, until the operation ends",
    ),
    Rule(
        "poll-id-unknown",
        "error",
        "what is polled is the operation that was submitted",
        "Knock: the id of a bulk operation is in the answer to the bulk call",
    ),
    Rule(
        "operation-not-awaited",
        "warning",
        "a bulk operation is polled to its end",
        "Knock: a bulk call answers queued; that it was taken says nothing of its rows",
    ),
    Rule(
        "failure-as-success",
        "error",
        "a failure is reported as a failure",
        "a caller sees how the flow ended, and not the operation's status",
    ),
    Rule(
        "double-submit",
        "error",
        "rows are not submitted again while the first call may have been taken",
        "a cut connection does not say whether the request arrived",
    ),
    Rule(
        "double-notify",
        "error",
        "a trigger is repeated with an Idempotency-Key only",
        "Knock docs, idempotent requests",
    ),
    Rule("retry-after-ignored", "error", "Retry-After is waited for", "RFC 9110, 10.2.3"),
    Rule(
        "polls-after-end",
        "warning",
        "polling stops when the operation has ended",
        "an operation that has ended does not change again",
    ),
    Rule(
        "secret-leaked",
        "error",
        "a secret key stands in the Authorization header, and nowhere else",
        "URLs, bodies, templates' data and outputs end in logs, and in messages to users",
    ),
    Rule(
        "secret-in-document",
        "error",
        "no secret is written into a document",
        "a document is read by everybody who has the repository",
    ),
    Rule(
        "secret-not-marked",
        "note",
        "an input that is secret says so",
        "JSON Schema 2020-12, format: password (tools hide its value)",
    ),
    Rule(
        "idempotency-key-reused",
        "error",
        "each notification has an Idempotency-Key of its own",
        "Knock docs, idempotent requests: a known key with other parameters is an error, and with "
        "the same it starts nothing new",
    ),
    Rule(
        "does-not-complete",
        "error",
        "a flow completes, and notifies, when nothing goes wrong",
        "run in memory: every answer was the documented success",
    ),
    Rule(
        "breaks-off",
        "error",
        "a flow decides what follows every answer",
        "run in memory: an expression or a condition could not be evaluated",
    ),
    Rule(
        "cannot-be-run",
        "error",
        "the interpreter can run the flow",
        "the interpreter refuses it before any request",
    ),
)
