"""The rules of Knock's contract, each with its sentence and where it comes from.

Every finding of the kit names one of these. `docs/rules.md` is made from them by
`python -m contract_tests.rules`.
"""

from __future__ import annotations

from contract_tests.rules.registry import all_rules
from contract_tests.rules.rule import Basis, Rule

__all__ = ["Basis", "Rule", "all_rules"]
