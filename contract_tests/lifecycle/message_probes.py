"""Bulk updates of messages to try: each action, and each part of the filter with every value."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from contract_tests.lifecycle.letters import MARKS, Cohort, Letter, Message

Filter = dict[str, Any]
Part = Callable[[Cohort], Filter]
Wants = Callable[[Letter, Message], bool]

SINGLE: Final[dict[str, tuple[str, str]]] = {
    **{mark: ("PUT", mark) for mark in MARKS},
    "unseen": ("DELETE", "seen"), "unread": ("DELETE", "read"),
    "unarchived": ("DELETE", "archived"), "archive": ("PUT", "archived"),
    "unarchive": ("DELETE", "archived"),
}  # fmt: skip
"""Method and last segment of the single call that does the same as an action."""
ACTIONS: Final = (*SINGLE, "delete")
ALIASES: Final = ("archive", "unarchive", "delete")
"""Actions of which Knock's documents do not say what they do."""
DELIVERY: Final = (
    "queued", "sent", "delivered", "delivery_attempted", "undelivered", "not_sent", "bounced",
)  # fmt: skip
_OPPOSITES: Final = {"unseen": "seen", "unread": "read", "unarchived": "archived"}
ENGAGEMENT: Final = (*MARKS, *_OPPOSITES, "link_clicked")


@dataclass(frozen=True)
class Probe:
    """One bulk update.

    shows: what it is there for.
    part: of the filter, beside the recipients. wants: the messages that match it.
    """

    shows: str
    action: str
    part: Part
    wants: Wants


def is_engaged(message: Message, status: str) -> bool:
    """Whether a message has that engagement status, `unseen` and its like among them."""
    mark = _OPPOSITES.get(status, status)
    return (message.get(f"{mark}_at") is None) == (status in _OPPOSITES)


def _fixed(**part: Any) -> Part:
    return lambda cohort: part


def _tenants(*names: str) -> Part:
    return lambda cohort: {"tenants": [cohort.scene.id(name) for name in names]}


def _time(part: str, days: int = 0) -> Part:
    return lambda cohort: {part: _text(cohort.boundary + timedelta(days=days))}


def _workflows(*elsewhere: bool) -> Part:
    return lambda cohort: {"workflows": [cohort.workflows[each] for each in elsewhere]}


def _readers(*names: str) -> Part:
    return lambda cohort: {"recipient_ids": [cohort.reader(name) for name in names]}


def _all(*parts: Part) -> Part:
    return lambda cohort: {name: value for part in parts for name, value in part(cohort).items()}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _each(letter: Letter, message: Message) -> bool:
    return True


def _none(letter: Letter, message: Message) -> bool:
    return False


def _late(letter: Letter, message: Message) -> bool:
    return letter.late


def _early(letter: Letter, message: Message) -> bool:
    return not letter.late


def _of_tenant(*names: str | None) -> Wants:
    return lambda letter, message: letter.tenant in names


def _archived(wanted: bool) -> Wants:
    return lambda letter, message: is_engaged(message, "archived") == wanted


def _delivered(status: str) -> Wants:
    return lambda letter, message: message["status"] == status


def _engaged(status: str) -> Wants:
    return lambda letter, message: is_engaged(message, status)


def _with_data(data: dict[str, Any]) -> Wants:
    return lambda letter, message: data.items() <= letter.data.items()


def _elsewhere(wanted: bool) -> Wants:
    return lambda letter, message: letter.elsewhere == wanted


def _is_letter(key: str) -> Wants:
    return lambda letter, message: letter.key == key


def _read_by(*names: str) -> Wants:
    return lambda letter, message: letter.reader in names


def _probes() -> Iterable[Probe]:
    def probe(shows: str, part: Part, wants: Wants, *actions: str) -> Iterable[Probe]:
        return (Probe(shows, action, part, wants) for action in actions or ("seen",))

    yield from probe("no other part", _fixed(), _each, *ACTIONS)
    yield from probe("tenants, one", _tenants("acme"), _of_tenant("acme"), *ACTIONS)
    yield from probe("newer_than", _time("newer_than"), _late, *ACTIONS)
    yield from probe("tenants, two", _tenants("acme", "globex"), _of_tenant("acme", "globex"))
    yield from probe("tenants, another", _tenants("initech"), _none)
    yield from probe("has_tenant", _fixed(has_tenant=True), _of_tenant("acme", "globex"))
    yield from probe("has_tenant, none", _fixed(has_tenant=False), _of_tenant(None))
    yield from probe("archived, exclude", _fixed(archived="exclude"), _archived(False))
    yield from probe("archived, only", _fixed(archived="only"), _archived(True))
    yield from probe("archived, include", _fixed(archived="include"), _each)
    for status in DELIVERY:
        yield from probe(status, _fixed(delivery_status=status), _delivered(status))
    for status in ENGAGEMENT:
        # The mark `seen` would not show on those that are seen.
        mark = "archived" if "seen" in status else "seen"
        yield from probe(status, _fixed(engagement_status=status), _engaged(status), mark)
    yield from probe("newer_than, before all", _time("newer_than", -1), _each)
    yield from probe("newer_than, after all", _time("newer_than", 1), _none)
    yield from probe("older_than", _time("older_than"), _early, "seen", "archived")
    yield from probe("older_than, after all", _time("older_than", 1), _each)
    yield from probe("older_than, before all", _time("older_than", -1), _none)
    span = _all(_time("newer_than", -1), _time("older_than"))
    yield from probe("newer_than and older_than", span, _early)
    for data in ({"sort": "order"}, {"sort": "order", "size": 1}, {"sort": "nothing"}):
        part = _fixed(trigger_data=json.dumps(data))
        yield from probe("trigger_data", part, _with_data(dict(data)))
    yield from probe("workflows, most", _workflows(False), _elsewhere(False))
    yield from probe("workflows, the other", _workflows(True), _elsewhere(True))
    yield from probe("workflows, both", _workflows(False, True), _each)
    yield from probe("workflows, none", _fixed(workflows=["no-such-workflow"]), _none)
    for name in ("first", "second"):
        yield from probe("recipient_ids", _readers(name), _read_by(name), "seen", "archived")
    nobody = _fixed(recipient_ids=["nobody-at-all"])
    yield from probe("recipient_ids, nobody", nobody, _none)
    several = _all(
        _tenants("acme", "globex"), _time("newer_than"), _workflows(False),
        _fixed(trigger_data='{"sort": "bill"}', has_tenant=True, archived="include"),
        _fixed(engagement_status="read"),
    )  # fmt: skip
    marks = ("unread", "unseen", "unarchived")
    yield from probe("several parts", several, _is_letter("E"), *marks)
    few = _all(_tenants("acme"), _fixed(has_tenant=True, trigger_data='{"size": 9}'))
    yield from probe("several parts, of which one matches nothing", few, _none)


PROBES: Final = tuple(_probes())
