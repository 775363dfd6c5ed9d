"""Rules of bulk operations: what their answers say, and when rows take effect."""

from __future__ import annotations

from contract_tests.rules.rule import Rule

_SPEC = "Knock's OpenAPI document, schema BulkOperation"
_REF = "Knock API reference, Bulk operations"
_OLD = "Knock API reference of 2025, Bulk operations"
_OURS = "docs/behaviour.md, Bulk operations"


def _spec(name: str, sentence: str, where: str = _SPEC) -> Rule:
    return Rule(f"lifecycle.{name}", sentence, where, "documented")


def _old(name: str, sentence: str) -> Rule:
    return Rule(f"lifecycle.{name}", sentence, _OLD, "history")


def _ours(name: str, sentence: str, where: str = _OURS) -> Rule:
    return Rule(f"lifecycle.{name}", sentence, where, "design")


ANSWERS_OPERATION = _spec(
    "answers-operation",
    "A bulk call answers 200 with a BulkOperation, and so does every read of it.",
    _REF,
)
STATUS_KNOWN = _spec("status-known", "A status is queued, processing, completed or failed.")
STATUS_FORWARD = _old(
    "status-forward", "A status only moves forward: queued, processing, then completed or failed."
)
ROWS_GROW = _old("rows-grow", "processed_rows never shrinks.")
ROWS_WITHIN_TOTAL = _ours(
    "rows-within-total", "processed_rows is never negative and never above estimated_total_rows."
)
COUNTS_ADD_UP = _old("counts-add-up", "success_count and error_count add up to processed_rows.")
COUNTS_GROW = _old("counts-grow", "success_count and error_count never shrink.")
ERRORS_LISTED = _old("errors-listed", "error_count is the number of error_items.")
ERRORS_ARE_ROWS = _old("errors-are-rows", "Every error item is a row of the request.")
ERRORS_ONCE = _old("errors-once", "A row stands among the error items at most once.")
ERRORS_STAY = _old("errors-stay", "An error item that was shown is shown in every later answer.")
ERRORS_COLLECTION = _old(
    "errors-collection",
    "Error items of objects and subscriptions name their collection, those of users and "
    "tenants none.",
)
QUEUED_UNTOUCHED = _old("queued-untouched", "While it is queued no row is processed.")
COMPLETED_WHOLE = _ours(
    "completed-whole", "A completed operation has processed estimated_total_rows rows."
)
TOTAL_IS_ROWS = _old("total-is-rows", "estimated_total_rows is the number of rows that were sent.")
TIMES_BY_STATE = _ours(
    "times-by-state",
    "started_at is set from processing on, completed_at only when completed, failed_at "
    "only when failed.",
)
TIMES_IN_ORDER = _ours(
    "times-in-order",
    "inserted_at <= started_at <= completed_at or failed_at, and none is after updated_at.",
)
TIMES_STAY = _ours(
    "times-stay", "started_at, completed_at and failed_at never change once they are set."
)
UPDATED_FORWARD = _ours("updated-forward", "updated_at never goes back.")
CONSTANTS = _spec(
    "constants", "id, name, inserted_at, estimated_total_rows and progress_path never change."
)
TERMINAL_FINAL = _old("terminal-final", "The answer for an operation that has ended never changes.")
SAME_OPERATION = _spec("same-operation", "The answer for an id is the operation of that id.")
NAME = _old(
    "name", "The name says what the operation does: users.identify, objects.<collection>.set, ..."
)
PROGRESS_PATH = _spec("progress-path", "progress_path leads to the same operation.")
ENDS = _old(
    "ends",
    "An operation ends, completed or failed, without being asked for anything but to be read.",
)
PLAN_KEPT = _ours(
    "plan-kept",
    "An operation goes as its plan says: the same rows fail, and it ends as planned.",
    "docs/behaviour.md, Plans",
)
EFFECT_NOT_EARLY = _ours(
    "effect-not-early",
    "No more rows are in effect than success_count says: none before it is done.",
)
EFFECT_WHEN_DONE = _ours(
    "effect-when-done",
    "No fewer rows are in effect than success_count says: each as soon as it is done.",
)
EFFECT_OF_FAILED = _ours("effect-of-failed", "A row among the error items has no effect.")
EFFECT_ONCE = _ours(
    "effect-once",
    "A row takes effect once: what is written when it is done stays, however often the operation "
    "is read.",
)
EFFECT_BESIDE = _spec(
    "effect-beside",
    "What is written while a bulk operation is under way stays, where its rows do not name it.",
    _REF,
)
EFFECT_IN_ORDER = _ours(
    "effect-in-order",
    "Rows are carried out in the order of the request: the first processed_rows are in effect.",
)
UNKNOWN_ID = Rule(
    "lifecycle.unknown-id", "An id that no operation has is a 404.",
    "Knock API reference, Errors; the bulk operation is returned 'if it exists'", "documented",
)  # fmt: skip
MALFORMED_ID = Rule(
    "lifecycle.malformed-id", "An id that is no UUID is refused with a 4xx.",
    "Knock's OpenAPI document, getBulkOperation: id has the format uuid", "documented",
)  # fmt: skip
TOO_MANY_ROWS = _spec(
    "too-many-rows",
    "A bulk call with over 1,000 rows is refused, and none of its rows takes effect.",
    _REF,
)
TOO_MANY_OBJECTS = _ours(
    "too-many-objects",
    "A bulk call that subscribes to or unsubscribes from over 1,000 objects is refused, and none "
    "of its rows takes effect.",
    "docs/behaviour.md, Subscriptions",
)
TOO_MANY_RECIPIENTS = _spec(
    "too-many-recipients",
    "A bulk call that subscribes over 100 recipients to one object is refused, and subscribes "
    "nobody; 100 are taken.",
    "Knock's OpenAPI document, bulkAddSubscriptions",
)
ONLY_ITS_ROWS = _spec("only-its-rows", "A bulk call changes nothing but what its rows name.", _REF)
ROWS_LIKE_SINGLE = _spec(
    "rows-like-single",
    "A row of a bulk call does what the single call does with the same fields: all of them, "
    "merged alike, with what hangs on them.",
    _REF,
)
TENANTS_STORED = _spec(
    "tenants-stored",
    "A row of bulkSetTenants stores the fields that only it takes: branding of dark pages and "
    "preferences.",
    "Knock's OpenAPI document, schema TenantRequest",
)
OBJECT_DATED = _spec(
    "object-dated",
    "A row of bulkSetObjects may say created_at, which the object then has.",
    "Knock's OpenAPI document, schema BulkSetObjectRequest",
)
TENANT_BY_ID = _ours(
    "tenant-by-id",
    "A row that is the id of a tenant alone makes it known, and changes nothing of one that is.",
    "docs/behaviour.md, Tenants",
)
PREFERENCES_REPLACED = _spec(
    "preferences-replaced", "Setting preferences in bulk replaces the set of each user.", _REF
)
MESSAGES_FILTERED = _spec(
    "messages-filtered",
    "A bulk update of messages is for those that match every part of the filter, and no others.",
    "Knock's OpenAPI document, schema BulkUpdateMessagesForChannelRequest",
)
MESSAGES_MARKED = _spec(
    "messages-marked",
    "A bulk update does to a message what the single call of that status does, and no more.",
    "Knock API reference, Bulk update message statuses for a channel",
)
MESSAGES_ALIASES = _ours(
    "messages-aliases",
    "The actions archive and unarchive do what archived and unarchived do; delete removes the "
    "messages for good.",
    "docs/behaviour.md, Bulk updates of a channel",
)
MESSAGES_ARCHIVED_TOO = _ours(
    "messages-archived-too",
    "A bulk update that does not say archived is for archived messages, too.",
    "docs/behaviour.md, Bulk updates of a channel",
)
MESSAGES_OF_THEN = _ours(
    "messages-of-then",
    "A bulk update is for the messages that match when it is taken: later ones are left alone.",
    "docs/behaviour.md, Bulk updates of a channel",
)
