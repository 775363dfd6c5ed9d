"""One run of the suites under pytest: the examiner, what became of each check, and the report."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import pytest

from contract_tests.checking.breach import ServerGoneError
from contract_tests.checking.check import Check
from contract_tests.checking.examiner import Examiner
from contract_tests.refusal import COULD_NOT_RUN
from contract_tests.reports.run import CheckResult, RunReport
from contract_tests.reports.words import finding_text
from contract_tests.rules.registry import SUITES


class KitSession:
    """Judges checks one by one. Close it: that ends what it has started.

    told: called with each result, for whoever shows progress.
    """

    def __init__(self, examiner: Examiner, stack: ExitStack, *, server: str = "") -> None:
        self.examiner = examiner
        self.server = server
        self.results: list[CheckResult] = []
        self.told: Callable[[CheckResult], None] = lambda result: None
        self.gone = ""
        self._stack = stack
        self._began = time.perf_counter()

    def begin(self, checks: Sequence[Check]) -> None:
        """Start what is done beside the other checks."""
        phases = {check.beside for check in checks if check.beside}
        if phases:
            self.examiner.phases = phases
            _ = self.examiner.generated

    def judge(self, check: Check) -> None:
        """Carry one check out. Fails the test with what was found, skips it with the reason."""
        reason = self.examiner.lacking(check)
        if reason is not None:
            self._note(check, "not judged", 0.0, reason)
            pytest.skip(f"not judged: {reason}")
        began = time.perf_counter()
        try:
            found = self.examiner.run(check)
        except ServerGoneError as error:
            self.gone = str(error)
            self._note(check, "error", time.perf_counter() - began, self.gone)
            pytest.exit(self.gone, returncode=COULD_NOT_RUN)
        except Exception:
            self._note(check, "error", time.perf_counter() - began, traceback.format_exc())
            raise
        seconds = time.perf_counter() - began
        if not found:
            self._note(check, "passed", seconds)
            return
        for rule in check.rules:
            self.examiner.say("its check had ended with another rule broken", rule)
        told = "; ".join(f"{finding.rule.id}: {finding.detail}" for finding in found)
        self._note(check, "failed", seconds, told)
        report = self.report()
        pytest.fail(
            "\n\n".join(finding_text(finding, report.repeat(finding)) for finding in found),
            pytrace=False,
        )

    def report(self) -> RunReport:
        """What there is to tell by now."""
        examiner = self.examiner
        ran = {result.suite for result in self.results}
        return RunReport(
            server=self.server,
            kind=examiner.target.kind,
            profile=examiner.profile.name,
            seed=examiner.seed,
            suites=tuple(suite for suite in SUITES if suite in ran),
            seconds=time.perf_counter() - self._began,
            checks=tuple(self.results),
            findings=tuple(examiner.findings),
            judgements=dict(examiner.judgements),
            not_judged=dict(examiner.not_judged),
            notes=tuple(examiner.told),
            coverage=examiner.coverage,
            judged_at={id: frozenset(at) for id, at in examiner.judged_at.items()},
            operations=tuple((o.id, o.method, o.path) for o in examiner.documents.operations),
        )

    def close(self) -> None:
        """End what goes on beside, clean up behind the run, stop the kit's own server."""
        try:
            if not self.gone:
                self.examiner.close()
        finally:
            self._stack.close()

    def _note(self, check: Check, outcome: str, seconds: float, reason: str = "") -> None:
        result = CheckResult(check.suite, check.name, outcome, seconds, reason)
        self.results.append(result)
        self.told(result)
