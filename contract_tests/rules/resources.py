"""Rules of what is stored: users, objects, tenants and everything that hangs on them."""

from __future__ import annotations

from contract_tests.rules.rule import Rule


def _rule(name: str, sentence: str, source: str) -> Rule:
    return Rule(f"resources.{name}", sentence, source, "documented")


def _old(name: str, sentence: str, source: str) -> Rule:
    return Rule(f"resources.{name}", sentence, source, "history")


def _ours(name: str, sentence: str, source: str) -> Rule:
    return Rule(f"resources.{name}", sentence, source, "design")


_USERS = "Knock docs, Concepts: users"
_OBJECTS = "Knock docs, Concepts: objects"
_PAGES = "Knock API reference, Pagination"
_DELETING = "Knock docs, Deleting users"
_PREFERENCES = "Knock docs, Preferences"
_MESSAGES = "Knock docs, Message statuses"

USER_READ_BACK = _rule("user-read-back", "What is written to a user is read back.", _USERS)
OBJECT_READ_BACK = _rule("object-read-back", "What is written to an object is read back.", _OBJECTS)
TENANT_READ_BACK = _rule(
    "tenant-read-back", "What is written to a tenant is read back.", "Knock docs, Multi-tenancy"
)
TENANT_IS_OBJECT = _rule(
    "tenant-is-object", "A tenant is the object of that id in the collection $tenants.",
    "Knock docs, Multi-tenancy",
)  # fmt: skip
MERGED = _rule(
    "merged", "Writing again merges deeply: what is not sent stays, null overwrites.", _USERS
)
CREATED_STAYS = _ours(
    "updated-at-forward", "updated_at never goes back when something is written.",
    "docs/behaviour.md, Users",
)  # fmt: skip
UPDATED_MOVES = _rule(
    "updated-at-moves",
    "updated_at tells when something was changed last, and reading is no change.",
    "Knock OpenAPI document, User and Object",
)  # fmt: skip
DELETED_IS_GONE = _rule("deleted-is-gone", "What was deleted is a 404 from then on.", _DELETING)
STARTS_EMPTY = _rule(
    "starts-empty", "An id that is used again after its deletion starts empty.", _USERS
)
NEIGHBOURS = _rule(
    "neighbours",
    "Deleting one thing leaves every other as it was: those of the same id elsewhere, too.",
    _USERS,
)
DELETE_CASCADES = _rule(
    "delete-cascades",
    "Deleting a user or an object takes its preferences, channel data, subscriptions, "
    "schedules and "
    "messages along.",
    _DELETING,
)
MERGE_USERS = _rule(
    "merge-users",
    "Merging users keeps the survivor's values, adds the other's, and deletes the other.",
    "Knock docs, Merging users",
)  # fmt: skip
MERGE_SUBSCRIPTIONS = _ours(
    "merge-subscriptions",
    "Merging users takes over the subscriptions that only the other has, and keeps the survivor's.",
    "docs/behaviour.md, Users",
)
CHANNEL_DATA_READ_BACK = _rule(
    "channel-data-read-back", "Channel data is read back, and written anew by each put.",
    "Knock docs, Setting channel data",
)  # fmt: skip
CHANNEL_DATA_UNSET = _rule(
    "channel-data-unset", "Channel data that is not set, or was removed, is a 404.",
    "Knock docs, Setting channel data",
)  # fmt: skip
PREFERENCES_READ_BACK = _rule(
    "preferences-read-back", "A preference set is read back as it was written.", _PREFERENCES
)
PREFERENCES_REPLACED = _rule(
    "preferences-replaced",
    "A put of a preference set replaces it, and merges it with __persistence_strategy__: merge.",
    _PREFERENCES,
)
PREFERENCES_INCLUDED = _rule(
    "preferences-included", "Lists that are asked with include[]=preferences show them.",
    "Knock API reference, Users, Objects, Subscriptions",
)  # fmt: skip
PREFERENCES_EMPTY = _old(
    "preferences-empty", "A preference set that was never written is empty, and no 404.",
    "Knock API reference of 2025, Preferences",
)  # fmt: skip
SUBSCRIPTIONS_KEPT = _rule(
    "subscriptions-kept", "Who was subscribed to an object is listed, from either side.",
    "Knock docs, Concepts: subscriptions",
)  # fmt: skip
SUBSCRIBED_ONCE = _rule(
    "subscribed-once", "Subscribing again updates the subscription and makes no second one.",
    "Knock docs, Concepts: subscriptions",
)  # fmt: skip
UNSUBSCRIBED = _rule(
    "unsubscribed", "Who was unsubscribed is listed no more, and the others still are.",
    "Knock docs, Concepts: subscriptions",
)  # fmt: skip
SCHEDULES_KEPT = _rule(
    "schedules-kept", "A schedule is listed with what it was made with, one for each recipient.",
    "Knock docs, Concepts: schedules",
)  # fmt: skip
SCHEDULES_DELETED = _rule(
    "schedules-deleted", "A deleted schedule is listed no more, and the others still are.",
    "Knock docs, Concepts: schedules",
)  # fmt: skip
AUDIENCE_KEPT = _rule(
    "audience-kept", "Who was added to an audience is a member, once, until removed.",
    "Knock docs, Concepts: audiences",
)  # fmt: skip
RUN_FOR_EACH = _rule(
    "run-for-each", "A trigger starts one run for each recipient, however often it is named.",
    "Knock docs, Triggering workflows",
)  # fmt: skip
TRIGGER_KEPT = _rule(
    "trigger-kept",
    "Data, tenant, actor and workflow of a trigger are those of its runs and messages.",
    "Knock docs, Triggering workflows",
)
CANCELLED = _rule(
    "cancelled",
    "Cancelling stops the waiting runs of that workflow and cancellation key, of the recipients "
    "that it names or of all, and no others.",
    "Knock docs, Canceling workflows",
)
INLINE_STORED = _rule(
    "inline-stored", "Recipients that a trigger brings inline are stored.",
    "Knock docs, Identifying recipients",
)  # fmt: skip
MESSAGE_READ_BACK = _ours(
    "message-read-back", "A message in a list is the message that its id answers.",
    "docs/behaviour.md, Messages",
)  # fmt: skip
CONTENT_OF_MESSAGE = _rule(
    "content-of-message",
    "Content, activities, events and delivery logs are those of the message that is asked for.",
    "Knock API reference, Messages",
)
MARKS_KEPT = _rule(
    "marks-kept",
    "A mark (seen, read, archived, interacted) is set on that message, and can be taken back.",
    _MESSAGES,
)  # fmt: skip
MARKS_ALONE = _rule("marks-alone", "A mark touches no other message.", _MESSAGES)
GUIDE_MARKS = _rule(
    "guide-marks",
    "A mark of a guide is that user's, of that guide and step, until it is taken back or reset.",
    "Knock docs, Guides: handling engagement",
)
FEED_AGREES = _rule(
    "feed-agrees", "The counts of a feed are those of its messages.", "Knock docs, In-app feeds"
)
LIST_WHOLE = _rule(
    "list-whole",
    "Following the cursors gives every row that was there throughout: none is lost.",
    _PAGES,
)
LIST_ONCE = _rule("list-once", "Following the cursors gives no row twice.", _PAGES)
LIST_OWN_ROWS = _rule("list-own-rows", "A list has nothing that was not written.", _PAGES)
PAGE_SIZE = _rule(
    "page-size", "A page has at most page_size rows, and page_info tells that size.", _PAGES
)
LAST_PAGE = _rule(
    "last-page",
    "after is null on the last page and nowhere else; before is null on the first.",
    _PAGES,
)
BACKWARD = _rule("backward", "before leads to the rows ahead of a page.", _PAGES)
ISOLATION = _rule(
    "isolation", "What one environment's key writes, no other environment's key can see or change.",
    "Knock docs, API keys",
)  # fmt: skip
FILTERS = _rule(
    "filters", "A filter of a list lets through what matches, and nothing else.", _PAGES
)
FAN_OUT = _rule(
    "fan-out", "A trigger for an object starts runs for its subscribers, and not for the actor.",
    "Knock docs, Concepts: subscriptions",
)  # fmt: skip
OPTED_OUT = _rule(
    "opted-out", "Who opted out of a workflow gets no message from it; everybody else does.",
    _PREFERENCES,
)  # fmt: skip
EVENTS_KEPT = _rule(
    "events-kept", "What happens to a message is listed among its events.", _MESSAGES
)
SCHEDULE_FIRES = _rule(
    "schedule-fires", "A schedule triggers its workflow when it is due, and not before.",
    "Knock docs, Concepts: schedules",
)  # fmt: skip
STUB_TENANT = _rule(
    "stub-tenant", "A trigger for a tenant that is unknown makes it.", "Knock docs, Multi-tenancy"
)
