"""The checks of the suite `lifecycle`."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check, check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.kinds import KINDS, IdentifyUsers, Kind, SetObjects
from contract_tests.lifecycle.machine import run_histories
from contract_tests.lifecycle.operation import Operation
from contract_tests.rules import lifecycle as rules
from contract_tests.rules.resources import ISOLATION

SUITE = "lifecycle"

_OF_HISTORIES = (
    rules.ANSWERS_OPERATION, rules.STATUS_KNOWN, rules.STATUS_FORWARD, rules.ROWS_GROW,
    rules.ROWS_WITHIN_TOTAL, rules.COUNTS_ADD_UP, rules.COUNTS_GROW, rules.ERRORS_LISTED,
    rules.ERRORS_ARE_ROWS, rules.ERRORS_ONCE, rules.ERRORS_STAY, rules.ERRORS_COLLECTION,
    rules.QUEUED_UNTOUCHED, rules.COMPLETED_WHOLE, rules.TOTAL_IS_ROWS, rules.TIMES_BY_STATE,
    rules.TIMES_IN_ORDER, rules.TIMES_STAY, rules.UPDATED_FORWARD, rules.CONSTANTS,
    rules.TERMINAL_FINAL, rules.SAME_OPERATION, rules.NAME, rules.PROGRESS_PATH, rules.ENDS,
    rules.EFFECT_NOT_EARLY, rules.EFFECT_WHEN_DONE, rules.EFFECT_OF_FAILED,
)  # fmt: skip


def _histories(kind: Kind) -> Check:
    return Check(
        SUITE, f"histories of {kind.key}", _OF_HISTORIES, kind.needs,
        lambda examiner: run_histories(examiner, kind),
    )  # fmt: skip


def _planned(kind: Kind) -> Check:
    def run(scene: Scene) -> None:
        """Rows fail, time passes second by second, and everything is looked at on the way."""
        plan = {
            "progress": "time", "queue_for": 2, "rows_per_second": 1, "failing_positions": [1],
            "outcome": "completed", "stop_in": "processing",
        }  # fmt: skip
        operation = Operation(scene, kind, ["a", "b", "c", "d"], "planned", plan)
        for _ in range(7):
            operation.look()
            operation.follow_progress_path()
            scene.pass_time(1)
        operation.run_to_end()
        operation.look()
        operation.check_plan()
        operation.read()

    name = f"rows of {kind.key} take effect one by one"
    needs = (*kind.needs, Capability.PLANS)
    of_plans = (*_OF_HISTORIES, rules.PLAN_KEPT, rules.EFFECT_IN_ORDER)
    return Check(SUITE, name, of_plans, needs, lambda examiner: _in_a_scene(run, examiner))


def _in_a_scene(function: Callable[[Scene], None], examiner: Examiner) -> None:
    with examiner.scene() as scene:
        function(scene)


for _kind in KINDS:
    add_check(_planned(_kind))


def _stopping(kind: Kind) -> Check:
    def run(scene: Scene) -> None:
        """Operations that fail as a whole, or are stuck: rows before that keep their effect."""
        stops = (("failed", "queued", 0), ("failed", "processing", 2), ("stuck", "processing", 1))
        for number, (outcome, phase, processed) in enumerate(stops):
            stop: dict[str, object] = {"stop_in": phase}
            if phase == "processing":
                stop["after_rows"] = processed
            plan = {
                "progress": "time", "queue_for": 2, "rows_per_second": 1, "outcome": outcome,
                "failing_positions": [0], **stop,
            }  # fmt: skip
            rows = [f"row-{number}-{position}" for position in range(3)]
            operation = Operation(scene, kind, rows, f"mark-{number}", plan)
            operation.look()
            scene.pass_time(3)
            operation.look()
            scene.pass_time(86_400)
            ended = operation.read()
            operation.check_plan()
            done = ended["processed_rows"]
            told = f"planned to stop after {processed} rows, it stopped after {done}"
            scene.require(rules.PLAN_KEPT, done == processed, told)
            operation.look()

        # Rows that fail do not make the operation fail, not even all of them.
        plan = {
            "progress": "time", "queue_for": 2, "rows_per_second": 1, "outcome": "completed",
            "failing_positions": [0, 1, 2], "stop_in": "processing",
        }  # fmt: skip
        operation = Operation(scene, kind, ["x", "y", "z"], "mark-of-none", plan)
        operation.run_to_end()
        operation.check_plan()
        operation.look()

    name = f"an operation {kind.key} stops where its plan says"
    of_plans = (*_OF_HISTORIES, rules.PLAN_KEPT, rules.EFFECT_IN_ORDER)
    needs = (*kind.needs, Capability.PLANS)
    return Check(SUITE, name, of_plans, needs, lambda examiner: _in_a_scene(run, examiner))


for _kind in KINDS:
    add_check(_stopping(_kind))


@check(SUITE, rules.SAME_OPERATION, rules.CONSTANTS)
def operations_are_told_apart(scene: Scene) -> None:
    first = Operation(scene, IdentifyUsers(), ["a", "b"], "first")
    second = Operation(scene, SetObjects(), ["c"], "second")
    for operation in (first, second, first):
        operation.read()
        operation.follow_progress_path()
    for operation in (second, first):
        operation.run_to_end()
        operation.look()


@check(SUITE, rules.UNKNOWN_ID, rules.MALFORMED_ID)
def ids_that_no_operation_has_are_refused(scene: Scene) -> None:
    for number in (0, 1, 0x6F1D8C523B7E4C0A9D528E1B7A40C3F6):
        id = UUID(int=number, version=4)
        answer = scene.get(f"/v1/bulk_operations/{id}")
        scene.require(rules.UNKNOWN_ID, answer.status == 404, f"{id} answered {answer.status}")
    _malformed_ids_are_refused(scene)
    Operation(scene, IdentifyUsers(), ["known"], "mark")
    _malformed_ids_are_refused(scene)


def _malformed_ids_are_refused(scene: Scene) -> None:
    for text in ("nothing", "123", "6f1d8c52-3b7e-4c0a-9d52", "%7B%7D"):
        answer = scene.get(f"/v1/bulk_operations/{text}")
        refused = 400 <= answer.status < 500
        scene.require(rules.MALFORMED_ID, refused, f"{text!r} answered {answer.status}")


@check(SUITE, ISOLATION, needs=(Capability.OTHER_KEY,))
def operations_belong_to_their_environment(scene: Scene) -> None:
    for kind in KINDS:
        if any(scene.target.lacks(capability) for capability in kind.needs):
            continue
        operation = Operation(scene, kind, [f"{kind.key}-row"], "mark")
        for _ in range(2):
            answer = scene.get(f"/v1/bulk_operations/{operation.id}", key="KNOCK_OTHER_API_KEY")
            told = f"{kind.key}: another environment's key reads it: {answer.status}"
            scene.require(ISOLATION, answer.status in (401, 403, 404), told)
            operation.run_to_end()


for _kind in KINDS:  # the longest last
    add_check(_histories(_kind))
