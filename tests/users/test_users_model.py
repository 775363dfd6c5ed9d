"""Users over HTTP beside a plain dict: identify, merge, delete, and lists while others write."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.machines import HttpMachine, Json, lay_over, url

ids = st.sampled_from(("ann", "b c", "é", "d%2f", "..."))
impossible = st.sampled_from(("a#b", "x" * 257))
properties = st.dictionaries(
    st.sampled_from(("name", "plan", "__proto__", "seat")),
    st.none() | st.text(max_size=3),
    max_size=3,
)
nested = st.dictionaries(st.sampled_from("xy"), st.integers(0, 3), max_size=2)
bodies = st.tuples(properties, nested).map(
    lambda pair: {**pair[0], **({"at": pair[1]} if pair[1] else {})}
)


class UsersBesideADict(HttpMachine):
    """`self.model` is in the order of creation."""

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, Json] = {}

    def shown(self, id: str) -> Json:
        return {"__typename": "User", "id": id, "created_at": None, **self.model[id]}

    def without_time(self, user: Json) -> Json:
        return {key: value for key, value in user.items() if key != "updated_at"}

    @rule(id=ids, body=bodies)
    def identify(self, id: str, body: Json) -> None:
        answer = self.ask("PUT", url("users", id), body)
        self.model[id] = lay_over(self.model.get(id, {}), body)
        assert self.without_time(answer.json()) == self.shown(id)

    @rule(id=impossible, body=bodies)
    def identify_what_cannot_be(self, id: str, body: Json) -> None:
        answer = self.ask("PUT", url("users", id), body)
        assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")

    @rule(id=ids)
    def delete(self, id: str) -> None:
        known = self.model.pop(id, None) is not None
        assert self.ask("DELETE", url("users", id)).status_code == (204 if known else 404)

    @rule(id=ids, other=ids)
    def merge(self, id: str, other: str) -> None:
        answer = self.ask("POST", url("users", id, "merge"), {"from_user_id": other})
        if id not in self.model or other not in self.model:
            assert answer.status_code == 404
        elif id == other:
            assert answer.status_code == 422
        else:
            self.model[id] = lay_over(self.model.pop(other), self.model[id])
            assert self.without_time(answer.json()) == self.shown(id)

    @rule(rows=st.lists(st.tuples(ids | impossible, bodies), max_size=4))
    def bulk_identify(self, rows: list[tuple[str, Json]]) -> None:
        self.mock.plan_next(progress="immediate")
        sent = [{**body, "id": id} for id, body in rows]
        done = self.ask("POST", url("users", "bulk", "identify"), {"users": sent}).json()
        failed = [{"id": id} for id, _ in rows if "#" in id or len(id) > 256]
        assert (done["name"], done["error_items"]) == ("users.identify", failed)
        for id, body in rows:
            if {"id": id} not in failed:
                self.model[id] = lay_over(self.model.get(id, {}), body)

    @rule(given=st.lists(ids, max_size=4))
    def bulk_delete(self, given: list[str]) -> None:
        self.mock.plan_next(progress="immediate")
        done = self.ask("POST", url("users", "bulk", "delete"), {"user_ids": given}).json()
        failed = [{"id": id} for id in given if self.model.pop(id, None) is None]
        assert done["error_items"] == failed

    @rule(size=st.integers(1, 2), gone=ids, new=ids)
    def walk_while_others_write(self, size: int, gone: str, new: str) -> None:
        stay = [id for id in self.model if id != gone]
        writes = iter((lambda: self.delete(gone), lambda: self.identify(new, {})))
        entries = self.walk(url("users"), size, lambda: next(writes, lambda: None)())
        listed = [entry["id"] for entry in entries]
        assert [id for id in listed if id in stay] == stay
        assert len(listed) - len(set(listed)) <= (gone == new)

    @invariant()
    def the_list_is_in_the_order_of_creation(self) -> None:
        entries = self.ask("GET", url("users")).json()["entries"]
        assert list(map(self.without_time, entries)) == list(map(self.shown, self.model))


TestUsersBesideADict = UsersBesideADict.TestCase
