"""Objects beside a plain dict, under any sequence of calls."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.machines import HttpMachine, Json, lay_over, url

collections = st.sampled_from(("projects", "é t", "$tenants"))
ids = st.sampled_from(("a", "b", "c", "d e", "é", "bulk", "x" * 256))
impossible = st.sampled_from(("a/b", "#", "x" * 257))
keys = st.sampled_from(("plan", "address", "tags", "locale"))
scalars = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text("ab", max_size=2))
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=3)),
    max_leaves=6,
)
properties = st.fixed_dictionaries(
    {},
    optional={
        "name": st.none() | st.text("AB", max_size=2),
        "created_at": st.sampled_from(
            (None, "2020-01-01T00:00:00Z", "2021-05-06T07:08:09.1+02:00")
        ),
        "plan": values,
        "address": values,
        "tags": values,
    },
)


class ObjectsBesideADict(HttpMachine):
    """`self.model` is in the order of creation, as dicts are."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[tuple[str, str], Json] = {}

    def write(self, collection: str, id: str, body: Json) -> None:
        present = self.model.get((collection, id), {})
        self.model[collection, id] = lay_over(present, body)

    def shown(self, collection: str, id: str) -> Json:
        stored = self.model[collection, id]
        return {
            "__typename": "Object",
            "id": id,
            "collection": collection,
            "created_at": stored.get("created_at"),
            "properties": {k: v for k, v in stored.items() if k != "created_at"},
        }

    @staticmethod
    def without_time(answer: Json) -> Json:
        assert answer.pop("updated_at").endswith("Z")
        return answer

    @rule(collection=collections, id=ids, body=properties, nested=st.booleans())
    def set(self, collection: str, id: str, body: Json, nested: bool) -> None:
        sent = {"properties": body} if nested else body
        answer = self.ask("PUT", url("objects", collection, id), sent)
        self.write(collection, id, body)
        assert self.without_time(answer.json()) == self.shown(collection, id)

    @rule(collection=collections, id=impossible, body=properties)
    def set_what_cannot_be(self, collection: str, id: str, body: Json) -> None:
        answer = self.ask("PUT", url("objects", collection, id), body)
        assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")
        assert [error["field"] for error in answer.json()["errors"]] == ["id"]

    @rule(collection=collections, id=ids, key=st.sampled_from(("blob", "plan")))
    def set_too_much(self, collection: str, id: str, key: str) -> None:
        answer = self.ask("PUT", url("objects", collection, id), {key: "x" * 262_144, "name": "N"})
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_params")

    @rule(collection=collections, id=ids)
    def get(self, collection: str, id: str) -> None:
        answer = self.ask("GET", url("objects", collection, id))
        if (collection, id) in self.model:
            assert self.without_time(answer.json()) == self.shown(collection, id)
        else:
            assert answer.status_code == 404

    @rule(collection=collections, id=ids)
    def delete(self, collection: str, id: str) -> None:
        answer = self.ask("DELETE", url("objects", collection, id))
        known = self.model.pop((collection, id), None) is not None
        assert answer.status_code == (204 if known else 404)

    @rule(
        collection=collections, rows=st.lists(st.tuples(ids | impossible, properties), max_size=5)
    )
    def bulk_set(self, collection: str, rows: list[tuple[str, Json]]) -> None:
        self.mock.plan_next(progress="immediate")
        body = {"objects": [{"id": id, **given} for id, given in rows]}
        done = self.ask("POST", url("objects", collection, "bulk", "set"), body).json()
        failed = [id for id, _ in rows if "/" in id or "#" in id or len(id) > 256]
        assert done["name"] == f"objects.{collection}.set"
        assert done["error_items"] == [{"id": id, "collection": collection} for id in failed]
        for id, given in rows:
            if id not in failed:
                self.write(collection, id, given)

    @rule(collection=collections, given=st.lists(ids, max_size=4))
    def bulk_delete(self, collection: str, given: list[str]) -> None:
        self.mock.plan_next(progress="immediate")
        path = url("objects", collection, "bulk", "delete")
        done = self.ask("POST", path, {"object_ids": given}).json()
        failed = [id for id in given if self.model.pop((collection, id), None) is None]
        assert done["name"] == f"objects.{collection}.delete"
        assert done["error_items"] == [{"id": id, "collection": collection} for id in failed]

    @rule(
        collection=collections,
        size=st.integers(1, 3),
        gone=st.lists(ids, min_size=1, max_size=3),
        new=st.lists(ids, min_size=1, max_size=3),
    )
    def walk_while_others_write(
        self, collection: str, size: int, gone: list[str], new: list[str]
    ) -> None:
        stay = [id for of, id in self.model if of == collection and id not in gone]
        writes = iter([("DELETE", id) for id in gone] + [("PUT", id) for id in new])

        def write() -> None:
            method, id = next(writes, (None, ""))
            if method == "DELETE":
                self.delete(collection, id)
            elif method == "PUT":
                self.ask("PUT", url("objects", collection, id), {})
                self.write(collection, id, {})

        listed = [e["id"] for e in self.walk(url("objects", collection), size, write)]
        assert [id for id in listed if id in stay] == stay
        assert len(listed) - len(set(listed)) <= len(set(gone) & set(new))

    @invariant()
    def lists_are_in_the_order_of_creation(self) -> None:
        for collection in {of for of, _ in self.model}:
            page = self.ask("GET", url("objects", collection)).json()
            expected = [self.shown(of, id) for of, id in self.model if of == collection]
            assert [self.without_time(entry) for entry in page["entries"]] == expected


TestObjectsBesideADict = ObjectsBesideADict.TestCase
