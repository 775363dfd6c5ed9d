"""What a careful author wants of a flow, whatever Knock does: each rule with its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """title: what a flow must do. why: the reason or the source."""

    id: str
    title: str
    why: str


RULES = {
    rule.id: rule
    for rule in (
        Rule(
            "notify-after-failed",
            "never trigger a workflow after the operation has failed",
            "a failed import leaves users out; they would be notified without a name or an address",
        ),
        Rule(
            "notify-before-completed",
            "never trigger a workflow before the operation was seen completed",
            "rows that are not done yet are users that Knock does not know yet",
        ),
        Rule(
            "notify-failed-rows",
            "never notify a recipient whose row failed without saying so in the outputs",
            "Knock calls an operation with failed rows completed; only error_count and "
            "error_items tell",
        ),
        Rule(
            "unbounded",
            "end in bounded time and after a bounded number of requests, whatever the server says",
            "an operation can be stuck for ever; Arazzo 1.0.1 bounds nothing but a retry",
        ),
        Rule(
            "polls-without-wait",
            "wait between two polls",
            "Arazzo 1.0.1 gives a goto no delay; a tier allows only so many calls a second",
        ),
        Rule(
            "double-submit",
            "never submit the same rows again while the first submission may have been taken",
            "a cut connection does not say whether the request arrived, and Knock keeps no "
            "idempotency key for bulk calls",
        ),
        Rule(
            "double-notify",
            "never notify twice: repeat a trigger only with the same Idempotency-Key",
            "Knock docs, idempotent requests: a trigger with a known key starts nothing new",
        ),
        Rule(
            "idempotency-key-reused",
            "give each notification an Idempotency-Key of its own",
            "Knock docs, idempotent requests: within 24 hours a known key with other parameters "
            "is an error, and one with the same starts nothing new",
        ),
        Rule(
            "secret-leaked",
            "send a secret key in the Authorization header, and tell it nowhere else",
            "URLs, bodies, templates' data and outputs end in logs, and in messages to users",
        ),
        Rule(
            "retry-after-ignored",
            "wait as long as Retry-After says before asking again",
            "RFC 9110, 10.2.3; Arazzo 1.0.1, Failure Action Object, retryAfter",
        ),
        Rule(
            "failure-as-success",
            "report a failure as a failure",
            "a caller sees how the flow ended, and not what the operation's status was",
        ),
        Rule(
            "outputs-missing",
            "give every declared output when the flow completes",
            "Arazzo 1.0.1, Workflow Object, outputs",
        ),
        Rule(
            "does-not-complete",
            "complete, and notify, when nothing goes wrong",
            "a flow that refuses everything breaks no other rule",
        ),
        Rule(
            "breaks-off",
            "decide what follows every answer",
            "a condition or an expression that cannot be evaluated ends the run in the middle",
        ),
        Rule(
            "polls-after-end",
            "stop polling when the operation has ended",
            "an operation that has ended does not change again",
        ),
        Rule(
            "policy-refuses",
            "be readable under every reading of the specification",
            "a runner that goes by the letter refuses the document",
        ),
    )
}
