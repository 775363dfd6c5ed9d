"""Preference sets beside a plain dict, through every call that writes them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from tests.machines import GROUPS, HttpMachine, Json, lay_over, shown_set, url

RECIPIENTS = (("users", "ada"), ("users", "bob"), ("objects", "projects", "p"))
SETS = ("default", "acme", "bell")
Recipient = tuple[str, ...]

recipients = st.sampled_from(RECIPIENTS)
set_ids = st.sampled_from(SETS)
settings = st.one_of(
    st.booleans(),
    st.fixed_dictionaries(
        {},
        optional={
            "channel_types": st.dictionaries(st.sampled_from(("email", "sms")), st.booleans()),
            "channels": st.dictionaries(st.sampled_from(("c1", "c2")), st.booleans()),
            "conditions": st.just([]),
        },
    ),
)
by_key = st.dictionaries(st.sampled_from(("a", "b")), settings, max_size=2)
types = st.dictionaries(st.sampled_from(("email", "sms", "push")), st.booleans(), max_size=2)
sets = st.fixed_dictionaries(
    {},
    optional={
        "workflows": st.none() | by_key,
        "categories": st.none() | by_key,
        "channel_types": st.none() | types,
        "commercial_subscribed": st.none() | st.booleans(),
    },
)
parts = st.sampled_from(("workflows", "categories", "channel_types"))


def over(lower: Any, upper: Any) -> Any:
    """What `upper` has goes first; null is nothing."""
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return lower if upper is None else upper
    return {
        key: over(lower.get(key), upper.get(key))
        for key in [*lower, *(key for key in upper if key not in lower)]
    }


class PreferencesBesideADict(HttpMachine):
    """`self.model` has the sets of each known recipient; a tenant has a default or none."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[Recipient, dict[str, Json]] = {}
        self.tenants: dict[str, Json | None] = {}
        self.environment: Json = {}

    def shown(self, recipient: Recipient, set_id: str, tenant: str | None = None) -> Json:
        lower = self.environment
        if tenant or set_id != "default":
            lower = over(lower, self.tenants.get(tenant or set_id) or {})
        return shown_set(set_id, over(lower, self.model[recipient].get(set_id, {})))

    @rule(default=sets)
    @precondition(lambda self: not self.environment)
    def set_environment_default(self, default: Json) -> None:
        self.environment = default
        self.mock.call(lambda world: setattr(world.preferences, "environment_default", default))

    @rule(tenant=st.sampled_from(SETS[1:]), default=st.none() | sets)
    def set_tenant_default(self, tenant: str, default: Json | None) -> None:
        given = default and {**default, "__persistence_strategy__": "replace"}
        self.ask("PUT", url("tenants", tenant), {"settings": {"preference_set": given}})
        self.tenants[tenant] = default if default or default is None else {}
        if given == {}:  # without the strategy an empty set is merged: nothing changes
            self.set_tenant_default(tenant, None)

    @rule(
        recipient=recipients,
        set_id=set_ids,
        body=sets,
        strategy=st.sampled_from((None, "merge", "replace")),
    )
    def put(self, recipient: Recipient, set_id: str, body: Json, strategy: str | None) -> None:
        sent = body if strategy is None else {**body, "__persistence_strategy__": strategy}
        answer = self.ask("PUT", url(*recipient, "preferences", set_id), sent)
        stored = self.model.setdefault(recipient, {})
        present = stored.get(set_id, {}) if strategy == "merge" else {}
        stored[set_id] = lay_over(present, body)
        assert answer.json() == self.shown(recipient, set_id)

    @rule(recipient=recipients, set_id=set_ids, part=parts, body=by_key | types)
    def put_part(self, recipient: Recipient, set_id: str, part: str, body: Json) -> None:
        answer = self.ask("PUT", url(*recipient, "preferences", set_id, part), body)
        self.model.setdefault(recipient, {}).setdefault(set_id, {})[part] = body
        assert answer.json() == self.shown(recipient, set_id)

    @rule(
        recipient=recipients,
        set_id=set_ids,
        part=parts,
        key=st.sampled_from(("a", "b")),
        setting=settings,
        wrapped=st.booleans(),
    )
    def put_one(
        self, recipient: Recipient, set_id: str, part: str, key: str, setting: Any, wrapped: bool
    ) -> None:
        if part == "channel_types":
            key = {"a": "email", "b": "in_app_feed"}[key]
        sent = {"subscribed": setting} if wrapped and isinstance(setting, bool) else setting
        answer = self.ask("PUT", url(*recipient, "preferences", set_id, part, key), sent)
        groups = self.model.setdefault(recipient, {}).setdefault(set_id, {})
        groups[part] = {**(groups.get(part) or {}), key: setting}
        assert answer.json() == self.shown(recipient, set_id)

    @rule(recipient=recipients, set_id=set_ids, body=sets)
    def give_inline(self, recipient: Recipient, set_id: str, body: Json) -> None:
        self.ask("PUT", url(*recipient), {"preferences": {set_id: body}})
        stored = self.model.setdefault(recipient, {})
        stored[set_id] = lay_over(stored.get(set_id, {}), body)

    @rule(
        ids=st.lists(st.sampled_from(("ada", "bob", "nobody")), max_size=3),
        set_id=set_ids,
        body=sets,
    )
    def put_in_bulk(self, ids: list[str], set_id: str, body: Json) -> None:
        self.mock.plan_next(progress="immediate")
        sent = {"user_ids": ids, "preferences": {"id": set_id, **body}}
        done = self.ask("POST", url("users", "bulk", "preferences"), sent).json()
        failed = [id for id in ids if ("users", id) not in self.model]
        assert [item["id"] for item in done["error_items"]] == failed
        for id in ids:
            if id not in failed:
                self.model["users", id][set_id] = dict(body)

    @rule(recipient=recipients, set_id=set_ids)
    def delete_set(self, recipient: Recipient, set_id: str) -> None:
        status = self.ask("DELETE", url(*recipient, "preferences", set_id)).status_code
        assert status == (204 if recipient in self.model else 404)
        self.model.get(recipient, {}).pop(set_id, None)

    @rule(recipient=recipients)
    def delete_recipient(self, recipient: Recipient) -> None:
        status = self.ask("DELETE", url(*recipient)).status_code
        assert status == (204 if recipient in self.model else 404)
        self.model.pop(recipient, None)

    @rule()
    def merge(self) -> None:
        self.ask("POST", url("users", "ada", "merge"), {"from_user_id": "bob"})
        if RECIPIENTS[0] in self.model and RECIPIENTS[1] in self.model:
            self.model[RECIPIENTS[0]] = self.model.pop(RECIPIENTS[1]) | self.model[RECIPIENTS[0]]

    @rule(
        recipient=recipients, set_id=set_ids, tenant=st.none() | st.sampled_from(("acme", "none"))
    )
    def get(self, recipient: Recipient, set_id: str, tenant: str | None) -> None:
        if recipient[0] != "users":
            tenant = None
        query = {} if tenant is None else {"tenant": tenant}
        answer = self.ask("GET", url(*recipient, "preferences", set_id), **query)
        if recipient in self.model:
            assert answer.json() == self.shown(recipient, set_id, tenant)
        else:
            assert answer.status_code == 404

    @invariant()
    def lists_show_what_was_written(self) -> None:
        for recipient, stored in self.model.items():
            answer = self.ask("GET", url(*recipient, "preferences")).json()
            by_id = {shown["id"]: shown for shown in answer}
            assert by_id == {id: self.shown(recipient, id) for id in stored}
            assert len(answer) == len(stored)
            assert all(set(shown) == {"id", *GROUPS} for shown in answer)


TestPreferencesBesideADict = PreferencesBesideADict.TestCase
