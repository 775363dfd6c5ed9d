"""Rules of HTTP: errors, authentication, idempotency, rate limits, and the form of answers."""

from __future__ import annotations

from contract_tests.rules.rule import Rule

_ERRORS = "Knock API reference, Errors"
_AUTH = "Knock API reference, Authentication"
_CLIENTS = "Knock docs, Security and authentication"
_IDEMPOTENCY = "Knock API reference, Idempotent requests"
_LIMITS = "Knock API reference, Rate limits"
_SPEC = "Knock's OpenAPI document"
_OUR_ERRORS = "docs/behaviour.md, Errors"

ANSWERED = Rule(
    "errors.answered", "Every request is answered with a whole HTTP answer.", _ERRORS, "documented"
)
NO_SERVER_ERROR = Rule(
    "errors.no-server-error", "No request is answered with a 5xx.", _ERRORS, "documented"
)
GOOD_REQUESTS = Rule(
    "errors.good-requests",
    "A request that keeps the documents is answered with the documented success.",
    _SPEC, "documented",
)  # fmt: skip
ENVELOPE = Rule(
    "errors.envelope",
    "An error is JSON with code, message, status and type; status is that of the answer.",
    f"{_SPEC}, schema AuthenticationError, the only error it has", "documented",
)  # fmt: skip
REQUEST_ID = Rule(
    "errors.request-id", "Every answer has an x-request-id, and no two have the same.",
    "Knock docs, API logs", "documented",
)  # fmt: skip
UNKNOWN_THING = Rule(
    "errors.unknown-thing", "Reading something that does not exist is a 404.", _ERRORS, "documented"
)
UNKNOWN_CHANGED = Rule(
    "errors.unknown-changed",
    "Changing, deleting or listing what hangs on something that does not exist is a 404.",
    _OUR_ERRORS, "design",
)  # fmt: skip
UNKNOWN_ROUTE = Rule(
    "errors.unknown-route", "A path that is none of the API's is a 404.",
    "the official Node SDK's tests", "documented",
)  # fmt: skip
WRONG_METHOD = Rule(
    "errors.wrong-method",
    "A method that a path does not have is a 405 or a 404.",
    _OUR_ERRORS,
    "design",
)
MALFORMED_JSON = Rule(
    "errors.malformed-json", "A body that is no JSON is refused with a 4xx.", _ERRORS, "documented"
)
BAD_FIELDS = Rule(
    "errors.bad-fields", "A body that breaks the documents is a 422 (or a 400).",
    "Knock API reference, Errors: invalid_params", "documented",
)  # fmt: skip
FIELD_NAMED = Rule(
    "errors.field-named", "A 422 says in `errors` which field is wrong.",
    "tests of the official SDKs before 1.0", "history",
)  # fmt: skip
NOTHING_HALF_DONE = Rule(
    "errors.nothing-half-done",
    "A call that is refused has no effect at all.",
    _OUR_ERRORS,
    "design",
)
TOO_MANY = Rule(
    "errors.too-many",
    "More items than a call takes are refused.",
    "Knock API reference, limits of each call",
    "documented",
)  # fmt: skip
AS_MANY = Rule(
    "errors.as-many", "As many items as a call takes are taken.",
    "Knock API reference, limits of each call", "documented",
)  # fmt: skip

DOCUMENTED_STATUS = Rule(
    "conformance.documented-status",
    "Every status that is answered is documented for the operation.",
    f"{_SPEC}; error answers: openapi/", "documented",
)  # fmt: skip
SCHEMA = Rule(
    "conformance.schema", "Every answer fits the documented schema of its operation and status.",
    _SPEC, "documented",
)  # fmt: skip
CONTENT_TYPE = Rule(
    "conformance.content-type", "Answers with a body are application/json; a 204 has no body.",
    f"{_SPEC} and the official SDKs, which decode nothing else", "documented",
)  # fmt: skip
READABLE = Rule(
    "conformance.readable",
    "An answer has the members that its documents promise.",
    _SPEC,
    "documented",
)

KEY_NEEDED = Rule(
    "authentication.key-needed", "A call without a key is a 401.", _AUTH, "documented"
)
BEARER = Rule(
    "authentication.bearer",
    "A key counts only as Authorization: Bearer <key>.",
    _AUTH,
    "documented",
)
KEY_FIRST = Rule(
    "authentication.key-first", "Without a key nothing else is told: 401 goes before 404 and 422.",
    _AUTH, "documented",
)  # fmt: skip
NO_EFFECT_WITHOUT_KEY = Rule(
    "authentication.no-effect",
    "A call that is refused for its key has no effect.",
    _AUTH,
    "documented",
)
PUBLIC_KEY_REFUSED = Rule(
    "authentication.public-key-refused",
    "A public key is refused, 403 or 401, where only a secret key may call.",
    _CLIENTS, "documented",
)  # fmt: skip
PUBLIC_KEY_TAKEN = Rule(
    "authentication.public-key-taken",
    "A public key may make the calls that are documented for it.",
    _CLIENTS, "documented",
)  # fmt: skip
OTHER_KEY = Rule(
    "authentication.other-key",
    "A key that was made up sees nothing: 401, 403, or an environment of its own.",
    _AUTH, "documented",
)  # fmt: skip

REPLAYED = Rule(
    "idempotency.replayed",
    "The same trigger with the same Idempotency-Key is answered as the first was.",
    _IDEMPOTENCY, "documented",
)  # fmt: skip
DONE_ONCE = Rule(
    "idempotency.done-once", "A repeated trigger starts no second run.", _IDEMPOTENCY, "documented"
)
REPLAY_HEADERS = Rule(
    "idempotency.replay-headers",
    "A replay, and nothing else, says idempotent-replayed: true and original-x-request-id.",
    _IDEMPOTENCY, "documented",
)  # fmt: skip
OTHER_PARAMETERS = Rule(
    "idempotency.other-parameters", "The same key with other parameters is refused.",
    _IDEMPOTENCY, "documented",
)  # fmt: skip
KEYS_APART = Rule(
    "idempotency.keys-apart",
    "Another Idempotency-Key, or none, triggers anew.",
    _IDEMPOTENCY,
    "documented",
)
FAILURES_FORGOTTEN = Rule(
    "idempotency.failures-forgotten", "After an error the same key is carried out again.",
    _IDEMPOTENCY, "documented",
)  # fmt: skip
ONLY_TRIGGERS = Rule(
    "idempotency.only-triggers", "On every other call an Idempotency-Key has no effect.",
    _IDEMPOTENCY, "documented",
)  # fmt: skip
EXPIRES = Rule(
    "idempotency.expires", "An Idempotency-Key counts for 24 hours, and not after.",
    _IDEMPOTENCY, "documented",
)  # fmt: skip
KEY_OF_ENVIRONMENT = Rule(
    "idempotency.of-environment", "An Idempotency-Key counts in its own environment only.",
    "docs/behaviour.md, Workflows and runs", "design",
)  # fmt: skip

KEY_OF_WORKFLOW = Rule(
    "idempotency.of-workflow", "A key of one workflow is not answered with the run of another.",
    "docs/behaviour.md, Workflows and runs", "design",
)  # fmt: skip

LIMIT_NOT_EARLY = Rule(
    "rate-limits.not-early",
    "The first call of a second is never refused with a 429.",
    _LIMITS,
    "documented",
)
LIMIT_OF_TIER = Rule(
    "rate-limits.of-tier",
    "A tier lets through as many calls a second as is documented.",
    _LIMITS,
    "documented",
)
LIMIT_NO_EFFECT = Rule(
    "rate-limits.no-effect",
    "A call that is refused with a 429 has no effect.",
    _LIMITS,
    "documented",
)
LIMIT_ENDS = Rule(
    "rate-limits.ends",
    "After the time that Retry-After says, or a second, calls are let through again.",
    _LIMITS, "documented",
)  # fmt: skip
RETRY_AFTER = Rule(
    "rate-limits.retry-after",
    "Retry-After, where it is sent, is a number of seconds or an HTTP date.",
    "the official SDKs, which read it; RFC 9110", "documented",
)  # fmt: skip
LIMIT_OF_ENDPOINT = Rule(
    "rate-limits.of-endpoint", "A limit counts for one endpoint and environment; others go on.",
    _LIMITS, "documented",
)  # fmt: skip
LIMIT_OF_ALL = Rule(
    "rate-limits.of-all",
    "Where one operation of a tier is limited, every operation of that tier is.",
    _LIMITS, "documented",
)  # fmt: skip
LIMIT_OF_FEED = Rule(
    "rate-limits.of-feed", "The limit of a feed counts for one user; the feeds of others go on.",
    f"{_SPEC}, listUserInAppFeedItems", "documented",
)  # fmt: skip
BATCH_HEADER = Rule(
    "rate-limits.batch-header",
    "x-ratelimited-message_ids names all messages of a batch that were left as they were.",
    _LIMITS, "documented",
)  # fmt: skip
