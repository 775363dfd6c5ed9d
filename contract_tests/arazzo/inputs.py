"""Inputs against the workflow's `inputs`, a JSON Schema of 2020-12 (Arazzo 1.0.1, Workflow Object).

The specification asks for no validation. It is done all the same, before any request: a flow that
runs half-way on bad inputs has already changed the server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, validators  # type: ignore[import-untyped, unused-ignore]
from jsonschema.exceptions import SchemaError, ValidationError  # type: ignore[import-untyped, unused-ignore]
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from contract_tests.arazzo.depth import MAX_DEPTH, too_deep
from contract_tests.arazzo.errors import CriterionError, InputError, LinkError
from contract_tests.arazzo.model import Document, Workflow
from contract_tests.arazzo.patterns import Pattern

_DOCUMENT = "urn:arazzo:document"
_SHOWN = 3


def _pattern(
    _validator: Any, pattern: str, instance: Any, _schema: Any
) -> Iterator[ValidationError]:
    """The keyword `pattern`, with an end to every search."""
    if isinstance(instance, str) and not Pattern(pattern).found_in(instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


_extended: Any = validators  # its types leave out what `extend` takes
_Bounded = _extended.extend(Draft202012Validator, {"pattern": _pattern})


def check_schema(workflow: Workflow) -> None:
    """Raise LinkError when the workflow's `inputs` is no valid schema."""
    if workflow.inputs is None:
        return
    try:
        Draft202012Validator.check_schema(workflow.inputs)
    except SchemaError as error:
        raise LinkError(
            f"is no valid JSON Schema: {error.message}", f"{workflow.place}/inputs"
        ) from None


def complete_inputs(
    document: Document, workflow: Workflow, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The inputs with the schema's top-level defaults filled in.

    Raises InputError that names each field that is missing or wrong; it shows no values, which
    may be secrets.
    """
    schema = workflow.inputs
    inputs = dict(given)
    if too_deep(inputs):
        raise InputError(f"the inputs are nested more than {MAX_DEPTH} deep")
    if schema is None:
        return inputs
    for name, member in declared(document, workflow).items():
        if isinstance(member, dict) and "default" in member:
            inputs.setdefault(name, member["default"])
    # The schema is addressed inside its document, so that `#/components/inputs/...` resolves.
    resource = DRAFT202012.create_resource(document.raw)
    registry: Registry[Any] = Registry().with_resource(_DOCUMENT, resource)
    pointer = workflow.place.partition("#")[2]
    validator = _Bounded({"$ref": f"{_DOCUMENT}#{pointer}/inputs"}, registry=registry)
    try:
        errors = sorted(
            validator.iter_errors(inputs), key=lambda e: list(map(str, e.absolute_path))
        )
    except Unresolvable as error:
        raise LinkError(
            f"$ref {error.ref!r} leads to nothing", f"{workflow.place}/inputs"
        ) from None
    except RecursionError:
        raise LinkError("refers to itself without end", f"{workflow.place}/inputs") from None
    except CriterionError as error:
        raise LinkError(error.message, f"{workflow.place}/inputs") from None
    if errors:
        problems = list(dict.fromkeys(_describe(error) for error in errors))
        more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
        listed = "; ".join(problems[:_SHOWN]) + more
        raise InputError(f"the inputs do not fit the workflow {workflow.workflow_id!r}: {listed}")
    return inputs


def declared(document: Document, workflow: Workflow) -> dict[str, Any]:
    """The inputs that the schema names: name -> its schema. One `$ref` at the top is followed."""
    schema = workflow.inputs
    if isinstance(schema, dict) and isinstance(reference := schema.get("$ref"), str):
        name = reference.removeprefix("#/components/inputs/")
        schema = (document.raw.get("components") or {}).get("inputs", {}).get(name)
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return properties if isinstance(properties, dict) else {}


def inputs_for(
    document: Document, workflow: Workflow, available: Mapping[str, Any]
) -> dict[str, Any]:
    """Of the inputs at hand, those that another workflow declares; all, if it declares none."""
    names = declared(document, workflow)
    return {key: value for key, value in available.items() if not names or key in names}


def _describe(error: ValidationError) -> str:
    path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in error.absolute_path)
    field = f"input {path[1:]!r}" if path else "the inputs"
    demanded: Any = error.validator_value
    match error.validator:
        case "required" if isinstance(error.instance, dict):
            absent = [n for n in demanded if n not in error.instance]
            names = ", ".join(repr(f"{path[1:]}.{n}" if path else n) for n in absent)
            return (
                f"input {names} is missing" if len(absent) == 1 else f"inputs {names} are missing"
            )
        case "type":
            wanted = demanded if isinstance(demanded, str) else " or ".join(demanded)
            return f"{field} must be of type {wanted}"
        case "additionalProperties":
            return f"{field}: a name that the schema does not have: {error.message}"
    return f"{field} breaks {error.validator}: {str(demanded)[:100]}"
