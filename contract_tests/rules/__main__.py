"""`python -m contract_tests.rules` prints docs/rules.md."""

from __future__ import annotations

import sys

from contract_tests.rules.page import render

sys.stdout.write(render())
