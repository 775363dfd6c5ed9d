"""`@knocklabs/client`, Knock's browser client, with a public key.

Run in Node, where it finds no window and so opens no socket. `node/client.mjs` has the stories; one
process tells them all, each in an environment of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_knock import FIXTURE_SETTINGS, ClockSpec, KnockServer, MockKnock
from tests.keys import private_pem, public_pem, rsa_key
from tests.sdk import node_runtime
from tests.sdk.seed import FEED, GUIDES, PUSH, SLACK, TEAMS, Seed

STORIES = (
    "pages", "filters", "marks", "all", "messages", "preferences", "user", "inline", "guides",
    "providers", "silence", "strangers",
)  # fmt: skip
CHANNELS = {"feed": FEED, "push": PUSH, "guides": GUIDES, "slack": SLACK, "teams": TEAMS}
Tell = Callable[[str], Any]


@pytest.fixture(scope="module")
def seeds() -> Iterator[dict[str, Seed]]:
    """An environment for each story; those of tokens on a real clock, as signers have."""
    still = KnockServer(FIXTURE_SETTINGS)
    world = dataclasses.replace(FIXTURE_SETTINGS.world, clock=ClockSpec.parse("real"))
    real = KnockServer(dataclasses.replace(FIXTURE_SETTINGS, world=world))
    seeds = {name: Seed(MockKnock(still, f"client_{name}")) for name in STORIES}
    seeds["tokens"] = Seed(MockKnock(real, "client_tokens"))
    seeds["tokens"].mock.load_fixtures({"signing_keys": [public_pem(rsa_key())]})
    for seed in seeds.values():
        seed.mock.plan_all("messages.*", progress="immediate")
    yield seeds
    for server in (still, real):
        assert not server.service.errors
        server.stop()


@pytest.fixture(scope="module")
def tell(seeds: dict[str, Seed], node_project: Path) -> Tell:
    """What a story told."""
    given = {
        name: {
            "url": seed.mock.url,
            "key": seed.mock.public_key,
            "ids": seed.messages(),
            "signing_key": private_pem(rsa_key()),
            **CHANNELS,
        }
        for name, seed in seeds.items()
    }
    said = node_runtime.run(node_project, "client.mjs", given)
    told = {**said["told"], "uncalled": {"answer": said["uncalled"]}}

    def tell(name: str) -> Any:
        assert "error" not in told[name], told[name]["error"]
        return told[name]["answer"]

    return tell


# What needs a live socket, Knock's toolbar, a page that moves on, or the clock of the machine.
UNCALLED = {
    "feed": {"handleSocketEvent", "off", "onNewMessageReceived", "reinitialize"},
    "feeds": {"reinitializeInstances"},
    "guide": {
        "_selectGuide", "_selectGuides", "addOrReplaceGuide", "addOrReplaceGuideGroup", "getStage",
        "handleChannelJoinError", "handleSocketEvent", "incrementCounter", "patchClosedGroupStage",
        "maybeRecordSelectResult", "removeGuide", "selectGuides", "setDebug", "setLocation",
        "startCounterInterval", "subscribe", "unsetDebug",
    },
    "knock": {"maybeScheduleUserTokenExpiration", "refreshMakesProgress"},
}  # fmt: skip


def test_every_other_method_of_the_client_is_called(tell: Tell) -> None:
    known = {f"{part}.{name}" for part, names in UNCALLED.items() for name in names}
    new = sorted(set(tell("uncalled")) - known)
    assert not new, f"no story calls {', '.join(new)}: add it to node/client.mjs"


def test_a_feed_page_by_page(seeds: dict[str, Seed], tell: Tell) -> None:
    told = tell("pages")
    ids = seeds["pages"].messages()
    assert (told["first"]["ids"], told["first"]["more"]) == (ids[:2], True)
    assert (told["second"]["ids"], told["second"]["more"]) == (ids, False)
    assert told["second"]["counts"] == [3, 3, 3]
    assert told["second"]["status"] == "ready"
    assert told["received"] == [2, 1]
    assert told["body"] == "<p>Welcome to Nublar</p>"
    assert {r.operation_id for r in seeds["pages"].mock.requests[-2:]} == {"listUserInAppFeedItems"}


def test_a_feed_by_filters(seeds: dict[str, Seed], tell: Tell) -> None:
    told = tell("filters")
    newest, middle, oldest = seeds["filters"].messages()
    assert told["tenant"]["ids"] == [newest, middle, oldest], "those of no tenant too"
    assert told["within"]["ids"] == [oldest]
    assert told["data"]["ids"] == []
    assert told["range"]["ids"] == [newest, middle]
    assert told["unread"]["ids"] == [newest, middle, oldest]


def test_marks_and_taking_them_back(seeds: dict[str, Seed], tell: Tell) -> None:
    told = tell("marks")
    newest, middle, oldest = seeds["marks"].messages()
    # [total, unseen, unread] as the client reckons beforehand, and as the server answers after.
    counts = {
        "seen": [3, 1, 3],
        "read": [3, 1, 2],
        "interacted": [3, 1, 1],  # what is interacted with is read
        "unseen": [3, 2, 1],
        "unread": [3, 2, 2],
        "archived": [2, 1, 1],  # the middle one was unseen and unread
    }
    for name, expected in counts.items():
        assert told[name]["expected"]["counts"] == expected, name
        assert told[name]["server"]["counts"] == expected, name
        assert told[name]["expected"]["marks"] == told[name]["server"]["marks"], name
    assert told["archived"]["server"]["ids"] == [newest, oldest]
    assert told["archive"]["ids"] == [middle]
    assert told["unarchived"]["expected"]["ids"] == []
    assert told["unarchived"]["server"]["ids"] == [newest, middle, oldest]
    events = seeds["marks"].read(f"/v1/messages/{oldest}/events")["items"]
    assert [e["data"] for e in events if e["type"] == "message.interacted"] == [{"button": "go"}]


def test_marking_all(seeds: dict[str, Seed], tell: Tell) -> None:
    told = tell("all")
    expected = {
        "markAllAsSeen": ("messages.seen", [3, 0, 3]),
        "markAllAsRead": ("messages.read", [3, 0, 0]),
        "markAllAsArchived": ("messages.archive", [0, 0, 0]),
    }
    # This one takes only what is unread out of what it shows, and sends what `AllAsArchived` does.
    assert told["markAllReadAsArchived"]["name"] == "messages.archive"
    for call, (name, counts) in expected.items():
        assert told[call]["name"] == name
        assert told[call]["expected"]["counts"] == told[call]["server"]["counts"] == counts
    # Only the user's own.
    assert seeds["all"].read(f"/v1/users/alan/feeds/{FEED}")["meta"]["unseen_count"] == 1


def test_messages(seeds: dict[str, Seed], tell: Tell) -> None:
    told = tell("messages")
    ids = seeds["messages"].messages()
    assert told["updated"]["interacted_at"]
    assert told["seen"]["seen_at"]
    assert told["unseen"]["seen_at"] is None
    assert [message["id"] for message in told["archived"]] == ids
    assert told["unarchived"]["archived_at"] is None
    assert told["read"]["id"] == ids[0]
    assert told["read"]["engagement_statuses"] == ["read", "interacted"]


def test_preferences(seeds: dict[str, Seed], tell: Tell) -> None:
    told = tell("preferences")
    assert told["before"]["channel_types"] == {"sms": False, "push": False}, "with InGen's default"
    assert told["set"]["channel_types"] == {"email": False}
    assert told["workflow"]["workflows"]["welcome"] == {"channel_types": {"email": True}}
    assert told["workflows"]["workflows"] == {"digest": False}
    assert told["category"]["categories"]["onboarding"] in (False, {"subscribed": False})
    assert told["categories"]["categories"]["news"] is True
    assert told["type"]["channel_types"]["push"] in (False, {"subscribed": False})
    assert told["types"]["channel_types"] == {"sms": True}
    assert told["within"]["categories"]["x"] is True
    assert {one["id"] for one in told["all"]} == {"default", "ingen"}
    assert told["list"] == told["all"]
    assert told["get"]["channel_types"] == {"sms": True}
    assert told["deprecated"]["channel_types"] == {"chat": False}
    assert told["deprecated"] == seeds["preferences"].read("/v1/users/ellie/preferences/default")


def test_a_user_who_makes_itself_known(seeds: dict[str, Seed], tell: Tell) -> None:
    told = tell("user")
    assert told["refused"].startswith("Not authenticated")
    assert (told["identified"]["name"], told["identified"]["plan"]) == ("Sarah", "pro")
    assert told["read"] == told["identified"]
    assert told["written"]["data"]["tokens"] == ["t"]
    assert told["kept"] == told["written"]
    assert told["status"] == "unauthenticated"
    assert seeds["user"].read("/v1/users/sarah")["plan"] == "pro"


def test_a_user_who_is_identified_inline(tell: Tell) -> None:
    assert tell("inline")["name"] == "Zoe"


def test_guides(seeds: dict[str, Seed], tell: Tell) -> None:
    told = tell("guides")
    assert told["status"] == {"status": "ok"}
    assert told["guide"] == ["tour", "Look"]
    assert told["selected"] == "tour"
    assert told["marked"] == [True, True, True]
    assert told["next"] == "Around"
    assert told["reset"] is False
    path = f"/v1/users/ellie/guides/{GUIDES}"
    assert seeds["guides"].read(path)["entries"][0]["steps"][0]["message"]["seen_at"] is None


def test_slack_and_microsoft_teams(tell: Tell) -> None:
    told = tell("providers")
    assert told["slack"] == {"connection": {"ok": True}}
    assert told["teams"]["connection"]["ms_teams_tenant_id"] == "organisation-1"
    assert (told["channels"], told["of"], told["in_team"]) == (5, 3, 8)
    assert told["data"]["token"] == {"access_token": "xoxb-2"}
    # The sentence that Knock's React components compare, to show "not connected".
    assert told["refused"] == [403, "Access token not set."]
    assert told["again"] == {"connection": {"ok": True}}


def test_without_a_window_there_is_no_socket_and_no_error(
    seeds: dict[str, Seed], tell: Tell
) -> None:
    assert tell("silence")["counts"] == [3, 3, 3]
    assert all("/ws" not in request.path for request in seeds["silence"].mock.requests)


def test_a_feed_that_there_is_not(tell: Tell) -> None:
    told = tell("strangers")
    assert (told["status"], told["code"]) == ("error", "channel_invalid")
    assert told["shown"]["status"] == "error"


def test_enhanced_security(tell: Tell) -> None:
    """With tokens that `signUserToken` of `@knocklabs/node` signs."""
    told = tell("tokens")
    assert told["own"] == ["ok", 3]
    assert told["none"] == [401, "missing_user_token"]
    assert told["other"] == [403, "invalid_user_token"]
    assert told["expired"] == [401, "invalid_user_token"]
    assert told["channels"] == 5
    assert told["marked"] is True
    assert told["preferences"] == {"email": False}
