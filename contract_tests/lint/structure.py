"""Structure: fields, types, values, ids. By the table of `shapes`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped, unused-ignore]
from jsonschema.exceptions import SchemaError  # type: ignore[import-untyped, unused-ignore]

from contract_tests.lint.finding import Finding
from contract_tests.lint.rules import found
from contract_tests.lint.shapes import REUSABLE, SHAPES, Field, Shape
from contract_tests.lint.spot import Spot

_VERSION = re.compile(r"1\.0\.\d+(?:-.+)?")
_NEXT_VERSION = re.compile(r"1\.1\.\d+(?:-.+)?")
_TYPES: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "number": (int, float),
    "integer": (int,),
    "schema": (dict, bool),
}
_WORDS = {"text": "text", "number": "a number", "integer": "a whole number", "schema": "a schema"}


def check_structure(root: Spot) -> Iterator[Finding]:
    """Everything that breaks the structure of an Arazzo document."""
    if not isinstance(root.value, dict):
        yield found(
            "wrong-type",
            root,
            f"an Arazzo document is a mapping, not {_kind(root.value)}",
            "start with the fields arazzo, info, sourceDescriptions and workflows",
        )
        return
    version = root.text("arazzo") or ""
    later = bool(_NEXT_VERSION.fullmatch(version))
    if version and not _VERSION.fullmatch(version):
        yield found(
            "unsupported-version",
            root.at("arazzo"),
            f"version {version} is read as 1.0.1, and what it adds is passed over"
            if later
            else f"version {version!r} is none that is known here",
            "write arazzo: 1.0.1",
            "note" if later else None,
        )
    yield from _object(root, "Arazzo", later)
    yield from _ids(root)


def _object(spot: Spot, name: str, later: bool) -> Iterator[Finding]:
    shape = SHAPES[name]
    if not isinstance(spot.value, dict):
        yield _wrong_type(spot, f"a {shape.section}, a mapping")
        return
    for key, rule in shape.fields.items():
        child = spot.at(key)
        if child.present:
            yield from _value(child, rule, later)
        elif rule.required:
            yield found(
                "missing-field", spot, f"the {shape.section} has no {key!r}", f"give it a {key!r}"
            )
    yield from _unknown(spot, shape, later)
    yield from _conditional(spot, name)


def _value(spot: Spot, rule: Field, later: bool) -> Iterator[Finding]:
    kind, inner = rule.kind[0], rule.kind[1:-1]
    if kind == "[":
        yield from _list(spot, inner, rule, later)
    elif kind == "{":
        yield from _map(spot, inner, rule, later)
    elif rule.kind == "CriterionType" and not isinstance(spot.value, str):
        yield from _object(spot, "CriterionType", later)
    elif rule.kind in SHAPES and rule.kind != "CriterionType":
        yield from _object(spot, rule.kind, later)
    elif rule.kind == "schema" and isinstance(spot.value, dict):
        yield from _schema(spot)
    elif rule.kind != "any":
        yield from _scalar(spot, "text" if rule.kind == "CriterionType" else rule.kind, rule)


def _list(spot: Spot, inner: str, rule: Field, later: bool) -> Iterator[Finding]:
    if not isinstance(spot.value, list):
        yield _wrong_type(spot, "a list")
        return
    if rule.filled and not spot.value:
        yield found("bad-value", spot, "the list is empty", "give it an element, or leave it out")
    for n, value in enumerate(spot.value):
        item = Spot(value, (*spot.tokens, str(n)))
        reusable = inner in REUSABLE and isinstance(value, dict) and "reference" in value
        yield from _value(item, Field("Reusable" if reusable else inner), later)


def _map(spot: Spot, inner: str, rule: Field, later: bool) -> Iterator[Finding]:
    if not isinstance(spot.value, dict):
        yield _wrong_type(spot, "a mapping")
        return
    for key in spot.value:
        if rule.keys and not re.fullmatch(rule.keys, key):
            yield found(
                "bad-value",
                spot.at(key),
                f"the key {key!r} has characters that may not be in it",
                "use letters, digits, '.', '_' and '-'",
            )
        yield from _value(spot.at(key), Field(inner), later)


def _scalar(spot: Spot, kind: str, rule: Field) -> Iterator[Finding]:
    value = spot.value
    boolean = isinstance(value, bool) and kind in ("number", "integer")
    if not isinstance(value, _TYPES[kind]) or boolean:
        yield _wrong_type(spot, _WORDS[kind])
    elif kind == "text" and value == "" and rule.required:
        yield found("bad-value", spot, "the text is empty", "fill it in")
    elif rule.values and value not in rule.values:
        yield found(
            "bad-value",
            spot,
            f"{value!r} is none of {', '.join(rule.values)}",
            f"use {_near(value, rule.values) or ' or '.join(rule.values)}",
        )
    elif isinstance(value, (int, float)) and value < 0:
        yield found("bad-value", spot, f"{value} is negative", "use 0 or more")
    elif rule.should and not re.fullmatch(rule.should, str(value)):
        yield found(
            "name-characters",
            spot,
            f"{value!r} has characters that a name should not have",
            "use letters, digits, '_' and '-' only",
        )


def _unknown(spot: Spot, shape: Shape, later: bool) -> Iterator[Finding]:
    for key in spot.value:
        if key in shape.fields or (later and key in shape.later):
            continue
        if key.startswith("x-") and shape.extensible:
            continue
        near = _near(key, shape.fields)
        hint = f"did you mean {near!r}?" if near else "leave it out, or begin its name with x-"
        if key in shape.later:
            hint = "it is new in Arazzo 1.1; leave it out"
        yield found(
            "unknown-field", spot.at(key), f"the {shape.section} has no field {key!r}", hint
        )


def _schema(spot: Spot) -> Iterator[Finding]:
    try:
        Draft202012Validator.check_schema(spot.value)
    except SchemaError as error:
        at = spot
        for token in error.absolute_path:
            at = Spot(at.value[token], (*at.tokens, str(token)))
        yield found(
            "inputs-schema", at, f"is no JSON Schema: {error.message}"[:200], "mend the schema"
        )


def _conditional(spot: Spot, name: str) -> Iterator[Finding]:
    """Rules between the fields of one object."""
    if name == "Step":
        given = [k for k in ("operationId", "operationPath", "workflowId") if k in spot.value]
        if len(given) != 1:
            yield found(
                "one-target",
                spot,
                f"the step calls {' and '.join(given) or 'nothing'}",
                "give it exactly one of operationId, operationPath and workflowId",
            )
    elif name in ("SuccessAction", "FailureAction"):
        yield from _action(spot)
    elif name == "Criterion":
        kind = spot.value.get("type")
        if kind not in (None, "simple") and "context" not in spot.value:
            yield found(
                "missing-field",
                spot,
                "a criterion with a type has no 'context'",
                "say what the condition looks at, as in context: $response.body",
            )


def _action(spot: Spot) -> Iterator[Finding]:
    kind, targets = spot.value.get("type"), [k for k in ("stepId", "workflowId") if k in spot.value]
    if len(targets) == 2:
        yield found("action-target", spot, "stepId and workflowId exclude each other", "keep one")
    if kind == "goto" and not targets:
        yield found(
            "action-target", spot, "a goto has no target", "give it a stepId or a workflowId"
        )
    if kind == "end" and targets:
        yield found(
            "field-without-effect",
            spot.at(targets[0]),
            f"{targets[0]} means nothing in an end",
            "leave it out, or use goto",
        )
    if kind in ("end", "goto"):
        for key in ("retryAfter", "retryLimit"):
            if key in spot.value:
                yield found(
                    "field-without-effect",
                    spot.at(key),
                    f"{key} means nothing in {kind!r}",
                    "leave it out, or use type: retry",
                )


def _ids(root: Spot) -> Iterator[Finding]:
    yield from _unique(root.items("sourceDescriptions"), "name", "source description")
    workflows = root.items("workflows")
    yield from _unique(workflows, "workflowId", "workflow")
    for workflow in workflows:
        steps = workflow.items("steps")
        yield from _unique(steps, "stepId", "step")
        for owner in (workflow, *steps):
            keys = ("successActions", "failureActions", "onSuccess", "onFailure")
            for key in keys:
                yield from _unique(owner.items(key), "name", "action")


def _unique(spots: Iterable[Spot], key: str, what: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for spot in spots:
        name = spot.text(key)
        if name is not None and name in seen:
            yield found(
                "duplicate",
                spot.at(key),
                f"there are two of the {what} {name!r}",
                "give one of them another name",
            )
        seen.add(name or "")


def _wrong_type(spot: Spot, wanted: str) -> Finding:
    return found(
        "wrong-type", spot, f"must be {wanted}, and is {_kind(spot.value)}", f"write {wanted}"
    )


def _near(word: Any, known: Iterable[str]) -> str | None:
    found = get_close_matches(str(word), list(known), n=1)
    return found[0] if found else None


def _kind(value: Any) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", str: "text", list: "a list"}
    return "null" if value is None else names.get(type(value), "a mapping")
