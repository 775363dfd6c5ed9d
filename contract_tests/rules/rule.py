"""One rule of the contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Basis = Literal["documented", "history", "design"]
"""How firm a rule is.

documented: Knock's reference, guides or OpenAPI document say so today.
history: earlier editions of them, or the tests of the official SDKs, said so.
design: they are silent; mock-knock's own documents chose what a user would expect. A real
    environment that breaks such a rule is told about it, and not accused.
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence about servers that is true of Knock.

    id: `suite.name`, and stays.
    sentence: what holds.
    source: where that is written.
    basis: how firm the source is.
    """

    id: str
    sentence: str
    source: str
    basis: Basis

    @property
    def suite(self) -> str:
        """The first part of the id: `lifecycle` of `lifecycle.counts-add-up`."""
        return self.id.partition(".")[0]
