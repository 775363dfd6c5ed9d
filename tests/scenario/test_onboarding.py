"""A tenant with a thousand users is taken on board, and a week goes by.

Told with the official SDK from the outside. Every number follows from how many of the users did
what, by the last digit and the parity of their number; the comments say how.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from knockapi import Knock

from mock_knock import MockKnock

INBOX = "8f0a1c52-6f3e-4b7d-9a64-1c2d3e4f5a6b"
EMAIL = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
DECLARED = {
    "channels": [
        {"key": "inbox", "type": "in_app_feed", "id": INBOX},
        {"key": "email", "type": "email", "id": EMAIL},
    ],
    "workflows": [
        {
            "key": "project-update",
            "categories": ["updates"],
            "steps": [{"channel_key": "inbox"}, {"channel_key": "email"}],
        },
        {"key": "weekly-digest", "steps": [{"channel_key": "inbox"}]},
        {"key": "standup", "steps": [{"channel_key": "inbox"}]},
    ],
}

# A Monday. The clocks of New York go forward on Sunday 8 March, those of Berlin on 29 March.
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)

USERS = range(1_000)
NEW_YORKERS = [n for n in USERS if n % 2 == 0]
BERLINERS = [n for n in USERS if n % 2 == 1]
OPTED_OUT = [n for n in USERS if n % 10 == 0]  # of updates, within Acme
WANT_EMAIL = [n for n in USERS if n % 10 == 1]  # of updates, within Acme
NO_INBOX = [n for n in USERS if n % 10 == 2]  # by default, that is: outside of any tenant
TEAM = NEW_YORKERS[50:70]  # 100, 102, ... 138: they have a stand-up every day
AUTHOR = 999
APOLLO: Any = {"collection": "projects", "id": "apollo"}


def id_of(n: int) -> str:
    return f"user-{n:04}"


def ids(numbers: list[int] | range) -> list[str]:
    return [id_of(n) for n in numbers]


@pytest.fixture
def knock(mock_knock: MockKnock) -> Knock:
    """The SDK as an application has it, at nine in the morning of that Monday."""
    mock_knock.load_fixtures(DECLARED)
    mock_knock.clock.set(MONDAY)
    return Knock(
        api_key=mock_knock.api_key,
        base_url=mock_knock.url,
        max_retries=0,
        _strict_response_validation=True,
    )


def wait_for(knock: Knock, operation: Any, rows: int) -> None:
    """Poll as an application does, until all rows have been carried out."""
    while operation.status not in ("completed", "failed"):
        operation = knock.bulk_operations.get(operation.id)
    assert operation.status == "completed"
    assert (operation.success_count, operation.error_count) == (rows, 0)


def take_on_board(knock: Knock) -> None:
    """The tenant, its users, their project, what they want, and when."""
    # Acme's people get no e-mail about updates unless they ask for it.
    quiet: Any = {"categories": {"updates": {"channel_types": {"email": False}}}}
    knock.tenants.set("acme", name="Acme", settings={"preference_set": quiet})

    people: list[Any] = [
        {
            "id": id_of(n),
            "name": f"User {n}",
            "email": f"{id_of(n)}@example.com",
            "timezone": "America/New_York" if n in NEW_YORKERS else "Europe/Berlin",
        }
        for n in USERS
    ]
    wait_for(knock, knock.users.bulk.identify(users=people), 1_000)

    # A row of a subscription call has at most 100 recipients: 1,000 users are 10 rows.
    knock.objects.set("projects", "apollo", name="Apollo")
    rows: list[Any] = [
        {"id": "apollo", "recipients": ids(USERS[start : start + 100])}
        for start in range(0, 1_000, 100)
    ]
    wait_for(knock, knock.objects.bulk.add_subscriptions("projects", subscriptions=rows), 10)

    for numbers, preferences in (
        (OPTED_OUT, {"id": "acme", "categories": {"updates": False}}),
        (WANT_EMAIL, {"id": "acme", "categories": {"updates": {"channel_types": {"email": True}}}}),
        (NO_INBOX, {"id": "default", "channel_types": {"in_app_feed": False}}),
    ):
        chosen: Any = preferences
        operation = knock.users.bulk.set_preferences(preferences=chosen, user_ids=ids(numbers))
        wait_for(knock, operation, 100)

    # Everybody's digest is on Mondays at nine, where they are.
    weekly: Any = [{"frequency": "weekly", "days": ["mon"], "hours": 9}]
    digests: list[Any] = [
        {"workflow": "weekly-digest", "recipient": id, "repeats": weekly} for id in ids(USERS)
    ]
    wait_for(knock, knock.schedules.bulk.create(schedules=digests), 1_000)
    daily: Any = [{"frequency": "daily", "hours": 9}]
    knock.schedules.create(workflow="standup", recipients=ids(TEAM), repeats=daily)


def count_of(feed: Any) -> tuple[int, int, int]:
    """How many items a feed has: in all, unseen, unread."""
    meta = feed.model_extra["meta"]
    return meta["total_count"], meta["unseen_count"], meta["unread_count"]


def test_a_thousand_users_are_taken_on_board(knock: Knock) -> None:
    take_on_board(knock)
    assert len(list(knock.users.list())) == 1_000
    subscribed = [
        row.recipient.id for row in knock.objects.list_subscriptions("projects", "apollo")
    ]
    assert subscribed == ids(USERS)[::-1], "newest first"
    # What counts within Acme: the user's own word, over that of the tenant.
    for n, email in ((0, None), (1, True), (2, False), (3, False)):
        preferences = knock.users.get_preferences(id_of(n), "acme").to_dict()
        updates: Any = preferences["categories"]
        said = updates["updates"]
        assert said is False if email is None else said["channel_types"]["email"] is email
    # Nobody was told anything yet.
    assert list(knock.messages.list()) == []
    # Nine o'clock on a Monday has passed in Berlin, where it is ten, and not in New York (four).
    due = Counter(str(s.next_occurrence_at) for s in knock.schedules.list(workflow="weekly-digest"))
    assert due == {"2026-03-02 14:00:00+00:00": 500, "2026-03-09 08:00:00+00:00": 500}


def test_an_update_reaches_those_who_want_it(knock: Knock) -> None:
    take_on_board(knock)
    triggered = knock.workflows.trigger(
        "project-update", recipients=[APOLLO], actor=id_of(AUTHOR), tenant="acme", data={"n": 1}
    )
    # The project itself and its 1,000 subscribers, but for the author.
    runs = list(knock.workflow_recipient_runs.list(workflow="project-update"))
    assert len(runs) == 1 + 1_000 - 1
    assert {run.workflow_run_id for run in runs} == {triggered.workflow_run_id}
    assert {run.status for run in runs} == {"completed"}

    # In the feed: the project and 999 users without the 100 who opted out. Those who want nothing
    # in their feed said so outside of Acme, and within it their default does not count.
    in_feed = list(knock.messages.list(channel_id=INBOX))
    assert len(in_feed) == 1 + 999 - 100
    assert {message.status for message in in_feed} == {"delivered"}
    # By e-mail: only the 100 who asked for it. The author, whose number ends in 9, is not of them.
    emails = list(knock.messages.list(channel_id=EMAIL))
    assert {message.recipient for message in emails} == set(ids(WANT_EMAIL))
    assert {message.status for message in emails} == {"queued"}
    assert len(list(knock.messages.list(tenant="acme"))) == 1_000  # 900 + 100, all within Acme


def test_a_week_goes_by(knock: Knock, mock_knock: MockKnock) -> None:
    take_on_board(knock)
    knock.workflows.trigger(
        "project-update", recipients=[APOLLO], actor=id_of(AUTHOR), tenant="acme"
    )
    mock_knock.clock.advance(timedelta(days=7))
    assert mock_knock.clock.now == datetime(2026, 3, 9, 9, tzinfo=UTC)

    # Each had one digest: New Yorkers on the 2nd, Berliners on the 9th, an hour ago.
    digests = list(knock.workflow_recipient_runs.list(workflow="weekly-digest"))
    assert {run.trigger_source.type for run in digests} == {"schedule"}
    assert Counter(str(run.inserted_at) for run in digests) == {
        "2026-03-02 14:00:00+00:00": 500,
        "2026-03-09 08:00:00+00:00": 500,
    }
    # The next one in New York is an hour earlier by UTC: the clocks went forward on Sunday.
    due = Counter(str(s.next_occurrence_at) for s in knock.schedules.list(workflow="weekly-digest"))
    assert due == {"2026-03-09 13:00:00+00:00": 500, "2026-03-16 08:00:00+00:00": 500}
    # 20 in the team, 7 days: from Monday to Saturday at 14:00 UTC, on Sunday at 13:00.
    standups = list(knock.workflow_recipient_runs.list(workflow="standup"))
    assert len(standups) == 20 * 7
    assert Counter(run.inserted_at.strftime("%a %H:%M") for run in standups) == {
        **{f"{day} 14:00": 20 for day in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat")},
        "Sun 13:00": 20,
    }

    # Digests and stand-ups are of no tenant, so the 100 who want nothing in their feed have none;
    # 4 of them are in the team (102, 112, 122, 132).
    by_workflow = Counter(message.workflow for message in knock.messages.list(channel_id=INBOX))
    assert by_workflow == {
        "project-update": 1 + 999 - 100,
        "weekly-digest": 1_000 - 100,
        "standup": (20 - 4) * 7,
    }
    # E-mails have long arrived.
    assert {m.status for m in knock.messages.list(channel_id=EMAIL)} == {"delivered"}
    assert len(list(knock.messages.list(channel_id=EMAIL, status=["delivered"]))) == 100

    # One feed of each kind: how many items, and of which workflows.
    for n, items in {
        0: 1,  # opted out of updates: the digest
        1: 2,  # the update (and an e-mail, which is no item), the digest
        2: 1,  # nothing in the feed by default: the update, which is Acme's
        3: 2,  # the update, the digest
        100: 1 + 7,  # opted out of updates, in the team: the digest, seven stand-ups
        102: 1,  # nothing in the feed by default, in the team: the update
        104: 2 + 7,  # the update, the digest, seven stand-ups
        AUTHOR: 1,  # wrote the update: the digest
    }.items():
        feed = knock.users.feeds.list_items(id_of(n), INBOX)
        assert len(feed.entries) == items, n
        assert count_of(feed) == (items, items, items), n


def test_reading_changes_counts_and_states(knock: Knock, mock_knock: MockKnock) -> None:
    take_on_board(knock)
    knock.workflows.trigger("project-update", recipients=[APOLLO], tenant="acme")
    mock_knock.clock.advance(timedelta(days=7))

    # One user opens the feed, and reads the newer of its two items: the digest.
    feed = knock.users.feeds.list_items(id_of(3), INBOX)
    digest, update = feed.entries
    assert (digest.source.key, update.source.key) == ("weekly-digest", "project-update")
    assert digest.inserted_at == "2026-03-09T08:00:00.000000Z"
    assert update.inserted_at == "2026-03-02T09:00:00.000000Z"
    knock.messages.batch.mark_as_seen(message_ids=[digest.id, update.id])
    knock.messages.mark_as_read(digest.id)
    assert count_of(knock.users.feeds.list_items(id_of(3), INBOX)) == (2, 0, 1)
    assert knock.messages.get(digest.id).engagement_statuses == ["seen", "read"]

    # Acme archives what it said: 1 for the project and 900 for the users who did not opt out.
    operation = knock.channels.bulk.update_message_status(INBOX, "archive", tenants=["acme"])
    wait_for(knock, operation, 1 + 1_000 - 100)
    left = [row.id for row in knock.users.feeds.list_items(id_of(3), INBOX)]
    assert left == [digest.id]
    archived = list(knock.messages.list(channel_id=INBOX, engagement_status=["archived"]))
    assert len(archived) == 901
    assert Counter(message.workflow for message in archived) == {"project-update": 901}
    # An archived message is not gone.
    assert knock.messages.get(update.id).archived_at == mock_knock.clock.now

    # A user leaves, and takes along what was theirs: the update, the digest and the schedule.
    before = len(mock_knock.messages)
    knock.users.delete(id_of(5))
    assert len(mock_knock.messages) == before - 2
    assert len(list(knock.schedules.list(workflow="weekly-digest"))) == 999
    mock_knock.clock.advance(timedelta(days=7))
    # The rest had a second digest each; New Yorkers on the 9th already, Berliners on the 16th.
    runs = list(knock.workflow_recipient_runs.list(workflow="weekly-digest"))
    assert len(runs) == 2 * 999
