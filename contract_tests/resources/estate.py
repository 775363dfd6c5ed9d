"""What there is to lose: recipients with one of everything that the API lets hang on them.

Their ids are alike on purpose: the same in several collections, one the beginning of another, one
the same in other letters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from contract_tests.checking.capability import Capability
from contract_tests.checking.scene import Scene
from contract_tests.resources.recipients import CHANNELS, channel_is_known
from contract_tests.resources.workflows import FEED, feed_is_known

TENANTS: Final = "$tenants"
HUB: Final = "hub"
READER: Final = "reader"
TENANT: Final = "acme"
AUDIENCE: Final = "early"
Key = tuple[str, str]
"""The collection and the id of a recipient; the collection of users is empty."""


@dataclass(frozen=True)
class Holder:
    """Somebody or something that has things: a user, where no collection is named."""

    name: str
    collection: str = ""

    def key(self, scene: Scene) -> Key:
        """Its collection and id on the server."""
        if self.collection in ("", TENANTS):
            return self.collection, scene.id(self.name)
        return scene.id(self.collection), scene.id(self.name)

    def path(self, scene: Scene) -> str:
        """Where it is; a tenant by the route of tenants."""
        collection, id = self.key(scene)
        if collection == TENANTS:
            return f"/v1/tenants/{quote(id)}"
        return f"/v1/objects/{collection}/{quote(id)}" if collection else f"/v1/users/{quote(id)}"

    def reference(self, scene: Scene) -> Any:
        """As a body names it."""
        collection, id = self.key(scene)
        return {"id": id, "collection": collection} if collection else id


@dataclass(frozen=True)
class Piece:
    """One thing that a holder has; `part` is a key of PARTS."""

    holder: Holder
    part: str


@dataclass
class Stock:
    """What was made, and where it is seen.

    mark: stands in every value that was written, and in no id.
    ids: what the server called the things it names itself: schedules, messages, runs.
    watched: the paths that show it.
    """

    mark: str
    key: str = "KNOCK_API_KEY"
    ids: dict[str, list[str]] = field(default_factory=dict)
    watched: list[str] = field(default_factory=list)

    def note(self, kind: str, *ids: str) -> None:
        """Remember ids of the server's own."""
        self.ids.setdefault(kind, []).extend(ids)

    def watch(self, *paths: str) -> None:
        """Remember where something is seen."""
        self.watched.extend(path for path in paths if path not in self.watched)


Maker = Callable[[Scene, Stock, Holder], None]


def _itself(scene: Scene, stock: Stock, holder: Holder) -> None:
    path = holder.path(scene)
    collection, id = holder.key(scene)
    stock.watch(path)
    if collection:
        stock.watch(f"/v1/objects/{collection}/{quote(id)}", f"/v1/objects/{collection}")
    if scene.target.lacks(Capability.WHOLE_LISTS) is None:
        stock.watch("/v1/tenants" if collection == TENANTS else "/v1/users")


def _set(name: str) -> Maker:
    def make(scene: Scene, stock: Stock, holder: Holder) -> None:
        set_id = scene.id(TENANT) if name == TENANT else name
        path = f"{holder.path(scene)}/preferences"
        body = {"categories": {stock.mark: False}, "workflows": {f"{set_id}-only": True}}
        scene.ok(scene.put(f"{path}/{set_id}", body, key=stock.key))
        stock.watch(path, f"{path}/{set_id}")

    return make


def _channel(number: int) -> Maker:
    def make(scene: Scene, stock: Stock, holder: Holder) -> None:
        path = f"{holder.path(scene)}/channel_data/{CHANNELS[number]}"
        body = {"data": {"tokens": [f"{stock.mark}-{number}"]}}
        scene.ok(scene.put(path, body, key=stock.key))
        stock.watch(path)

    return make


def _subscription(scene: Scene, stock: Stock, holder: Holder) -> None:
    hub = Holder(HUB, "places").path(scene)
    scene.ok(scene.put(hub, {"name": stock.mark}, key=stock.key))
    body = {"recipients": [holder.reference(scene)], "properties": {"role": stock.mark}}
    scene.ok(scene.post(f"{hub}/subscriptions", body, key=stock.key))
    stock.watch(f"{hub}/subscriptions")
    own = f"{holder.path(scene)}/subscriptions"
    stock.watch(f"{own}?mode=recipient" if holder.collection else own)


def _subscribers(scene: Scene, stock: Stock, holder: Holder) -> None:
    reader = Holder(READER)
    scene.ok(scene.put(reader.path(scene), {"name": stock.mark}, key=stock.key))
    body = {"recipients": [reader.reference(scene)], "properties": {"role": stock.mark}}
    scene.ok(scene.post(f"{holder.path(scene)}/subscriptions", body, key=stock.key))
    stock.watch(f"{holder.path(scene)}/subscriptions", f"{reader.path(scene)}/subscriptions")


def _schedule(scene: Scene, stock: Stock, holder: Holder) -> None:
    workflow = scene.target.workflow
    body = {
        "workflow": workflow,
        "recipients": [holder.reference(scene)],
        "repeats": [{"frequency": "monthly", "day_of_month": 1}],
        "data": {"note": stock.mark},
    }
    made = scene.ok(scene.post("/v1/schedules", body, key=stock.key))
    stock.note("schedules", *(one["id"] for one in made))
    stock.watch(f"{holder.path(scene)}/schedules")
    if scene.target.lacks(Capability.WHOLE_LISTS) is None:
        stock.watch(f"/v1/schedules?workflow={workflow}")


def _message(scene: Scene, stock: Stock, holder: Holder) -> None:
    body = {"recipients": [holder.reference(scene)], "data": {"note": stock.mark}}
    path = f"/v1/workflows/{scene.target.workflow}/trigger"
    scene.ok(scene.post(path, body, key=stock.key))
    if not scene.target.controlled:
        return  # when it is delivered is the server's own affair
    scene.pass_time(1, key=stock.key)
    listed = f"{holder.path(scene)}/messages"
    items = scene.ok(scene.get(listed, key=stock.key))["items"]
    stock.note("messages", *(item["id"] for item in items))
    stock.note("runs", *(item["source"]["workflow_recipient_run_id"] for item in items))
    stock.watch(listed, *(f"/v1/messages/{item['id']}" for item in items))
    if scene.target.lacks(Capability.WHOLE_LISTS) is None:
        stock.watch("/v1/messages", "/v1/workflow_recipient_runs")
    if not holder.collection and feed_is_known(scene, scene.id(holder.name)):
        stock.watch(f"{holder.path(scene)}/feeds/{FEED}")


def _membership(scene: Scene, stock: Stock, holder: Holder) -> None:
    path = f"/v1/audiences/{scene.id(AUDIENCE)}/members"
    body = {"members": [{"user": {"id": scene.id(holder.name)}}]}
    scene.ok(scene.post(path, body, params={"create_audience": "true"}, key=stock.key))
    stock.watch(path)


PARTS: Final[dict[str, Maker]] = {
    "itself": _itself,
    "its default preferences": _set("default"),
    "its preferences for a tenant": _set(TENANT),
    "its data of one channel": _channel(0),
    "its data of another channel": _channel(1),
    "its subscription": _subscription,
    "its subscribers": _subscribers,
    "its schedule": _schedule,
    "its message": _message,
    "its membership of an audience": _membership,
}
_OF_CHANNELS: Final = ("its data of one channel", "its data of another channel")
_NEEDS: Final = {
    "its schedule": Capability.WORKFLOW,
    "its message": Capability.WORKFLOW,
    "its membership of an audience": Capability.STRAY_WRITES,
}


def pieces_of(scene_holders: Sequence[Holder]) -> list[Piece]:
    """Every part that each of them can have."""
    pieces = []
    for holder in scene_holders:
        for part in PARTS:
            of_user = part == "its membership of an audience"
            of_object = part == "its subscribers"
            if holder.collection == TENANTS and part != "itself":
                continue
            if (of_user and holder.collection) or (of_object and not holder.collection):
                continue
            pieces.append(Piece(holder, part))
    return pieces


def stock_up(scene: Scene, pieces: Sequence[Piece], mark: str, key: str = "KNOCK_API_KEY") -> Stock:
    """Make the pieces, holders first; those that the target has no use for are left out."""
    stock = Stock(mark, key)
    holders = list(dict.fromkeys(piece.holder for piece in pieces))
    for holder in holders:
        scene.ok(scene.put(holder.path(scene), {"name": mark, "plan": mark}, key=key))
    channels = any(piece.part in _OF_CHANNELS for piece in pieces) and (
        scene.target.lacks(Capability.STRAY_WRITES) is None
        and channel_is_known(scene, Holder("probe").path(scene))
    )
    for piece in pieces:
        need = _NEEDS.get(piece.part)
        missing = need is not None and scene.target.lacks(need) is not None
        if not missing and (channels or piece.part not in _OF_CHANNELS):
            PARTS[piece.part](scene, stock, piece.holder)
    return stock
