"""References: sources, operations, workflows, steps, components."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

from contract_tests.arazzo import FlowError, Library, pointers
from contract_tests.arazzo.document import parse_document
from contract_tests.arazzo.openapi import OpenApiDocument
from contract_tests.arazzo.sources import OPERATION_PATH, split_qualified
from contract_tests.lint.finding import Finding
from contract_tests.lint.rules import found
from contract_tests.lint.spot import Spot
from contract_tests.lint.subject import StepView, Subject, WorkflowView
from contract_tests.surface import Described

_COMPONENTS = ("parameters", "successActions", "failureActions")


class References:
    """Follows the references of a subject; the operations that it finds go into the steps."""

    def __init__(self, subject: Subject, folder: Path, library: Library) -> None:
        self._subject = subject
        self._folder = folder
        self._library = library
        self._types: dict[str, str] = {}
        self._openapi: dict[str, OpenApiDocument] = {}
        self._arazzo: dict[str, set[str]] = {}
        self._used: set[str] = set()

    def check(self) -> Iterator[Finding]:
        """Every reference that leads nowhere, or not as it should."""
        spots = self._subject.root.items("sourceDescriptions")
        for spot in spots:
            yield from self._source(spot)
        for workflow in self._subject.workflows:
            for step in workflow.steps:
                yield from self._step(step, workflow)
            yield from self._targets(workflow)
        yield from self._dependencies()
        yield from self._unused(spots)

    def _source(self, spot: Spot) -> Iterator[Finding]:
        name, url = spot.text("name"), spot.text("url")
        if name is None or url is None:
            return
        self._types[name] = spot.text("type") or "openapi"
        mend = "mend the url; it is taken from the folder that the document is in"
        remote = "://" in url
        try:
            located = self._library.locate(url, str(self._folder))
            if located.substitute and not remote:
                yield found(
                    "source-not-found",
                    spot.at("url"),
                    f"{url} is not there; {located.file.name} was found elsewhere, and read",
                    mend,
                    "note",
                )
            self._load(name, located.file)
        except FlowError as error:
            if remote:
                mend = "give a copy of it, of the same name, with --openapi"
            yield found(
                "source-not-found", spot.at("url"), error.message, mend, "note" if remote else None
            )

    def _load(self, name: str, file: Path) -> None:
        if self._types[name] == "openapi":
            self._openapi[name] = OpenApiDocument(name, file, self._library)
        else:
            value = self._library.load(file)
            self._arazzo[name] = set(parse_document(value, name=file.name).workflows)

    def _step(self, step: StepView, workflow: WorkflowView) -> Iterator[Finding]:
        if step.spot.text("operationId") is not None:
            yield from self._by_id(step, step.spot.at("operationId"))
        elif step.spot.text("operationPath") is not None:
            yield from self._by_path(step, step.spot.at("operationPath"))
        elif step.spot.text("workflowId") is not None:
            yield from self._workflow(step.spot.at("workflowId"))

    def _by_id(self, step: StepView, spot: Spot) -> Iterator[Finding]:
        qualified = split_qualified(spot.value)
        names = (
            [qualified[0]] if qualified else [n for n, t in self._types.items() if t == "openapi"]
        )
        id = qualified[1] if qualified else spot.value
        if qualified and qualified[0] not in self._types:
            yield found(
                "operation-unknown",
                spot,
                f"there is no source {qualified[0]!r}",
                f"use one of {', '.join(self._types)}",
            )
            return
        if spot.value.startswith("$") and not qualified:
            yield found(
                "expression-malformed",
                spot,
                f"{spot.value!r} names no operation",
                "write $sourceDescriptions.<name>.<operationId>",
            )
            return
        self._used.update(names if qualified else ())
        sources = [self._openapi[name] for name in names if name in self._openapi]
        matches = [(source, each) for source in sources for each in source.by_id(id)]
        self._used.update(source.name for source, _ in matches)
        if not qualified and len(names) > 1:
            owner = matches[0][0].name if len(matches) == 1 else "<source>"
            yield found(
                "bare-operation-id",
                spot,
                f"{id!r} is not qualified, and there are {len(names)} sources",
                f"write $sourceDescriptions.{owner}.{id}",
            )
        if len(matches) == 1:
            step.described = Described(matches[0][1], matches[0][0])
        elif matches:
            owners = ", ".join(f"{s.name} ({o.label})" for s, o in matches)
            yield found(
                "operation-ambiguous",
                spot,
                f"{id!r} is several operations: {owners}",
                "qualify it, or give each operation an id of its own",
            )
        elif len(sources) == len(names) and sources:
            known = [each for source in sources for each in source.operation_ids]
            near = get_close_matches(id, known, n=1)
            elsewhere = [n for n, source in self._openapi.items() if id in source.operation_ids]
            hint = f"did you mean {near[0]!r}?" if near else "name an operation that is there"
            if elsewhere:
                hint = f"it is in {elsewhere[0]}: $sourceDescriptions.{elsewhere[0]}.{id}"
            where = ", ".join(names)
            yield found("operation-unknown", spot, f"there is no operation {id!r} in {where}", hint)

    def _by_path(self, step: StepView, spot: Spot) -> Iterator[Finding]:
        match = OPERATION_PATH.fullmatch(spot.value)
        if match is None:
            yield found(
                "operation-path-malformed",
                spot,
                f"{spot.value!r} is no source with a JSON Pointer",
                "write {$sourceDescriptions.<name>.url}#/paths/<path>/<method>, with ~1 for /",
            )
            return
        name, fragment = match[1] or match[2], match[3]
        self._used.add(name)
        if not spot.value.startswith("{"):
            yield found(
                "bare-embedding",
                spot,
                f"the source {name!r} stands in text without braces",
                f"write {{$sourceDescriptions.{name}.url}}",
            )
        if "{" in fragment:
            yield found(
                "operation-path-braces",
                spot,
                "braces that hold no expression stand beside an expression in braces",
                "call the operation by its operationId",
            )
        if name not in self._types:
            yield found(
                "operation-unknown",
                spot,
                f"there is no source {name!r}",
                f"use one of {', '.join(self._types)}",
            )
        elif name in self._openapi:
            yield from self._operation_at(step, spot, self._openapi[name], fragment)

    def _operation_at(
        self, step: StepView, spot: Spot, source: OpenApiDocument, fragment: str
    ) -> Iterator[Finding]:
        try:
            tokens = pointers.parse(unquote(fragment))
        except pointers.PointerError as error:
            yield found("operation-path-malformed", spot, str(error), "write ~1 for / in the path")
            return
        operation = source.by_path(tokens[1], tokens[2]) if _is_operation(tokens) else None
        if operation is None:
            yield found(
                "operation-unknown",
                spot,
                f"{fragment!r} leads to no operation of {source.name}",
                "name a path and a method (in lower case) that are there",
            )
            return
        step.described = Described(operation, source)
        if operation.operation_id is not None:
            yield found(
                "operation-path-avoidable",
                spot,
                f"the operation has the operationId {operation.operation_id!r}",
                f"write operationId: $sourceDescriptions.{source.name}.{operation.operation_id}",
            )

    def _targets(self, workflow: WorkflowView) -> Iterator[Finding]:
        ids = [step.id for step in workflow.steps]
        seen: set[str] = set()
        for step in workflow.steps:
            for action in (*(step.on_success or ()), *(step.on_failure or ())):
                if action.body.pointer in seen:
                    continue
                seen.add(action.body.pointer)
                if action.step_id is not None and action.step_id not in ids:
                    near = get_close_matches(action.step_id, ids, n=1)
                    yield found(
                        "step-unknown",
                        action.body.at("stepId"),
                        f"there is no step {action.step_id!r} in {workflow.id!r}",
                        f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(ids)}",
                    )
                if action.workflow_id is not None:
                    yield from self._workflow(action.body.at("workflowId"))
        listed = workflow.spot.at("dependsOn")
        for n, value in enumerate(listed.value if isinstance(listed.value, list) else ()):
            if isinstance(value, str):
                yield from self._workflow(Spot(value, (*listed.tokens, str(n))))

    def _workflow(self, spot: Spot) -> Iterator[Finding]:
        qualified = split_qualified(spot.value)
        if qualified:
            name, id = qualified
            self._used.add(name)
            known = self._arazzo.get(name)
            if name not in self._types:
                yield found(
                    "workflow-unknown",
                    spot,
                    f"there is no source {name!r}",
                    f"use one of {', '.join(self._types)}",
                )
            elif known is not None and id not in known:
                yield found(
                    "workflow-unknown",
                    spot,
                    f"{name} has no workflow {id!r}",
                    f"use one of {', '.join(sorted(known))}",
                )
            return
        ids = [workflow.id for workflow in self._subject.workflows]
        if spot.value not in ids:
            near = get_close_matches(spot.value, ids, n=1)
            yield found(
                "workflow-unknown",
                spot,
                f"there is no workflow {spot.value!r}",
                f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(ids)}",
            )

    def _dependencies(self) -> Iterator[Finding]:
        """Workflows that wait for themselves, by `dependsOn`, by calls, or both."""
        edges = {
            workflow.id: {
                *(each for each in _texts(workflow.spot.at("dependsOn"))),
                *(id for step in workflow.steps if (id := step.spot.text("workflowId"))),
            }
            for workflow in self._subject.workflows
        }
        waiting_for_themselves = _in_circles(edges)
        for workflow in self._subject.workflows:
            if workflow.id in waiting_for_themselves:
                calls = not workflow.spot.at("dependsOn").present
                yield found(
                    "dependency-loop",
                    workflow.spot if calls else workflow.spot.at("dependsOn"),
                    f"the workflow {workflow.id!r} waits for itself",
                    "take out one of the dependencies",
                )

    def _unused(self, sources: list[Spot]) -> Iterator[Finding]:
        for spot in sources:
            name = spot.text("name")
            if name is not None and name not in self._used:
                yield found(
                    "source-unused", spot, f"no step uses the source {name!r}", "leave it out"
                )
        for kind in _COMPONENTS:
            for name, component in self._subject.components.members(kind).items():
                if (kind, name) not in self._subject.components_used:
                    yield found(
                        "component-unused",
                        component,
                        f"nothing refers to {kind}.{name}",
                        "leave it out",
                    )


def _in_circles(edges: dict[str, set[str]]) -> set[str]:
    """The workflows that come back to themselves."""
    # What leads nowhere is taken away first, so that a long chain costs little.
    left = {id: {each for each in targets if each in edges} for id, targets in edges.items()}
    before: dict[str, set[str]] = {}
    for id, targets in left.items():
        for target in targets:
            before.setdefault(target, set()).add(id)
    ended = [id for id, targets in left.items() if not targets]
    while ended:
        id = ended.pop()
        del left[id]
        for earlier in before.get(id, ()):
            left[earlier].discard(id)
            if not left[earlier]:
                ended.append(earlier)
    return {id for id in left if _comes_back(id, left)}


def _comes_back(start: str, edges: dict[str, set[str]]) -> bool:
    reached, waiting = set[str](), list(edges[start])
    while waiting:
        id = waiting.pop()
        if id not in reached:
            reached.add(id)
            waiting.extend(edges.get(id, ()))
    return start in reached


def _is_operation(tokens: tuple[str, ...]) -> bool:
    return len(tokens) == 3 and tokens[0] == "paths"


def _texts(spot: Spot) -> list[str]:
    return (
        [each for each in spot.value if isinstance(each, str)]
        if isinstance(spot.value, list)
        else []
    )
