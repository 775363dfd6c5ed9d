"""A drawn scenario as a line of text, by which it is played again alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, Final

from contract_tests.clients.drawing import DRAWN, SENTENCE
from contract_tests.clients.scenario import Course, Scenario, Trouble

_LEFT_OUT: Final = frozenset({"name", "sentence"})


def written(scenario: Scenario) -> str:
    """Its name, and whatever is not as it usually is, as JSON."""
    told = {name: value for name, value in _unusual(scenario).items() if name not in _LEFT_OUT}
    return f"{DRAWN} {json.dumps(told, separators=(',', ':'))}"


def read_written(text: str) -> Scenario:
    """The scenario that was written so. Raises ValueError."""
    name, _, told = text.partition(" ")
    if name != DRAWN:
        raise ValueError(f"it begins with {DRAWN}")
    try:
        given = json.loads(told)
        course = _made(Course, given.pop("course", {}))
        troubles = tuple(_made(Trouble, one) for one in given.pop("troubles", ()))
        return Scenario(DRAWN, SENTENCE, course=course, troubles=troubles, **given)
    except (TypeError, AttributeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _made(kind: type[Any], given: Mapping[str, Any]) -> Any:
    listed = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    return kind(**listed)


def _unusual(one: object) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for field in fields(one):  # type: ignore[arg-type]  # scenarios and their parts are dataclasses
        value = getattr(one, field.name)
        if field.default is MISSING or value != field.default:
            told[field.name] = _json(value)
    return told


def _json(value: object) -> Any:
    if isinstance(value, tuple):
        return [_json(each) for each in value]
    return _unusual(value) if isinstance(value, Course | Trouble) else value
