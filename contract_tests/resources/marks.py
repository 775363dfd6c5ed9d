"""Marks of messages: each way to set one or take it back, on what it names and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import instant
from contract_tests.lifecycle.kinds import make_users
from contract_tests.resources.workflows import FEED, feed_is_known, messages_of
from contract_tests.rules import resources as rules

SUITE = "resources"
MARKS: Final = ("seen", "read", "interacted", "archived")
_MAY_COME_ALONG: Final[dict[str, tuple[str, ...]]] = {
    "read": ("seen",), "interacted": ("seen", "read"), "unseen": ("read", "interacted"),
    "unread": ("interacted",),
}  # fmt: skip
"""Whether reading is seeing, and what taking either back does to the other, is not documented."""
_MESSAGES: Final = 4
_PAUSE: Final = 30.0


@dataclass(frozen=True)
class Marking:
    """One call: PUT or DELETE of one message's status, or a batch."""

    method: str
    status: str
    batch: bool = False

    @property
    def name(self) -> str:
        """In words."""
        if self.batch:
            return f"a batch marks {self.status} what it names"
        return f"{self.method} {self.status} marks one message"

    @property
    def mark(self) -> str:
        """The mark that it sets or takes back."""
        return self.status.removeprefix("un")

    @property
    def sets(self) -> bool:
        """Whether it sets the mark."""
        return self.method != "DELETE" and not self.status.startswith("un")

    def send(self, scene: Scene, ids: Sequence[str]) -> Answer:
        """Mark these messages, or the first where only one can be."""
        if self.batch:
            return scene.post(f"/v1/messages/batch/{self.status}", {"message_ids": list(ids)})
        path = f"/v1/messages/{ids[0]}/{self.status}"
        if self.status == "interacted":
            return scene.put(path, {"metadata": {"link": "a"}})
        return scene.send(self.method, path)


MARKINGS: Final = (
    *(Marking("PUT", status) for status in MARKS),
    *(Marking("POST", status, batch=True) for status in MARKS),
    *(Marking("DELETE", status) for status in ("seen", "read", "archived")),
    *(Marking("DELETE", status) for status in ("unseen", "unread", "unarchived")),
    *(Marking("POST", status, batch=True) for status in ("unseen", "unread", "unarchived")),
)


def _marks(message: dict[str, Any]) -> dict[str, Any]:
    return {mark: message[f"{mark}_at"] for mark in MARKS}


def _read(scene: Scene, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The messages by their ids; each shows its marks twice, and both have to agree."""
    found = []
    for id in ids:
        message = scene.ok(scene.get(f"/v1/messages/{id}"))
        stamped = {mark for mark, at in _marks(message).items() if at is not None}
        listed = set(message["engagement_statuses"]) & set(MARKS)
        told = f"engagement_statuses has {sorted(listed)}, the times {sorted(stamped)}"
        scene.require(rules.MARKS_KEPT, listed == stamped, told)
        found.append(message)
    return found


def _messages(scene: Scene) -> list[str]:
    """The ids of some messages of two users, the oldest first."""
    make_users(scene, ["reader", "other"])
    path = f"/v1/workflows/{scene.target.workflow}/trigger"
    for number in range(_MESSAGES):
        who = "other" if number == _MESSAGES - 1 else "reader"
        scene.ok(scene.post(path, {"recipients": [scene.id(who)], "data": {"number": number}}))
        if scene.target.controlled:
            scene.pass_time(1)
    listed = [
        messages_of(scene, f"/v1/users/{scene.id(who)}", count)
        for who, count in (("reader", _MESSAGES - 1), ("other", 1))
    ]
    return [item["id"] for items in listed for item in items] if all(listed) else []


def _put_all(scene: Scene, ids: Sequence[str], *, marked: bool) -> None:
    """Set every mark of every message, where marks are to be taken back."""
    for status in MARKS if marked else ():
        _later(scene)
        scene.ok(scene.post(f"/v1/messages/batch/{status}", {"message_ids": list(ids)}))


def _later(scene: Scene) -> None:
    """Let time tell the marks apart; a real environment may mark a message once in a second."""
    if scene.target.controlled or scene.target.real:
        scene.pass_time(_PAUSE if scene.target.controlled else 1.1)


def _judge(scene: Scene, marking: Marking, ids: Sequence[str]) -> None:
    named = ids[1:] if marking.batch else ids[1:2]
    before = _read(scene, ids)
    events = _events(scene, ids)
    answer = marking.send(scene, named)
    place = answer.place
    shown = scene.ok(answer)
    answered = [one["id"] for one in (shown if marking.batch else [shown])]
    told = f"{len(named)} messages were named, and {len(answered)} answered"
    scene.require(rules.MARKS_KEPT, sorted(answered) == sorted(named), told, place)
    after = _read(scene, ids)
    for was, now in zip(before, after, strict=True):
        if now["id"] not in named:
            told = f"it was not named, and went from {_marks(was)} to {_marks(now)}"
            scene.require(rules.MARKS_ALONE, _marks(was) == _marks(now), told, place)
            continue
        at = _marks(now)[marking.mark]
        told = f"{marking.mark}_at of message {named.index(now['id']) + 1} of {len(named)} is {at}"
        scene.require(rules.MARKS_KEPT, (at is not None) == marking.sets, told, place)
        _judge_time(scene, was, at, place)
        _judge_others(scene, marking, was, now, place)
    _judge_events(scene, marking, ids, named, events, place)
    _judge_lists(scene, ids, after, place)


def _judge_time(scene: Scene, was: dict[str, Any], at: str | None, place: str) -> None:
    if at is None or not scene.target.controlled:
        return
    now = instant(scene.control("GET", "/clock").json["now"])
    told = f"marked at {now.isoformat()}, and it says {at}"
    scene.require(rules.MARKS_KEPT, abs((instant(at) - now).total_seconds()) < 1, told, place)


def _judge_others(
    scene: Scene, marking: Marking, was: dict[str, Any], now: dict[str, Any], place: str
) -> None:
    """Every other mark is as it was."""
    key = marking.mark if marking.sets else f"un{marking.mark}"
    for mark in MARKS:
        if mark != marking.mark and mark not in _MAY_COME_ALONG.get(key, ()):
            one, other = was[f"{mark}_at"], now[f"{mark}_at"]
            told = f"{mark}_at was {one}, and is {other}"
            scene.require(rules.MARKS_ALONE, one == other, told, place)


def _events(scene: Scene, ids: Sequence[str]) -> list[list[str]]:
    return [
        [event["type"] for event in scene.ok(scene.get(f"/v1/messages/{id}/events"))["items"]]
        for id in ids
    ]


def _judge_events(
    scene: Scene, marking: Marking, ids: Sequence[str], named: Sequence[str],
    before: list[list[str]], place: str,
) -> None:  # fmt: skip
    type = f"message.{marking.mark if marking.sets else f'un{marking.mark}'}"
    for id, was, now in zip(ids, before, _events(scene, ids), strict=True):
        more = now.count(type) - was.count(type)
        expected = 1 if id in named else 0
        told = f"{more} more events {type}, and should be {expected}"
        scene.require(rules.EVENTS_KEPT, more == expected, told, place)


def _judge_lists(scene: Scene, ids: Sequence[str], after: list[dict[str, Any]], place: str) -> None:
    """The list of messages and the feed tell the same of each."""
    paths = [f"/v1/users/{scene.id('reader')}/messages"]
    if feed_is_known(scene, scene.id("reader")):
        paths.append(f"/v1/users/{scene.id('reader')}/feeds/{FEED}?archived=include")
    by_id = {message["id"]: _marks(message) for message in after}
    for path in paths:
        bare, _, query = path.partition("?")
        page = scene.ok(scene.get(bare, [("archived", "include")] if query else []))
        for row in page.get("items") or page.get("entries") or []:
            known = by_id.get(row["id"], _marks(row))
            told = f"GET {path} shows {_marks(row)}, the message {known}"
            scene.require(rules.MARKS_KEPT, _marks(row) == known, told, place)


def _check(marking: Marking) -> Check:
    def run(examiner: Examiner) -> None:
        with examiner.scene() as scene:
            ids = _messages(scene)
            if ids:
                _put_all(scene, ids, marked=not marking.sets)
                _later(scene)
                _judge(scene, marking, ids)

    return Check(SUITE, marking.name, _RULES, (Capability.WORKFLOW,), run)


_RULES: Final = (rules.MARKS_KEPT, rules.MARKS_ALONE, rules.EVENTS_KEPT)
for _marking in MARKINGS:
    add_check(_check(_marking))
