"""`python -m contract_tests.mutants.clients > docs/client-mutants.md` makes that page."""

from __future__ import annotations

import sys
from contextlib import closing

from contract_tests.clients.stage import Stage
from contract_tests.mutants.clients.catalogue import broken_clients
from contract_tests.mutants.clients.page import render
from contract_tests.mutants.clients.score import catch

if __name__ == "__main__":
    with closing(Stage(virtual=True)) as stage:
        sys.stdout.write(render(catch(fault, stage) for fault in broken_clients().values()))
