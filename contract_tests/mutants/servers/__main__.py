"""`python -m contract_tests.mutants.servers`: the score of all broken servers, or one of them."""

from __future__ import annotations

import contextlib

import click

from contract_tests.mutants.servers.catalogue import broken_servers, sound_servers


@click.group(invoke_without_command=True)
@click.pass_context
def main(context: click.Context) -> None:
    """Print docs/server-mutants.md: every broken server, and how it is caught."""
    if context.invoked_subcommand is not None:
        return
    from contract_tests.checking.target import own_mock
    from contract_tests.mutants.servers.page import render
    from contract_tests.mutants.servers.score import catch

    with own_mock() as target:
        click.echo(render(catch(fault, target) for fault in broken_servers().values()), nl=False)


@main.command()
@click.argument("name", type=click.Choice(sorted({*broken_servers(), *sound_servers()})))
@click.option("--port", default=4011, show_default=True, type=click.IntRange(0, 65535))
@click.option("--clock", default="manual", show_default=True, metavar="real|manual|xN")
def serve(name: str, port: int, clock: str) -> None:
    """Serve one broken server until interrupted."""
    from contract_tests.mutants.servers.serving import BrokenHttpServer

    known = broken_servers()
    handle = known[name].handle if name in known else sound_servers()[name]
    server = BrokenHttpServer(handle, port=port, clock=clock)
    click.echo(f"{name} is ready at {server.url}")
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever()


main(prog_name="python -m contract_tests.mutants.servers")
