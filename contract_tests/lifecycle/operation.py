"""One bulk operation in a scene: sent, read again and again, and its effects looked at."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from contract_tests.checking.answer import Answer
from contract_tests.checking.breach import Breach
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import TERMINAL, Judge, transitions
from contract_tests.lifecycle.kinds import Kind
from contract_tests.rules import lifecycle as rules

_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0
_READS = 12
_A_STEP = 3_600.0
Plan = Mapping[str, Any]
_JUDGED = (
    rules.STATUS_KNOWN, rules.ROWS_WITHIN_TOTAL, rules.COUNTS_ADD_UP, rules.ERRORS_LISTED,
    rules.ERRORS_ARE_ROWS, rules.ERRORS_ONCE, rules.ERRORS_COLLECTION, rules.TIMES_BY_STATE,
    rules.TIMES_IN_ORDER, rules.QUEUED_UNTOUCHED, rules.COMPLETED_WHOLE, rules.TOTAL_IS_ROWS,
    rules.NAME,
)  # fmt: skip
_JUDGED_AGAIN = (
    rules.STATUS_FORWARD, rules.ROWS_GROW, rules.COUNTS_GROW, rules.ERRORS_STAY, rules.CONSTANTS,
    rules.TIMES_STAY, rules.UPDATED_FORWARD, rules.TERMINAL_FINAL, rules.SAME_OPERATION,
)  # fmt: skip


class Operation:
    """Sends the bulk call at once. Every answer is judged as it comes.

    plan: how the mock is told to let it go; None on servers that cannot be told.
    ghosts: rows of things that there are not. They are sent, counted, and not looked at.
    ready: whether what the rows need is there already.
    """

    def __init__(
        self,
        scene: Scene,
        kind: Kind,
        rows: Sequence[str],
        mark: str,
        plan: Plan | None = None,
        ghosts: Sequence[str] = (),
        *,
        ready: bool = False,
    ) -> None:
        self.scene = scene
        self.kind = kind
        self.rows = tuple(rows)
        self.ghosts = tuple(ghosts)
        # A server that gives up at what it does not find must not come away with it.
        sent = [*rows[:1], *ghosts, *rows[1:]]
        self.mark = mark
        self.plan = plan
        self.moved = False
        if not ready:
            kind.prepare(scene, rows, mark)
        if plan is not None:
            scene.control("POST", "/plans/next", {"plan": dict(plan)})
        self.judge = Judge(kind.sent(scene, sent))
        self.ids = dict(zip(sent, self.judge.sent.rows, strict=False))
        answer = kind.submit(scene, sent, mark)
        self._take(answer)
        self.id = str(self.judge.last["id"])

    # Reading

    def read(self) -> dict[str, Any]:
        """GET it."""
        return self._take(self.scene.get(f"/v1/bulk_operations/{self.id}"))

    def follow_progress_path(self) -> None:
        """GET what progress_path names, on the server's own host."""
        path = self.judge.last.get("progress_path")
        if path is None:
            return
        local = "/" + path.split("/", 3)[3] if "://" in path else path
        answer = self.scene.get(local)
        told = f"{path} answered {answer.status}"
        self.scene.require(rules.PROGRESS_PATH, answer.status == 200, told)
        same = answer.json.get("id") == self.id
        self.scene.require(rules.PROGRESS_PATH, same, f"{path} is {answer.json.get('id')!r}")
        self._take(answer)

    def move(self, rows: int) -> None:
        """Let the mock carry rows out, until so many are done; it refuses what makes no sense."""
        path = f"/bulk_operations/{self.id}/move"
        answer = self.scene.control("POST", path, {"rows": rows})
        self.moved = self.moved or answer.status == 200

    def _take(self, answer: Answer) -> dict[str, Any]:
        found = self.scene.ok(answer, rules.ANSWERS_OPERATION)
        examiner = self.scene.examiner
        examiner.judged(*_JUDGED, *(_JUDGED_AGAIN if self.judge.answers else ()))
        self.scene.require(
            rules.ANSWERS_OPERATION,
            isinstance(found, dict) and {"id", "status"} <= found.keys(),
            f"answered {str(found)[:200]}",
            answer.place,
        )
        faults = self.judge.take(found)
        self._count()
        self.scene.all_broken([Breach(rule, told, answer.place) for rule, told in faults])
        taken: dict[str, Any] = found
        return taken

    def _count(self) -> None:
        coverage = self.scene.examiner.coverage
        coverage.states[self.kind.key, str(self.judge.last.get("status"))] += 1
        for before, after in transitions(self.judge.answers[-2:]):
            coverage.moves[self.kind.key, before, after] += 1

    # Effects

    def look(self) -> None:
        """Read it, look at every row, read it again, and compare."""
        before = self.read()
        seen = [row for row in self.rows if self.kind.in_effect(self.scene, row, self.mark)]
        after = self.read()
        scene = self.scene
        least, most = before["success_count"] - len(self.ghosts), after["success_count"]
        told = f"{len(seen)} of {len(self.rows)} rows are in effect: {seen};"
        counts = f"success_count was {before['success_count']} before and {most} after"
        failed = {item["id"] for item in before.get("error_items", [])}
        wrong = [row for row in seen if self.ids[row] in failed]
        scene.require(rules.EFFECT_OF_FAILED, not wrong, f"{wrong} failed, and are in effect")
        scene.require(rules.EFFECT_NOT_EARLY, len(seen) <= most, f"{told} {counts}")
        if self._may_lag():
            return
        scene.require(rules.EFFECT_WHEN_DONE, len(seen) >= least, f"{told} {counts}")
        if self.plan is not None and before == after:
            first = self.rows[: after["processed_rows"]]
            expected = [row for row in first if self.ids[row] not in failed]
            scene.require(
                rules.EFFECT_IN_ORDER, seen == expected, f"{told} by order it would be {expected}"
            )

    def look_at(self, rows: Sequence[str]) -> None:
        """Look at some rows of what has completed: all are in effect but those that failed."""
        failed = {item["id"] for item in self.judge.last.get("error_items", [])}
        seen = [row for row in rows if self.kind.in_effect(self.scene, row, self.mark)]
        wrong = [row for row in seen if self.ids[row] in failed]
        told = f"{wrong} failed, and are in effect"
        self.scene.require(rules.EFFECT_OF_FAILED, not wrong, told)
        missing = [row for row in rows if row not in seen and self.ids[row] not in failed]
        told = f"of {len(self.rows)} rows, {missing} are done, and not in effect"
        fits = not missing or self._may_lag() or self.judge.last["status"] != "completed"
        self.scene.require(rules.EFFECT_WHEN_DONE, fits, told)

    def _may_lag(self) -> bool:
        """Whether Knock's documents allow the effect to come later than the answer says."""
        return self.scene.target.real and self.kind.slow_on_real

    # Its end

    def run_to_end(self) -> dict[str, Any]:
        """Read it until it has ended; on the mock, time is moved between the reads.

        On the mock one that is planned to be stuck, or to be moved by hand, is left where it is.
        """
        if self.plan is not None and (
            self.plan["outcome"] == "stuck" or self.plan["progress"] == "manual"
        ):
            return self.read()
        answer = self.read()
        waited, wait, reads = 0.0, _FIRST_WAIT, 1
        while answer["status"] not in TERMINAL:
            if self.scene.target.controlled:
                if reads > _READS:
                    break
                self.scene.pass_time(_A_STEP)
            else:
                if waited > self.scene.target.patience:
                    break
                time.sleep(wait)
                waited, wait = waited + wait, min(_LONGEST_WAIT, wait * 1.5)
            answer = self.read()
            reads += 1
        told = f"still {answer['status']} after {reads} reads"
        span = f" and {waited:.0f} s" if waited else ""
        self.scene.require(rules.ENDS, answer["status"] in TERMINAL, told + span)
        return answer

    def check_plan(self) -> None:
        """Compare what has ended with its plan."""
        if self.plan is None or not self.judge.ended:
            return
        last, plan = self.judge.last, self.plan
        if not self.moved:  # moving it past where it was to stop ends it otherwise
            told = f"planned to be {plan['outcome']}, it is {last['status']}"
            self.scene.require(rules.PLAN_KEPT, last["status"] == plan["outcome"], told)
        ids = self.judge.sent.rows
        failing = [ids[i] for i in plan["failing_positions"] if i < last["processed_rows"]]
        found = [item["id"] for item in last["error_items"]]
        missing = [id for id in failing if id not in found][:5]
        others = [id for id in found if id not in failing][:5]
        told = f"{len(failing)} rows were to fail, {len(found)} did"
        told += f"; not {missing}" * bool(missing) + f"; but {others}" * bool(others)
        self.scene.require(rules.PLAN_KEPT, sorted(found) == sorted(failing), told)
