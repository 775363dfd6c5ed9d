"""Broken flows: the hardened flow with one fault each, and the rules that must catch it."""

from __future__ import annotations

from contract_tests.mutants.flows.catalogue import MUTANTS
from contract_tests.mutants.flows.mutant import Mutant

__all__ = ["MUTANTS", "Mutant"]
