"""What OpenAPI documents say of an operation beyond how it is called.

Which parameters and bodies it needs, what it answers, and what part it plays in a bulk import:
whether it submits, polls or triggers is read off its answers, never off its name.
"""

from __future__ import annotations

from contract_tests.surface.described import Described, Surface
from contract_tests.surface.roles import Role
from contract_tests.surface.schemas import Schema

__all__ = ["Described", "Role", "Schema", "Surface"]
