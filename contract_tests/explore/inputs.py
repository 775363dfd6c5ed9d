"""Inputs to explore a flow with: made of its `inputs` schema and of where each input is used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contract_tests.arazzo import Program
from contract_tests.arazzo.inputs import declared
from contract_tests.arazzo.linking import LinkedStep, LinkedWorkflow
from contract_tests.arazzo.masking import is_secret_name
from contract_tests.arazzo.missing import MISSING
from contract_tests.explore.knock import API_KEY
from contract_tests.surface import Schema, Surface
from contract_tests.surface.schemas import SAMPLES_BY_FORMAT

ROWS = ("user-1", "user-2", "user-3")
"""The ids of rows and of recipients alike, so that a failed row is one of the recipients."""


def sample_inputs(program: Program, linked: LinkedWorkflow, surface: Surface) -> dict[str, Any]:
    """Inputs for a workflow: what it requires, and no more, so that what is optional is absent.

    A workflow that says of no input that it is required is given all of them.
    """
    properties = declared(linked.document, linked.workflow)
    schema = linked.workflow.inputs if isinstance(linked.workflow.inputs, dict) else {}
    required = schema.get("required") or list(properties)
    uses = dict(_uses(program, surface))
    return {
        name: _value(name, properties.get(name), uses.get(name))
        for name in (*required, *(n for n in uses if not properties))
    }


def _value(name: str, schema: Any, use: Schema | None) -> Any:
    schema = schema if isinstance(schema, dict) else {}
    for key in ("const", "default", "example"):
        if key in schema:
            return schema[key]
    for key in ("enum", "examples"):
        if schema.get(key):
            return schema[key][0]
    kind = schema.get("type", use.type if use is not None else None)
    kind = kind[0] if isinstance(kind, list) and kind else kind
    match kind:
        case "array":
            items = use.items() if use is not None else None
            return [_row(id, schema.get("items"), items) for id in _ids(schema)]
        case "object":
            members = schema.get("properties") or {}
            names = schema.get("required") or ()
            return {each: _value(each, members.get(each), None) for each in names}
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return False
    if is_secret_name(name):
        return API_KEY
    by_format = SAMPLES_BY_FORMAT.get(str(schema.get("format")))
    return by_format or f"{name}-1"


def _ids(schema: dict[str, Any]) -> list[str]:
    """Three ids, or as many as a list must have or may have."""
    least, most = schema.get("minItems", 0), schema.get("maxItems", len(ROWS))
    return [f"user-{n + 1}" for n in range(max(least, min(most, len(ROWS))))]


def _row(id: str, schema: Any, use: Schema | None) -> Any:
    """An element of a list: a row or a recipient, as an id or as an object with one."""
    schema = schema if isinstance(schema, dict) else {}
    kind = schema.get("type") or (use.type if use is not None else None)
    if kind == "object" or "properties" in schema:
        members = {
            name: _value(name, member, None)
            for name, member in (schema.get("properties") or {}).items()
            if name in (schema.get("required") or ())
        }
        needed = use.required() if use is not None else []
        return {**{n: use.properties()[n].sample() for n in needed if use}, **members, "id": id}
    return 1 if kind in ("integer", "number") else id


def _uses(program: Program, surface: Surface) -> Iterator[tuple[str, Schema | None]]:
    """Input name -> the schema of the body's member or the parameter that it fills."""
    for workflow in program.workflows.values():
        for step in workflow.steps:
            yield from _uses_of(step, surface)


def _uses_of(step: LinkedStep, surface: Surface) -> Iterator[tuple[str, Schema | None]]:
    if step.operation is None:
        return
    described = surface.describe(step.operation)
    for parameter in step.parameters:
        if name := _input(parameter.value):
            key = (parameter.location or "", parameter.name)
            found = described.parameters.get(key)
            yield name, found.schema if found is not None else None
    payload = step.step.request_body.payload if step.step.request_body else MISSING
    if name := _input(payload):
        yield name, described.body_schema
    members = described.body_schema.properties() if described.body_schema else {}
    for key, value in payload.items() if isinstance(payload, dict) else ():
        if name := _input(value):
            yield name, members.get(key)


def _input(value: Any) -> str | None:
    """The name in a value that is just `$inputs.name`."""
    if isinstance(value, str) and value.startswith("$inputs."):
        name = value.removeprefix("$inputs.")
        return name if name.replace("_", "").replace("-", "").isalnum() else None
    return None
