"""Whatever is stored as channel data, what is shown of it is as documented, or nothing is."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import rule

from mock_knock.world.channel_shapes import read_channel_data
from tests.machines import HttpMachine, Json, url

CHANNELS = ("97c5837d-c65c-4d54-aa39-080eeb81c69d", "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e")
KEYS = (
    "tokens", "devices", "target_arns", "player_ids", "connections", "token", "access_token",
    "ms_teams_tenant_id", "ms_teams_team_id", "channel_id", "incoming_webhook", "url", "locale",
    "target_arn",
)  # fmt: skip
texts = st.sampled_from(("", "a", "https://discord.com/x", "http://[x", CHANNELS[0]))
anything = st.recursive(
    st.none() | st.booleans() | st.integers(0, 1) | texts,
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3)
    ),
    max_leaves=8,
)
devices = st.fixed_dictionaries({"token": texts}, optional={"locale": st.none() | texts})
good = st.one_of(
    st.fixed_dictionaries({"tokens": st.lists(texts, max_size=3)}),
    st.fixed_dictionaries({"devices": st.lists(devices, max_size=3)}),
    st.fixed_dictionaries({"connections": st.lists(st.just({"channel_id": "C"}), max_size=2)}),
)
recipients = st.sampled_from((("users", "u"), ("objects", "c", "o"), ("objects", "$tenants", "t")))


@given(anything, st.none() | st.sampled_from(("push_fcm", "chat_slack", "in_app_feed")))
def test_what_is_shown_shows_itself_again(data: Any, provider: str | None) -> None:
    found = read_channel_data(data, provider)
    if found is not None:
        assert read_channel_data(found[1], found[0]) == found


class ChannelDataBesideADict(HttpMachine):
    """`self.model` holds what was set, by recipient and channel."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[tuple[tuple[str, ...], str], Json] = {}
        self.known: set[tuple[str, ...]] = set()

    @rule(recipient=recipients, channel=st.sampled_from(CHANNELS), data=good)
    def put(self, recipient: tuple[str, ...], channel: str, data: Json) -> None:
        path = url(*recipient, "channel_data", channel)
        answer = self.ask("PUT", path, {"data": data})
        assert answer.status_code == 200
        self.known.add(recipient)
        self.model[recipient, channel] = answer.json()

    @rule(recipient=recipients, channel=st.sampled_from(CHANNELS), data=anything)
    def put_anything(self, recipient: tuple[str, ...], channel: str, data: Any) -> None:
        answer = self.ask("PUT", url(*recipient, "channel_data", channel), {"data": data})
        if answer.status_code == 200:
            self.known.add(recipient)
            self.model[recipient, channel] = answer.json()
        else:
            assert answer.status_code == 422

    @rule(object=st.sampled_from(("o", "t")), channel=st.sampled_from(CHANNELS), data=anything)
    def give_inline(self, object: str, channel: str, data: Any) -> None:
        collection = "c" if object == "o" else "$tenants"
        recipient = ("objects", collection, object)
        inline = {"id": object, "collection": collection, "channel_data": {channel: data}}
        body = {"recipients": [inline]}
        assert self.ask("POST", url("workflows", "w", "trigger"), body).status_code == 200
        self.known.add(recipient)
        shown = self.ask("GET", url(*recipient, "channel_data", channel))
        if shown.status_code == 200:
            self.model[recipient, channel] = shown.json()
        else:
            self.model.pop((recipient, channel), None)

    @rule(recipient=recipients, channel=st.sampled_from(CHANNELS))
    def get(self, recipient: tuple[str, ...], channel: str) -> None:
        answer = self.ask("GET", url(*recipient, "channel_data", channel))
        found = self.model.get((recipient, channel))
        assert (answer.json() if answer.status_code == 200 else None) == found

    @rule(recipient=recipients, channel=st.sampled_from(CHANNELS))
    def delete(self, recipient: tuple[str, ...], channel: str) -> None:
        answer = self.ask("DELETE", url(*recipient, "channel_data", channel))
        if self.model.pop((recipient, channel), None) is not None:
            assert answer.status_code == 204

    @rule(recipient=recipients)
    def delete_recipient(self, recipient: tuple[str, ...]) -> None:
        status = self.ask("DELETE", url(*recipient)).status_code
        assert status == (204 if recipient in self.known else 404)
        self.known.discard(recipient)
        self.model = {key: data for key, data in self.model.items() if key[0] != recipient}


TestChannelDataBesideADict = ChannelDataBesideADict.TestCase
