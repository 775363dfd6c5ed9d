"""Lists and their cursors, at rest and while others write."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final

from hypothesis import strategies as st

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.workflows import FEED, feed_is_known
from contract_tests.rules import resources as rules
from contract_tests.rules.protocol import READABLE

SUITE = "resources"
_PAGES_AT_MOST = 60
_RULES = (
    rules.LIST_WHOLE, rules.LIST_ONCE, rules.LIST_OWN_ROWS, rules.PAGE_SIZE, rules.LAST_PAGE,
    rules.BACKWARD, READABLE,
)  # fmt: skip


class Listing(ABC):
    """One list of the API, and how its rows are made."""

    name: str
    rows = "entries"
    needs: tuple[Capability, ...] = ()

    @abstractmethod
    def prepare(self, scene: Scene) -> None:
        """Make what the list hangs on."""

    @abstractmethod
    def add(self, scene: Scene, row: str) -> None:
        """Make one row."""

    @abstractmethod
    def path(self, scene: Scene) -> str:
        """Where the list is."""

    def is_there(self, scene: Scene) -> bool:
        """Whether the server has such a list."""
        return True

    def remove(self, scene: Scene, row: str) -> bool:
        """Delete one row; False where no call does."""
        return False

    def row(self, scene: Scene, entry: dict[str, Any]) -> str:
        """Which row an entry is."""
        return str(entry["id"]).removeprefix(scene.prefix)

    def parameters(self, scene: Scene) -> list[tuple[str, str]]:
        """What the list always has to be asked with."""
        return []


class Users(Listing):
    name = "users"
    needs: tuple[Capability, ...] = (Capability.WHOLE_LISTS,)

    def prepare(self, scene: Scene) -> None:
        """Nothing is needed."""

    def add(self, scene: Scene, row: str) -> None:
        make_users(scene, [row])

    def path(self, scene: Scene) -> str:
        return "/v1/users"

    def remove(self, scene: Scene, row: str) -> bool:
        scene.ok(scene.delete(f"/v1/users/{scene.id(row)}"))
        return True


class Objects(Listing):
    name = "objects of a collection"

    def prepare(self, scene: Scene) -> None:
        """Nothing is needed."""

    def add(self, scene: Scene, row: str) -> None:
        scene.ok(scene.put(f"{self.path(scene)}/{scene.id(row)}", {"name": row}))

    def path(self, scene: Scene) -> str:
        return f"/v1/objects/{scene.id('shelf')}"

    def remove(self, scene: Scene, row: str) -> bool:
        scene.ok(scene.delete(f"{self.path(scene)}/{scene.id(row)}"))
        return True


class Tenants(Listing):
    name = "tenants"
    needs: tuple[Capability, ...] = (Capability.WHOLE_LISTS,)

    def prepare(self, scene: Scene) -> None:
        """Nothing is needed."""

    def add(self, scene: Scene, row: str) -> None:
        scene.ok(scene.put(f"/v1/tenants/{scene.id(row)}", {"name": row}))

    def path(self, scene: Scene) -> str:
        return "/v1/tenants"

    def remove(self, scene: Scene, row: str) -> bool:
        scene.ok(scene.delete(f"/v1/tenants/{scene.id(row)}"))
        return True


class Subscribers(Listing):
    name = "subscriptions of an object"

    def prepare(self, scene: Scene) -> None:
        scene.ok(scene.put(self._object(scene), {"name": "x"}))

    def add(self, scene: Scene, row: str) -> None:
        make_users(scene, [row])
        scene.ok(scene.post(self.path(scene), {"recipients": [scene.id(row)]}))

    def path(self, scene: Scene) -> str:
        return f"{self._object(scene)}/subscriptions"

    def remove(self, scene: Scene, row: str) -> bool:
        scene.ok(scene.delete(self.path(scene), {"recipients": [scene.id(row)]}))
        return True

    def row(self, scene: Scene, entry: dict[str, Any]) -> str:
        return str(entry["recipient"]["id"]).removeprefix(scene.prefix)

    def _object(self, scene: Scene) -> str:
        return f"/v1/objects/{scene.id('shelf')}/{scene.id('watched')}"


class SubscriptionsOfUser(Subscribers):
    name = "subscriptions of a user"

    def prepare(self, scene: Scene) -> None:
        make_users(scene, ["reader"])

    def add(self, scene: Scene, row: str) -> None:
        path = f"/v1/objects/{scene.id('shelf')}/{scene.id(row)}"
        scene.ok(scene.put(path, {"name": row}))
        scene.ok(scene.post(f"{path}/subscriptions", {"recipients": [scene.id("reader")]}))

    def path(self, scene: Scene) -> str:
        return f"/v1/users/{scene.id('reader')}/subscriptions"

    def remove(self, scene: Scene, row: str) -> bool:
        path = f"/v1/objects/{scene.id('shelf')}/{scene.id(row)}/subscriptions"
        scene.ok(scene.delete(path, {"recipients": [scene.id("reader")]}))
        return True

    def row(self, scene: Scene, entry: dict[str, Any]) -> str:
        return str(entry["object"]["id"]).removeprefix(scene.prefix)


class Schedules(Listing):
    name = "schedules of a workflow"
    needs: tuple[Capability, ...] = (Capability.WORKFLOW, Capability.WHOLE_LISTS)

    def prepare(self, scene: Scene) -> None:
        """Nothing is needed."""

    def add(self, scene: Scene, row: str) -> None:
        make_users(scene, [row])
        repeats = [{"frequency": "monthly", "day_of_month": 1}]
        body = {
            "workflow": scene.target.workflow,
            "recipients": [scene.id(row)],
            "repeats": repeats,
        }
        scene.ok(scene.post("/v1/schedules", body))

    def path(self, scene: Scene) -> str:
        return "/v1/schedules"

    def parameters(self, scene: Scene) -> list[tuple[str, str]]:
        return [("workflow", scene.target.workflow)]

    def row(self, scene: Scene, entry: dict[str, Any]) -> str:
        return str(entry["recipient"]["id"]).removeprefix(scene.prefix)


class Messages(Listing):
    name = "messages of a user"
    rows = "items"
    needs: tuple[Capability, ...] = (Capability.WORKFLOW,)

    def prepare(self, scene: Scene) -> None:
        make_users(scene, ["reader"])

    def add(self, scene: Scene, row: str) -> None:
        body = {"recipients": [scene.id("reader")], "data": {"row": row}}
        scene.ok(scene.post(f"/v1/workflows/{scene.target.workflow}/trigger", body))
        if scene.target.controlled:
            scene.pass_time(1)

    def path(self, scene: Scene) -> str:
        return f"/v1/users/{scene.id('reader')}/messages"

    def row(self, scene: Scene, entry: dict[str, Any]) -> str:
        return str(entry["data"]["row"])


class Feed(Messages):
    name = "an in-app feed"
    rows = "entries"
    needs: tuple[Capability, ...] = (
        Capability.WORKFLOW,
        Capability.PLANS,
    )  # elsewhere the channel need not be a feed

    def is_there(self, scene: Scene) -> bool:
        return feed_is_known(scene, scene.id("reader"))

    def path(self, scene: Scene) -> str:
        return f"/v1/users/{scene.id('reader')}/feeds/{FEED}"


class Runs(Messages):
    name = "workflow recipient runs"
    needs: tuple[Capability, ...] = (Capability.WORKFLOW, Capability.WHOLE_LISTS)

    def add(self, scene: Scene, row: str) -> None:
        make_users(scene, [row])
        body = {"recipients": [scene.id(row)]}
        scene.ok(scene.post(f"/v1/workflows/{scene.target.workflow}/trigger", body))

    def path(self, scene: Scene) -> str:
        return "/v1/workflow_recipient_runs"

    def row(self, scene: Scene, entry: dict[str, Any]) -> str:
        found = entry["recipient"]
        id = found["id"] if isinstance(found, dict) else found
        return str(id).removeprefix(scene.prefix)


LISTINGS: Final[tuple[Listing, ...]] = (
    Users(), Objects(), Tenants(), Subscribers(), SubscriptionsOfUser(), Schedules(), Messages(),
    Feed(), Runs(),
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
    first = pages[0]["page_info"].get("before")
    scene.require(rules.LAST_PAGE, not first, f"before is {first!r} on the first page")
    if len(pages) > 1:
        _back(scene, listing, pages, size)


def _back(scene: Scene, listing: Listing, pages: list[dict[str, Any]], size: int) -> None:
    before = pages[-1]["page_info"].get("before")
    scene.require(rules.BACKWARD, before, "before is not set on the last page")
    parameters = [*listing.parameters(scene), ("page_size", str(size)), ("before", before)]
    page = scene.ok(scene.get(listing.path(scene), parameters))
    found = [listing.row(scene, entry) for entry in page[listing.rows]]
    expected = [listing.row(scene, entry) for entry in pages[-2][listing.rows]]
    told = f"ahead of the last page are {expected}, before leads to {found}"
    scene.require(rules.BACKWARD, found == expected, told)


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
