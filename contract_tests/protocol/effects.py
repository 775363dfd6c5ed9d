"""Whether calls that must have no effect have one: many at once, and one by one where they have."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from contract_tests.checking.answer import Answer
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.protocol.ground import Ground, lay_ground, settled, unchanged
from contract_tests.rules import Rule


@dataclass(frozen=True)
class Attempt:
    """A call that is to be refused: where, what is wrong with it, and how to send it."""

    place: str
    told: str
    send: Callable[[], Answer]


_TOGETHER = 12
"""Operations after which it is looked at what has changed."""
Attempts = Callable[[Scene, Ground], Iterable[Attempt]]
"""The same attempts in the same order, for the ground of any scene."""


def must_leave_all_as_it_was(
    scene: Scene, rule: Rule, attempts_on: Attempts, *, if_taken: bool = False
) -> None:
    """Raise RuleBroken for every place where a refused attempt changes anything.

    if_taken: attempts that are not refused must not change anything either.
    """
    ground = lay_ground(scene)
    before = settled(scene, ground)
    attempts = list(attempts_on(scene, ground))
    places = list(dict.fromkeys(attempt.place for attempt in attempts))
    for some in (places[i : i + _TOGETHER] for i in range(0, len(places), _TOGETHER)):
        wanted = [n for n, attempt in enumerate(attempts) if attempt.place in some]
        refused = _refused(scene, attempts, wanted, if_taken=if_taken)
        changed = _changed_later(scene, ground, before)
        for place in dict.fromkeys(attempts[number].place for number in refused):
            numbers = [number for number in refused if attempts[number].place == place]
            if not changed or not _changes_anything(scene.examiner, attempts_on, numbers):
                scene.require(rule, True, "", place)
                continue
            with scene.case():
                for number in numbers:
                    _alone(scene.examiner, rule, attempts_on, number)
        if changed:
            before = settled(scene, ground)


def _refused(
    scene: Scene, attempts: list[Attempt], wanted: Iterable[int], *, if_taken: bool
) -> list[int]:
    """Send these; answers the numbers of those that were refused."""
    found = []
    for number in wanted:
        with scene.case():
            if attempts[number].send().status >= 400 or if_taken:
                found.append(number)
    return found


def _changes_anything(examiner: Examiner, attempts_on: Attempts, numbers: Iterable[int]) -> bool:
    """Whether these change anything, all together on ground of their own."""
    with examiner.scene() as scene:
        ground = lay_ground(scene)
        before = settled(scene, ground)
        _refused(scene, list(attempts_on(scene, ground)), numbers, if_taken=True)
        return bool(_changed_later(scene, ground, before))


def _alone(examiner: Examiner, rule: Rule, attempts_on: Attempts, number: int) -> None:
    """One attempt on ground of its own."""
    with examiner.scene() as scene:
        ground = lay_ground(scene)
        before = settled(scene, ground)
        attempt = list(attempts_on(scene, ground))[number]
        with scene.case():
            answer = attempt.send()
            changed = _changed_later(scene, ground, before)
            detail = f"{attempt.told}: answered {answer.status}, and it has an effect: {changed}"
            scene.require(rule, not changed, detail, attempt.place)


def _changed_later(scene: Scene, ground: Ground, before: dict[str, object]) -> str:
    if scene.target.controlled:
        scene.pass_time(60)
    return unchanged(scene, ground, before)
