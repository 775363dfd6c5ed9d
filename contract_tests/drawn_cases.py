"""How Hypothesis draws the cases that rules are judged by."""

from __future__ import annotations

from typing import Final, TypeVar, cast

from hypothesis import HealthCheck, Phase, Verbosity, settings

Broken = TypeVar("Broken", bound=Exception)
_ERRORS: Final[dict[tuple[str, type[Exception]], type[Exception]]] = {}


def case_settings(examples: int, *, shrink: bool = True, steps: int = 50) -> settings:
    """Settings without a database, a deadline or a word: the kit tells what was found itself.

    steps: the most that a state machine takes.
    """
    phases = [Phase.explicit, Phase.generate]
    if shrink:
        phases.append(Phase.shrink)
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        phases=phases,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=True,
    )


def error_of(rule_id: str, base: type[Broken]) -> type[Broken]:
    """The exception for one rule.

    Hypothesis takes two failures for one when their type and line are the same; so each rule has a
    type of its own, and a smallest case of its own.
    """
    known = _ERRORS.get((rule_id, base))
    if known is None:
        known = type(base.__name__, (base,), {"__doc__": f"{rule_id} is broken."})
        _ERRORS[rule_id, base] = known
    return cast("type[Broken]", known)
