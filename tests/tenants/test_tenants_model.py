"""Tenants beside a plain dict, written as tenants and as objects of `$tenants` in turn."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.machines import HttpMachine, Json, lay_over, shown_set, url

ids = st.sampled_from(("acme", "b", "c d", "é"))
names = st.none() | st.sampled_from(("Acme", "acme", "Bell", ""))
groups = st.dictionaries(
    st.sampled_from(("workflows", "categories", "channel_types")),
    st.none() | st.dictionaries(st.sampled_from(("a", "b", "email")), st.booleans(), max_size=2),
    max_size=2,
)
branding = st.dictionaries(
    st.sampled_from(("primary_color", "primary_color_contrast")), st.text("#0F", max_size=3)
)
sets = st.one_of(
    st.none(),
    groups,
    groups.map(lambda given: {**given, "__persistence_strategy__": "replace"}),
    groups.map(lambda given: {**given, "__persistence_strategy__": "merge"}),
)
settings = st.fixed_dictionaries({}, optional={"branding": branding, "preference_set": sets})
bodies = st.fixed_dictionaries(
    {},
    optional={
        "name": names,
        "settings": settings,
        "plan": st.recursive(
            st.none() | st.integers(0, 3),
            lambda inner: st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
            max_leaves=3,
        ),
    },
)


class TenantsBesideADict(HttpMachine):
    """`self.model` is in the order of creation."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Json] = {}

    def write(self, id: str, body: Json) -> None:
        tenant = self.model.setdefault(id, {"properties": {}, "branding": None, "set": None})
        rest = {key: value for key, value in body.items() if key != "settings"}
        tenant["properties"] = lay_over(tenant["properties"], rest)
        given = body.get("settings", {})
        if "branding" in given:
            tenant["branding"] = lay_over(tenant["branding"], given["branding"])
        if "preference_set" in given:
            new = given["preference_set"]
            if new is not None:
                new = dict(new)
                replace = new.pop("__persistence_strategy__", "merge") == "replace"
                new = new if replace else lay_over(tenant["set"] or {}, new)
            tenant["set"] = new

    def shown(self, id: str) -> Json:
        tenant = self.model[id]
        preference_set = None if tenant["set"] is None else shown_set("default", tenant["set"])
        return {
            "__typename": "Tenant",
            "id": id,
            "name": None,
            **tenant["properties"],
            "settings": {"branding": tenant["branding"], "preference_set": preference_set},
        }

    @rule(id=ids, body=bodies, as_object=st.booleans())
    def set(self, id: str, body: Json, as_object: bool) -> None:
        path = url("objects", "$tenants", id) if as_object else url("tenants", id)
        answer = self.ask("PUT", path, body)
        self.write(id, body)
        if as_object:
            properties = answer.json()["properties"]
            expected = self.model[id]["properties"]
            assert {k: v for k, v in properties.items() if k != "settings"} == expected
        else:
            assert answer.json() == self.shown(id)

    @rule(id=ids, as_object=st.booleans())
    def delete(self, id: str, as_object: bool) -> None:
        path = url("objects", "$tenants", id) if as_object else url("tenants", id)
        known = self.model.pop(id, None) is not None
        assert self.ask("DELETE", path).status_code == (204 if known else 404)

    @rule(rows=st.lists(st.tuples(ids, st.none() | bodies), max_size=4))
    def bulk_set(self, rows: list[tuple[str, Json | None]]) -> None:
        self.mock.plan_next(progress="immediate")
        sent: list[Any] = [id if body is None else {"id": id, **body} for id, body in rows]
        done = self.ask("POST", url("tenants", "bulk", "set"), {"tenants": sent}).json()
        assert (done["name"], done["success_count"]) == ("tenants.set", len(rows))
        for id, body in rows:
            self.write(id, body or {})

    @rule(given=st.lists(ids, min_size=1, max_size=4))
    def bulk_delete(self, given: list[str]) -> None:
        self.mock.plan_next(progress="immediate")
        done = self.ask("POST", url("tenants", "bulk", "delete"), **{"tenant_ids[]": given}).json()
        failed = [id for id in given if self.model.pop(id, None) is None]
        assert done["name"] == "tenants.delete"
        assert done["error_items"] == [{"id": id} for id in failed]

    @rule(id=ids, of_unknown=st.booleans())
    def trigger_for_a_tenant(self, id: str, of_unknown: bool) -> None:
        body = {"recipients": ["nobody"] if of_unknown else [], "tenant": id}
        assert self.ask("POST", url("workflows", "w", "trigger"), body).status_code == 200
        self.write(id, {})

    @rule(name=names.filter(bool), id=st.none() | ids, size=st.integers(1, 3))
    def filter(self, name: str, id: str | None, size: int) -> None:
        query = {"name": name} if id is None else {"name": name, "tenant_id": id}
        found = [entry["id"] for entry in self.walk(url("tenants"), size, **query)]
        assert found == [
            key
            for key, tenant in self.model.items()
            if tenant["properties"].get("name") == name and id in (None, key)
        ]

    @rule(size=st.integers(1, 2), new=ids, gone=ids)
    def walk_while_others_write(self, size: int, new: str, gone: str) -> None:
        stay = [id for id in self.model if id != gone]
        writes = iter((lambda: self.delete(gone, False), lambda: self.set(new, {}, False)))
        listed = [
            entry["id"]
            for entry in self.walk(url("tenants"), size, lambda: next(writes, lambda: None)())
        ]
        assert [id for id in listed if id in stay] == stay

    @invariant()
    def lists_are_in_the_order_of_creation(self) -> None:
        assert self.ask("GET", url("tenants")).json()["entries"] == list(
            map(self.shown, self.model)
        )


TestTenantsBesideADict = TenantsBesideADict.TestCase
