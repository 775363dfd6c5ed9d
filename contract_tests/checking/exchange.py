"""One request and its answer, as they were on the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Exchange:
    """What was sent and what came back.

    target: path and query as sent, percent-encoded.
    headers: those that matter, by lower-case name; the key is not among them.
    key: name of the shell variable that holds the key, empty for a call without one.
    operation: operation id of the documents, empty for what they do not have.
    control: whether it went to the control plane, which is the mock's own.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    key: str
    status: int
    answer_headers: Mapping[str, str]
    answer_body: bytes
    operation: str = ""
    control: bool = field(default=False)

    @cached_property
    def answer(self) -> Any:
        """The answer's JSON. Raises ValueError for what is no JSON."""
        return json.loads(self.answer_body)

    @property
    def place(self) -> str:
        """The operation it was for, or the method and path."""
        return self.operation or f"{self.method} {self.target.partition('?')[0]}"
