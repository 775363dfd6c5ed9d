"""Cancelling stops just the waiting runs that it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.filtering import id_of
from contract_tests.resources.studio import DELAY, LATE, LATER, open_studio
from contract_tests.rules import resources as rules

SUITE = "resources"


@dataclass(frozen=True)
class Waiting:
    """A run that waits: of which workflow, by which cancellation key, for whom."""

    workflow: str
    key: str | None
    recipient: str

    def __str__(self) -> str:
        by = f"by the key {self.key!r}" if self.key is not None else "by no key"
        return f"{self.workflow} for {self.recipient} {by}"


_WAITING: Final = (
    *(Waiting(LATE, "one", name) for name in ("a", "b", "thing")), Waiting(LATE, "two", "a"),
    Waiting(LATE, "One", "b"), Waiting(LATE, None, "a"), Waiting(LATER, "one", "a"),
    Waiting(LATER, "two", "b"),
)  # fmt: skip


@dataclass(frozen=True)
class Cancelling:
    """A call that cancels: of LATE, by a key, for some recipients or for all."""

    name: str
    key: str
    recipients: tuple[str, ...] | None = None
    legacy: bool = False

    def send(self, scene: Scene) -> None:
        """Make the call."""
        named = (
            {"recipients": [_reference(scene, name) for name in self.recipients]}
            if self.recipients is not None
            else {}
        )
        body: dict[str, Any] = {"cancellation_key": self.key, **named}
        if self.legacy:
            scene.ok(scene.post("/v1/notify/cancel", {"name": LATE, **body}))
        else:
            scene.ok(scene.post(f"/v1/workflows/{LATE}/cancel", body))

    def stops(self, run: Waiting) -> bool:
        """Whether it is about that run."""
        named = self.recipients is None or run.recipient in self.recipients
        return run.workflow == LATE and run.key == self.key and named


CANCELLINGS: Final = tuple(
    Cancelling(f"{call} {how}", key, recipients, legacy)
    for call, legacy in (("cancelWorkflow", False), ("cancelWorkflowLegacy", True))
    for how, key, recipients in (
        ("for all", "one", None), ("for one", "one", ("a",)),
        ("for an object", "one", ("thing",)), ("for two", "one", ("b", "thing")),
        ("for a stranger", "one", ("stranger",)), ("by another key", "three", None),
    )
)  # fmt: skip


def _reference(scene: Scene, name: str) -> Any:
    if name == "thing":
        return {"id": scene.id(name), "collection": scene.id("shelf")}
    return scene.id(name)


def _check(cancelling: Cancelling) -> Check:
    def judge(scene: Scene) -> None:
        open_studio(scene)
        make_users(scene, ["a", "b", "stranger"])
        thing = f"/v1/objects/{scene.id('shelf')}/{scene.id('thing')}"
        scene.ok(scene.put(thing, {"name": "thing"}))
        for waiting in _WAITING:
            body: dict[str, Any] = {"recipients": [_reference(scene, waiting.recipient)]}
            if waiting.key is not None:
                body["cancellation_key"] = waiting.key
            scene.ok(scene.post(f"/v1/workflows/{waiting.workflow}/trigger", body))
        scene.pass_time(60)
        cancelling.send(scene)
        scene.pass_time(60)
        expected = {run: "cancelled" if cancelling.stops(run) else "paused" for run in _WAITING}
        _compare(scene, expected, _runs(scene, lambda run: str(run["status"])))
        scene.pass_time(2 * DELAY)
        kept = sum(status == "paused" for status in expected.values())
        sent = scene.ok(scene.get("/v1/messages"))["items"]
        told = f"{kept} runs were not cancelled, {len(sent)} messages came of them"
        scene.require(rules.CANCELLED, len(sent) == kept, told)

    def run(examiner: Examiner) -> None:
        with examiner.scene() as scene:
            judge(scene)

    needs = (Capability.WORKFLOW, Capability.PLANS, Capability.CLOCK, Capability.WHOLE_LISTS)
    return Check(SUITE, f"{cancelling.name} cancels what it names", (rules.CANCELLED,), needs, run)


def _runs(scene: Scene, read: Callable[[dict[str, Any]], str]) -> dict[Waiting, str]:
    found = {}
    for run in scene.ok(scene.get("/v1/workflow_recipient_runs"))["items"]:
        name = id_of(run["recipient"]).removeprefix(scene.prefix)
        found[Waiting(run["workflow"], run["trigger_source"]["cancellation_key"], name)] = read(run)
    return found


def _compare(scene: Scene, expected: dict[Waiting, str], found: dict[Waiting, str]) -> None:
    place = next(e.place for e in reversed(scene.exchanges) if e.method == "POST" and not e.control)
    for run, status in expected.items():
        told = f"the run of {run} is {found.get(run)}, and should be {status}"
        scene.require(rules.CANCELLED, found.get(run) == status, told, place)


for _cancelling in CANCELLINGS:
    add_check(_check(_cancelling))
