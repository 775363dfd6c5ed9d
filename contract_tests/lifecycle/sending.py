"""Bulk calls with bodies of a check's own, and checks that are made of parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from contract_tests.checking.answer import Answer
from contract_tests.checking.breach import RuleBroken
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import Sent
from contract_tests.lifecycle.kinds import Kind
from contract_tests.lifecycle.operation import Operation

Part = TypeVar("Part")


class Sending(Kind):
    """Another kind's bulk call, with rows that a check has written itself.

    What the rows need is there already, and the check looks at their effects.
    """

    def __init__(self, like: Kind, send: Callable[[], Answer]) -> None:
        self.key = like.key
        self.operation = like.operation
        self._like = like
        self._send = send

    def prepare(self, scene: Scene, rows: Sequence[str], mark: str) -> None:
        """Nothing is needed."""

    def submit(self, scene: Scene, rows: Sequence[str], mark: str) -> Answer:
        return self._send()

    def in_effect(self, scene: Scene, row: str, mark: str) -> bool:
        return True

    def sent(self, scene: Scene, rows: Sequence[str]) -> Sent:
        return self._like.sent(scene, rows)


def all_to_end(operations: Iterable[Operation]) -> list[dict[str, Any]]:
    """The last answer of each. They run beside each other, so that they are waited for once."""
    return [operation.run_to_end() for operation in operations]


def in_parts(
    examiner: Examiner, parts: Sequence[Part], run: Callable[[Scene, Sequence[Part]], None]
) -> None:
    """Run all parts in one scene; where that breaks a rule, one that breaks it alone is told of.

    Raises RuleBroken.
    """
    try:
        with examiner.scene() as scene:
            run(scene, parts)
    except RuleBroken:
        # Where everything is waited for, to try each part again would take minutes.
        if examiner.target.controlled and len(parts) > 1:
            for part in parts:
                with examiner.scene() as scene:
                    run(scene, [part])
        raise
