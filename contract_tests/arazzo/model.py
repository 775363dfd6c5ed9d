"""The Arazzo objects as plain, frozen data, in the specification's words.

Every object carries its `place`: the file's name, `#`, and a JSON Pointer to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class SourceDescription:
    """Arazzo 1.0.1, Source Description Object."""

    name: str
    url: str
    type: str
    place: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """Arazzo 1.0.1, Criterion Object. `version` comes from a Criterion Expression Type Object."""

    condition: str
    type: str
    context: str | None
    version: str | None
    place: str


@dataclass(frozen=True, slots=True)
class Action:
    """Arazzo 1.0.1, Success Action Object and Failure Action Object.

    `retry_after` is in seconds; None where the document gives none.
    """

    name: str
    type: Literal["end", "goto", "retry"]
    step_id: str | None
    workflow_id: str | None
    retry_after: float | None
    retry_limit: int | None
    criteria: tuple[Criterion, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """Arazzo 1.0.1, Parameter Object. `location` is the field `in`."""

    name: str
    location: str | None
    value: Any
    place: str


@dataclass(frozen=True, slots=True)
class Reusable:
    """Arazzo 1.0.1, Reusable Object; `value` is a one-element tuple where it is given."""

    reference: str
    value: tuple[Any, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Replacement:
    """Arazzo 1.0.1, Payload Replacement Object."""

    target: str
    value: Any
    place: str


@dataclass(frozen=True, slots=True)
class RequestBody:
    """Arazzo 1.0.1, Request Body Object. `payload` is MISSING where the document gives none."""

    content_type: str | None
    payload: Any
    replacements: tuple[Replacement, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Step:
    """Arazzo 1.0.1, Step Object. None stands for a list that is omitted."""

    step_id: str
    description: str
    operation_id: str | None
    operation_path: str | None
    workflow_id: str | None
    parameters: tuple[Parameter | Reusable, ...]
    request_body: RequestBody | None
    success_criteria: tuple[Criterion, ...] | None
    on_success: tuple[Action | Reusable, ...] | None
    on_failure: tuple[Action | Reusable, ...] | None
    outputs: Mapping[str, str]
    place: str


@dataclass(frozen=True, slots=True)
class Workflow:
    """Arazzo 1.0.1, Workflow Object."""

    workflow_id: str
    summary: str
    description: str
    inputs: Any
    depends_on: tuple[str, ...]
    steps: tuple[Step, ...]
    success_actions: tuple[Action | Reusable, ...] | None
    failure_actions: tuple[Action | Reusable, ...] | None
    outputs: Mapping[str, str]
    parameters: tuple[Parameter | Reusable, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Components:
    """Arazzo 1.0.1, Components Object."""

    parameters: Mapping[str, Parameter]
    success_actions: Mapping[str, Action]
    failure_actions: Mapping[str, Action]


@dataclass(frozen=True, slots=True)
class Document:
    """An Arazzo Description. `raw` is the JSON value it was made of, `folder` the file's folder."""

    name: str
    folder: str
    version: str
    title: str
    sources: Mapping[str, SourceDescription]
    workflows: Mapping[str, Workflow]
    components: Components
    raw: Mapping[str, Any]
