"""Text that fits a schema's `pattern` and lengths, the simplest that there is."""

from __future__ import annotations

import re
from typing import Any

from contract_tests.arazzo.errors import FlowError
from contract_tests.arazzo.patterns import Pattern

_LONGEST = 2000
_TRIES = 300


def text_like(schema: dict[str, Any], wish: str, *, other: bool = False) -> str:
    """Text that fits the schema; the wish itself where none is found.

    other: not the simplest text that there is, but another one.
    """
    least, most = int(schema.get("minLength", 0)), int(schema.get("maxLength", _LONGEST))
    if least > min(most, _LONGEST):
        return wish
    pattern = schema.get("pattern")
    if not isinstance(pattern, str):
        return (wish + "x" * least)[: max(least, min(most, len(wish)))]
    first = _matching(pattern, least, most, None)
    found = _matching(pattern, least, most, first) if other and first else first
    return found or wish


def _matching(pattern: str, least: int, most: int, unlike: str | None) -> str | None:
    # Late, for only few flows need it and it takes its time.
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis import strategies as st
    from hypothesis.errors import HypothesisException

    try:
        Pattern(pattern)
        found: str = find(
            st.from_regex(pattern),
            lambda text: least <= len(text) <= most and text.isprintable() and text != unlike,
            settings=settings(
                max_examples=_TRIES,
                database=None,
                derandomize=True,
                deadline=None,
                phases=[Phase.generate, Phase.shrink],
                suppress_health_check=list(HealthCheck),
            ),
        )
    except (FlowError, HypothesisException, ValueError, RecursionError, re.error):
        return None
    return found
