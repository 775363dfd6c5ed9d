"""Under which policies a flow is explored: those that make a difference to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from contract_tests.arazzo import Policies, Program
from contract_tests.arazzo.inputs import declared
from contract_tests.arazzo.linking import LinkedWorkflow
from contract_tests.arazzo.templates import parse_template, strings_in

CHOICES: dict[str, tuple[Any, ...]] = {
    "none_matched": ("stop", "next"),
    "jsonpath": ("lenient", "strict"),
    "bare_embedding": ("on", "off"),
    "absent_input": ("omit", "null", "error"),
    "revisit_delay": (1.0, 0.0),
}
"""Every policy that settles what the specification does not, its default first."""


@dataclass(frozen=True)
class Reading:
    """Policies, and which of them are not the default."""

    policies: Policies
    changed: Mapping[str, Any]

    @property
    def options(self) -> str:
        """What to type on the command line to get this reading."""
        return " ".join(f"--policy {name}={_text(value)}" for name, value in self.changed.items())

    @property
    def label(self) -> str:
        """`default`, or what is not."""
        return ", ".join(f"{n}={_text(v)}" for n, v in self.changed.items()) or "default"


def readings(names: Iterable[str], fixed: Mapping[str, Any]) -> list[Reading]:
    """Every combination of the named policies, the rest as `fixed` or as by default."""
    varied = [name for name in CHOICES if name in set(names) and name not in fixed]
    found = []
    for values in product(*(CHOICES[name] for name in varied)):
        chosen = {**fixed, **dict(zip(varied, values, strict=True))}
        changed = {n: v for n, v in chosen.items() if v != CHOICES[n][0]}
        found.append(Reading(Policies(**chosen), changed))
    return found


def parse_policy(text: str) -> tuple[str, Any]:
    """`name=value` as a policy. Raises ValueError that lists what there is."""
    name, _, value = text.partition("=")
    name = name.replace("-", "_")
    if name not in CHOICES:
        raise ValueError(
            f"--policy takes all, default or NAME=VALUE, where NAME is one of "
            f"{', '.join(CHOICES)}; not {text!r}"
        )
    if name == "revisit_delay":
        try:
            return name, float(value)
        except ValueError:
            raise ValueError(f"revisit_delay is a number of seconds, not {value!r}") from None
    if value not in CHOICES[name]:
        raise ValueError(f"{name} is {' or '.join(CHOICES[name])}, not {value!r}")
    return name, value


def bearing(program: Program, inputs: Mapping[str, Any]) -> list[str]:
    """The policies that make a difference to a program that was linked by default ones."""
    rules = {item.rule for item in program.diagnostics}
    steps = [step for workflow in program.workflows.values() for step in workflow.steps]
    actions = [
        linked.action
        for step in steps
        for linked in (*(step.on_success or ()), *(step.on_failure or ()))
    ]
    found = {
        "none_matched": any(
            step.on_success is not None and all(linked.checks for linked in step.on_success)
            for step in steps
        ),
        "jsonpath": "jsonpath-lenient" in rules,
        "bare_embedding": "bare-embedding" in rules,
        "absent_input": any(_absent(w, inputs) for w in program.workflows.values()),
        "revisit_delay": any(
            action.type == "goto" or (action.type == "retry" and action.retry_after is None)
            for action in actions
        ),
    }
    return [name for name, matters in found.items() if matters]


def _absent(linked: LinkedWorkflow, inputs: Mapping[str, Any]) -> bool:
    """Whether a request uses an input that is not given and has no default."""
    properties = declared(linked.document, linked.workflow)
    there = inputs.keys() | {
        name for name, schema in properties.items()
        if isinstance(schema, dict) and "default" in schema
    }  # fmt: skip
    for step in linked.steps:
        body = step.step.request_body
        values = [parameter.value for parameter in step.parameters]
        values += [body.payload, *(each.value for each in body.replacements)] if body else []
        for text in strings_in([value for value in values if value]):
            for expression in parse_template(text, True).expressions:
                head = expression.name.partition(".")[0]
                if expression.root == "inputs" and head not in there:
                    return True
    return False


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
