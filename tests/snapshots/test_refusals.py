"""A snapshot that makes no sense is refused, naming the place, and nothing has changed then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock import KnockServer
from mock_knock.snapshots import FORMAT, SnapshotError, read_text
from mock_knock.snapshots.checking import schema

from .calls import BUSY, Call
from .clients import Client, client_of, new_server
from .rich import Json

LATER = [
    Call("POST", "/_mock_knock/clock/advance", {"seconds": 3}),
    Call("POST", "/_mock_knock/clock/advance", {"seconds": 90_000}),
    Call("POST", "/_mock_knock/clock/run_until_idle"),
    Call("GET", "/v1/bulk_operations/$operation", at=3),
    Call("POST", "/v1/workflows/slow/trigger", {"recipients": ["a", "b"]}),
    Call("POST", "/v1/workflows/quick/cancel", {"cancellation_key": "k"}),
    Call("DELETE", "/v1/users/a"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[KnockServer]:
    """A server that does not judge its own answers: an edited snapshot may say odd things."""
    server = new_server()
    server.service.settings = replace(server.service.settings, check_responses=False)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def document(server: KnockServer) -> Json:
    """A snapshot with something of everything."""
    with client_of(server) as client:
        client.play(BUSY)
        return client.take()


@pytest.fixture(scope="module")
def client(server: KnockServer) -> Iterator[Client]:
    with client_of(server) as client:
        yield client


def refused(client: Client, document: Any) -> SnapshotError:
    """The refusal of a document, which leaves the environment as it was."""
    environment = client.environment
    before = (environment.world, environment.replays, environment.tokens, client.take())
    with pytest.raises(SnapshotError) as caught:
        client.restore(document)
    after = (environment.world, environment.replays, environment.tokens, client.take())
    assert after[:3] == before[:3]
    assert after[3] == before[3]
    return caught.value


def first(document: Json, section: str) -> str:
    """The first key of a section."""
    return str(next(iter(document[section])))


def event(document: Json, kind: str) -> str:
    """The place of the first event of a kind."""
    return str(next(p for p, e in document["timeline"].items() if e["event"] == kind and e["id"]))


def edited(document: Json, path: str, value: Any) -> Json:
    """The document with one value in place of another; `...` takes it out."""
    result = deepcopy(document)
    *way, last = path.split("/")[1:]
    inner: Any = result
    for part in way:
        inner = inner[int(part) if isinstance(inner, list) else part]
    key = int(last) if isinstance(inner, list) else last
    if value is ...:
        del inner[key]
    else:
        inner[key] = value
    return result


NO_INSTANT = "2026-02-30T00:00:00Z"
EDITS: list[tuple[str, Any, str, str]] = [
    # where, what, the pointer of the fault (empty: the same), words of its message
    ("/format", 2, "", "is 2, and this version of mock-knock reads 1"),
    ("/format", True, "", "is true"),
    ("/format", ..., "/", "must be an object that has a format"),
    ("/users", ..., "", "is required"),
    ("/more", 1, "", "is no field of a snapshot"),
    ("/clock/now", NO_INSTANT, "", "must be a date-time"),
    ("/clock/now", "9500-01-01T00:00:00Z", "", "from the year 1970 to the year 9000"),
    ("/clock/now", "1969-01-01T00:00:00Z", "", "is not from the year 1970"),
    ("/clock/scale", -1, "", "must be at least 0"),
    ("/counters/ids", "7", "", "must be a whole number"),
    ("/counters/users", 1, "/users/b/place", "only 1 were ever made"),
    ("/plans/default/reads", 0, "", "must be a whole number from 1"),
    ("/plans/next/0/plan/speed", 1, "", "is no field of a plan"),
    ("/plans/rules/1", {"name": "users.*", "plan": {}}, "/plans/rules/1/name", "earlier rule"),
    ("/channels/1/id", "8f0a1c52-6f3e-4b7d-9a64-1c2d3e4f5a6b", "", "is that of an earlier one"),
    ("/channels/1/key", "inbox", "", "is that of an earlier one"),
    ("/channels/1/kind", "pigeon", "", "must be one of email"),
    ("/workflows/1/delay", -5, "", "must be at least 0"),
    ("/workflows/4/data_schema", {"type": "strin"}, "/workflows/4/data_schema/type", "no valid"),
    ("/guides/0/steps", [], "", "must have at least one step"),
    ("/guides/1/conditions/0/operator", "like", "/guides/1", "operator must be one of"),
    ("/audiences/vip/members/0/user", "nobody", "", "is no user of this snapshot"),
    ("/users/b/place", 1, "", "which another one has already"),
    ("/users/b/place", 0, "", "must be at least 1"),
    ("/users/b/properties", [], "", "must be an object"),
    ("/users/b/updated_at", "0000-01-01T00:00:00Z", "/users/b", "is not from the year 1970"),
    ("/users/x~1y", {}, "/users/x~01y/place", "is required"),
    ("/tenants/t/properties/name", [], "", "a string"),
    ("/objects/$tenants", {}, "/objects/$tenants", "put them under /tenants"),
    ("/subscriptions/1/recipient", "nobody", "", "is no recipient of this snapshot"),
    ("/subscriptions/first", {}, "", "is no field"),
    ("/timeline/01", {}, "", "is no field"),
    ("/batch_updates/0/at", None, "", "must be a string"),
    ("/idempotency/0/fingerprint", "xyz", "", "breaks the documented rule"),
    ("/signing_keys/0", "none", "", "is no key"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "at", "words"), EDITS, ids=lambda value: str(value)[:40])
def test_a_fault_is_named_with_its_place(
    client: Client, document: Json, path: str, value: Any, at: str, words: str
) -> None:
    base = {**document, "signing_keys": []}
    if path.startswith(("/plans/rules/1", "/signing_keys")):
        base = deepcopy(base)
        (base["plans"]["rules"] if "rules" in path else base["signing_keys"]).append(None)
    error = refused(client, edited(base, path, value))
    assert error.faults[0].pointer == ("" if at == "/" else at or path)
    assert words in error.faults[0].message
    assert str(error).count("\n") == len(error.faults) - 1


Edit = Callable[[Json], tuple[str, Any, str, str]]
FOUND: list[Edit] = [
    lambda d: (f"/runs/{first(d, 'runs')}/status", "running", "", "must be one of queued"),
    lambda d: (f"/runs/{first(d, 'runs')}/workflow", {}, "", ""),
    lambda d: (f"/messages/{first(d, 'messages')}/channel", "gone", "", "is no channel"),
    lambda d: (
        f"/messages/{first(d, 'messages')}/inserted_at",
        "2030-01-01T00:00:00Z",
        f"/messages/{list(d['messages'])[1]}/inserted_at",
        "is before that of one with a smaller place",
    ),
    lambda d: (f"/timeline/{event(d, 'run')}/id", "gone", "", "is no run of this snapshot"),
    lambda d: (f"/timeline/{event(d, 'run')}/delays", [1], "", "as its workflow has steps"),
    lambda d: (f"/timeline/{event(d, 'run')}/delays", ..., "", "is required"),
    lambda d: (f"/timeline/{event(d, 'run')}/steps_done", 9, "", "must be at most 4"),
    lambda d: (f"/timeline/{event(d, 'message')}/id", "gone", "", "is no message"),
    lambda d: (f"/timeline/{event(d, 'schedule')}/id", "gone", "", "is no schedule"),
    lambda d: (f"/timeline/{event(d, 'schedule')}/due", NO_INSTANT, "", "must be a date-time"),
    lambda d: (f"/timeline/{event(d, 'bulk_operation')}/id", "gone", "", "is no bulk operation"),
    lambda d: (
        f"/timeline/{event(d, 'bulk_operation')}",
        ...,
        f"/bulk_operations/{d['timeline'][event(d, 'bulk_operation')]['id']}",
        "no event of the timeline is about it",
    ),
    lambda d: (
        "/timeline/999999999",
        d["timeline"][event(d, "run")],
        "/timeline/999999999",
        "is over the",
    ),
    *(
        lambda d, field=field, value=value, words=words: (
            f"/bulk_operations/{d['timeline'][event(d, 'bulk_operation')]['id']}/{field}",
            value,
            "",
            words,
        )
        for field, value, words in (
            ("name", "users.invite", "is no kind of bulk operation"),
            ("row_ids", ["a"], "are not those of the rows"),
            ("rows", None, "must be there, since it has not ended"),
            ("processed", 7, "is 7, and there are 6 rows"),
            ("plan", {"outcome": "lost"}, ""),
        )
    ),
]


@pytest.mark.parametrize("at", range(len(FOUND)))
def test_a_fault_among_what_is_found_by_id_is_named_with_its_place(
    client: Client, document: Json, at: int
) -> None:
    path, value, place, words = FOUND[at](document)
    error = refused(client, edited(document, path, value))
    assert error.faults[0].pointer.startswith(place or path)
    assert words in error.faults[0].message


@pytest.mark.parametrize("rows", [[{"name": "no id"}], ["a", "b"], "ab"])
def test_rows_are_of_the_form_of_their_kind(client: Client, document: Json, rows: Any) -> None:
    id = next(
        i
        for i, o in document["bulk_operations"].items()
        if o["name"] == "users.identify" and o["rows"]
    )
    error = refused(client, edited(document, f"/bulk_operations/{id}/rows", rows))
    assert error.faults[0].pointer.startswith(f"/bulk_operations/{id}/rows")


def test_what_the_rows_share_is_of_the_form_of_their_kind(client: Client, document: Json) -> None:
    operations = document["bulk_operations"].items()
    id = next(id for id, o in operations if o["name"] == "users.set_preferences")
    for value, at in (({"id": 7}, "/id"), (None, "")):
        error = refused(client, edited(document, f"/bulk_operations/{id}/shared", value))
        assert error.faults[0].pointer == f"/bulk_operations/{id}/shared{at}"


@pytest.mark.parametrize("what", [None, [], "text", {}, {"format": {}}, {"format": {1, 2}}])
def test_what_is_no_snapshot_is_refused(client: Client, what: Any) -> None:
    refused(client, what)


def test_text_that_is_no_json_is_refused_with_its_line() -> None:
    with pytest.raises(SnapshotError, match="line 2"):
        read_text('{\n"format": }')
    with pytest.raises(SnapshotError, match="nested too deep"):
        read_text("[" * 100_000)


def test_the_schema_is_that_of_the_format() -> None:
    assert schema()["properties"]["format"]["const"] == FORMAT


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value within a value."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


odd = st.sampled_from(
    (None, True, -1, 0, 1, 7, 10**13, 1.5, "", "a", "2026-01-05T09:00:03Z", [], {}, ["a"],
     {"id": "a"})
)  # fmt: skip


edits = st.lists(
    st.tuples(st.integers(0, 1_000_000), st.one_of(st.just(...), odd)), min_size=1, max_size=3
)


@given(edits)
def test_an_edited_snapshot_is_refused_or_works(
    server: KnockServer, document: Json, edits: list[tuple[int, Any]]
) -> None:
    """Whatever somebody makes of it: no call fails inside the server afterwards."""
    whole = list(places(document))[1:]
    changed = document
    for at, value in edits:
        # An earlier edit may have taken away what this one is about.
        with suppress(KeyError, IndexError, TypeError, ValueError):
            path = "".join(f"/{part}" for part in whole[at % len(whole)])
            changed = edited(changed, path, value)
    with client_of(server) as client:
        try:
            client.restore(changed)
        except SnapshotError:
            return
        client.look()
        client.play(LATER)
        client.look()
        client.take()
