"""Everything that a run of a client has to tell, as data; the other reports are made from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from contract_tests.clients.drawing import DRAWN
from contract_tests.clients.finding import ClientFinding
from contract_tests.clients.run import ClientRun, Draws, Played
from contract_tests.clients.written import written
from contract_tests.rules.clients import CLIENT_RULES

FORMAT: Final = 1
"""Version of the JSON report; it grows when a reader has to know."""


@dataclass(frozen=True)
class Row:
    """One scenario. seconds: simulated, or real for a program. triggers: those that were taken."""

    name: str
    sentence: str
    outcome: str
    requests: int
    seconds: float
    polls: int
    triggers: int
    notified: int
    rules: tuple[str, ...]

    @classmethod
    def of(cls, played: Played) -> Row:
        """What one scenario came to."""
        record = played.record
        ending = record.ending
        report = ending.report
        outcome = "stopped" if ending.stopped else "no report"
        if report is not None:
            outcome = "raised" if report.raised else report.outcome
        return cls(
            name=played.scenario.name,
            sentence=played.scenario.sentence,
            outcome=outcome,
            requests=len(record.sent),
            seconds=record.sent[-1].at if record.sent else 0.0,
            polls=len(record.of("poll")),
            triggers=sum(one.taken for one in record.of("trigger")),
            notified=len(record.notified),
            rules=tuple(verdict.rule.id for verdict in played.verdicts),
        )


@dataclass(frozen=True)
class ClientReport:
    """One run. repeat_options: those that name the client. drawn: scenarios drawn and run."""

    client: str
    argument: str
    draws: Draws
    drawn: int
    seconds: float
    rows: Sequence[Row]
    findings: Sequence[ClientFinding]
    problem: str

    @classmethod
    def of(cls, run: ClientRun) -> ClientReport:
        """What there is to tell by now."""
        return cls(
            client=run.driver.name,
            argument=run.driver.argument,
            draws=run.draws,
            drawn=run.drawn,
            seconds=run.seconds,
            rows=[Row.of(played) for played in run.played],
            findings=sorted(run.findings, key=lambda one: list(CLIENT_RULES).index(one.rule.id)),
            problem=run.problem,
        )

    def verdicts(self) -> dict[str, str]:
        """`held` or `broken`, by the id of each rule."""
        broken = {finding.rule.id for finding in self.findings}
        return {id: "broken" if id in broken else "held" for id in CLIENT_RULES}

    def repeat(self, finding: ClientFinding) -> str:
        """The command that finds it again."""
        scenario = finding.scenario
        name = f'"{scenario.name}"' if scenario.name != DRAWN else f"'{written(scenario)}'"
        return f"knock-contract client --scenario {name} {self.argument}".strip()

    def to_json(self) -> dict[str, Any]:
        """The JSON report."""
        verdicts = self.verdicts()
        return {
            "format": FORMAT,
            "client": self.client,
            "profile": self.draws.profile,
            "seed": self.draws.seed,
            "drawn": self.drawn,
            "seconds": round(self.seconds, 3),
            "problem": self.problem,
            "summary": {
                "scenarios": len(self.rows),
                "sound": sum(not row.rules for row in self.rows),
                "broken": len(self.findings),
            },
            "findings": [{**f.to_json(), "repeat": self.repeat(f)} for f in self.findings],
            "rules": [
                {"id": id, "sentence": rule.sentence, "verdict": verdicts[id]}
                for id, rule in CLIENT_RULES.items()
            ],
            "scenarios": [
                {
                    "name": row.name,
                    "sentence": row.sentence,
                    "outcome": row.outcome,
                    "requests": row.requests,
                    "seconds": round(row.seconds, 3),
                    "polls": row.polls,
                    "triggers": row.triggers,
                    "notified": row.notified,
                    "rules_broken": list(row.rules),
                }
                for row in self.rows
            ],
        }
