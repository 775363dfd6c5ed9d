"""Listing beside a plain list: random adds, removes and pages; cursors while the rows change."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mock_knock.world.listing import (
    DEFAULT_PAGE_SIZE,
    MAX_PAGE_SIZE,
    Listing,
    Page,
    PageRequest,
)

Keep = Callable[[int], bool] | None

sizes = st.one_of(st.integers(1, 7), st.sampled_from((-5, 0, 49, 50, 51, 10**9)))
keeps: st.SearchStrategy[Keep] = st.sampled_from(
    (None, lambda row: row % 2 == 0, lambda row: row % 7 == 0, lambda row: False)
)
cursors = st.one_of(st.none(), st.integers(-1, 400))


def naive_page(
    rows: list[int], wanted: PageRequest, size: int, *, newest_first: bool, keep: Keep
) -> Page[int]:
    """What a page is, said with a plain list; a row is its own place."""
    shown = [row for row in sorted(rows, reverse=newest_first) if keep is None or keep(row)]

    def is_after(row: int, cursor: int) -> bool:
        return row < cursor if newest_first else row > cursor

    if wanted.after is not None:
        after = wanted.after
        found = [row for row in shown if is_after(row, after)][:size]
    elif wanted.before is not None:
        before = wanted.before
        found = [row for row in shown if is_after(before, row)][-size:]
    else:
        found = shown[:size]
    if not found:
        return Page([], None, None, size)
    # Where nobody asked to start somewhere, the page is the first one.
    return Page(
        found,
        after=found[-1] if shown[-1] != found[-1] else None,
        before=found[0] if shown[0] != found[0] else None,
        size=size,
    )


class ListingBesideAPlainList(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.listing: Listing[int] = Listing()
        self.rows: list[int] = []
        self.last = 0

    @rule(count=st.integers(1, 40), step=st.integers(1, 3))
    def add(self, count: int, step: int) -> None:
        for _ in range(count):
            self.last += step
            self.listing.add(self.last, self.last)
            self.rows.append(self.last)

    @rule(data=st.data())
    def add_before_the_end(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(1, self.last + 1))
        if place not in self.rows:
            self.listing.add(place, place)
            self.rows = sorted([*self.rows, place])
            self.last = max(self.last, place)

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        place = data.draw(st.integers(-1, self.last + 1))
        self.listing.remove(place)
        self.rows = [row for row in self.rows if row != place]

    @rule(data=st.data())
    def remove_many(self, data: st.DataObject) -> None:
        low = data.draw(st.integers(0, self.last + 1))
        high = data.draw(st.integers(low, self.last + 1))
        for place in range(low, high):
            self.listing.remove(place)
        self.rows = [row for row in self.rows if not low <= row < high]

    @rule(after=cursors, before=cursors, size=sizes, newest_first=st.booleans(), keep=keeps)
    def page(
        self, after: int | None, before: int | None, size: int, newest_first: bool, keep: Keep
    ) -> None:
        wanted = PageRequest(after=after, before=before, size=size)
        clamped = 1 if size < 1 else min(size, 50)
        assert self.listing.page(wanted, newest_first=newest_first, keep=keep) == naive_page(
            self.rows, wanted, clamped, newest_first=newest_first, keep=keep
        )

    @invariant()
    def holds_the_same_rows(self) -> None:
        assert len(self.listing) == len(self.rows)
        assert list(self.listing.rows()) == self.rows


TestListingBesideAPlainList = ListingBesideAPlainList.TestCase


@given(
    st.integers(0, 120),
    sizes,
    st.booleans(),
    st.lists(st.tuples(st.integers(0, 5), st.frozensets(st.integers(1, 150), max_size=60))),
)
def test_following_cursors_while_rows_come_and_go_neither_loses_nor_repeats_a_row(
    count: int, size: int, newest_first: bool, changes: list[tuple[int, frozenset[int]]]
) -> None:
    listing: Listing[int] = Listing()
    for row in range(1, count + 1):
        listing.add(row, row)
    last, there_all_the_time = count, set(range(1, count + 1))
    seen: list[int] = []
    wanted = PageRequest(size=size)
    pending = list(changes)
    while True:
        page = listing.page(wanted, newest_first=newest_first)
        seen += page.rows
        if page.after is None:
            break
        wanted = PageRequest(after=page.after, size=size)
        if pending:
            added, removed = pending.pop()
            for _ in range(added):
                last += 1
                listing.add(last, last)
            for place in removed:
                listing.remove(place)
            there_all_the_time -= removed
    assert len(seen) == len(set(seen))
    assert there_all_the_time <= set(seen)
    assert seen == sorted(seen, reverse=newest_first)


@given(st.integers(1, 120), st.integers(1, 50), st.booleans())
def test_before_goes_back_over_the_pages_that_after_came_along(
    count: int, size: int, newest_first: bool
) -> None:
    listing: Listing[int] = Listing()
    for row in range(1, count + 1):
        listing.add(row, row)
    forwards = [listing.page(PageRequest(size=size), newest_first=newest_first)]
    while (after := forwards[-1].after) is not None:
        forwards.append(
            listing.page(PageRequest(after=after, size=size), newest_first=newest_first)
        )
    backwards = [forwards[-1]]
    while (before := backwards[-1].before) is not None:
        backwards.append(
            listing.page(PageRequest(before=before, size=size), newest_first=newest_first)
        )
    assert backwards[::-1] == forwards


def test_a_page_has_50_rows_unless_asked_otherwise_and_never_more() -> None:
    listing: Listing[int] = Listing()
    for row in range(1, 201):
        listing.add(row, row)
    assert DEFAULT_PAGE_SIZE == MAX_PAGE_SIZE == 50
    assert len(listing.page(PageRequest()).rows) == 50
    assert len(listing.page(PageRequest(size=10**9)).rows) == 50
    assert [len(listing.page(PageRequest(size=size)).rows) for size in (-1, 0, 1)] == [1, 1, 1]


def test_with_both_cursors_given_after_decides() -> None:
    listing: Listing[int] = Listing()
    for row in range(1, 10):
        listing.add(row, row)
    assert listing.page(PageRequest(after=6, before=3)).rows == [7, 8, 9]
