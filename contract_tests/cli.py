"""`knock-contract`: the kit's command. Each group of commands has a module of its own.

Exit status everywhere: 0 what was checked holds, 1 it does not, 2 it could not be checked.
"""

from __future__ import annotations

import click

from contract_tests.check_command import check
from contract_tests.client_command import client
from contract_tests.flow_command import flow


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Check servers, clients and Arazzo flows against Knock's contract."""


main.add_command(check)
main.add_command(client)
main.add_command(flow)
