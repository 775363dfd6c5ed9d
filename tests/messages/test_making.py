"""Messages come from the channel steps of recipient runs."""

from __future__ import annotations

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.channels import DEFAULT_FEED_ID
from mock_knock.world.errors import InvalidParamsError
from mock_knock.world.steps import ChannelStep
from tests.messages.calls import identify, items, message_ids, run_events, trigger

PHONE = "7d20c3fb-46e9-4a18-8b3d-f5a2910c64e7"


def test_with_nothing_declared_each_recipient_gets_one_in_app_message(client: httpx.Client) -> None:
    identify(client, "tom", name="Tom")
    run_id = trigger(client, "welcome", "ellie", "nadia", actor="tom", tenant="acme", data={"n": 1})
    nadia, ellie = items(client)
    assert (ellie["recipient"], nadia["recipient"]) == ("ellie", "nadia")
    assert ellie["channel"]["type"] == "in_app_feed"
    assert ellie["channel_id"] == ellie["channel"]["id"] == DEFAULT_FEED_ID
    assert (ellie["status"], ellie["engagement_statuses"]) == ("delivered", [])
    assert (ellie["actors"], ellie["tenant"], ellie["data"]) == (["tom"], "acme", {"n": 1})
    assert (ellie["workflow"], ellie["source"]["key"]) == ("welcome", "welcome")
    assert ellie["source"]["workflow_run_id"] == run_id
    assert ellie["inserted_at"] == "2026-01-05T09:00:00.000000Z"


def test_an_object_gets_messages_too(client: httpx.Client) -> None:
    trigger(client, "deploy", {"id": "p1", "collection": "projects", "name": "One"})
    assert items(client)[0]["recipient"] == {"id": "p1", "collection": "projects"}
    assert len(items(client, "/v1/objects/projects/p1/messages")) == 1


def test_data_for_one_recipient_stays_with_it(client: httpx.Client) -> None:
    own = {"id": "ellie", "$trigger_data": {"seat": 4}}
    trigger(client, "boarding", "nadia", own, data={"gate": "B", "seat": None})
    assert [m["data"] for m in items(client)] == [
        {"gate": "B", "seat": 4},
        {"gate": "B", "seat": None},
    ]


def test_a_run_tells_which_message_it_made(client: httpx.Client, mock_knock: MockKnock) -> None:
    trigger(client, "welcome", "ellie")
    (id,) = message_ids(client)
    enqueued = {"channel_type": "in_app_feed", "message_id": id}
    assert run_events(mock_knock) == [
        ("run_started", None),
        ("message_enqueued", enqueued),
        ("run_completed", None),
    ]


def test_message_ids_are_ksuids_that_sort_by_age(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    trigger(client, "welcome", *(f"u{n}" for n in range(10)))
    mock_knock.clock.advance(60)
    trigger(client, "welcome", *(f"u{n}" for n in range(10)))
    newest_first = message_ids(client)
    assert newest_first == sorted(newest_first, reverse=True)
    assert len(set(newest_first)) == 20
    assert {len(id) for id in newest_first} == {27}


def test_steps_send_one_after_another_with_delays_between(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.channels.declare("bell")
    mock_knock.channels.declare("email", "email")
    steps: list[str | ChannelStep] = ["bell", ChannelStep("email", delay=3600, ref="later")]
    mock_knock.workflows.declare("digest", delay=60, steps=steps, categories=["news"])
    identify(client, "ellie", email="ellie@example.com")
    trigger(client, "digest", "ellie")
    assert items(client) == []
    mock_knock.clock.advance(60)
    assert [m["channel"]["key"] for m in items(client)] == ["bell"]
    assert mock_knock.workflows.runs[0]["status"] == "paused"
    mock_knock.clock.advance(3599)
    assert len(items(client)) == 1
    mock_knock.clock.advance(1)
    email, bell = items(client)
    assert (email["channel"]["key"], email["source"]["step_ref"]) == ("email", "later")
    assert bell["source"]["step_ref"] == "in_app_feed_1"
    assert email["source"]["categories"] == bell["source"]["categories"] == ["news"]
    assert email["inserted_at"] == "2026-01-05T10:01:00.000000Z"
    assert [e for e, _ in run_events(mock_knock)] == [
        "run_started",
        "delay_started",
        "delay_ended",
        "message_enqueued",
        "delay_started",
        "delay_ended",
        "message_enqueued",
        "run_completed",
    ]


def test_a_trigger_can_skip_the_delays(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.workflows.declare("digest", delay=60, steps=[ChannelStep(delay=3600)])
    trigger(client, "digest", "ellie", settings={"skip_delay": True})
    assert len(items(client)) == 1


def test_a_cancelled_run_sends_nothing_more(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.workflows.declare("digest", steps=[ChannelStep(), ChannelStep(delay=60)])
    trigger(client, "digest", "ellie", cancellation_key="k")
    assert len(items(client)) == 1
    cancel = client.post("/v1/workflows/digest/cancel", json={"cancellation_key": "k"})
    assert cancel.status_code == 204
    mock_knock.clock.advance(120)
    assert len(items(client)) == 1


def test_a_workflow_without_steps_sends_nothing(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.workflows.declare("silent", steps=[])
    trigger(client, "silent", "ellie")
    assert items(client) == []
    assert mock_knock.workflows.runs[0]["status"] == "completed"


def test_a_step_on_an_unknown_channel_is_refused(mock_knock: MockKnock) -> None:
    mock_knock.channels.declare("bell")
    with pytest.raises(InvalidParamsError, match="there are: bell") as refused:
        mock_knock.workflows.declare("w", steps=["bell", "pigeon"])
    assert [d.field for d in refused.value.details] == ["steps[1].channel"]


def test_who_cannot_be_reached_gets_no_message(client: httpx.Client, mock_knock: MockKnock) -> None:
    mock_knock.channels.declare("email", "email")
    mock_knock.workflows.declare("w", steps=["email"])
    trigger(client, "w", "ellie")
    assert items(client) == []
    assert ("step_skipped", {"reason": "recipient_unreachable"}) in run_events(mock_knock)


def test_each_push_token_gets_a_message_of_its_own(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    mock_knock.channels.declare("phone", "push", id=PHONE)
    mock_knock.workflows.declare("w", steps=["phone"])
    data = {"tokens": ["a", "b"], "devices": [{"token": "b"}, {"token": "c", "locale": "en"}]}
    trigger(client, "w", {"id": "ellie", "channel_data": {PHONE: data}})
    assert len(items(client)) == 3
    contents = [client.get(f"/v1/messages/{id}/content").json() for id in message_ids(client)]
    assert [c["data"]["token"] for c in contents] == ["c", "b", "a"]


def test_preferences_can_hold_a_message_back(client: httpx.Client, mock_knock: MockKnock) -> None:
    refusal = {"workflows": {"promo": {"channel_types": {"in_app_feed": False}}}}
    client.put("/v1/users/ellie/preferences/acme", json=refusal)
    trigger(client, "promo", "ellie", "nadia", tenant="acme")
    trigger(client, "promo", "ellie")
    assert [(m["recipient"], m["tenant"]) for m in items(client)] == [
        ("ellie", None),
        ("nadia", "acme"),
    ]
    held_back = [r for r in mock_knock.workflows.runs if r["tenant"] and r["recipient"] == "ellie"]
    assert held_back[0]["events"][1]["data"] == {"reason": "preferences"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "fax"}, "kind"),
        ({"id": "not-a-uuid"}, "id"),
        ({"ends": "lost"}, "ends"),
        ({"key": ""}, "key"),
        ({"id": PHONE}, "id"),
    ],
)
def test_channels_that_cannot_be_are_refused(
    mock_knock: MockKnock, fields: dict[str, str], field: str
) -> None:
    mock_knock.channels.declare("phone", "push", id=PHONE)
    with pytest.raises(InvalidParamsError) as refused:
        mock_knock.channels.declare(**{"key": "x", **fields})
    assert [d.field for d in refused.value.details] == [field]


def test_a_channel_that_is_declared_again_keeps_its_id(mock_knock: MockKnock) -> None:
    first = mock_knock.channels.declare("bell")
    again = mock_knock.channels.declare("bell", name="Bell", sandbox=True)
    assert (again.id, again.name, mock_knock.channels.default_feed) == (first.id, "Bell", again)


def test_the_same_commands_make_the_same_messages(mock_knock: MockKnock) -> None:
    seen = []
    for _ in range(2):
        twin = MockKnock(mock_knock.server, "twin")
        with twin.client() as client:
            trigger(client, "welcome", "ellie", "nadia")
            seen.append(items(client))
        twin.close()
    assert seen[0] == seen[1]
