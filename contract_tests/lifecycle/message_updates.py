"""Bulk updates of messages do what their action says, to the messages that their filter names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from contract_tests.checking.answer import Answer
from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import Sent
from contract_tests.lifecycle.kinds import UpdateMessages
from contract_tests.lifecycle.letters import LETTERS, MARKS, Cohort, Letter, Message, write_letters
from contract_tests.lifecycle.message_probes import ALIASES, PROBES, SINGLE, Probe, is_engaged
from contract_tests.lifecycle.operation import Operation
from contract_tests.lifecycle.sending import all_to_end, in_parts
from contract_tests.rules import lifecycle as rules

SUITE = "lifecycle"
NEEDS: Final = (Capability.WORKFLOW,)


class Update(UpdateMessages):
    """A bulk update with any action and filter."""

    def __init__(self, probe: Probe, cohort: Cohort) -> None:
        self.key = f"messages.{probe.action}"
        self._probe = probe
        self._cohort = cohort

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        """The letters are there."""

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        readers = [self._cohort.reader(name) for name in ("first", "second")]
        body = {"recipient_ids": readers, **self._probe.part(self._cohort)}
        path = f"/v1/channels/{self._cohort.channel}/messages/bulk/{self._probe.action}"
        return scene.post(path, body)

    def sent(self, scene: Scene, rows: Sequence[str]) -> Sent:
        # How many rows a filter finds is told by what it touches.
        name = self.key if self._probe.action not in ALIASES else None
        return Sent(tuple(m["id"] for m in self._cohort.before.values()), None, name, None)


def update_and_compare(scene: Scene, probes: Sequence[Probe]) -> None:
    """Send every update, each for messages of its own; then look at what each has touched."""
    single = sorted({probe.action for probe in probes} & SINGLE.keys())
    names = [f"p{n}" for n in range(len(probes))] + [f"single-{action}" for action in single]
    cohorts = write_letters(scene, names)
    if cohorts is None:
        scene.examiner.say(
            "the workflow sends no message that can be found and marked",
            rules.MESSAGES_FILTERED, rules.MESSAGES_MARKED, rules.MESSAGES_ALIASES,
            rules.MESSAGES_ARCHIVED_TOO,
        )  # fmt: skip
        return
    examples = dict(zip(single, cohorts[len(probes) :], strict=True))
    for action, cohort in examples.items():
        _mark_alone(scene, action, cohort)
    pairs = [pair for pair in zip(probes, cohorts, strict=False) if _tells(*pair)]
    operations = [Operation(scene, Update(probe, cohort), [], "") for probe, cohort in pairs]
    ended = all_to_end(operations)
    for (probe, cohort), answer in zip(pairs, ended, strict=True):
        if answer["status"] == "completed":
            _judge(scene, probe, cohort, examples.get(probe.action))


def _tells(probe: Probe, cohort: Cohort) -> bool:
    """Whether the filter chooses anything: where there is one workflow, its name does not."""
    only = set(cohort.workflows.values())
    return len(only) > 1 or only.isdisjoint(probe.part(cohort).get("workflows", ()))


def _mark_alone(scene: Scene, action: str, cohort: Cohort) -> None:
    method, mark = SINGLE[action]
    for letter in LETTERS:
        message = cohort.before[letter.key]
        scene.ok(scene.send(method, f"/v1/messages/{message['id']}/{mark}"))


def _judge(scene: Scene, probe: Probe, cohort: Cohort, example: Cohort | None) -> None:
    after = cohort.now()
    marked = example.now() if example is not None else {}
    sent = probe.part(cohort)
    aliased = probe.action in ALIASES
    of_marks = rules.MESSAGES_ALIASES if aliased else rules.MESSAGES_MARKED
    place = UpdateMessages.operation
    for letter in LETTERS:
        was, now = cohort.before[letter.key], after[letter.key]
        wanted = letter.reader != "outsider" and probe.wants(letter, was)
        told = f"{probe.action} with {sent}, {probe.shows}: the message {_told(letter, was)}"
        if not wanted:
            touched = now is None or _marks(now) != _marks(was)
            told += " does not match, and "
            told += "is gone" if now is None else f"went from {_marks(was)} to {_marks(now)}"
            scene.require(rules.MESSAGES_FILTERED, not touched, told, place)
        elif probe.action == "delete":
            scene.require(of_marks, now is None, f"{told} is still there", place)
        else:
            like = marked[letter.key]
            assert like is not None, "single calls delete nothing"
            seen = sorted(_marks(now or {}))
            alike = now is not None and seen == sorted(_marks(like))
            rule = of_marks
            unsaid = is_engaged(was, "archived") and "archived" not in sent
            if unsaid:
                scene.examiner.judged(rules.MESSAGES_ARCHIVED_TOO)
            if _untouched(was, now, like):
                rule = rules.MESSAGES_ARCHIVED_TOO if unsaid else rules.MESSAGES_FILTERED
            told += f" has {seen} after it, and {sorted(_marks(like))} after the single call"
            scene.require(rule, alike, told, place)
            if not aliased and rule is of_marks:
                right = is_engaged(now or {}, probe.action)
                scene.require(of_marks, right, f"{told}: it is not {probe.action}", place)


def _untouched(was: Message, now: Message | None, like: Message) -> bool:
    """Whether a message that matches was left as it was, though the mark would have shown."""
    return now is not None and _marks(now) == _marks(was) and set(_marks(like)) != set(_marks(was))


def _marks(message: Message) -> dict[str, str]:
    names = (*MARKS, "link_clicked")
    return {name: message[f"{name}_at"] for name in names if message.get(f"{name}_at") is not None}


def _told(letter: Letter, was: Message) -> str:
    tenant = f"of tenant {letter.tenant}" if letter.tenant else "of no tenant"
    when = "made after the boundary" if letter.late else "made before the boundary"
    return f"{letter.key} ({letter.reader}, {tenant}, {letter.data}, {when}, {sorted(_marks(was))})"


add_check(
    Check(
        SUITE, "bulk updates of messages keep to their action and filter",
        (
            rules.MESSAGES_FILTERED, rules.MESSAGES_MARKED, rules.MESSAGES_ALIASES,
            rules.MESSAGES_ARCHIVED_TOO,
        ),
        NEEDS,
        partial(in_parts, parts=PROBES, run=update_and_compare),
    )
)  # fmt: skip


@check(
    SUITE, rules.MESSAGES_OF_THEN, rules.MESSAGES_FILTERED,
    needs=(Capability.WORKFLOW, Capability.PLANS),
)  # fmt: skip
def messages_made_later_are_left_alone(scene: Scene) -> None:
    kind = UpdateMessages()
    kind.prepare(scene, ["reader"], "mark")
    message = kind.message(scene, "reader")
    plan = {
        "progress": "time", "queue_for": 60, "rows_per_second": 1, "outcome": "completed",
        "stop_in": "processing", "failing_positions": [],
    }  # fmt: skip
    scene.control("POST", "/plans/next", {"plan": plan})
    scene.ok(scene.post(f"/v1/channels/{message['channel_id']}/messages/bulk/read", {}))
    trigger = {"recipients": [scene.id("reader")]}
    scene.ok(scene.post(f"/v1/workflows/{scene.target.workflow}/trigger", trigger))
    scene.pass_time(3_600)
    listed = scene.ok(scene.get(f"/v1/users/{scene.id('reader')}/messages"))["items"]
    read = {item["id"] for item in listed if item["read_at"] is not None}
    told = f"no filter is for all messages of the channel; {message['id']} is not read"
    scene.require(rules.MESSAGES_FILTERED, message["id"] in read, told)
    told = f"{sorted(read - {message['id']})} came after the call was taken, and are read too"
    scene.require(rules.MESSAGES_OF_THEN, read <= {message["id"]}, told)


@check(SUITE, rules.MESSAGES_FILTERED, needs=(Capability.PLANS,))
def messages_of_other_channels_are_left_alone(scene: Scene) -> None:
    channels = [{"key": f"kit-{n}", "type": "in_app_feed"} for n in ("first", "second")]
    steps = [{"channel_key": channel["key"]} for channel in channels]
    declared = {"channels": channels, "workflows": [{"key": "kit-two-feeds", "steps": steps}]}
    if scene.control("POST", "/fixtures", declared).status >= 400:
        return
    reader = scene.id("reader")
    scene.ok(scene.put(f"/v1/users/{reader}", {"name": "Reader"}))
    scene.ok(scene.post("/v1/workflows/kit-two-feeds/trigger", {"recipients": [reader]}))
    scene.pass_time(60)
    own, other = scene.ok(scene.get(f"/v1/users/{reader}/messages"))["items"]
    updates: tuple[tuple[str, dict[str, Any], dict[str, Any]], ...] = (
        ("seen", {}, own),
        ("archived", {"recipient_ids": [reader]}, own),
        ("read", {}, other),
    )
    for mark, body, updated in updates:
        scene.ok(scene.post(f"/v1/channels/{updated['channel_id']}/messages/bulk/{mark}", body))
        scene.pass_time(3_600)
        for message in (own, other):
            expected = message is updated
            shown = scene.ok(scene.get(f"/v1/messages/{message['id']}"))
            told = (
                f"an update of the channel {updated['channel_id']} with {body}: the message of "
                f"channel {message['channel_id']} has {mark}_at {shown[f'{mark}_at']}"
            )
            is_marked = shown[f"{mark}_at"] is not None
            scene.require(rules.MESSAGES_FILTERED, is_marked == expected, told)
