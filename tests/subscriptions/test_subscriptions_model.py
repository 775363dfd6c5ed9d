"""Subscriptions beside a plain dict: adding, deleting, cascades, lists and fan-out."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.machines import HttpMachine, Json, url

USERS = ("u1", "u2", "u3")
OBJECTS = ("p1", "p2", "p3")
Key = tuple[str, str | None]

users = st.sampled_from(USERS).map(lambda name: (name, None))
objects = st.sampled_from(OBJECTS).map(lambda name: (name, "projects"))
recipients: st.SearchStrategy[Key] = st.one_of(users, objects)
properties = st.sampled_from(({"role": "admin"}, {"role": "member", "n": 1}, {}, None))


def reference(key: Key) -> Any:
    return key[0] if key[1] is None else {"id": key[0], "collection": key[1]}


def inline(key: Key) -> Json:
    named = {"id": key[0], "name": f"N {key[0]}"}
    return named if key[1] is None else {**named, "collection": key[1]}


def key_of(recipient: Json) -> Key:
    return recipient["id"], recipient.get("collection")


def path_of(key: Key) -> tuple[str, ...]:
    return ("users", key[0]) if key[1] is None else ("objects", key[1], key[0])


class SubscriptionsBesideADict(HttpMachine):
    """`self.model` maps (object, recipient) to properties, in the order of creation."""

    def __init__(self) -> None:
        super().__init__()
        self.known: set[Key] = set()
        self.model: dict[tuple[Key, Key], Json | None] = {}

    @rule(key=recipients)
    def identify(self, key: Key) -> None:
        self.ask("PUT", url(*path_of(key)), {})
        self.known.add(key)

    @rule(key=recipients)
    def delete_recipient(self, key: Key) -> None:
        status = self.ask("DELETE", url(*path_of(key))).status_code
        assert status == (204 if key in self.known else 404)
        self.known.discard(key)
        self.model = {pair: value for pair, value in self.model.items() if key not in pair}

    def apply_add(self, object: Key, given: list[tuple[Key, bool]], body: Json) -> list[Key] | None:
        """What the call should do; None when it should be refused."""
        told = {key for key, named in given if named}
        if object not in self.known or any(key not in self.known | told for key, _ in given):
            return None
        self.known |= told
        keys = list(dict.fromkeys(key for key, _ in given))
        for key in keys:
            present = self.model.setdefault((object, key), None)
            self.model[object, key] = body.get("properties", present)
        return keys

    @rule(
        object=objects,
        given=st.lists(st.tuples(recipients, st.booleans()), max_size=4),
        given_properties=st.one_of(st.just("absent"), properties),
    )
    def add(self, object: Key, given: list[tuple[Key, bool]], given_properties: Any) -> None:
        body: Json = {"recipients": [inline(k) if named else reference(k) for k, named in given]}
        if given_properties != "absent":
            body["properties"] = given_properties
        answer = self.ask("POST", url(*path_of(object), "subscriptions"), body)
        keys = self.apply_add(object, given, body)
        if keys is None:
            assert (answer.status_code, answer.json()["code"]) == (404, "resource_missing")
        else:
            assert [key_of(entry["recipient"]) for entry in answer.json()] == keys
            assert [entry["properties"] for entry in answer.json()] == [
                self.model[object, key] for key in keys
            ]

    @rule(object=objects, given=st.lists(recipients, max_size=4))
    def delete(self, object: Key, given: list[Key]) -> None:
        body = {"recipients": [reference(key) for key in given]}
        answer = self.ask("DELETE", url(*path_of(object), "subscriptions"), body)
        if object not in self.known:
            assert answer.status_code == 404
            return
        gone = [key for key in dict.fromkeys(given) if (object, key) in self.model]
        assert [key_of(entry["recipient"]) for entry in answer.json()] == gone
        for key in gone:
            del self.model[object, key]

    @rule(
        rows=st.lists(
            st.tuples(objects, st.lists(st.tuples(recipients, st.booleans()), max_size=3)),
            max_size=4,
        )
    )
    def bulk_add(self, rows: list[tuple[Key, list[tuple[Key, bool]]]]) -> None:
        self.mock.plan_next(progress="immediate")
        sent = [
            {
                "id": object[0],
                "recipients": [inline(k) if named else reference(k) for k, named in given],
            }
            for object, given in rows
        ]
        path = url("objects", "projects", "bulk", "subscriptions", "add")
        done = self.ask("POST", path, {"subscriptions": sent}).json()
        assert done["name"] == "objects.projects.upsert_subscriptions"
        failed = [
            {"id": object[0], "collection": "projects"}
            for object, given in rows
            if self.apply_add(object, given, {}) is None
        ]
        assert (done["error_items"], done["estimated_total_rows"]) == (failed, len(rows))

    @rule(rows=st.lists(st.tuples(objects, st.lists(recipients, max_size=3)), max_size=4))
    def bulk_delete(self, rows: list[tuple[Key, list[Key]]]) -> None:
        self.mock.plan_next(progress="immediate")
        sent = [{"id": o[0], "recipients": [reference(k) for k in given]} for o, given in rows]
        path = url("objects", "projects", "bulk", "subscriptions", "delete")
        done = self.ask("POST", path, {"subscriptions": sent}).json()
        assert done["name"] == "objects.projects.delete_subscriptions"
        failed = [o[0] for o, _ in rows if o not in self.known]
        assert [item["id"] for item in done["error_items"]] == failed
        for object, given in rows:
            for key in given:
                self.model.pop((object, key), None)

    @rule(into=users, other=users)
    def merge(self, into: Key, other: Key) -> None:
        body = {"from_user_id": other[0]}
        answer = self.ask("POST", url("users", into[0], "merge"), body)
        if into not in self.known or other not in self.known or into == other:
            assert answer.status_code in (404, 422)
            return
        self.known.discard(other)
        # What is handed over is newer than all that was there, the oldest first.
        for object, key in list(self.model):
            if key == other:
                value = self.model.pop((object, other))
                self.model.setdefault((object, into), value)

    @rule(key=recipients, size=st.integers(1, 3), only=st.none() | st.lists(recipients, max_size=3))
    def list_some(self, key: Key, size: int, only: list[Key] | None) -> None:
        """What subscribes to an object, and what a recipient is subscribed to, newest first."""
        path = url(*path_of(key), "subscriptions")
        if key not in self.known:
            assert self.ask("GET", path).status_code == 404
            return
        by_recipient = [o for o, r in reversed(self.model) if r == key]
        if key[1] is None:
            found = [key_of(entry["object"]) for entry in self.walk(path, size)]
            assert found == by_recipient
            return
        found = [key_of(e["object"]) for e in self.walk(path, size, mode="recipient")]
        assert found == by_recipient
        query = {}
        if only is not None:
            query["recipients[]"] = [k[0] for k in only if k[1] is None]
            only = [k for k in only if k[1] is None] or None
        found = [key_of(e["recipient"]) for e in self.walk(path, size, **query)]
        expected = [r for o, r in reversed(self.model) if o == key]
        assert found == [r for r in expected if only is None or r in only]

    @rule(
        object=objects,
        size=st.integers(1, 2),
        gone=st.lists(users, min_size=1, max_size=2),
        new=st.lists(users, min_size=1, max_size=2),
    )
    def walk_while_others_write(
        self, object: Key, size: int, gone: list[Key], new: list[Key]
    ) -> None:
        self.identify(object)
        stay = [r for o, r in reversed(self.model) if o == object and r not in gone]
        writes = iter(
            [lambda k=k: self.delete(object, [k]) for k in gone]
            + [lambda k=k: self.add(object, [(k, True)], "absent") for k in new]
        )
        path = url(*path_of(object), "subscriptions")
        entries = self.walk(path, size, lambda: next(writes, lambda: None)())
        listed = [key_of(entry["recipient"]) for entry in entries]
        assert [key for key in listed if key in stay] == stay

    @rule(given=st.lists(recipients, min_size=1, max_size=3), actor=st.none() | recipients)
    def trigger(self, given: list[Key], actor: Key | None) -> None:
        before = {run["id"] for run in self.mock.workflows.runs}
        body: Json = {"recipients": [reference(key) for key in given]}
        if actor is not None:
            body["actor"] = reference(actor)
        answer = self.ask("POST", url("workflows", "w", "trigger"), body)
        if actor is not None and actor not in self.known:
            assert (answer.status_code, answer.json()["code"]) == (404, "actor_missing")
            return
        reached = {key for key in given if key in self.known}
        for key in list(reached):
            level = {key}
            for _ in range(2):
                level = {r for o, r in self.model if o in level}
                reached |= {r for r in level if r != actor}
        started = [run for run in self.mock.workflows.runs if run["id"] not in before]
        shown = [run["recipient"] for run in started]
        assert sorted(map(repr, shown)) == sorted(repr(reference(key)) for key in reached)

    @invariant()
    def every_subscription_stands(self) -> None:
        assert self.mock.call(lambda world: len(world.subscriptions)) == len(self.model)


TestSubscriptionsBesideADict = SubscriptionsBesideADict.TestCase
