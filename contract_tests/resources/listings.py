"""The lists of the API whose pages are followed, and how their rows are made."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.workflows import FEED, feed_is_known


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

    def recipient(self, scene: Scene) -> Any:
        """Who subscribes."""
        return scene.id("reader")

    def add(self, scene: Scene, row: str) -> None:
        path = f"/v1/objects/{scene.id('shelf')}/{scene.id(row)}"
        scene.ok(scene.put(path, {"name": row}))
        body = {"recipients": [self.recipient(scene)]}
        scene.ok(scene.post(f"{path}/subscriptions", body))

    def path(self, scene: Scene) -> str:
        return f"/v1/users/{scene.id('reader')}/subscriptions"

    def remove(self, scene: Scene, row: str) -> bool:
        path = f"/v1/objects/{scene.id('shelf')}/{scene.id(row)}/subscriptions"
        scene.ok(scene.delete(path, {"recipients": [self.recipient(scene)]}))
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

    def recipient(self, scene: Scene) -> Any:
        """Whose messages they are."""
        return scene.id("reader")

    def add(self, scene: Scene, row: str) -> None:
        body = {"recipients": [self.recipient(scene)], "data": {"row": row}}
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


class AllMessages(Runs):
    """Messages of the same instant: each row is of a user of its own, and no time passes."""

    name = "messages"
    rows = "items"

    def path(self, scene: Scene) -> str:
        return "/v1/messages"


class _OfTheThing:
    """Rows of an object, where the base class has those of a user."""

    def prepare(self, scene: Scene) -> None:
        scene.ok(scene.put(_thing(scene), {"name": "x"}))

    def recipient(self, scene: Scene) -> Any:
        return {"id": scene.id("thing"), "collection": scene.id("shelf")}


class MessagesOfObject(_OfTheThing, Messages):
    name = "messages of an object"

    def path(self, scene: Scene) -> str:
        return f"{_thing(scene)}/messages"


class SchedulesOfUser(Listing):
    name = "schedules of a user"
    needs: tuple[Capability, ...] = (Capability.WORKFLOW,)

    def prepare(self, scene: Scene) -> None:
        make_users(scene, ["reader"])

    def recipient(self, scene: Scene) -> Any:
        """Whose schedules they are."""
        return scene.id("reader")

    def add(self, scene: Scene, row: str) -> None:
        body = {
            "workflow": scene.target.workflow,
            "recipients": [self.recipient(scene)],
            "repeats": [{"frequency": "monthly", "day_of_month": 1}],
            "data": {"row": row},
        }
        scene.ok(scene.post("/v1/schedules", body))

    def remove(self, scene: Scene, row: str) -> bool:
        entries = scene.ok(scene.get(self.path(scene)))["entries"]
        ids = [entry["id"] for entry in entries if entry["data"]["row"] == row]
        scene.ok(scene.delete("/v1/schedules", {"schedule_ids": ids}))
        return True

    def path(self, scene: Scene) -> str:
        return f"/v1/users/{scene.id('reader')}/schedules"

    def row(self, scene: Scene, entry: dict[str, Any]) -> str:
        return str(entry["data"]["row"])


class SchedulesOfObject(_OfTheThing, SchedulesOfUser):
    name = "schedules of an object"

    def path(self, scene: Scene) -> str:
        return f"{_thing(scene)}/schedules"


class SubscriptionsOfObject(_OfTheThing, SubscriptionsOfUser):
    name = "what an object is subscribed to"

    def path(self, scene: Scene) -> str:
        return f"{_thing(scene)}/subscriptions"

    def parameters(self, scene: Scene) -> list[tuple[str, str]]:
        return [("mode", "recipient")]


def _thing(scene: Scene) -> str:
    return f"/v1/objects/{scene.id('shelf')}/{scene.id('thing')}"


LISTINGS: Final[tuple[Listing, ...]] = (
    Users(), Objects(), Tenants(), Subscribers(), SubscriptionsOfUser(), SubscriptionsOfObject(),
    Schedules(), SchedulesOfUser(), SchedulesOfObject(), AllMessages(), Messages(),
    MessagesOfObject(), Feed(), Runs(),
)  # fmt: skip
