"""Each filter of each list lets through what fulfils it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.checking.breach import RuleBroken
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.resources.filter_table import FILTERED_LISTS, FilteredList
from contract_tests.resources.filtering import Choice, Query, Row
from contract_tests.resources.narrowing import narrow
from contract_tests.resources.studio import Studio, open_studio
from contract_tests.rules import resources as rules

SUITE = "resources"
_TRIES = 3


@dataclass(frozen=True)
class Step:
    """One thing that is done so that there are rows to choose from."""

    action: Callable[..., None]
    recipient: str
    more: tuple[str, ...] = ()


def steps() -> list[Step]:
    """Rows of every list, unlike each other in all that can be asked for."""
    found = []
    for recipient in ("a", "b", "o"):
        for action in (_trigger, _schedule):
            found += [
                Step(action, recipient, ("plain", "acme", "first")),
                Step(action, recipient, ("mail", "ingen", "second")),
                Step(action, recipient, ("plain", "", "third")),
            ]
    found.append(Step(_trigger, "a", ("late", "acme", "late")))
    found += [Step(_mark, recipient) for recipient in ("a", "o")]
    for followed, followers in (("o", "ab"), ("p", "ao"), ("q", "ao")):
        found += [Step(_subscribe, follower, (followed,)) for follower in followers]
    return found


def furnish(scene: Scene, wanted: Sequence[Step]) -> None:
    """Make what the steps are about, and take them."""
    studio = open_studio(scene)
    for user in ("a", "b"):
        body = {"name": user, "email": f"{user}@example.com"}
        scene.ok(scene.put(f"/v1/users/{scene.id(user)}", body))
    for thing in ("o", "p", "q"):
        path = f"/v1/objects/{scene.id('shelf')}/{scene.id(thing)}"
        scene.ok(scene.put(path, {"name": thing, "email": "o@example.com"}))
    for tenant in ("acme", "ingen"):
        scene.ok(scene.put(f"/v1/tenants/{scene.id(tenant)}", {"name": f"The {tenant}"}))
    for step in wanted:
        if scene.target.workflow or step.action is _subscribe:
            step.action(scene, studio, step.recipient, *step.more)


def _recipient(scene: Scene, name: str) -> Any:
    user = name in ("a", "b")
    return scene.id(name) if user else {"id": scene.id(name), "collection": scene.id("shelf")}


def _path(scene: Scene, name: str) -> str:
    user = name in ("a", "b")
    return (
        f"/v1/users/{scene.id(name)}"
        if user
        else f"/v1/objects/{scene.id('shelf')}/{scene.id(name)}"
    )


def _trigger(
    scene: Scene, studio: Studio, recipient: str, workflow: str, tenant: str, note: str
) -> None:
    key = getattr(studio, workflow)
    if key is None:
        return
    data = {"note": note, "who": recipient, "number": len(note), "late": note == "late"}
    body = {"recipients": [_recipient(scene, recipient)], "data": data}
    named = {"tenant": scene.id(tenant)} if tenant else {}
    scene.ok(scene.post(f"/v1/workflows/{key}/trigger", {**body, **named}))
    if scene.target.controlled:
        scene.pass_time(1)


def _schedule(
    scene: Scene, studio: Studio, recipient: str, workflow: str, tenant: str, note: str
) -> None:
    key = getattr(studio, workflow) or studio.plain
    body = {
        "workflow": key, "recipients": [_recipient(scene, recipient)], "data": {"note": note},
        "repeats": [{"frequency": "monthly", "day_of_month": 1}],
    }  # fmt: skip
    named = {"tenant": scene.id(tenant)} if tenant else {}
    scene.ok(scene.post("/v1/schedules", {**body, **named}))


def _mark(scene: Scene, studio: Studio, recipient: str) -> None:
    items = scene.ok(scene.get(f"{_path(scene, recipient)}/messages"))["items"]
    for item, mark in zip(items, ("seen", "read", "interacted", "archived"), strict=False):
        scene.ok(scene.put(f"/v1/messages/{item['id']}/{mark}"))


def _subscribe(scene: Scene, studio: Studio, recipient: str, followed: str) -> None:
    body = {"recipients": [_recipient(scene, recipient)]}
    scene.ok(scene.post(f"{_path(scene, followed)}/subscriptions", body))


def listed(
    scene: Scene, wanted: FilteredList, query: Query, *, may_refuse: bool = False
) -> list[Row]:
    """The rows, all on one page; none where a value that names nothing may be refused and is."""
    base = [(n, v) for n, v in wanted.base(scene) if n not in dict(query)]
    answer = scene.get(wanted.path(scene), [*base, *query])
    if may_refuse and answer.status in (404, 422):
        return []
    page = scene.ok(answer)
    rows: list[Row] = page["items"] if "items" in page else page["entries"]
    return rows


def judge(scene: Scene, wanted: FilteredList, parameter: str) -> list[tuple[int, int]]:
    """Ask each choice of one filter; answers how many rows each let through, and of how many."""
    counts = []
    rows = listed(scene, wanted, [])
    for choice in wanted.filters[parameter](rows):
        rows, found = _compare(scene, wanted, choice, rows)
        counts.append((len(found), len(rows)))
    return counts


def _compare(
    scene: Scene, wanted: FilteredList, choice: Choice, rows: list[Row]
) -> tuple[list[Row], list[Row]]:
    """The list as it is and as it was filtered. What changes meanwhile is asked for again."""
    for _ in range(_TRIES):
        expected = [wanted.key(row) for row in rows if choice.lets_through(row)]
        found = listed(scene, wanted, list(choice.query), may_refuse=not expected)
        shown = [wanted.key(row) for row in found]
        if shown == expected:
            break
        again = listed(scene, wanted, [])
        if again == rows:
            asked = "&".join(f"{name}={value}" for name, value in choice.query)
            places = [wanted.key(row) for row in rows]
            told = (
                f"of {len(places)} rows {asked} lets through {_places(shown, places)}, "
                f"and should {_places(expected, places)}"
            )
            scene.broken(rules.FILTERS, told, wanted.operation)
        rows = again
    scene.examiner.judged(rules.FILTERS)
    return rows, found


def _places(some: list[str], every: list[str]) -> list[str]:
    """Rows by their place in the whole list: ids that a server makes up tell nobody anything."""
    return [f"#{every.index(key) + 1}" if key in every else key for key in some]


def _add(wanted: FilteredList) -> None:
    def attempt(scene: Scene, chosen: Sequence[Step | str]) -> None:
        furnish(scene, [one for one in chosen if isinstance(one, Step)])
        if _is_there(scene, wanted):
            for parameter in chosen:
                if isinstance(parameter, str):
                    judge(scene, wanted, parameter)

    def run(examiner: Examiner) -> None:
        broken = []
        for parameter in _broken_ones(examiner, wanted):
            try:
                chosen: list[Step | str] = [*steps(), parameter]
                narrow(examiner, chosen, attempt)
            except RuleBroken as error:
                broken.append(error)
        if broken:
            raise BaseExceptionGroup(wanted.operation, broken)

    which = f" by {', '.join(wanted.filters)}" if wanted.operation in _TWICE else ""
    name = f"{wanted.operation} lets through what its filters ask for{which}"
    add_check(Check(SUITE, name, (rules.FILTERS,), wanted.needs, run))


def _broken_ones(examiner: Examiner, wanted: FilteredList) -> list[str]:
    """The parameters that do not filter: all are tried in one scene first."""
    broken = []
    with examiner.scene() as scene:
        furnish(scene, steps())
        if _is_there(scene, wanted):
            for parameter in wanted.filters:
                try:
                    judge(scene, wanted, parameter)
                except RuleBroken:
                    broken.append(parameter)
    return broken


def _is_there(scene: Scene, wanted: FilteredList) -> bool:
    """Guides and feeds are those of the studio."""
    declared = Capability.PLANS in wanted.needs
    return not declared or scene.get(wanted.path(scene)).status != 404


_OPERATIONS = [wanted.operation for wanted in FILTERED_LISTS]
_TWICE = {name for name in _OPERATIONS if _OPERATIONS.count(name) > 1}
for _wanted in FILTERED_LISTS:
    _add(_wanted)
