"""Reusable Objects, and the merging of a workflow's lists with a step's.

Arazzo 1.0.1, Reusable Object; Workflow Object, parameters, successActions, failureActions: a step
"can override but can never remove" what its workflow says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from contract_tests.arazzo.errors import LinkError
from contract_tests.arazzo.model import Action, Document, Parameter, Reusable

T = TypeVar("T")


def resolve_parameters(
    listed: tuple[Parameter | Reusable, ...], document: Document
) -> tuple[Parameter, ...]:
    """Parameters with references replaced. Raises LinkError for a reference to nothing."""
    found: dict[tuple[str, str | None], Parameter] = {}
    for item in listed:
        parameter = item
        if isinstance(item, Reusable):
            parameter = _referenced(item, "parameters", document.components.parameters)
            if item.value:
                parameter = replace(parameter, value=item.value[0], place=item.place)
        assert isinstance(parameter, Parameter)
        key = (parameter.name, parameter.location)
        if key in found:
            raise LinkError(f"the parameter {parameter.name!r} is given twice", item.place)
        found[key] = parameter
    return tuple(found.values())


def resolve_actions(
    own: tuple[Action | Reusable, ...] | None,
    shared: tuple[Action | Reusable, ...] | None,
    document: Document,
    *,
    failure: bool,
) -> tuple[Action, ...] | None:
    """The step's actions, then those of the workflow whose names the step does not take.

    None when neither the step nor the workflow has any: then the default behaviour applies.
    Raises LinkError for a reference to nothing.
    """
    key = "failureActions" if failure else "successActions"
    components = document.components
    known = components.failure_actions if failure else components.success_actions
    merged: dict[str, Action] = {}
    for listed in (own or (), shared or ()):
        for item in listed:
            action = _referenced(item, key, known) if isinstance(item, Reusable) else item
            merged.setdefault(action.name, action)
    return tuple(merged.values()) or None


def _referenced(item: Reusable, key: str, known: Mapping[str, T]) -> T:
    prefix = f"$components.{key}."
    name = item.reference.removeprefix(prefix)
    if not item.reference.startswith(prefix) or name not in known:
        there = ", ".join(known) or "nothing"
        raise LinkError(
            f"{item.reference!r} leads to nothing; {prefix} has {there}", f"{item.place}/reference"
        )
    return known[name]
