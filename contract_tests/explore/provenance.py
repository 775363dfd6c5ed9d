"""Where a workflow's outputs come from: which of them tell of an answer's field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract_tests.arazzo import Program
from contract_tests.arazzo.linking import LinkedWorkflow

_STEP_OUTPUT = re.compile(r"\$steps\.([\w-]+)\.outputs\.([\w.-]+)")
_OUTPUT = re.compile(r"\$outputs\.([\w.-]+)")
_DEEPEST = 8


def outputs_telling(
    linked: LinkedWorkflow, program: Program, fields: tuple[str, ...]
) -> frozenset[str]:
    """The workflow's outputs that hold one of these fields of an answer, or the whole answer."""
    told = re.compile(rf"\$response\.body(?:$|.*\b(?:{'|'.join(fields)})\b)")
    return frozenset(
        name
        for name in linked.workflow.outputs
        if any(told.search(text) for text in _origins(name, linked, program, 0))
    )


def _origins(name: str, linked: LinkedWorkflow, program: Program, depth: int) -> Iterator[str]:
    """The expressions, of this workflow or of those that it calls, that an output is made of."""
    text = linked.workflow.outputs.get(name, "")
    yield text
    if depth > _DEEPEST:
        return
    for step_id, output in _STEP_OUTPUT.findall(text):
        for step in linked.steps:
            if step.step.step_id != step_id:
                continue
            inner = step.step.outputs.get(output, "")
            yield inner
            if step.workflow is not None:
                called = program.workflows[step.workflow]
                for inner_name in (*_OUTPUT.findall(inner), output):
                    yield from _origins(inner_name, called, program, depth + 1)
