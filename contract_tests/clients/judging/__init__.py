"""Judges records by the rules of clients. What a client was shown decides, not what was true."""

from __future__ import annotations

from contract_tests.clients.judging.judge import judge
from contract_tests.clients.judging.verdict import Verdict

__all__ = ["Verdict", "judge"]
