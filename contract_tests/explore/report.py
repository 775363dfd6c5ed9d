"""An exploration as a JSON value."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract_tests.explore.exploring import Exploring, Finding
from contract_tests.explore.rules import RULES


def to_json(explorings: Iterable[Exploring]) -> dict[str, Any]:
    """Everything that was run and found, for a program."""
    return {"explorations": [_one(each) for each in explorings]}


def _one(exploring: Exploring) -> dict[str, Any]:
    document = exploring.document
    value: dict[str, Any] = {
        "document": document.name,
        "workflow": exploring.workflow,
        "inputs": exploring.inputs,
        "depth": exploring.bounds.depth,
        "seed": exploring.bounds.seed,
        "histories": exploring.histories,
        "not_run": exploring.dropped,
        "seconds": round(exploring.seconds, 3),
        "policies_without_effect": exploring.indifferent,
        "findings": [_finding(exploring, each) for each in exploring.findings()],
        "readings": [
            {
                "policies": each.reading.policies.to_json(),
                "refused": None if each.refused is None else each.refused.message,
                "histories": [record.to_json() for record in each.records],
            }
            for each in exploring.explored
        ],
    }
    masked: dict[str, Any] = exploring.masks.value(value)
    return masked


def _finding(exploring: Exploring, finding: Finding) -> dict[str, Any]:
    rule = RULES[finding.rule]
    return {
        "rule": finding.rule,
        "level": finding.level,
        "title": rule.title,
        "reason": rule.why,
        "message": finding.message,
        "place": finding.place,
        "where": exploring.where(finding.place),
        "history": finding.history,
        "policies": dict(finding.first.changed),
        "histories": finding.histories,
        "readings": finding.readings,
    }
