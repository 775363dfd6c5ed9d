"""Ids: in the form of a UUID, always the same for the same seed, never the same twice."""

from __future__ import annotations

import uuid

from hypothesis import example, given
from hypothesis import strategies as st

from mock_knock.world.identity import Identity

from .drawing import thoroughly

salts = st.text("ab0é\x00\x1f", max_size=6)


def has_the_form(id: str) -> bool:
    parsed = uuid.UUID(id)
    return str(parsed) == id and parsed.version == 4 and parsed.variant == uuid.RFC_4122


def test_100_000_ids_are_all_different_and_have_the_form_of_a_version_4_uuid() -> None:
    identity = Identity("0", "test")
    issued = [identity.uuid() for _ in range(100_000)]
    assert len(set(issued)) == len(issued)
    assert all(has_the_form(id) for id in issued[::100])


@given(salts, salts)
def test_the_same_seed_and_name_give_the_same_ids_in_the_same_order(seed: str, name: str) -> None:
    one, other = Identity(seed, name), Identity(seed, name)
    assert [one.uuid() for _ in range(5)] == [other.uuid() for _ in range(5)]
    assert one.derived_uuid("a", "b") == other.derived_uuid("a", "b")


@given(st.tuples(salts, salts), st.tuples(salts, salts))
@example(("0", "a"), ("0", "b"))
@example(("0", "a"), ("1", "a"))
@example(("a\x1fb", "c"), ("a", "b\x1fc"))
def test_environments_and_seeds_share_no_ids(one: tuple[str, str], other: tuple[str, str]) -> None:
    ids = {Identity(*one).uuid(), Identity(*other).uuid()}
    assert len(ids) == (1 if one == other else 2)


@given(st.lists(salts, min_size=1, max_size=4), st.lists(salts, min_size=1, max_size=4))
@example(["a", "b"], ["ab"])
@example(["run", "", "\x1fx"], ["run", "\x1f", "x"])
def test_a_derived_id_follows_from_its_parts_and_from_nothing_else(
    parts: list[str], others: list[str]
) -> None:
    identity = Identity("0", "test")
    derived = identity.derived_uuid(*parts)
    issued = identity.uuid()
    assert has_the_form(derived)
    assert identity.derived_uuid(*parts) == derived
    assert (identity.derived_uuid(*others) == derived) == (others == parts)
    assert derived != issued


def test_no_derived_id_is_one_that_is_issued() -> None:
    identity = Identity("0", "test")
    issued = {identity.uuid() for _ in range(300)}
    derived = {identity.derived_uuid(at.to_bytes(8, "big").decode("latin-1")) for at in range(128)}
    assert not issued & derived


@thoroughly
@given(st.integers(0, 200), st.integers(0, 220), salts, salts)
def test_a_sample_has_exactly_the_size_asked_for_and_follows_from_its_salt(
    size: int, count: int, salt: str, other: str
) -> None:
    identity = Identity("0", "test")
    sample = identity.sample(size, count, salt)
    identity.uuid()
    assert identity.sample(size, count, salt) == sample
    assert len(sample) == min(size, count)
    assert sample <= set(range(size))
    # With as many as this to choose from, two salts that agree would be a wonder.
    if size >= 60 and size // 3 <= count <= size // 2:
        assert (identity.sample(size, count, other) == sample) == (other == salt)
        assert Identity("1", "test").sample(size, count, salt) != sample


def test_every_position_is_picked_by_some_salt() -> None:
    identity = Identity("0", "test")
    picked = frozenset[int]().union(*(identity.sample(20, 2, str(salt)) for salt in range(200)))
    assert picked == frozenset(range(20))
