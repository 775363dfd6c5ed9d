"""Schemathesis over the documents: every check it has, good and bad data, and calls along links.

A part of the work is a `Part`: one phase over some of the operations. Parts are plain data, so they
can be handed to other processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.engine import events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.filters import FilterSet

from contract_tests.conformance.document import readable_document
from contract_tests.conformance.evidence import could_break

PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
KEY_CHECK: Final = "ignored_auth"
"""Wants a 401 for a key that it made up. A mock-knock takes any key for an environment of its own,
so there it is the suite `authentication` that judges keys."""

_KEY: Final = "KNOCK_API_KEY"
_LIMITED: Final = (
    "markMessageInteracted", "batchMarkMessagesAsInteracted", "batchMarkMessagesAsSeen",
    "batchMarkMessagesAsUnseen", "batchMarkMessagesAsRead", "batchMarkMessagesAsUnread",
    "batchMarkMessagesAsArchived", "batchMarkMessagesAsUnarchived", "batchGetMessageContents",
    "listMessages", "listMessagesForUser", "listMessagesForObject", "addSubscriptionsForObject",
    "deleteSubscriptionsForObject", "bulkAddSubscriptions", "bulkDeleteSubscriptions",
    "createSchedules", "updateSchedules", "deleteSchedules",
)  # fmt: skip
"""Their limits (25, 50 or 100 items, five flat pairs of metadata) stand in Knock's prose and not in
its schemas, so by the letter a 422 (or a 400, as bad fields may be told too) refuses good data."""
_LIMITS: Final = {
    "include-operation-id": list(_LIMITED),
    "checks": {
        "positive_data_acceptance": {
            "expected-statuses": ["2xx", "400", "401", "403", "404", "409", "422", "429"],
        },
    },
}


@dataclass(frozen=True)
class Part:
    """One phase over some of the operations.

    share, shares: which of how many shares of the operations.
    examples: how many cases of an operation, or sequences.
    reads_only: nothing but GET is sent.
    any_key: whether the server takes any key.
    per_second: requests a second at the most; None for as many as it takes.
    """

    phase: str
    url: str
    key: str
    seed: int
    examples: int
    share: int = 0
    shares: int = 1
    reads_only: bool = False
    any_key: bool = True
    per_second: int | None = None


@dataclass
class Failed:
    """One check of schemathesis that failed at one operation, first seen so."""

    check: str
    operation: str
    title: str
    message: str
    curl: list[str]


@dataclass
class Outcome:
    """What became of a part.

    answers: counts by operation id and status.
    errors: what schemathesis itself could not do.
    checks: how often an answer could have broken a check, by its name and operation id.
    """

    part: Part
    failed: list[Failed] = field(default_factory=list)
    answers: dict[tuple[str, int], int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    checks: dict[tuple[str, str], int] = field(default_factory=dict)


def run_part(part: Part) -> Outcome:
    """Carry a part out. Requests go over the network to `part.url`."""
    document = readable_document()
    outcome = Outcome(part)
    ids = {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict) and "operationId" in operation
    }
    schema = schemathesis.openapi.from_dict(document, config=_config(part))
    schema.config.update(base_url=part.url)
    seen: set[tuple[str, str, str]] = set()
    own = FilterSet()
    own.include(operation_id=_shared_out(document, part))
    schema.filter_set = schema.config.operations.filter_set_with(include=own)
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError):
            outcome.errors.append(f"{event.label}: {event.value}")
        elif isinstance(event, events.FatalError):
            outcome.errors.append(str(event.exception))
        elif isinstance(event, events.ScenarioFinished | events.FuzzScenarioFinished):
            _count(event.recorder, ids, outcome)
            for failed in _failures(event.recorder, part):
                mark = (failed.check, failed.operation, failed.title)
                if mark not in seen:
                    seen.add(mark)
                    outcome.failed.append(failed)
    return outcome


def _config(part: Part) -> schemathesis.Config:
    settings: dict[str, Any] = {
        "headers": {"Authorization": f"Bearer {part.key}"},
        "continue-on-failure": True,
        "seed": part.seed,
        "workers": 1,
        "warnings": False,
        "request-timeout": 30.0,
        "phases": {phase: {"enabled": phase == part.phase} for phase in PHASES},
        "generation": {"mode": "all", "max-examples": part.examples, "database": "none"},
        "operations": [_LIMITS],
        "output": {"sanitization": {"enabled": False}},  # the key is masked here
    }
    if part.any_key:
        settings["checks"] = {KEY_CHECK: {"enabled": False}}
    if part.per_second is not None:
        settings["rate-limit"] = f"{part.per_second}/s"
    return schemathesis.Config.from_dict(settings)


def _shared_out(document: dict[str, Any], part: Part) -> list[str]:
    """The ids of the operations that are this part's to call."""
    every = [
        (method, operation["operationId"])
        for item in document["paths"].values()
        for method, operation in item.items()
    ]
    allowed = [id for method, id in every if method == "get" or not part.reads_only]
    return allowed[part.share :: part.shares]


def _count(recorder: ScenarioRecorder, ids: dict[str, str], outcome: Outcome) -> None:
    for case_id, interaction in recorder.interactions.items():
        if interaction.response is None or case_id not in recorder.cases:
            continue
        operation = recorder.cases[case_id].value.operation
        label = f"{operation.method.upper()} {operation.path}"
        mark = (ids.get(label, label), interaction.response.status_code)
        outcome.answers[mark] = outcome.answers.get(mark, 0) + 1
    for case_id, checks in recorder.checks.items():
        case = recorder.cases[case_id].value
        asked = recorder.interactions.get(case_id)
        label = f"{case.operation.method.upper()} {case.operation.path}"
        for check in checks:
            if asked is not None and could_break(check.name, case, asked, recorder):
                judged = (check.name, ids.get(label, label))
                outcome.checks[judged] = outcome.checks.get(judged, 0) + 1


def _failures(recorder: ScenarioRecorder, part: Part) -> Iterator[Failed]:
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            info = check.failure_info
            failure: Failure = info.failure
            lines = [step.curl for step in info.steps] or [info.code_sample]
            operation = recorder.cases[case_id].value.operation
            label = f"{operation.method.upper()} {operation.path}"
            masked = [_masked(line, part) for line in lines]
            yield Failed(check.name, label, failure.title, failure.message, masked)


def _masked(line: str, part: Part) -> str:
    return line.replace(f"'Authorization: Bearer {part.key}'", f'"Authorization: Bearer ${_KEY}"')
