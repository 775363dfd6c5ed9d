"""`python -m contract_tests.mutants.flows > docs/flow-mutants.md` makes that page."""

from __future__ import annotations

import sys

from contract_tests.mutants.flows.score import results, score_page

if __name__ == "__main__":
    sys.stdout.write(score_page(results()))
