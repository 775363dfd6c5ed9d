"""Pages within a span of places, and ids that sort by age: against a naive reading."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.identity import Identity
from mock_knock.world.instants import SECOND
from mock_knock.world.ksuid import ksuid
from mock_knock.world.listing import Listing, PageRequest

places = st.integers(1, 30)


@given(
    present=st.sets(places),
    gone=st.sets(places),
    low=st.integers(0, 31),
    high=st.none() | st.integers(0, 31),
    cursor=st.none() | places,
    size=st.integers(1, 5),
    newest_first=st.booleans(),
    backwards=st.booleans(),
)
def test_a_page_of_a_span_is_a_page_of_its_rows(
    present: set[int],
    gone: set[int],
    low: int,
    high: int | None,
    cursor: int | None,
    size: int,
    newest_first: bool,
    backwards: bool,
) -> None:
    listing: Listing[int] = Listing()
    for place in sorted(present):
        listing.add(place, place)
    for place in gone:
        listing.remove(place)
    wanted = PageRequest(before=cursor, size=size) if backwards else PageRequest(cursor, size=size)
    page = listing.page(
        wanted, newest_first=newest_first, keep=lambda n: n % 3 > 0, low=low, high=high
    )

    kept = [n for n in sorted(present - gone) if n % 3 and n >= low and (high is None or n <= high)]
    if newest_first:
        kept.reverse()
    ahead = [n for n in kept if cursor is not None and (n > cursor) == newest_first and n != cursor]
    behind = [n for n in kept if cursor is None or ((n < cursor) == newest_first and n != cursor)]
    expected = ahead[-size:] if backwards and cursor is not None else behind[:size]
    assert page.rows == expected
    if expected:
        at = kept.index(expected[0])
        before_it, behind_it = kept[:at], kept[at + len(expected) :]
        assert page.after == (expected[-1] if behind_it else None)
        first = expected[0] if before_it and cursor is not None else None
        assert page.before == first
    assert {n for n in range(32) if listing.has(n)} == present - gone


@given(st.lists(st.integers(0, 9_000_000_000), min_size=2, max_size=20))
def test_ids_sort_by_the_second_and_then_by_the_order_of_issue(seconds: list[int]) -> None:
    identity = Identity("0", "ids")
    issued = [identity.ksuid(second * SECOND) for second in sorted(seconds)]
    assert issued == sorted(issued)
    assert len(set(issued)) == len(issued)
    assert {len(id) for id in issued} == {27}


def test_a_known_ksuid() -> None:
    """The sample of the KSUID project: 107608047 seconds after its epoch."""
    payload = bytes.fromhex("B5A1CD34B5F99D1154FB6853345C9735")
    assert ksuid((1_400_000_000 + 107_608_047) * SECOND, payload) == "0ujtsYcgvSTl8PAuAdqWYSMnLOv"
