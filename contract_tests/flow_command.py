"""`knock-contract flow ...`: runs Arazzo flows; lint and explore have modules of their own."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from contract_tests.arazzo import (
    Document,
    FlowError,
    Library,
    Policies,
    Program,
    Result,
    Servers,
    link,
    load_document,
    run,
)
from contract_tests.arazzo.http_transport import HttpTransport
from contract_tests.arazzo.inputs import declared
from contract_tests.arazzo.report import text_report
from contract_tests.arazzo.servers import checked_url
from contract_tests.explore_command import explore_flow
from contract_tests.flow_files import (
    located,
    openapi_option,
    packaged_openapi,
    pair,
    read_inputs,
)
from contract_tests.lint_command import lint_flow
from contract_tests.refusal import refuse

_DEFAULTS = Policies()


@click.group()
def flow() -> None:
    """Run, lint and explore Arazzo flows."""


@flow.command("run")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--server",
    metavar="URL",
    envvar=["MOCK_KNOCK_URL", "KNOCK_BASE_URL"],
    help="Base URL for all sources. Also MOCK_KNOCK_URL or KNOCK_BASE_URL.",
)
@click.option(
    "--source-server",
    "source_servers",
    metavar="NAME=URL",
    multiple=True,
    help="Base URL for one source description. Repeatable.",
)
@click.option(
    "--document-servers",
    is_flag=True,
    help="Without a server given: use those that the OpenAPI documents name (the real ones!).",
)
@click.option(
    "--api-key",
    metavar="KEY",
    envvar="KNOCK_API_KEY",
    help="Bearer key; also fills the input apiKey. Also KNOCK_API_KEY.",
)
@click.option("--inputs", "inputs_file", metavar="FILE", help="Inputs, JSON or YAML; - is stdin.")
@click.option(
    "--input",
    "extras",
    metavar="NAME=VALUE",
    multiple=True,
    help="One input; JSON if it reads as JSON, else text. Repeatable; overrules --inputs.",
)
@click.option("--workflow", "workflow_id", metavar="ID", help="Which workflow, if several.")
@openapi_option
@click.option("--output", type=click.Path(path_type=Path), help="Write the JSON result here.")
@click.option("--json", "as_json", is_flag=True, help="JSON result on stdout, not text.")
@click.option(
    "--timeout", default=30.0, show_default=True, help="Seconds for each request's parts."
)
@click.option(
    "--none-matched",
    type=click.Choice(["stop", "next"]),
    default=_DEFAULTS.none_matched,
    show_default=True,
    help="When no onSuccess action applies.",
)
@click.option(
    "--jsonpath",
    type=click.Choice(["strict", "lenient"]),
    default=_DEFAULTS.jsonpath,
    show_default=True,
    help="Whether conditions must be RFC 9535 queries.",
)
@click.option(
    "--bare-embedding",
    type=click.Choice(["on", "off"]),
    default=_DEFAULTS.bare_embedding,
    show_default=True,
    help="Whether expressions in text may lack their braces.",
)
@click.option(
    "--absent-input",
    type=click.Choice(["omit", "null", "error"]),
    default=_DEFAULTS.absent_input,
    show_default=True,
    help="What an expression without a value becomes.",
)
@click.option(
    "--revisit-delay",
    type=float,
    default=_DEFAULTS.revisit_delay,
    show_default=True,
    help="Seconds before a goto visits a step again.",
)
@click.option(
    "--max-visits",
    type=int,
    default=_DEFAULTS.max_visits,
    show_default=True,
    help="Visits of one step before the run is stuck.",
)
@click.option(
    "--max-seconds",
    type=float,
    default=_DEFAULTS.max_seconds,
    show_default=True,
    help="Seconds before the run is stuck.",
)
@click.option(
    "--max-depth",
    type=int,
    default=_DEFAULTS.max_depth,
    show_default=True,
    help="How deep workflows may call workflows.",
)
def run_flow(
    *,
    file: Path,
    server: str | None,
    source_servers: tuple[str, ...],
    document_servers: bool,
    api_key: str | None,
    inputs_file: str | None,
    extras: tuple[str, ...],
    workflow_id: str | None,
    openapi_dirs: tuple[Path, ...],
    output: Path | None,
    as_json: bool,
    timeout: float,
    **policy_options: Any,
) -> None:
    """Run a workflow of the Arazzo document FILE against a server.

    FILE is a path, or the name of a packaged flow: knock-bulk-identify-users-notify.

    Exit status: 0 completed, 1 failed or stuck, 2 could not run.
    """
    try:
        policies = Policies(**policy_options)
        servers = _servers(server, source_servers, document_servers)
        inputs = read_inputs(inputs_file, extras)
        document = load_document(located(file))
        workflow_id = _workflow_id(document, workflow_id)
        program = link(
            document, Library([*openapi_dirs, *packaged_openapi()]), policies, [workflow_id]
        )
        _fill_api_key(program, inputs, api_key)
        with HttpTransport(timeout=timeout) as transport:
            result = run(program, inputs, transport=transport, servers=servers, api_key=api_key)
    except (FlowError, ValueError) as error:
        refuse(str(error))
    except KeyboardInterrupt:
        refuse("interrupted")
    _show(result, output, as_json)
    if result.status == "error" or result.unreachable:
        refuse(result.reason)
    sys.exit(0 if result.status == "completed" else 1)


def _show(result: Result, output: Path | None, as_json: bool) -> None:
    if output is not None:
        try:
            output.write_text(json.dumps(result.to_json(), indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            refuse(f"{output} cannot be written: {error.strerror or error}")
    click.echo(json.dumps(result.to_json(), indent=2) if as_json else text_report(result))


def _servers(
    server: str | None, source_servers: tuple[str, ...], document_servers: bool
) -> Servers:
    by_source = dict(pair(text, "--source-server") for text in source_servers)
    for url in (*by_source.values(), *([server] if server else [])):
        checked_url(url)
    # A forgotten --server must not send a test's users to the real Knock.
    if not server and not by_source and not document_servers:
        raise ValueError("say which server: --server URL, MOCK_KNOCK_URL or KNOCK_BASE_URL")
    return Servers(server or None, by_source, documents=document_servers)


def _workflow_id(document: Document, wanted: str | None) -> str:
    names = list(document.workflows)
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted is None:
        raise ValueError(
            f"{document.name} has several workflows; say --workflow: {', '.join(names)}"
        )
    return wanted


def _fill_api_key(program: Program, inputs: dict[str, Any], api_key: str | None) -> None:
    linked = program.workflows[program.entries[0]]
    if api_key and "apiKey" in declared(linked.document, linked.workflow):
        inputs.setdefault("apiKey", api_key)


flow.add_command(explore_flow)
flow.add_command(lint_flow)
