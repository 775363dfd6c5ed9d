"""Twins: one is written by the single call, the other by a row of the bulk call; they are alike."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import Kind
from contract_tests.lifecycle.operation import Operation
from contract_tests.lifecycle.sending import all_to_end
from contract_tests.rules import Rule
from contract_tests.rules import lifecycle as rules

CHANNEL: Final = "6f0c8b52-9d1e-4a37-b4c5-2e7a90d3f618"
TENANT: Final = "acme"
"""The tenant that rows refer to; it is there before."""
_OWN: Final = frozenset({"__cursor", "updated_at", "inserted_at", "page_info"})
"""Members in which twins may differ."""
_PAGES: Final = 10
_LONG: Final = 120
_NOTHING: Final = object()
Body = dict[str, Any]
Views = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """What one row of a bulk call has.

    shows: what it is there for.
    body: the fields. first: those that were written before; None where nothing was.
    odd: what both ids end in.
    on_channel: whether it needs a server that takes a channel nobody has declared.
    """

    shows: str
    body: Body
    first: Body | None = None
    odd: str = ""
    on_channel: bool = False


class Twins(ABC):
    """One kind with its single call.

    rule: what says that the two do the same.
    needs: what a target must have for it.
    """

    kind: Kind
    rows: tuple[Row, ...]
    rule: Rule = rules.ROWS_LIKE_SINGLE
    needs: tuple[Capability, ...] = ()

    @abstractmethod
    def begin(self, scene: Scene, name: str, row: Row) -> None:
        """Make what is there before."""

    @abstractmethod
    def alone(self, scene: Scene, name: str, row: Row) -> Answer:
        """The single call."""

    @abstractmethod
    def together(self, scene: Scene, rows: Sequence[tuple[str, Row]]) -> list[Operation]:
        """The bulk call, or several at once."""

    def whole_list(self, scene: Scene) -> str:
        """The path of the list that they are in; empty where there is none."""
        return ""

    @abstractmethod
    def views(self, scene: Scene, name: str, row: Row) -> Views:
        """What can be read of it and of what hangs on it."""


def compare(scene: Scene, rows: Sequence[Row], twins: Twins) -> None:
    """Write each row both ways, and look at both. Raises RuleBroken."""
    scene.ok(scene.put(f"/v1/tenants/{scene.id(TENANT)}", {"name": "Acme"}))
    if not takes_channel(scene):
        rows = [row for row in rows if not row.on_channel]
    pairs = [(f"t{n}-alone{row.odd}", f"t{n}-bulk{row.odd}", row) for n, row in enumerate(rows)]
    for one, other, row in pairs:
        twins.begin(scene, one, row)
        twins.begin(scene, other, row)
    taken = []
    for pair in pairs:
        answer = twins.alone(scene, pair[0], pair[2])
        # Which characters an id may have is not documented for everything that has one.
        if not pair[2].odd or answer.status < 400:
            scene.ok(answer)
            taken.append(pair)
    pairs = taken
    operations = twins.together(scene, [(other, row) for _, other, row in pairs])
    ended = all_to_end(operations)
    failed = {item["id"] for answer in ended for item in answer.get("error_items", [])}
    for _, other, row in pairs:
        told = f"{row.shows}: the single call takes {row.body}, of the bulk call the row fails"
        fine = scene.id(other) not in failed
        scene.require(twins.rule, fine, told, twins.kind.operation)
    if any(answer["status"] != "completed" for answer in ended):
        return  # what failed as a whole need not have done its rows
    listed = _listed(scene, twins.whole_list(scene))
    for one, other, row in pairs:
        _alike(scene, twins, (one, other), row, listed)


def _listed(scene: Scene, path: str) -> Views:
    """What a whole list has, by id; nothing where lists hold what others wrote."""
    found: Views = {}
    if not path or scene.target.lacks(Capability.WHOLE_LISTS) is not None:
        return found
    query: dict[str, str] = {"page_size": "50"}
    for _ in range(_PAGES):
        page = scene.ok(scene.get(path, query))
        found.update({entry["id"]: entry for entry in page["entries"]})
        query["after"] = page["page_info"].get("after") or ""
        if not query["after"]:
            break
    return found


def _alike(scene: Scene, twins: Twins, names: tuple[str, str], row: Row, listed: Views) -> None:
    one, other = (
        {"in the list": listed.get(scene.id(name)), **twins.views(scene, name, row)}
        for name in names
    )
    left, right = (_in_text(scene.id(name)) for name in names)
    for view, seen in one.items():
        expected = json.loads(json.dumps(_bare(seen), ensure_ascii=False).replace(left, right))
        wrong = difference(expected, _bare(other.get(view)), view)
        told = (
            f"{row.shows}: after the single call {wrong} after the bulk call, with the same fields"
        )
        scene.require(twins.rule, not wrong, told, twins.kind.operation)


def takes_channel(scene: Scene) -> bool:
    """Whether the server takes a channel that nobody declared; no call of Knock's makes one."""
    id = scene.id("channel-probe")
    scene.ok(scene.put(f"/v1/users/{id}", {"name": "Probe"}))
    path = f"/v1/users/{id}/channel_data/{CHANNEL}"
    return scene.put(path, {"data": {"tokens": ["probe"]}}).status == 200


def difference(one: Any, other: Any, place: str = "") -> str:
    """Where two JSON values differ first, in words; empty where they do not."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            found = difference(
                one.get(name, _NOTHING), other.get(name, _NOTHING), f"{place}.{name}"
            )
            if found:
                return found
        return ""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        each = (difference(a, b, f"{place}[{n}]") for n, (a, b) in enumerate(zip(one, other)))  # noqa: B905
        return next((found for found in each if found), "")
    same = isinstance(one, bool) == isinstance(other, bool) and one == other
    return "" if same else f"{place} is {_shown(one)}, and {_shown(other)}"


def read(scene: Scene, path: str) -> Any:
    """The JSON of a good answer, the status of any other."""
    answer = scene.get(path)
    return answer.json if answer.status == 200 else answer.status


def user_path(scene: Scene, name: str) -> str:
    """Of the user of that name, whatever characters are in it."""
    return f"/v1/users/{quote(scene.id(name), safe='')}"


def object_path(scene: Scene, collection: str, name: str) -> str:
    """Of the object of that name."""
    return f"/v1/objects/{quote(collection, safe='')}/{quote(scene.id(name), safe='')}"


def tenant_path(scene: Scene, name: str) -> str:
    """Of the tenant of that name."""
    return f"/v1/tenants/{quote(scene.id(name), safe='')}"


def hanging_on(scene: Scene, recipient: str) -> Views:
    """Preference sets and channel data of the recipient at a path."""
    return {
        "preferences": read(scene, f"{recipient}/preferences/default"),
        "preferences of the tenant": read(scene, f"{recipient}/preferences/{scene.id(TENANT)}"),
        "channel data": read(scene, f"{recipient}/channel_data/{CHANNEL}"),
    }


def _in_text(id: str) -> str:
    return json.dumps(id, ensure_ascii=False)[1:-1]


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(each) for name, each in value.items() if name not in _OWN}
    return [_bare(each) for each in value] if isinstance(value, list) else value


def _shown(value: Any) -> str:
    text = "absent" if value is _NOTHING else repr(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}..."
