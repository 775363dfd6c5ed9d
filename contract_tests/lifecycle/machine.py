"""Histories of bulk operations of one kind, drawn by Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import seed
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from contract_tests.checking.breach import RuleBroken
from contract_tests.checking.examiner import Examiner
from contract_tests.lifecycle.kinds import Kind
from contract_tests.lifecycle.operation import Operation

ROWS = 4
_ROWS_ON_SERVERS = 3


@st.composite
def plans(draw: st.DrawFn, rows: int) -> dict[str, Any]:
    """A plan of the mock's for an operation of so many rows."""
    progress = draw(st.sampled_from(["time", "polls", "immediate", "manual"]))
    outcome = draw(st.sampled_from(["completed", "completed", "failed", "stuck"]))
    plan: dict[str, Any] = {
        "progress": progress,
        "outcome": outcome,
        "queue_for": 2,
        "rows_per_second": 1,
        "reads": draw(st.integers(1, 5)),
        "failing_positions": draw(
            st.lists(st.integers(0, rows - 1), unique=True, max_size=rows).map(sorted)
        ),
        "stop_in": "processing",
    }
    if outcome != "completed":
        plan["stop_in"] = draw(st.sampled_from(["queued", "processing"]))
        if plan["stop_in"] == "processing":
            plan["after_rows"] = draw(st.integers(0, rows))
    return plan


def run_histories(examiner: Examiner, kind: Kind) -> None:
    """Draw histories of this kind and judge them. Raises RuleBroken, or a group of several."""
    profile = examiner.profile
    patient = examiner.target.controlled
    settings = examiner.settings(
        profile.histories if patient else max(2, profile.histories // 5),
        profile.steps if patient else min(6, profile.steps),
    )
    machine = _machine(examiner, kind)
    run_state_machine_as_test(
        seed(examiner.seed_of(f"lifecycle/{kind.key}"))(machine), settings=settings
    )


def _machine(examiner: Examiner, kind: Kind) -> type[RuleBasedStateMachine]:
    """The machine for one kind on one target; what the target cannot do is no rule of it."""
    planned = examiner.target.controlled

    class Histories(RuleBasedStateMachine):
        operations: Bundle[Operation] = Bundle("operations")

        def __init__(self) -> None:
            super().__init__()
            self.scene = examiner.scene()
            self.all: list[Operation] = []
            self.broken = False

        def do(self, action: Callable[[], Any]) -> Any:
            try:
                return action()
            except RuleBroken:
                self.broken = True
                raise
            except (KeyError, TypeError, AttributeError, IndexError, ValueError) as error:
                self.broken = True
                return self.scene.unreadable(error)

        def start(self, data: st.DataObject, count: int) -> Operation:
            number = len(self.all)
            rows = [f"row-{number}-{position}" for position in range(count)]
            plan = data.draw(plans(count), label="plan") if planned else None
            ghosts = [f"ghost-{number}"] if kind.may_miss and not planned else []
            operation: Operation = self.do(
                lambda: Operation(self.scene, kind, rows, f"mark-{number}", plan, ghosts)
            )
            self.all.append(operation)
            return operation

        @initialize(target=operations, data=st.data(), count=st.integers(1, ROWS))
        def first(self, data: st.DataObject, count: int) -> Operation:
            return self.start(data, count)

        @rule(target=operations, data=st.data(), count=st.integers(1, _ROWS_ON_SERVERS))
        def submit(self, data: st.DataObject, count: int) -> Operation:
            return self.start(data, count)

        @rule(operation=operations)
        def read(self, operation: Operation) -> None:
            self.do(operation.read)

        @rule(operation=operations)
        def look(self, operation: Operation) -> None:
            self.do(operation.look)

        @rule(operation=operations)
        def follow_progress_path(self, operation: Operation) -> None:
            self.do(operation.follow_progress_path)

        if planned:

            @rule(seconds=st.sampled_from([0.5, 1, 2, 3, 10]))
            def pass_time(self, seconds: float) -> None:
                self.do(lambda: self.scene.pass_time(seconds))

            @rule(operation=operations, rows=st.integers(1, ROWS))
            def move(self, operation: Operation, rows: int) -> None:
                self.do(lambda: operation.move(rows))

        def teardown(self) -> None:
            try:
                if not self.broken:
                    for operation in self.all:
                        self.do(operation.run_to_end)
                        self.do(operation.look)
                        self.do(operation.check_plan)
                        self.do(operation.read)
                    self.scene.all_broken(self.scene.noticed)
            finally:
                self.scene.close()

    return Histories
