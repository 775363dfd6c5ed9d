"""Whether a check of schemathesis looked at anything that could have broken its rule.

Each check is asked about every answer, and most have nothing to say to most: only a refusal can
break the rule about good requests, and only a read behind a deletion that about deletions.
"""

from __future__ import annotations

from typing import Any

from schemathesis import Case, GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine.recorder import Interaction, ScenarioRecorder
from schemathesis.generation.meta import CoveragePhaseData, CoverageScenario

_NEVER = "object_level_authorization"
"""It needs a second key, which no generated request has; the suite `resources` judges that."""


def could_break(
    check: str, case: Case[Any], interaction: Interaction, told: ScenarioRecorder
) -> bool:
    """Whether this answer could have broken the rule of the check."""
    meta, response = case.meta, interaction.response
    data = meta.phase.data if meta is not None else None
    coverage = data if isinstance(data, CoveragePhaseData) else None
    if check in ("negative_data_rejection", "positive_data_acceptance"):
        mode = meta.generation.mode if meta is not None else None
        negative = check == "negative_data_rejection"
        return mode == (GenerationMode.NEGATIVE if negative else GenerationMode.POSITIVE)
    if check == "unsupported_method":
        unknown = CoverageScenario.UNSPECIFIED_HTTP_METHOD
        return coverage is not None and coverage.scenario == unknown
    if check == "missing_required_header":
        return (
            coverage is not None
            and coverage.scenario == CoverageScenario.MISSING_PARAMETER
            and coverage.parameter_location == ParameterLocation.HEADER
        )
    if check == "allow_header_conformance":
        return response is not None and "allow" in response.headers
    if check == "use_after_free":
        return case.operation.method.upper() == "GET" and _follows(case, told, "DELETE")
    if check == "ensure_resource_availability":
        return _follows(case, told, "POST")
    return check != _NEVER


def _follows(case: Case[Any], told: ScenarioRecorder, method: str) -> bool:
    """Whether a call of that method went before in the same sequence, and was a success."""
    for id, interaction in told.interactions.items():
        if id == case.id:
            return False
        response = interaction.response
        before = told.cases.get(id)
        success = response is not None and 200 <= response.status_code < 300
        if success and before and before.value.operation.method.upper() == method:
            return True
    return False
