"""From a JSON value to an Arazzo document: its structure is checked here, its references later."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from contract_tests.arazzo import loading, pointers
from contract_tests.arazzo.errors import DocumentError
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.model import (
    Action,
    Components,
    Criterion,
    Document,
    Parameter,
    Replacement,
    RequestBody,
    Reusable,
    SourceDescription,
    Step,
    Workflow,
)
from contract_tests.arazzo.node import Node

T = TypeVar("T")
_VERSION = re.compile(r"1\.[01]\.\d+(?:-.+)?")
_SOURCE_NAME = re.compile(r"[A-Za-z0-9_\-]+")
_OTHERS = {"openapi": "an OpenAPI", "swagger": "an OpenAPI", "asyncapi": "an AsyncAPI"}
_LOCATIONS = ("path", "query", "header", "cookie")
_CRITERION_TYPES = ("simple", "regex", "jsonpath", "xpath")


def load_document(path: str | Path) -> Document:
    """Read an Arazzo document, in YAML or JSON. Raises DocumentError."""
    path = Path(path)
    value = loading.load_file(path)
    demand_arazzo(value, str(path))
    return parse_document(value, name=path.name, folder=str(path.parent))


def demand_arazzo(value: Any, name: str) -> None:
    """Raise DocumentError for a file without content, and for a document of another kind."""
    if value is None:
        raise DocumentError("is empty: there is no Arazzo document in it", name)
    if isinstance(value, dict) and "arazzo" not in value:
        kind = next((_OTHERS[key] for key in _OTHERS if key in value), None)
        if kind is not None:
            raise DocumentError(f"is {kind} document, and no Arazzo document", name)


def parse_document(value: Any, *, name: str = "document", folder: str = ".") -> Document:
    """Check the structure of an Arazzo document and give it as objects.

    Takes 1.0.x and tolerates the header of 1.1.x, whose new fields are not read.
    Raises DocumentError at the first place that breaks the structure.
    """
    root = Node(value, f"{name}#", ())
    root.object("an Arazzo document")
    version = root.text("arazzo")
    if not _VERSION.fullmatch(version):
        raise root.child("arazzo").error(f"version {version!r} is not supported; 1.0.x is")
    info = root.child("info").object("the Info Object")
    sources = [_source(node) for node in root.items("sourceDescriptions", at_least=1)]
    workflows = [_workflow(node) for node in root.items("workflows", at_least=1)]
    return Document(
        name=name,
        folder=folder,
        version=version,
        title=info.text("title", default=""),
        sources=_unique(sources, lambda source: source.name, "source description"),
        workflows=_unique(workflows, lambda workflow: workflow.workflow_id, "workflowId"),
        components=_components(root.child("components", optional=True)),
        raw=value,
    )


def _source(node: Node) -> SourceDescription:
    node.object("a Source Description Object")
    name = node.text("name")
    if not _SOURCE_NAME.fullmatch(name):
        raise node.child("name").error(f"{name!r} may hold letters, digits, '_' and '-' only")
    kind = node.choice("type", ("openapi", "arazzo"), default="openapi")
    return SourceDescription(name, node.text("url"), kind, node.place)


def _workflow(node: Node) -> Workflow:
    node.object("a Workflow Object")
    steps = [_step(item) for item in node.items("steps", at_least=1)]
    _unique(steps, lambda step: step.step_id, "stepId")
    inputs = node.value.get("inputs")
    if inputs is not None and not isinstance(inputs, (dict, bool)):
        raise node.child("inputs").error("must be a JSON Schema")
    depends_on = tuple(item.as_text() for item in node.items("dependsOn"))
    return Workflow(
        workflow_id=node.text("workflowId"),
        summary=node.text("summary", default=""),
        description=node.text("description", default=""),
        inputs=inputs,
        depends_on=depends_on,
        steps=tuple(steps),
        success_actions=_actions(node, "successActions", failure=False),
        failure_actions=_actions(node, "failureActions", failure=True),
        outputs=_outputs(node),
        parameters=_parameters(node),
        place=node.place,
    )


def _step(node: Node) -> Step:
    node.object("a Step Object")
    targets = [key for key in ("operationId", "operationPath", "workflowId") if key in node.value]
    if len(targets) != 1:
        given = " and ".join(targets) or "none"
        raise node.error(
            f"a step has exactly one of operationId, operationPath and workflowId; it has {given}"
        )
    body = node.child("requestBody", optional=True)
    criteria = None
    if "successCriteria" in node.value:
        criteria = tuple(_criterion(item) for item in node.items("successCriteria"))
    return Step(
        step_id=node.text("stepId"),
        description=node.text("description", default=""),
        operation_id=node.optional_text("operationId"),
        operation_path=node.optional_text("operationPath"),
        workflow_id=node.optional_text("workflowId"),
        parameters=_parameters(node),
        request_body=_request_body(body) if body.present else None,
        success_criteria=criteria,
        on_success=_actions(node, "onSuccess", failure=False),
        on_failure=_actions(node, "onFailure", failure=True),
        outputs=_outputs(node),
        place=node.place,
    )


def _outputs(node: Node) -> Mapping[str, str]:
    child = node.child("outputs", optional=True)
    if not child.present:
        return {}
    child.object("a map of names to runtime expressions")
    return {name: child.text(name) for name in child.value}


def _parameters(node: Node) -> tuple[Parameter | Reusable, ...]:
    found: list[Parameter | Reusable] = []
    seen: set[tuple[str, str | None]] = set()
    for item in node.items("parameters"):
        item.object("a Parameter Object")
        if "reference" in item.value:
            found.append(_reusable(item))
            continue
        parameter = _parameter(item)
        if (parameter.name, parameter.location) in seen:
            raise item.error(f"the parameter {parameter.name!r} is given twice")
        seen.add((parameter.name, parameter.location))
        found.append(parameter)
    return tuple(found)


def _parameter(node: Node) -> Parameter:
    node.object("a Parameter Object")
    if "value" not in node.value:
        raise node.error("a parameter needs a value")
    location = node.choice("in", _LOCATIONS) if "in" in node.value else None
    return Parameter(node.text("name"), location, node.value["value"], node.place)


def _reusable(node: Node) -> Reusable:
    value = (node.value["value"],) if "value" in node.value else ()
    return Reusable(node.text("reference"), value, node.place)


def _request_body(node: Node) -> RequestBody:
    node.object("a Request Body Object")
    replacements = []
    for item in node.items("replacements"):
        item.object("a Payload Replacement Object")
        target = item.text("target")
        try:
            pointers.parse(target)
        except pointers.PointerError as error:
            raise item.child("target").error(f"{error} (XPath is not supported)") from None
        if "value" not in item.value:
            raise item.error("a replacement needs a value")
        replacements.append(Replacement(target, item.value["value"], item.place))
    return RequestBody(
        content_type=node.optional_text("contentType"),
        payload=node.value.get("payload", MISSING),
        replacements=tuple(replacements),
        place=node.place,
    )


def _criterion(node: Node) -> Criterion:
    node.object("a Criterion Object")
    kind, version = "simple", None
    declared = node.child("type", optional=True)
    if declared.present and isinstance(declared.value, dict):
        kind = declared.choice("type", ("jsonpath", "xpath"))
        version = declared.text("version")
    elif declared.present:
        kind = node.choice("type", _CRITERION_TYPES)
    context = node.optional_text("context")
    if kind != "simple" and context is None:
        raise node.error(f"a criterion of type {kind} needs a context")
    return Criterion(node.text("condition"), kind, context, version, node.place)


def _actions(node: Node, key: str, *, failure: bool) -> tuple[Action | Reusable, ...] | None:
    if key not in node.value:
        return None
    found: list[Action | Reusable] = []
    names: set[str] = set()
    for item in node.items(key):
        item.object("an action")
        if "reference" in item.value:
            found.append(_reusable(item))
            continue
        action = _action(item, failure=failure)
        if action.name in names:
            raise item.error(f"the action {action.name!r} is given twice")
        names.add(action.name)
        found.append(action)
    return tuple(found)


def _action(node: Node, *, failure: bool) -> Action:
    node.object("an action")
    kinds = ("end", "goto", "retry") if failure else ("end", "goto")
    kind: Literal["end", "goto", "retry"] = node.choice("type", kinds)  # type: ignore[assignment]
    step_id, workflow_id = node.optional_text("stepId"), node.optional_text("workflowId")
    if step_id is not None and workflow_id is not None:
        raise node.error("stepId and workflowId exclude each other")
    if kind == "goto" and step_id is None and workflow_id is None:
        raise node.error("a goto needs a stepId or a workflowId")
    after, limit = node.value.get("retryAfter"), node.value.get("retryLimit")
    if after is not None and (not _is_number(after) or after < 0):
        raise node.child("retryAfter").error("must be a number of seconds, 0 or more")
    if limit is not None and (not _is_number(limit) or limit != int(limit) or limit < 0):
        raise node.child("retryLimit").error("must be a whole number, 0 or more")
    return Action(
        name=node.text("name"),
        type=kind,
        step_id=step_id,
        workflow_id=workflow_id,
        retry_after=None if after is None else float(after),
        retry_limit=None if limit is None else int(limit),
        criteria=tuple(_criterion(item) for item in node.items("criteria")),
        place=node.place,
    )


def _components(node: Node) -> Components:
    if not node.present:
        return Components({}, {}, {})
    node.object("the Components Object")

    def members(key: str, parse: Callable[[Node], T]) -> dict[str, T]:
        child = node.child(key, optional=True)
        if not child.present:
            return {}
        child.object("a map")
        return {name: parse(child.child(name)) for name in child.value}

    return Components(
        parameters=members("parameters", _parameter),
        success_actions=members("successActions", lambda item: _action(item, failure=False)),
        failure_actions=members("failureActions", lambda item: _action(item, failure=True)),
    )


def _unique(found: list[T], key: Callable[[T], str], what: str) -> dict[str, T]:
    by_key: dict[str, T] = {}
    for item in found:
        if key(item) in by_key:
            place = getattr(item, "place", "")
            raise DocumentError(f"the {what} {key(item)!r} is given twice", place)
        by_key[key(item)] = item
    return by_key


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
