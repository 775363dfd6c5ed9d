"""A snapshot forgets nothing: every object of a busy environment is known to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from mock_knock.snapshots import take
from mock_knock.world.listing import Listing
from tests.keys import public_pem, rsa_key

from .calls import BUSY
from .clients import Client, client_of, new_server
from .graph import attributes, compare, objects
from .known import KNOWN

ASIDE = {f"{name}.{field}" for name, fates in KNOWN.items() for field in fates.aside.split()}
KEPT = [(name, field) for name, fates in KNOWN.items() for field in fates.kept.split()]
MANY = 40
"""How many objects of a class are tried."""


@pytest.fixture(scope="module")
def busy() -> Iterator[Client]:
    """An environment with something of everything, that has been restored itself once."""
    server = new_server()
    with client_of(server) as first, client_of(server) as client:
        first.mock.load_fixtures({"signing_keys": [public_pem(rsa_key())]})
        assert {status for _, status, *_ in first.play(BUSY)} <= {200, 204}
        client.restore(first.take())
        client.play(BUSY[8:12])
        client.mock.plan_next("users.delete", progress="manual")
        yield client
    server.stop()


@pytest.fixture(scope="module")
def by_class(busy: Client) -> dict[str, list[Any]]:
    """Its objects, by the name of their class."""
    found: dict[str, list[Any]] = {}
    for value in objects(busy.environment, ASIDE):
        found.setdefault(type(value).__name__, []).append(value)
    return found


def test_a_busy_environment_has_something_of_everything(busy: Client) -> None:
    document = busy.take()
    empty = {section for section, value in document.items() if value in ({}, [], "", None)}
    assert empty == set()
    events = {(event["event"], event["id"] is None) for event in document["timeline"].values()}
    assert events == {
        ("bulk_operation", False), ("message", False), ("message", True), ("run", False),
        ("run", True), ("schedule", False),
    }  # fmt: skip
    under_way = [o["name"] for o in document["bulk_operations"].values() if o["rows"] is not None]
    assert sorted(under_way) == [
        "messages.archive", "objects.projects.delete", "objects.projects.delete_subscriptions",
        "objects.projects.upsert_subscriptions", "objects.projects.x.set",
        "schedules.create_schedules", "tenants.delete", "tenants.set", "users.delete",
        "users.identify", "users.set_preferences",
    ]  # fmt: skip
    assert all(o["processed"] for o in document["bulk_operations"].values())


def test_every_class_and_attribute_is_known(by_class: dict[str, list[Any]]) -> None:
    found = {name: set(attributes(values[0])) for name, values in by_class.items()}
    hint = "say in tests/snapshots/known.py what becomes of it in a snapshot"
    assert found.keys() - KNOWN.keys() == set(), hint
    assert KNOWN.keys() - found.keys() == set(), "is not there any more"
    for name, fates in KNOWN.items():
        assert found[name] - fates.all() == set(), f"{name} has more: {hint}"
        assert fates.all() - found[name] == set(), f"{name} has these no more"


@pytest.mark.parametrize(("name", "field"), KEPT, ids=".".join)
def test_what_is_kept_stands_in_the_document(
    busy: Client, by_class: dict[str, list[Any]], name: str, field: str
) -> None:
    if isinstance(by_class[name][0], tuple):
        return _assert_named_tuple_is_written(busy, by_class[name][0], field)
    environment = busy.environment
    before = take(environment)
    for value in by_class[name][:MANY]:
        present = getattr(value, field)
        object.__setattr__(value, field, _changed(present))
        try:
            noticed = take(environment) != before
        except (AttributeError, KeyError, TypeError, ValueError):
            noticed = True  # it is looked at, and is not what it must be
        finally:
            object.__setattr__(value, field, present)
        if noticed:
            return None
    raise AssertionError(f"{name}.{field} may change, and the snapshot stays the same")


def test_the_document_shares_nothing_with_the_environment(busy: Client) -> None:
    ours = {id(v) for value in objects(busy.environment, ASIDE) for v in _containers(value)}
    document = take(busy.environment)
    assert not any(id(inner) in ours for inner in _inner(document))


def test_a_busy_environment_and_its_copy_are_alike_object_by_object(busy: Client) -> None:
    with client_of(busy.mock.server) as copy:
        copy.restore(busy.take())
        compare(busy.environment, copy.environment)


def _assert_named_tuple_is_written(busy: Client, value: Any, field: str) -> None:
    """A run's event cannot be changed in place: another one is put where it stands."""
    run = next(run for run in busy.environment.world.workflows.runs.rows() if value in run.events)
    at = run.events.index(value)
    before = busy.take()
    run.events[at] = value._replace(**{field: _changed(getattr(value, field))})
    try:
        assert busy.take() != before
    finally:
        run.events[at] = value


def _changed(value: Any) -> Any:
    """Something else of the same kind, as far as that goes."""
    match value:
        case bool():
            return not value
        case None:
            return 1
        case int() | float():
            return value + 1
        case str():
            return value + "x"
        case bytes():
            return value + b"x"
        case dict():
            return dict(list(value.items())[1:]) if value else {"x": "x"}
        case list() | tuple():
            return value[1:] if value else type(value)((1,))
        case set() | frozenset():
            return value ^ {min(value, default=1)}
        case range():
            return range(len(value) + 1)
        case Listing():
            return Listing()
    raise AssertionError(f"cannot change {value!r}")


def _containers(value: Any) -> Iterator[Any]:
    for name in attributes(value):
        inner = getattr(value, name)
        if isinstance(inner, dict | list):
            yield from _inner(inner)


def _inner(value: Any) -> Iterator[Any]:
    """Every dict and list within a value, and the value itself."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _inner(inner)
