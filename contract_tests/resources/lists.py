"""Lists and their cursors, at rest and while others write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.bulk import finish
from contract_tests.resources.listings import LISTINGS, Listing
from contract_tests.resources.workflows import messages_of, trigger
from contract_tests.rules import resources as rules
from contract_tests.rules.protocol import READABLE

SUITE = "resources"
_PAGES_AT_MOST = 60
_PAGE = 50
_OVER_A_PAGE = 53
_RULES = (
    rules.LIST_WHOLE, rules.LIST_ONCE, rules.LIST_OWN_ROWS, rules.PAGE_SIZE, rules.LAST_PAGE,
    rules.BACKWARD, READABLE,
)  # fmt: skip


def _walk(
    scene: Scene, listing: Listing, size: int, between: Callable[[int], None]
) -> list[dict[str, Any]]:
    """Every page from the first, by `after`; `between` is called before each page but the first."""
    pages: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        number = len(pages)
        if number == _PAGES_AT_MOST:
            scene.broken(rules.LAST_PAGE, f"{number} pages of {size}, and no last one")
        parameters = [*listing.parameters(scene), ("page_size", str(size))]
        if after is not None:
            parameters.append(("after", after))
        page = scene.ok(scene.get(listing.path(scene), parameters))
        pages.append(page)
        told = f"{len(page[listing.rows])} rows on a page of {size}"
        scene.require(rules.PAGE_SIZE, len(page[listing.rows]) <= size, told)
        told = f"page_info says {page['page_info']['page_size']}, {size} was asked for"
        scene.require(rules.PAGE_SIZE, page["page_info"]["page_size"] == size, told)
        after = page["page_info"]["after"]
        if not after:
            return pages
        between(len(pages) - 1)


def at_rest(scene: Scene, listing: Listing, count: int, size: int) -> None:
    """Nothing changes: the pages have exactly the rows, and lead back as they led forth."""
    listing.prepare(scene)
    made = [f"row-{number:02}" for number in range(count)]
    for row in made:
        listing.add(scene, row)
    pages = _walk(scene, listing, size, lambda number: None)
    found = [listing.row(scene, entry) for page in pages for entry in page[listing.rows]]
    _compare(scene, found, must=set(made), may=set(made))
    short = [page for page in pages[:-1] if len(page[listing.rows]) < size]
    scene.require(rules.LIST_WHOLE, not short, "a page before the last one is not full")
    whole = scene.ok(scene.get(listing.path(scene), listing.parameters(scene)))[listing.rows]
    at_once = [listing.row(scene, entry) for entry in whole]
    told = f"the pages have {found}, and the list at once {at_once}"
    scene.require(rules.LIST_WHOLE, found == at_once, told)
    first = pages[0]["page_info"].get("before")
    scene.require(rules.LAST_PAGE, not first, f"before is {first!r} on the first page")
    if len(pages) > 1:
        _back(scene, listing, pages, size)


def _back(scene: Scene, listing: Listing, pages: list[dict[str, Any]], size: int) -> None:
    """From the last page to the first by `before`: each page is the one that was there."""
    before = pages[-1]["page_info"].get("before")
    scene.require(rules.BACKWARD, before, "before is not set on the last page")
    for number, known in reversed(list(enumerate(pages[:-1], start=1))):
        parameters = [*listing.parameters(scene), ("page_size", str(size)), ("before", before)]
        page = scene.ok(scene.get(listing.path(scene), parameters))
        found = [listing.row(scene, entry) for entry in page[listing.rows]]
        expected = [listing.row(scene, entry) for entry in known[listing.rows]]
        told = f"on page {number} are {expected}, before leads to {found}"
        scene.require(rules.BACKWARD, found == expected, told)
        before = page["page_info"].get("before")
        told = f"before is {before!r} on page {number} of {len(pages)}"
        scene.require(rules.LAST_PAGE, (before is None) == (number == 1), told)
        after = page["page_info"].get("after")
        told = f"after is not set on page {number} of {len(pages)}, which before led to"
        scene.require(rules.LAST_PAGE, after, told)


def while_others_write(
    scene: Scene, listing: Listing, count: int, size: int, writes: list[tuple[str, int]]
) -> None:
    """Rows come and go between the pages: those that were there throughout come exactly once."""
    listing.prepare(scene)
    made = [f"row-{number:02}" for number in range(count)]
    for row in made:
        listing.add(scene, row)
    removed: set[str] = set()
    added: list[str] = []

    def between(number: int) -> None:
        if number >= len(writes):
            return
        action, which = writes[number]
        row = made[which % count]
        if action == "remove" and row not in removed and listing.remove(scene, row):
            removed.add(row)
        elif action == "add":
            new = f"new-{number:02}"
            listing.add(scene, new)
            added.append(new)

    pages = _walk(scene, listing, size, between)
    found = [listing.row(scene, entry) for page in pages for entry in page[listing.rows]]
    _compare(scene, found, must=set(made) - removed, may={*made, *added})


def _compare(scene: Scene, found: list[str], *, must: set[str], may: set[str]) -> None:
    lost = sorted(must - set(found))
    scene.require(rules.LIST_WHOLE, not lost, f"{lost} were there throughout and are not listed")
    twice = sorted({row for row in found if found.count(row) > 1})
    scene.require(rules.LIST_ONCE, not twice, f"{twice} came more than once: {found}")
    strange = sorted(set(found) - may)
    scene.require(rules.LIST_OWN_ROWS, not strange, f"nobody wrote {strange}")


_SIZES = {"count": st.integers(0, 7), "size": st.integers(1, 4)}
_WRITES = st.lists(
    st.tuples(st.sampled_from(["add", "remove"]), st.integers(0, 6)), min_size=1, max_size=5
)


def _at_rest(listing: Listing) -> Check:
    name = f"cursors go through {listing.name}"

    def run(examiner: Examiner) -> None:
        with examiner.scene() as scene:
            if not listing.is_there(scene):
                return
            at_rest(scene, listing, 5, 2)
        examiner.for_all(
            lambda scene, count, size: at_rest(scene, listing, count, size),
            _SIZES,
            name=f"{SUITE}/{name}",
            examples=max(2, examiner.profile.examples // 3),
        )

    return Check(SUITE, name, _RULES, listing.needs, run)


def _while_written(listing: Listing) -> Check:
    name = f"cursors hold while others write {listing.name}"

    def run(examiner: Examiner) -> None:
        # Both ends, since lists are in the order of creation or against it.
        for write in (("remove", 0), ("remove", 4), ("add", 0)):
            with examiner.scene() as scene:
                if not listing.is_there(scene):
                    return
                while_others_write(scene, listing, 5, 2, [write])
        examiner.for_all(
            lambda scene, count, size, writes: while_others_write(
                scene, listing, count, size, writes
            ),
            {"count": st.integers(3, 7), "size": st.integers(1, 3), "writes": _WRITES},
            name=f"{SUITE}/{name}",
            examples=max(2, examiner.profile.examples // 3),
        )

    return Check(SUITE, name, (rules.LIST_WHOLE, rules.LIST_ONCE), listing.needs, run)


for _listing in LISTINGS:
    add_check(_at_rest(_listing))
for _listing in LISTINGS:
    add_check(_while_written(_listing))


@check(SUITE, rules.PAGE_SIZE, rules.LIST_WHOLE)
def a_page_has_fifty_rows_unless_told_otherwise(scene: Scene) -> None:
    ids = [scene.id(f"row-{number:02}") for number in range(_OVER_A_PAGE)]
    rows = [{"id": id, "name": "x"} for id in ids]
    shelf = scene.id("shelf")
    kinds = [(f"/v1/objects/{shelf}", f"/v1/objects/{shelf}/bulk/set", "objects")]
    if scene.target.lacks(Capability.WHOLE_LISTS) is None:
        kinds.append(("/v1/users", "/v1/users/bulk/identify", "users"))
        kinds.append(("/v1/tenants", "/v1/tenants/bulk/set", "tenants"))
    for path, bulk, member in kinds:
        finish(scene, scene.post(bulk, {member: rows}))
        first = scene.ok(scene.get(path))
        told = f"{len(first['entries'])} rows on a page, of a size of {first['page_info']}"
        right = len(first["entries"]) == _PAGE == first["page_info"]["page_size"]
        scene.require(rules.PAGE_SIZE, right, told)
        after = first["page_info"]["after"] or ""
        second = scene.ok(scene.get(path, {"after": after}))
        found = [entry["id"] for page in (first, second) for entry in page["entries"]]
        told = f"{len(ids)} rows were made, two pages have {len(found)}"
        scene.require(rules.LIST_WHOLE, sorted(found) == ids, told)


@check(SUITE, rules.LIST_WHOLE, rules.LIST_ONCE, needs=(Capability.WORKFLOW,))
def pages_below_a_message_are_the_whole_list(scene: Scene) -> None:
    make_users(scene, ["reader"])
    trigger(scene, [scene.id("reader")], data={"note": "a"})
    for message in messages_of(scene, f"/v1/users/{scene.id('reader')}", 1)[:1]:
        path = f"/v1/messages/{message['id']}"
        for method, mark in (("PUT", "seen"), ("PUT", "read"), ("DELETE", "seen"), ("PUT", "seen")):
            scene.ok(scene.send(method, f"{path}/{mark}"))
        for part in ("events", "activities", "delivery_logs"):
            whole = [row["id"] for row in scene.ok(scene.get(f"{path}/{part}"))["items"]]
            for size in (1, 2, 3):
                found = _ids_by_page(scene, f"{path}/{part}", size)
                told = f"{part}: pages of {size} have {len(found)} rows, the list {len(whole)}"
                scene.require(rules.LIST_ONCE, len(set(found)) == len(found), told)
                scene.require(rules.LIST_WHOLE, found == whole, told)


def _ids_by_page(scene: Scene, path: str, size: int) -> list[str]:
    found: list[str] = []
    query = {"page_size": str(size)}
    for _ in range(_PAGES_AT_MOST):
        page = scene.ok(scene.get(path, query))
        told = f"{len(page['items'])} rows on a page of {size}"
        scene.require(rules.PAGE_SIZE, len(page["items"]) <= size, told)
        found += [row["id"] for row in page["items"]]
        if not page["page_info"]["after"]:
            break
        query["after"] = page["page_info"]["after"]
    return found
