"""Response bodies as JSON values."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from contract_tests.arazzo.depth import too_deep
from contract_tests.arazzo.missing import MISSING
from contract_tests.arazzo.transport import Response


def parse_body(response: Response) -> Any:
    """The body as JSON where it reads as JSON, else as text; MISSING where it is empty.

    The Content-Type is not asked: a wrong one should not hide from a criterion what came.
    A body that is plain text and happens to be JSON (`7`) is therefore JSON, unless declared text.
    """
    if not response.content:
        return MISSING
    text = response.content.decode("utf-8", errors="replace")
    if (response.header("Content-Type") or "").lower().startswith("text/"):
        return text
    try:
        value = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text
    return text if too_deep(value) else value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
