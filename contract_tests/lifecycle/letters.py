"""Messages for bulk updates to find and to miss: seven for each update, all triggered together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import instant

MARKS: Final = ("seen", "read", "archived", "interacted")
_BATCH: Final = 50
Message = dict[str, Any]


@dataclass(frozen=True)
class Letter:
    """One message of each cohort.

    reader: to whom it goes, by a name within the cohort; `outsider` is named by no update.
    tenant, data: as it was triggered. late: whether time has passed since the early ones.
    elsewhere: whether it is of another workflow, where there may be one.
    marks: how it is marked before the update.
    """

    key: str
    reader: str
    tenant: str | None
    data: dict[str, Any]
    late: bool = False
    elsewhere: bool = False
    marks: tuple[str, ...] = ()


LETTERS: Final = (
    Letter("A", "first", "acme", {"sort": "order", "size": 1}),
    Letter("B", "first", None, {"sort": "bill", "size": 1}, marks=("seen",)),
    Letter(
        "C", "first", "globex", {"sort": "order", "size": 2}, late=True, elsewhere=True,
        marks=("read",),
    ),
    Letter("D", "second", None, {"sort": "order", "size": 1}, late=True, marks=("archived",)),
    Letter("E", "second", "acme", {"sort": "bill", "size": 1}, late=True, marks=MARKS),
    Letter("F", "first", None, {"sort": "order", "size": 2}, elsewhere=True, marks=MARKS),
    Letter(
        "Z", "outsider", "acme", {"sort": "order", "size": 1}, late=True, marks=("seen",),
    ),
)  # fmt: skip


@dataclass
class Cohort:
    """The messages of one update, by letter, as they are before it.

    boundary: between the early and the late ones. workflows: those of the letters that are
    elsewhere, and of all others; the same where the server has but one.
    """

    scene: Scene
    name: str
    boundary: datetime
    channel: str
    workflows: dict[bool, str]
    before: dict[str, Message] = field(default_factory=dict)

    def reader(self, name: str) -> str:
        """The id of a reader."""
        return self.scene.id(f"{self.name}-{name}")

    def now(self) -> dict[str, Message | None]:
        """The messages as they are now; None for those that are gone."""
        found: dict[str, Message | None] = {}
        for reader in ("first", "second", "outsider"):
            listed = self.scene.ok(self.scene.get(f"/v1/users/{self.reader(reader)}/messages"))
            shown = {item["id"]: item for item in listed["items"]}
            for letter in LETTERS:
                if letter.reader == reader:
                    found[letter.key] = shown.get(self.before[letter.key]["id"])
        return found


def write_letters(scene: Scene, names: Sequence[str]) -> list[Cohort] | None:
    """Trigger and mark the letters of each cohort. None where the workflow sends no such messages.

    Both workflows send on one channel; others, and the messages they make there, are passed over.
    """
    workflows = {False: scene.target.workflow, True: f"{scene.target.workflow}-elsewhere"}
    for name in ("acme", "globex"):
        scene.ok(scene.put(f"/v1/tenants/{scene.id(name)}", {"name": name}))
    for name in names:
        for reader in ("first", "second", "outsider"):
            id = scene.id(f"{name}-{reader}")
            scene.ok(scene.put(f"/v1/users/{id}", {"name": reader}))
    body = {"recipients": [scene.id("nobody-at-all")]}
    if scene.post(f"/v1/workflows/{workflows[True]}/trigger", body).status >= 400:
        workflows[True] = workflows[False]
    cohorts = [Cohort(scene, name, datetime.max, "", workflows) for name in names]
    for late in (False, True):
        for letter in LETTERS:
            if letter.late == late:
                _trigger(cohorts, letter)
        # Long enough for insertion times to differ, on a server whose time cannot be moved.
        scene.pass_time(60 if scene.target.controlled else 1)
    if not _found(cohorts):
        return None
    _mark(scene, cohorts)
    return cohorts


def _trigger(cohorts: Sequence[Cohort], letter: Letter) -> None:
    scene = cohorts[0].scene
    body: dict[str, Any] = {
        "recipients": [cohort.reader(letter.reader) for cohort in cohorts],
        "data": {**letter.data, "letter": letter.key},
    }
    if letter.tenant is not None:
        body["tenant"] = scene.id(letter.tenant)
    workflow = cohorts[0].workflows[letter.elsewhere]
    scene.ok(scene.post(f"/v1/workflows/{workflow}/trigger", body))


def _found(cohorts: Sequence[Cohort]) -> bool:
    """Look the messages up, waiting for them where time cannot be moved."""
    scene = cohorts[0].scene
    waited = 0.0
    for cohort in cohorts:
        while not _complete(cohort):
            if scene.target.controlled or waited > scene.target.patience:
                return False
            scene.pass_time(1)
            waited += 1
    times = {
        late: [
            instant(cohort.before[letter.key]["inserted_at"])
            for cohort in cohorts
            for letter in LETTERS
            if letter.late == late
        ]
        for late in (False, True)
    }
    last, first = max(times[False]), min(times[True])
    for cohort in cohorts:
        cohort.boundary = last + (first - last) / 2
        cohort.channel = cohorts[0].before["A"]["channel_id"]
    return last < first


def _complete(cohort: Cohort) -> bool:
    scene = cohort.scene
    channel = cohort.before["A"]["channel_id"] if "A" in cohort.before else None
    for reader in ("first", "second", "outsider"):
        listed = scene.ok(scene.get(f"/v1/users/{cohort.reader(reader)}/messages"))["items"]
        for item in listed:
            key = (item.get("data") or {}).get("letter")
            channel = channel or item["channel_id"]
            if key is not None and item["channel_id"] == channel:
                cohort.before[key] = item
    return len(cohort.before) == len(LETTERS)


def _mark(scene: Scene, cohorts: Sequence[Cohort]) -> None:
    """Mark them in batches, and keep what the batches answer."""
    places = {
        cohort.before[letter.key]["id"]: (cohort, letter)
        for cohort in cohorts
        for letter in LETTERS
    }
    for mark in MARKS:
        ids = [id for id, (_, letter) in places.items() if mark in letter.marks]
        for part in _parts(ids):
            answered = scene.ok(scene.post(f"/v1/messages/batch/{mark}", {"message_ids": part}))
            for message in answered:
                cohort, letter = places[message["id"]]
                cohort.before[letter.key] = message
    if scene.target.controlled:
        scene.pass_time(60)


def _parts(ids: Sequence[str]) -> Iterator[list[str]]:
    for first in range(0, len(ids), _BATCH):
        yield list(ids[first : first + _BATCH])
