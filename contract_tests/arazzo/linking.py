"""From a document to a program: every reference resolved, every criterion compiled.

Nothing here sends a request, so whatever is wrong with a flow is known before it does anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

from contract_tests.arazzo.criteria import Check, compile_criterion
from contract_tests.arazzo.diagnostics import Diagnostic, Diagnostics
from contract_tests.arazzo.errors import ExpressionError, LinkError
from contract_tests.arazzo.inputs import check_schema
from contract_tests.arazzo.library import Library
from contract_tests.arazzo.model import Action, Criterion, Document, Parameter, Step, Workflow
from contract_tests.arazzo.openapi import Operation
from contract_tests.arazzo.policies import Policies
from contract_tests.arazzo.reach import check_reach, check_template
from contract_tests.arazzo.reusables import resolve_actions, resolve_parameters
from contract_tests.arazzo.sources import Sources, split_qualified

_MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class WorkflowKey:
    """Which workflow, of which document (its path)."""

    document: str
    workflow_id: str


@dataclass(frozen=True, slots=True)
class LinkedAction:
    """An action with its criteria compiled and its target known."""

    action: Action
    checks: tuple[Check, ...]
    workflow: WorkflowKey | None


@dataclass(frozen=True, slots=True)
class LinkedStep:
    """A step that calls either an operation or a workflow.

    `parameters` are the workflow's and the step's, merged. None in a list's place: omitted.
    """

    step: Step
    operation: Operation | None
    workflow: WorkflowKey | None
    parameters: tuple[Parameter, ...]
    checks: tuple[Check, ...] | None
    on_success: tuple[LinkedAction, ...] | None
    on_failure: tuple[LinkedAction, ...] | None


@dataclass(frozen=True, slots=True)
class LinkedWorkflow:
    """A workflow ready to run."""

    key: WorkflowKey
    workflow: Workflow
    document: Document
    depends_on: tuple[WorkflowKey, ...]
    steps: tuple[LinkedStep, ...]

    def position(self, step_id: str) -> int:
        """The index of a step; linking made sure that it exists."""
        return next(n for n, linked in enumerate(self.steps) if linked.step.step_id == step_id)


@dataclass(frozen=True, slots=True)
class Program:
    """The workflows that were asked for and all that they can reach."""

    document: Document
    entries: tuple[WorkflowKey, ...]
    workflows: Mapping[WorkflowKey, LinkedWorkflow]
    policies: Policies
    diagnostics: tuple[Diagnostic, ...]


def link(
    document: Document,
    library: Library,
    policies: Policies | None = None,
    workflow_ids: Iterable[str] | None = None,
) -> Program:
    """Link the named workflows (default: all of the document) and what they call.

    Raises LinkError for a reference that leads nowhere or is ambiguous, CriterionError and
    ExpressionError for what cannot be read, each with its place.
    """
    linker = _Linker(library, policies or Policies())
    wanted = list(document.workflows) if workflow_ids is None else list(workflow_ids)
    entries = []
    for workflow_id in wanted:
        if workflow_id not in document.workflows:
            known = _listed(document.workflows)
            raise LinkError(f"there is no workflow {workflow_id!r}, only {known}", document.name)
        entries.append(linker.key(document, workflow_id))
    linker.link_all(entries)
    linker.refuse_dependency_cycles()
    return Program(document, tuple(entries), linker.linked, linker.policies, tuple(linker.remarks))


class _Linker:
    def __init__(self, library: Library, policies: Policies) -> None:
        self.policies = policies
        self.remarks = Diagnostics()
        self.linked: dict[WorkflowKey, LinkedWorkflow] = {}
        self._library = library
        self._documents: dict[str, Document] = {}
        self._sources: dict[str, Sources] = {}
        self._waiting: list[WorkflowKey] = []

    def key(self, document: Document, workflow_id: str) -> WorkflowKey:
        path = f"{document.folder}/{document.name}"
        if path not in self._documents:
            self._documents[path] = document
            self._sources[path] = Sources(document, self._library, self.remarks)
        return WorkflowKey(path, workflow_id)

    def link_all(self, entries: list[WorkflowKey]) -> None:
        self._waiting = list(entries)
        while self._waiting:
            key = self._waiting.pop(0)
            if key not in self.linked:
                self.linked[key] = self._workflow(key)

    def refuse_dependency_cycles(self) -> None:
        """Raise LinkError where workflows wait for each other; a long chain is no cycle."""
        waits = {key: linked.depends_on for key, linked in self.linked.items()}
        try:
            TopologicalSorter(waits).prepare()
        except CycleError as error:
            cycle: list[WorkflowKey] = error.args[1][::-1]
            names = " -> ".join(key.workflow_id for key in cycle)
            place = f"{self.linked[cycle[0]].workflow.place}/dependsOn"
            raise LinkError(f"workflows depend on each other: {names}", place) from None

    def _workflow(self, key: WorkflowKey) -> LinkedWorkflow:
        document = self._documents[key.document]
        workflow = document.workflows[key.workflow_id]
        check_schema(workflow)
        for name, text in workflow.outputs.items():
            self._check(text, document, workflow, f"{workflow.place}/outputs/{name}")
        return LinkedWorkflow(
            key=key,
            workflow=workflow,
            document=document,
            depends_on=tuple(
                self._target(reference, key, f"{workflow.place}/dependsOn")
                for reference in workflow.depends_on
            ),
            steps=tuple(self._step(step, key, document, workflow) for step in workflow.steps),
        )

    def _step(
        self, step: Step, key: WorkflowKey, document: Document, workflow: Workflow
    ) -> LinkedStep:
        operation = target = None
        if step.workflow_id is not None:
            target = self._target(step.workflow_id, key, f"{step.place}/workflowId")
        else:
            operation = self._sources[key.document].operation(step)
        shared = resolve_parameters(workflow.parameters, document)
        own = resolve_parameters(step.parameters, document)
        if operation is not None:
            _check_parameters(own, shared, operation, step)
        merged = {(p.name, p.location): p for p in (*shared, *own)}
        for parameter in merged.values():
            self._check(parameter.value, document, workflow, f"{parameter.place}/value")
        if step.request_body is not None:
            if step.workflow_id is not None:
                raise LinkError("a step that calls a workflow has no request body", step.place)
            body = step.request_body
            self._check(body.payload, document, workflow, f"{body.place}/payload")
            for replacement in body.replacements:
                self._check(replacement.value, document, workflow, f"{replacement.place}/value")
        for name, text in step.outputs.items():
            self._check(text, document, workflow, f"{step.place}/outputs/{name}")
        return LinkedStep(
            step=step,
            operation=operation,
            workflow=target,
            parameters=tuple(merged.values()),
            checks=self._step_checks(step, document, workflow),
            on_success=self._actions(
                step.on_success, workflow.success_actions, False, key, document, workflow
            ),
            on_failure=self._actions(
                step.on_failure, workflow.failure_actions, True, key, document, workflow
            ),
        )

    def _step_checks(
        self, step: Step, document: Document, workflow: Workflow
    ) -> tuple[Check, ...] | None:
        if step.success_criteria:
            return self._checks(step.success_criteria, document, workflow)
        if step.workflow_id is None:
            self.remarks.add(
                "success-criteria-omitted",
                "Arazzo 1.0.1, Step Object, successCriteria",
                step.place,
                "the specification does not say what success is without criteria; here it is any "
                "status from 200 to 299",
            )
        return None

    def _checks(
        self, criteria: tuple[Criterion, ...], document: Document, workflow: Workflow
    ) -> tuple[Check, ...]:
        for criterion in criteria:
            check_reach(criterion, document, workflow)
        return tuple(compile_criterion(c, self.policies, self.remarks) for c in criteria)

    def _actions(
        self,
        own: Any,
        shared: Any,
        failure: bool,
        key: WorkflowKey,
        document: Document,
        workflow: Workflow,
    ) -> tuple[LinkedAction, ...] | None:
        actions = resolve_actions(own, shared, document, failure=failure)
        if actions is None:
            return None
        linked = []
        for action in actions:
            if action.step_id is not None and action.step_id not in _step_ids(workflow):
                raise LinkError(
                    f"there is no step {action.step_id!r} in the workflow {workflow.workflow_id!r}",
                    f"{action.place}/stepId",
                )
            target = None
            if action.workflow_id is not None:
                target = self._target(action.workflow_id, key, f"{action.place}/workflowId")
            checks = self._checks(action.criteria, document, workflow)
            linked.append(LinkedAction(action, checks, target))
        return tuple(linked)

    def _target(self, reference: str, key: WorkflowKey, place: str) -> WorkflowKey:
        """The workflow that a bare or qualified workflowId names; it is linked in its turn."""
        document, workflow_id = self._documents[key.document], reference
        qualified = split_qualified(reference)
        if qualified:
            name, workflow_id = qualified
            document = self._sources[key.document].arazzo(name, place)
        if workflow_id not in document.workflows:
            known = _listed(document.workflows)
            raise LinkError(
                f"there is no workflow {workflow_id!r} in {document.name}, only {known}", place
            )
        target = self.key(document, workflow_id)
        self._waiting.append(target)
        return target

    def _check(self, value: Any, document: Document, workflow: Workflow, place: str) -> None:
        """Parse every string of a value now, so that a malformed one is no surprise later."""
        try:
            bare = check_template(value, self.policies.bare, document, workflow)
        except ExpressionError as error:
            raise ExpressionError(error.message, place) from None
        for text in bare:
            done = "was substituted" if self.policies.bare else "was left as text"
            self.remarks.add(
                "bare-embedding",
                "Arazzo 1.0.1, Runtime Expressions",
                place,
                f"{text} stands in text without braces and so is no expression; it {done} "
                f"(policy bare_embedding: {self.policies.bare_embedding})",
            )


def _listed(names: Iterable[str]) -> str:
    """The names, the first of them where there are many."""
    known = list(names)
    more = f" and {len(known) - _MOST_LISTED} more" if len(known) > _MOST_LISTED else ""
    return ", ".join(known[:_MOST_LISTED]) + more


def _step_ids(workflow: Workflow) -> set[str]:
    return {step.step_id for step in workflow.steps}


def _check_parameters(
    own: tuple[Parameter, ...], shared: tuple[Parameter, ...], operation: Operation, step: Step
) -> None:
    """Every part of the path needs a value, and every value a place to go."""
    for parameter in (*own, *shared):
        if parameter.location is None:
            raise LinkError(
                f"the parameter {parameter.name!r} needs `in`: the step calls an operation",
                parameter.place,
            )
    for parameter in own:
        if parameter.location == "path" and f"{{{parameter.name}}}" not in operation.path:
            raise LinkError(
                f"{operation.label} has no path parameter {parameter.name!r}", parameter.place
            )
    given = {p.name for p in (*own, *shared) if p.location == "path"}
    for part in operation.path.split("{")[1:]:
        name = part.partition("}")[0]
        if name not in given:
            raise LinkError(f"{operation.label}: no parameter fills {{{name}}}", step.place)
