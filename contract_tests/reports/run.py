"""Everything that a run has to tell, as data; the other reports are made from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from contract_tests.checking.coverage import Coverage
from contract_tests.reports.finding import Finding
from contract_tests.rules import all_rules
from contract_tests.rules.registry import SUITES

FORMAT = 1
"""Version of the JSON report; it grows when a reader has to know."""

Verdict = Literal["held", "broken", "not judged"]


@dataclass(frozen=True)
class CheckResult:
    """One check: `passed`, `failed`, `not judged` (with the reason) or `error`; real seconds."""

    suite: str
    name: str
    outcome: str
    seconds: float
    reason: str = ""


@dataclass(frozen=True)
class SuiteTotal:
    """What became of one suite's rules.

    checks, seconds: of its own; none where it did not run, and other suites judged rules of it.
    cases: how often its rules were judged. operations: at how many it was.
    """

    name: str
    checks: int
    held: int
    broken: int
    not_judged: int
    cases: int
    operations: int
    seconds: float


@dataclass(frozen=True)
class RunReport:
    """One run.

    notes: what was left out, and what else a reader should know.
    judgements: how often each rule was judged. judged_at: at which operations.
    not_judged: why, by the id of the rule.
    """

    server: str
    kind: str
    profile: str
    seed: int
    suites: tuple[str, ...]
    seconds: float
    checks: Sequence[CheckResult]
    findings: Sequence[Finding]
    judgements: Mapping[str, int]
    not_judged: Mapping[str, str]
    notes: Sequence[str]
    coverage: Coverage
    judged_at: Mapping[str, Collection[str]]
    operations: Sequence[tuple[str, str, str]]
    """Every operation of the documents: id, method, path."""

    @property
    def accusing(self) -> list[Finding]:
        """The findings that count as faults of the server."""
        return [finding for finding in self.findings if finding.accuses]

    @property
    def errors(self) -> list[CheckResult]:
        """Checks that could not be carried out to the end."""
        return [check for check in self.checks if check.outcome == "error"]

    def verdicts(self) -> dict[str, Verdict]:
        """By the id of each rule of the suites that ran."""
        broken = {finding.rule.id for finding in self.findings}
        return {
            id: "broken" if id in broken else "held" if self.judgements.get(id) else "not judged"
            for id, rule in all_rules().items()
            if rule.suite in self.suites or id in broken or self.judgements.get(id)
        }

    def summary(self) -> dict[str, int]:
        """How many rules held, were broken, were not judged; and how many checks there were."""
        counts = Counter(self.verdicts().values())
        return {
            "held": counts["held"],
            "broken": counts["broken"],
            "not_judged": counts["not judged"],
            "checks": len(self.checks),
        }

    def totals(self) -> list[SuiteTotal]:
        """A row for each suite that has verdicts, in their order."""
        rules, verdicts, rows = all_rules(), self.verdicts(), []
        for suite in SUITES:
            own = {id: v for id, v in verdicts.items() if rules[id].suite == suite}
            if not own:
                continue
            counts = Counter(own.values())
            checks = [check for check in self.checks if check.suite == suite]
            places = {place for id in own for place in self.judged_at.get(id, ())}
            rows.append(
                SuiteTotal(
                    suite, len(checks), counts["held"], counts["broken"], counts["not judged"],
                    sum(self.judgements.get(id, 0) for id in own), len(places),
                    sum(check.seconds for check in checks),
                )
            )  # fmt: skip
        return rows

    def repeat(self, finding: Finding) -> str:
        """The command that finds it again."""
        parts = [
            "knock-contract check", f"--suite {finding.suite}", f'--only "{finding.check}"',
            f"--profile {self.profile}", f"--seed {self.seed}",
        ]  # fmt: skip
        if self.server:
            parts.append(f"--server {self.server}")
        return " ".join(parts)

    def to_json(self) -> dict[str, Any]:
        """The JSON report."""
        rules = all_rules()
        return {
            "format": FORMAT,
            "server": self.server or "a mock-knock of the kit's own",
            "kind": self.kind,
            "profile": self.profile,
            "seed": self.seed,
            "suites": list(self.suites),
            "seconds": round(self.seconds, 3),
            "summary": self.summary(),
            "findings": [{**f.to_json(), "repeat": self.repeat(f)} for f in self.findings],
            "rules": [
                {
                    "id": id,
                    "sentence": rules[id].sentence,
                    "verdict": verdict,
                    "judged": self.judgements.get(id, 0),
                    "operations": sorted(self.judged_at.get(id, ())),
                    "why_not": self.not_judged.get(id, "") if verdict == "not judged" else "",
                }
                for id, verdict in self.verdicts().items()
            ],
            "checks": [
                {
                    "suite": check.suite,
                    "name": check.name,
                    "outcome": check.outcome,
                    "seconds": round(check.seconds, 3),
                    "reason": check.reason,
                }
                for check in self.checks
            ],
            "notes": list(self.notes),
            "coverage": self.coverage.to_json(),
        }
