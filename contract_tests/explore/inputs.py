"""Inputs to explore a flow with: made of its `inputs` schema and of where each input is used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped, unused-ignore]

from contract_tests.arazzo import Document, Program, pointers
from contract_tests.arazzo.errors import FlowError
from contract_tests.arazzo.expressions import Expression
from contract_tests.arazzo.inputs import declared
from contract_tests.arazzo.linking import LinkedStep, LinkedWorkflow, WorkflowKey
from contract_tests.arazzo.masking import is_secret_name
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.templates import parse_template
from contract_tests.explore.drawing import text_like
from contract_tests.explore.knock import API_KEY
from contract_tests.surface import Role, Schema, Surface
from contract_tests.surface.schemas import SAMPLES_BY_FORMAT

ROWS = ("user-1", "user-2", "user-3")
"""The ids of rows and of recipients alike, so that a failed row is one of the recipients."""
_MOST = 1000
"""Elements of a list, at most: no bulk call takes more."""
_MOST_REFERENCES = 8
_DEEPEST = 8
_KEPT_MEMBERS = ("tenant", "actor")


@dataclass(frozen=True)
class _Sampler:
    """Makes values. other: those of another run, which has other users and other figures."""

    document: Document
    credentials: frozenset[str]
    kept: frozenset[str]
    other: bool
    depth: int = 0

    def value(self, name: str, schema: Any, use: Schema | None) -> Any:
        """A value for an input of that name; text where nothing says what it is."""
        schema = self.resolved(schema)
        if name in self.credentials and schema.get("type", "string") == "string":
            return next((schema[key] for key in ("const", "default") if key in schema), API_KEY)
        other = self.other and name not in self.kept
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][-1 if other else 0]
        if not other:
            if "default" in schema:
                return schema["default"]
            examples = [schema["example"]] if "example" in schema else schema.get("examples")
            if isinstance(examples, list) and examples:
                return examples[0]
        return self._made(name, schema, use, other)

    def resolved(self, schema: Any) -> dict[str, Any]:
        """The schema, or the one of the document that it refers to."""
        for _ in range(_MOST_REFERENCES):
            reference = schema.get("$ref") if isinstance(schema, dict) else None
            if not isinstance(reference, str) or not reference.startswith("#"):
                break
            try:
                schema = pointers.follow(self.document.raw, pointers.parse(reference[1:]))
            except pointers.PointerError:
                break
        return schema if isinstance(schema, dict) else {}

    def _made(self, name: str, schema: dict[str, Any], use: Schema | None, other: bool) -> Any:
        kind = schema.get("type", use.type if use is not None else None)
        kind = kind[0] if isinstance(kind, list) and kind else kind
        match kind:
            case "array":
                items = use.items() if use is not None else None
                return [self._row(id, schema.get("items"), items) for id in _ids(schema, other)]
            case "object":
                members = schema.get("properties") or {}
                names = schema.get("required") or ()
                if self.depth > _DEEPEST:
                    return {}
                inner = replace(self, depth=self.depth + 1)
                return {each: inner.value(each, members.get(each), None) for each in names}
            case "integer" | "number":
                return schema.get("minimum", 1) + other
            case "boolean":
                return other
        return _text(name, schema, other)

    def _row(self, id: str, schema: Any, use: Schema | None) -> Any:
        """An element of a list: a row or a recipient, as an id or as an object with one."""
        schema = self.resolved(schema)
        kind = schema.get("type") or (use.type if use is not None else None)
        if kind == "object" or "properties" in schema:
            properties = schema.get("properties") or {}
            members = {
                name: self.value(name, properties.get(name), None)
                for name in schema.get("required") or ()
            }
            own = self.resolved(properties.get("id"))
            if own.get("type", "string") == "string" and ("id" in properties or not properties):
                members["id"] = id
            needed = use.required() if use is not None and not properties else []
            return {**{n: use.properties()[n].sample() for n in needed if use}, **members}
        return 1 if kind in ("integer", "number") else id


def sample_inputs(
    program: Program, linked: LinkedWorkflow, surface: Surface, *, other: bool = False
) -> dict[str, Any]:
    """Inputs for a workflow and those it waits for: what they require, so the rest is absent.

    A workflow that says of no input that it is required is given all of them. other: inputs of
    another run, with other users and other figures; what names the workflow stays as it is.
    """
    steps = [step for each in program.workflows.values() for step in each.steps]
    uses = dict(use for step in steps for use in _uses_of(step, surface))
    sampler = _Sampler(
        linked.document,
        frozenset(name for step in steps for name in _credentials(step)),
        frozenset(name for step in steps for name in _kept(step, surface)),
        other,
    )
    found: dict[str, Any] = {}
    for each in reversed([linked, *_awaited(program, linked)]):
        sampler = replace(sampler, document=each.document)
        properties = declared(each.document, each.workflow)
        schema = sampler.resolved(each.workflow.inputs)
        required = schema.get("required") or list(properties)
        names = (*required, *(n for n in uses if not properties and n not in found))
        found.update(
            {name: sampler.value(name, properties.get(name), uses.get(name)) for name in names}
        )
    return found


def _awaited(program: Program, linked: LinkedWorkflow) -> list[LinkedWorkflow]:
    """The workflows that have to be completed before this one: they share its inputs."""
    found: dict[WorkflowKey, LinkedWorkflow] = {}
    waiting = list(linked.depends_on)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found[key] = program.workflows[key]
            waiting.extend(found[key].depends_on)
    return list(found.values())


def _text(name: str, schema: dict[str, Any], other: bool) -> str:
    made = SAMPLES_BY_FORMAT.get(str(schema.get("format"))) or f"{name}-1"
    if is_secret_name(name):
        made = f"secret-of-{name}"
    if other:
        made = f"{made[:-1]}2"
    try:
        fits = Draft202012Validator(schema).is_valid(made)
    except FlowError:
        fits = False
    return made if fits else text_like(schema, made, other=other)


def _ids(schema: dict[str, Any], other: bool) -> list[str]:
    """Three ids, or as many as a list must have or may have."""
    least, most = schema.get("minItems", 0), schema.get("maxItems", len(ROWS))
    count = min(max(least, min(most, len(ROWS))), _MOST)
    return [f"{'person' if other else 'user'}-{n + 1}" for n in range(count)]


def _uses_of(step: LinkedStep, surface: Surface) -> Iterator[tuple[str, Schema | None]]:
    """Input name -> the schema of the body's member or the parameter that it fills."""
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


def _credentials(step: LinkedStep) -> Iterator[str]:
    """The inputs that a step authorizes itself with."""
    for parameter in step.parameters:
        if parameter.name.lower() == "authorization" and isinstance(parameter.value, str):
            for expression in _expressions(parameter.value):
                if expression.root == "inputs":
                    yield expression.name
    for parameter in step.parameters:
        name = _input(parameter.value)
        if name and parameter.location != "path" and is_secret_name(parameter.name):
            yield name


def _kept(step: LinkedStep, surface: Surface) -> Iterator[str]:
    """The inputs that say which workflow is triggered, and for whom: not what differs by run."""
    if step.operation is None or surface.describe(step.operation).role is not Role.TRIGGER:
        return
    payload = step.step.request_body.payload if step.step.request_body else None
    members = payload if isinstance(payload, dict) else {}
    values = [each.value for each in step.parameters if each.location == "path"]
    for value in (*values, *(members.get(key) for key in _KEPT_MEMBERS)):
        if name := _input(value):
            yield name


def _expressions(text: str) -> tuple[Expression, ...]:
    try:
        return parse_template(text, True).expressions
    except FlowError:
        return ()


def _input(value: Any) -> str | None:
    """The name in a value that is just `$inputs.name`."""
    if isinstance(value, str) and value.startswith("$inputs."):
        name = value.removeprefix("$inputs.")
        return name if name.replace("_", "").replace("-", "").isalnum() else None
    return None
