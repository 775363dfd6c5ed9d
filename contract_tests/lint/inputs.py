"""Inputs: whether their schema can be read, and lets through what the operations refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped, unused-ignore]
from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped, unused-ignore]

from contract_tests.arazzo import pointers
from contract_tests.arazzo.missing import MISSING
from contract_tests.lint.finding import Finding
from contract_tests.lint.rules import found
from contract_tests.lint.spot import Spot
from contract_tests.lint.subject import StepView, Subject, WorkflowView
from contract_tests.surface import Schema

_DEEPEST = 32
_PREFIX = "$inputs."
_HOLDERS = ("properties", "$defs", "patternProperties", "dependentSchemas")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLES = ("items", "additionalProperties", "not", "if", "then", "else", "contains")
_AT_MOST = re.compile(r"([\d,]*\d) at most|at most ([\d,]*\d)", re.IGNORECASE)
_UPPER = ("maxItems", "maxLength", "maximum", "maxProperties")
_LOWER = ("minItems", "minLength", "minimum", "minProperties")


def check_inputs(subject: Subject) -> Iterator[Finding]:
    """Schemas that lead to nothing, allow nothing, or allow too much."""
    for workflow in subject.workflows:
        yield from _check(workflow.spot.at("inputs"), subject)
        yield from _compared(workflow, subject)
    for spot in subject.components.members("inputs").values():
        yield from _check(spot, subject)


def resolved(spot: Spot, subject: Subject) -> Spot:
    """The schema there, or the one of this document that its `$ref` leads to."""
    for _ in range(_DEEPEST):
        reference = spot.text("$ref") if isinstance(spot.value, dict) else None
        if reference is None or not reference.startswith("#"):
            break
        target = _target(reference, subject)
        if target.value is MISSING:
            break
        spot = target
    return spot


def contradicts(schema: Any) -> bool:
    """Whether some part of a schema allows nothing at all: its least is more than its most."""
    return any(
        isinstance(low := part.value.get(lower), (int, float))
        and isinstance(high := part.value.get(upper), (int, float))
        and low > high
        for part in _parts(Spot(schema))
        for lower, upper in zip(_LOWER, _UPPER, strict=True)
    )


def _check(root: Spot, subject: Subject) -> Iterator[Finding]:
    try:
        Draft202012Validator.check_schema(root.value if root.present else {})
    except SchemaError:
        return  # the rules of structure say so
    for part in _parts(root):
        yield from _reference(part, subject)
        yield from _default(part)
        yield from _required(part)
        yield from _endless(part, subject)
        for lower, upper in zip(_LOWER, _UPPER, strict=True):
            low, high = part.value.get(lower), part.value.get(upper)
            if _is_number(low) and _is_number(high) and low > high:
                message = f"{lower} is {low} and {upper} is {high}: no value fits"
                yield found("inputs-schema", part.at(lower), message, "change one of the two")


def _parts(spot: Spot, depth: int = 0) -> Iterator[Spot]:
    """The schema and every schema in it."""
    if not isinstance(spot.value, dict) or depth > _DEEPEST:
        return
    yield spot
    for key in _HOLDERS:
        for member in spot.members(key).values():
            yield from _parts(member, depth + 1)
    for key in _LISTS:
        for item in spot.items(key):
            yield from _parts(item, depth + 1)
    for key in _SINGLES:
        yield from _parts(spot.at(key), depth + 1)


def _reference(part: Spot, subject: Subject) -> Iterator[Finding]:
    reference = part.text("$ref")
    if reference is None:
        return
    seen: list[str] = []
    while reference is not None and reference not in seen:
        seen.append(reference)
        target = _target(reference, subject)
        if target.value is MISSING:
            where = "in another file" if not reference.startswith("#") else "to nothing"
            yield found(
                "inputs-schema",
                part.at("$ref"),
                f"$ref {reference!r} leads {where}; nothing is fetched",
                "refer to a schema of this document, as in #/components/inputs/<name>",
            )
            return
        reference = target.text("$ref") if isinstance(target.value, dict) else None
    if reference is not None:
        yield found(
            "inputs-schema",
            part.at("$ref"),
            f"$ref {seen[0]!r} comes back to itself",
            "refer to a schema that says something",
        )


def _target(reference: str, subject: Subject) -> Spot:
    if not reference.startswith("#"):
        return Spot(MISSING)
    try:
        tokens = pointers.parse(reference[1:])
    except pointers.PointerError:
        return Spot(MISSING)
    return Spot(pointers.follow(subject.root.value, tokens), tokens)


def _default(part: Spot) -> Iterator[Finding]:
    default = part.at("default")
    if not default.present or "$ref" in part.value:
        return
    own = {key: value for key, value in part.value.items() if key in _OWN}
    error = next(iter(Draft202012Validator(own).iter_errors(default.value)), None)
    if error is not None:
        yield found(
            "inputs-schema",
            default,
            f"the default does not fit its own schema: {error.validator}",
            "give a default that fits, or none",
        )


_OWN = frozenset({"type", "enum", "const", *_UPPER, *_LOWER, "required"})


def _required(part: Spot) -> Iterator[Finding]:
    properties, required = part.at("properties").value, part.at("required").value
    if not isinstance(properties, dict) or not isinstance(required, list):
        return
    for name in required:
        if name not in properties and not part.value.get("additionalProperties"):
            yield found(
                "required-undeclared",
                part.at("required"),
                f"{name!r} is required, and there is no such property",
                f"declare {name!r} under properties, or leave it out",
            )


def _endless(part: Spot, subject: Subject) -> Iterator[Finding]:
    """An object that requires one like itself, and so has no end."""
    start = resolved(part, subject)
    reached: set[str] = set()
    waiting = [start] if "$ref" in part.value else []
    while waiting:
        schema = waiting.pop()
        for name in _names(schema, "required"):
            member = schema.at("properties").at(name) if isinstance(name, str) else Spot(MISSING)
            target = resolved(member, subject)
            if target.present and target.pointer == start.pointer:
                message = f"whoever has it must have {name!r}, which is of the same kind: no end"
                yield found("inputs-schema", part, message, f"do not require {name!r}")
                return
            if target.present and target.pointer not in reached:
                reached.add(target.pointer)
                waiting.append(target)


def _compared(workflow: WorkflowView, subject: Subject) -> Iterator[Finding]:
    """Inputs against what the operations that they go to take."""
    properties = resolved(workflow.spot.at("inputs"), subject).members("properties")
    seen: set[tuple[str, str]] = set()
    for step in workflow.steps:
        for name, schema in _uses(step):
            if name not in properties or step.described is None:
                continue
            spot = resolved(properties[name], subject)
            for finding in _wider(spot, schema, name, step.described.name, subject):
                if (finding.pointer, finding.message) not in seen:
                    seen.add((finding.pointer, finding.message))
                    yield finding


def _uses(step: StepView) -> Iterator[tuple[str, Schema]]:
    """Input -> the schema of the member or the parameter that it is the whole value of."""
    described = step.described
    if described is None:
        return
    for parameter in step.parameters:
        location = parameter.location or ""
        name = parameter.name.lower() if location == "header" else parameter.name
        declared = described.parameters.get((location, name))
        if (
            declared is not None
            and declared.schema is not None
            and (used := _input(parameter.value))
        ):
            yield used, declared.schema
    if described.body_schema is None:
        return
    members = described.body_schema.properties()
    for key, spot in step.spot.at("requestBody").members("payload").items():
        if key in members and (used := _input(spot)):
            yield used, members[key]
    for replacement in step.spot.at("requestBody").items("replacements"):
        member = members.get((replacement.text("target") or "").removeprefix("/"))
        if member is not None and (used := _input(replacement.at("value"))):
            yield used, member


def _wider(
    spot: Spot, schema: Schema, name: str, operation: str, subject: Subject
) -> Iterator[Finding]:
    """What an input's schema lets through and the operation's does not."""
    if not isinstance(spot.value, dict) or {"enum", "const"} & spot.value.keys():
        return
    wanted = schema.type
    if not {"type", "allOf", "anyOf", "oneOf", "$ref"} & spot.value.keys():
        if wanted is not None:
            yield _too_wide(spot, f"{name!r} has no type; {operation} takes {wanted}", "note")
        return
    for bounds, sign in ((_UPPER, 1), (_LOWER, -1)):
        for keyword in bounds:
            limit = next((p.value[keyword] for p in schema.parts() if keyword in p.value), None)
            if limit is None and keyword == "maxItems" and wanted == "array":
                limit = _stated(schema)
            own = spot.value.get(keyword)
            if not isinstance(limit, (int, float)):
                continue
            least = spot.value.get(keyword.replace("max", "min"))
            if sign > 0 and isinstance(least, (int, float)) and least > limit:
                at = spot.at(keyword.replace("max", "min"))
                message = f"{name!r} has {least} at least, and {operation} takes {limit}"
                yield _too_wide(at, message, "error")
                return
            if isinstance(own, (int, float)) and sign * own > sign * limit:
                message = f"{keyword} of {name!r} is {own}; {operation} takes {limit}"
                yield _too_wide(spot.at(keyword), message, "warning")
            elif own is None and keyword == "maxItems":
                message = f"{name!r} has no maxItems; {operation} takes {limit}"
                yield _too_wide(spot, message, "note")
    items, theirs = resolved(spot.at("items"), subject), schema.items()
    if isinstance(items.value, dict) and theirs is not None and "properties" in items.value:
        missing = [each for each in theirs.required() if each not in _names(items, "required")]
        if missing and not theirs.choices():
            names = ", ".join(map(repr, missing))
            message = f"the elements of {name!r} need not have {names}; {operation} requires it"
            yield _too_wide(items, message, "warning")


def _stated(schema: Schema) -> int | None:
    """How many elements a description says that a list may have."""
    for part in schema.parts():
        if match := _AT_MOST.search(str(part.value.get("description") or "")):
            return int((match[1] or match[2]).replace(",", ""))
    return None


def _too_wide(spot: Spot, message: str, level: Any) -> Finding:
    mend = "let the schema of the inputs allow no more than the operation takes"
    return found("inputs-too-wide", spot, message, mend, level)


def _names(spot: Spot, key: str) -> list[str]:
    value = spot.at(key).value
    return value if isinstance(value, list) else []


def _input(spot: Spot) -> str | None:
    """The name in a value that is just `$inputs.name`."""
    value = spot.value
    if not isinstance(value, str) or not value.startswith(_PREFIX):
        return None
    name = value.removeprefix(_PREFIX)
    return name if name.replace("_", "").replace("-", "").isalnum() else None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
