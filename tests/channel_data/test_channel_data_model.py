"""Channel data beside a plain dict: put, inline, unset, and recipients that come and go."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.machines import HttpMachine, Json, url

PUSH = "97c5837d-c65c-4d54-aa39-080eeb81c69d"
CHAT = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"

Recipient = tuple[str, ...]
RECIPIENTS: tuple[Recipient, ...] = (
    ("users", "ann"),
    ("users", "b c"),
    ("objects", "projects", "p"),
    ("objects", "$tenants", "t"),
)
recipients = st.sampled_from(RECIPIENTS)
tokens = st.lists(st.sampled_from("abc"), max_size=3, unique=True).map(lambda t: {"tokens": t})
connections = st.lists(
    st.fixed_dictionaries({"channel_id": st.sampled_from(("C1", "C2"))}), max_size=2
).map(lambda found: {"connections": found, "token": {"access_token": "xoxb"}})
data = st.one_of(
    tokens.map(lambda given: (PUSH, given)), connections.map(lambda given: (CHAT, given))
)
nonsense = st.sampled_from(({}, {"tokens": "a"}, {"nothing": 1}, {"player_ids": [1]}, None, 5))


class ChannelDataBesideADict(HttpMachine):
    """`self.model` has the data of each recipient that there is, by channel."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[Recipient, dict[str, Json]] = {}

    def path(self, recipient: Recipient, channel: str, *, shout: bool = False) -> str:
        return url(*recipient, "channel_data", channel.upper() if shout else channel)

    @rule(recipient=recipients, given=data, shout=st.booleans())
    def put(self, recipient: Recipient, given: tuple[str, Json], shout: bool) -> None:
        channel, value = given
        answer = self.ask("PUT", self.path(recipient, channel, shout=shout), {"data": value})
        self.model.setdefault(recipient, {})[channel] = value
        self.check(recipient, channel, answer.json())

    @rule(recipient=recipients, channel=st.sampled_from((PUSH, CHAT)), value=nonsense)
    def put_what_is_none(self, recipient: Recipient, channel: str, value: object) -> None:
        answer = self.ask("PUT", self.path(recipient, channel), {"data": value})
        assert answer.status_code == 422

    @rule(recipient=recipients, given=st.lists(data, max_size=2))
    def inline(self, recipient: Recipient, given: list[tuple[str, Json]]) -> None:
        """Channels that come inline overwrite, the others stay."""
        path = url("tenants", "t") if "$tenants" in recipient else url(*recipient)
        self.ask("PUT", path, {"channel_data": dict(given)})
        self.model.setdefault(recipient, {}).update(given)

    @rule(recipient=recipients, channel=st.sampled_from((PUSH, CHAT)))
    def unset(self, recipient: Recipient, channel: str) -> None:
        known = self.model.get(recipient, {}).pop(channel, None) is not None
        answer = self.ask("DELETE", self.path(recipient, channel))
        assert answer.status_code == (204 if known else 404)

    @rule(recipient=recipients)
    def delete(self, recipient: Recipient) -> None:
        known = self.model.pop(recipient, None) is not None
        assert self.ask("DELETE", url(*recipient)).status_code == (204 if known else 404)

    @rule(swap=st.booleans())
    def merge(self, swap: bool) -> None:
        """The survivor's data stand; what only the other has is taken over."""
        into, other = RECIPIENTS[:2][::-1] if swap else RECIPIENTS[:2]
        answer = self.ask("POST", url(*into, "merge"), {"from_user_id": other[1]})
        if into in self.model and other in self.model:
            assert answer.status_code == 200
            self.model[into] = {**self.model.pop(other), **self.model[into]}
        else:
            assert answer.status_code == 404

    def check(self, recipient: Recipient, channel: str, shown: Json) -> None:
        expected = self.model[recipient][channel]
        assert (shown["__typename"], shown["channel_id"]) == ("ChannelData", channel)
        assert shown["provider"] == ("push_fcm" if channel == PUSH else "chat_slack")
        if channel == PUSH:
            assert shown["data"]["tokens"] == expected["tokens"]
            assert [device["token"] for device in shown["data"]["devices"]] == expected["tokens"]
        else:
            found = [c["channel_id"] for c in shown["data"]["connections"]]
            assert found == [c["channel_id"] for c in expected["connections"]]

    @invariant()
    def everyone_has_theirs(self) -> None:
        for recipient in RECIPIENTS:
            for channel in (PUSH, CHAT):
                answer = self.ask("GET", self.path(recipient, channel))
                if channel in self.model.get(recipient, {}):
                    self.check(recipient, channel, answer.json())
                else:
                    assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")


TestChannelDataBesideADict = ChannelDataBesideADict.TestCase
