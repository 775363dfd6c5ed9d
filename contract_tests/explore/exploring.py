"""Explores a document: each workflow, under each reading, through its histories."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from contract_tests.arazzo import Document, FlowError, InputError, Library, Program, link
from contract_tests.arazzo.execution import own_inputs
from contract_tests.arazzo.inputs import complete_inputs, declared
from contract_tests.arazzo.linking import WorkflowKey
from contract_tests.arazzo.loading import read_text
from contract_tests.arazzo.masking import Masks, secret_inputs
from contract_tests.arazzo.positions import Position, position_map, position_of
from contract_tests.arazzo.runner import choose_workflow
from contract_tests.explore.engine import MAX_REQUESTS, MAX_SECONDS, Engine
from contract_tests.explore.histories import Exploration
from contract_tests.explore.inputs import sample_inputs
from contract_tests.explore.readings import CHOICES, Reading, bearing, readings
from contract_tests.explore.record import Level, Record, Verdict
from contract_tests.explore.verdicts import Judge
from contract_tests.surface import Surface

DEPTH = 6
MAX_HISTORIES = 5000
_ANOTHER_RUN = 501
"""The number of the first operation of another run."""


@dataclass(frozen=True)
class Bounds:
    """depth: how many answers are varied. max_histories: per workflow and reading.

    max_requests, max_seconds: what a flow may take before it is judged to have no bound.
    max_stuck: after so many histories without a bound no more are run; None: all are.
    """

    depth: int = DEPTH
    max_histories: int = MAX_HISTORIES
    max_requests: int = MAX_REQUESTS
    max_seconds: float = MAX_SECONDS
    seed: int = 0
    max_stuck: int | None = None


@dataclass
class Finding:
    """A rule that was broken: how often under which readings, and the simplest history."""

    rule: str
    level: Level
    message: str
    place: str
    history: str | None
    first: Reading
    histories: int = 0
    readings: list[str] = field(default_factory=list)


@dataclass
class Explored:
    """One workflow under one reading."""

    reading: Reading
    records: list[Record]
    """The first, the usual history, with its events; the others without."""
    dropped: int = 0
    refused: Verdict | None = None


@dataclass
class Exploring:
    """One workflow: what was found under every reading. seconds: of wall time."""

    document: Document
    workflow: str
    inputs: dict[str, Any]
    bounds: Bounds
    indifferent: list[str]
    explored: list[Explored] = field(default_factory=list)
    seconds: float = 0.0
    _positions: dict[str, Position] | None = None

    @property
    def histories(self) -> int:
        """How many histories were run."""
        return sum(len(each.records) for each in self.explored)

    @property
    def dropped(self) -> int:
        """How many known histories the limit left out."""
        return sum(each.dropped for each in self.explored)

    def where(self, place: str) -> str:
        """A place of the document as file, line and column; of another document as it is."""
        name = place.partition("#")[0]
        if name != self.document.name:
            return place
        if self._positions is None:
            text = read_text(Path(self.document.folder, name))
            self._positions = position_map(text)
        at = position_of(self._positions, place)
        return f"{name}:{at.line}:{at.column}" if at is not None else place

    @cached_property
    def masks(self) -> Masks:
        """What hides the secrets among the inputs."""
        workflow = self.document.workflows[self.workflow]
        return Masks(secret_inputs(self.inputs, declared(self.document, workflow)))

    def findings(self) -> list[Finding]:
        """Every rule that was broken; errors first, and the simplest history of each."""
        found: dict[str, Finding] = {}
        for each in self.explored:
            if each.refused is not None:
                _add(found, each.refused, None, each.reading)
            for record in each.records:
                for verdict in record.verdicts:
                    _add(found, verdict, record, each.reading)
        for finding in found.values():
            finding.message = self.masks.text(finding.message)
        return sorted(found.values(), key=lambda finding: finding.level != "error")


def _add(found: dict[str, Finding], verdict: Verdict, record: Record | None, at: Reading) -> None:
    history = None if record is None else record.history
    finding = found.setdefault(
        verdict.rule,
        Finding(verdict.rule, verdict.level, verdict.message, verdict.place, history, at),
    )
    if finding.level == "warning" and verdict.level == "error":
        finding.level, finding.message, finding.place = "error", verdict.message, verdict.place
        finding.history, finding.first = history, at
    finding.histories += 1
    if at.label not in finding.readings:
        finding.readings.append(at.label)


def explore(
    document: Document,
    library: Library,
    workflow_id: str,
    *,
    inputs: Mapping[str, Any] | None = None,
    fixed: Mapping[str, Any] | None = None,
    vary: bool = True,
    bounds: Bounds | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Exploring:
    """Run one workflow through its histories, under every reading that matters to it.

    fixed: policies that are not varied. vary: whether the others are. Raises FlowError for a
    document that cannot be linked under any reading, ValueError for bounds that make no sense.
    """
    bounds, fixed = bounds or Bounds(), dict(fixed or {})
    started = time.perf_counter()
    program, surface = _linked(document, library, workflow_id, fixed), Surface(document, library)
    entry = choose_workflow(program, workflow_id)
    given = (
        dict(inputs)
        if inputs is not None
        else sample_inputs(program, program.workflows[entry], surface)
    )
    _demand_fit(program, entry, given)
    matter = bearing(program, given) if vary else []
    indifferent = [name for name in CHOICES if vary and name not in matter and name not in fixed]
    exploring = Exploring(document, workflow_id, given, bounds, indifferent)
    for reading in readings(matter, fixed):
        explored = Explored(reading, [])
        exploring.explored.append(explored)
        try:
            engine = engine_for(document, library, workflow_id, reading, surface, given, bounds)
        except FlowError as error:
            message = f"the document is refused under {reading.label}: {error.message}"
            explored.refused = Verdict("policy-refuses", "error", message, error.place)
            continue
        judge = Judge.of(engine)
        stuck = 0
        exploration = Exploration(engine, bounds.max_histories, bounds.seed)
        for record in exploration:
            record.verdicts = judge.verdicts(record)
            if explored.records:
                record.forget()
            explored.records.append(record)
            progress(1)
            stuck += record.status == "stuck"
            if bounds.max_stuck is not None and stuck >= bounds.max_stuck:
                break
        explored.dropped = exploration.dropped
    exploring.seconds = time.perf_counter() - started
    return exploring


def engine_for(
    document: Document,
    library: Library,
    workflow_id: str,
    reading: Reading,
    surface: Surface,
    inputs: Mapping[str, Any],
    bounds: Bounds,
) -> Engine:
    """An engine for one reading. Raises FlowError where that reading refuses the document."""
    program = link(document, library, reading.policies, [workflow_id])
    entry = choose_workflow(program, workflow_id)

    def engine(given: Mapping[str, Any], first: int) -> Engine:
        return Engine(
            program,
            entry,
            surface,
            given,
            depth=bounds.depth,
            max_requests=bounds.max_requests,
            max_seconds=bounds.max_seconds,
            first=first,
        )

    made = engine(inputs, 1)
    other = _of_another_run(program, entry, surface, inputs)
    made.other = None if other is None else engine(other, _ANOTHER_RUN)
    return made


def _of_another_run(
    program: Program, entry: WorkflowKey, surface: Surface, inputs: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Inputs like these with other values; None where they cannot be made up."""
    other = sample_inputs(program, program.workflows[entry], surface, other=True)
    if inputs.keys() - other.keys():
        return None
    try:
        _demand_fit(program, entry, other)
    except FlowError:
        return None
    return other


def _demand_fit(program: Program, entry: WorkflowKey, given: Mapping[str, Any]) -> None:
    """Raise InputError for inputs that do not fit, before they look like faults of the flow."""
    linked = program.workflows[entry]
    try:
        complete_inputs(linked.document, linked.workflow, own_inputs(program, entry, given))
    except InputError as error:
        raise InputError(f"{error.message}; give others with --inputs or --input") from None


def _linked(
    document: Document, library: Library, workflow_id: str, fixed: Mapping[str, Any]
) -> Program:
    return link(document, library, readings([], fixed)[0].policies, [workflow_id])


def errors_in(findings: Iterable[Finding], *, strict: bool) -> bool:
    """Whether there is an error, or with `strict` a warning."""
    return any(finding.level == "error" or strict for finding in findings)
