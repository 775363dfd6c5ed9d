"""`knock-contract flow explore`: a flow through every history, judged by a careful author's rules.

What does the work is imported when it is asked for, so that other commands start fast.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contract_tests.flow_files import located, openapi_option, packaged_openapi, read_inputs
from contract_tests.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from contract_tests.arazzo import Document, Library
    from contract_tests.explore.exploring import Bounds, Exploring

_MOST_WORKFLOWS = 100


@click.command("explore", short_help="Run a flow through every history, in memory.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--workflow", "workflow_id", metavar="ID", help="Only this workflow.")
@click.option(
    "--depth",
    type=click.IntRange(1, 100),
    default=6,
    show_default=True,
    help="How many answers are varied, from the first on; those after them are the usual ones.",
)
@click.option(
    "--policy",
    "policies",
    metavar="all|default|NAME=VALUE",
    multiple=True,
    help="all (the default): under every combination of the policies that make a difference to "
    "this flow. default: under the defaults only. NAME=VALUE: that one so, the others by default; "
    "repeatable, and with all the others vary. See docs/flows.md.",
)
@click.option(
    "--history",
    metavar="ID",
    help="Run this history alone and print its requests and steps. An ID is the answers with dots "
    "between, ok.queued.429.completed.cut for one; `usual` is the one without a surprise.",
)
@click.option("--inputs", "inputs_file", metavar="FILE", help="Inputs, JSON or YAML; - is stdin.")
@click.option(
    "--input",
    "extras",
    metavar="NAME=VALUE",
    multiple=True,
    help="One input, also beside those that are made up. Repeatable.",
)
@click.option(
    "--max-histories",
    type=click.IntRange(1),
    default=5000,
    show_default=True,
    help="How many histories are run of each workflow under each combination of policies.",
)
@click.option(
    "--max-requests",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="A flow that makes more is judged to have no bound.",
)
@click.option(
    "--max-seconds",
    type=click.FloatRange(1),
    default=86400.0,
    show_default=True,
    help="A flow that takes longer, in virtual time, is judged to have no bound.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Which sample, where not all are run."
)
@click.option("--strict", is_flag=True, help="Warnings count as findings.")
@click.option("--full", is_flag=True, help="List every history in the table.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="What to print.",
)
@openapi_option
@click.option(
    "--output", type=click.Path(path_type=Path), help="Write the JSON report here as well."
)
def explore_flow(
    *,
    file: Path,
    workflow_id: str | None,
    policies: tuple[str, ...],
    history: str | None,
    inputs_file: str | None,
    extras: tuple[str, ...],
    form: str,
    openapi_dirs: tuple[Path, ...],
    output: Path | None,
    strict: bool,
    full: bool,
    **bounds: Any,
) -> None:
    """Run the flow FILE through every history, and judge what it does in each.

    No server is needed: a Knock in memory answers. It gives the bulk operation every life that it
    can have (queued, processing, completed, with failed rows, failed early or late, stuck, a
    status that nobody knows), and each request every answer (401, 404, 422, 429 with Retry-After,
    500, 503, a connection cut before or after), under virtual time. Which step submits, polls and
    triggers is read off the OpenAPI documents. The rules: never notify after `failed` or before
    `completed`; end in bounded time; never submit twice; honour Retry-After; ...

    FILE is a path, or the name of a packaged flow: knock-bulk-identify-users-notify.

    Exit status: 0 no rule is broken, 1 some are, 2 could not run.
    """
    from contract_tests.arazzo import FlowError, Library, load_document
    from contract_tests.explore.exploring import Bounds
    from contract_tests.explore.script import NoSuchAnswer

    try:
        document = load_document(located(file))
        library = Library([*openapi_dirs, *packaged_openapi()])
        wanted = _wanted(document, workflow_id)
        inputs = read_inputs(inputs_file, extras)
        fixed, vary = _policies(policies, history)
        limits = Bounds(**bounds)
        if history is not None:
            _repeat(document, library, wanted, history, inputs, inputs_file, fixed, limits, form)
        found = _explore(document, library, wanted, inputs, inputs_file, fixed, vary, limits)
    except (FlowError, NoSuchAnswer, ValueError) as error:
        refuse(str(error))
    except KeyboardInterrupt:
        refuse("interrupted")
    _show(found, form, full, output)
    from contract_tests.explore.exploring import errors_in

    sys.exit(any(errors_in(each.findings(), strict=strict) for each in found))


def _explore(
    document: Document,
    library: Library,
    wanted: Iterable[str],
    inputs: Mapping[str, Any],
    inputs_file: str | None,
    fixed: Mapping[str, Any],
    vary: bool,
    bounds: Bounds,
) -> list[Exploring]:
    from rich.console import Console
    from rich.progress import Progress, TextColumn, TimeElapsedColumn

    from contract_tests.explore.exploring import explore

    columns = (TextColumn("{task.description}"), TextColumn("{task.completed} histories"))
    console = Console(stderr=True)
    found = []
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True,
                  disable=not console.is_terminal) as progress:  # fmt: skip
        for workflow_id in wanted:
            task = progress.add_task(workflow_id, total=None)
            given = _given(document, library, workflow_id, inputs, inputs_file)
            found.append(
                explore(
                    document,
                    library,
                    workflow_id,
                    inputs=given,
                    fixed=fixed,
                    vary=vary,
                    bounds=bounds,
                    progress=lambda n, task=task: progress.advance(task, n),  # type: ignore[misc]
                )
            )
    return found


def _given(
    document: Document,
    library: Library,
    workflow_id: str,
    inputs: Mapping[str, Any],
    inputs_file: str | None,
) -> dict[str, Any]:
    """The inputs of the file, or made-up ones; single ones that are given overrule both."""
    from contract_tests.arazzo import link
    from contract_tests.arazzo.runner import choose_workflow
    from contract_tests.explore.inputs import sample_inputs
    from contract_tests.surface import Surface

    if inputs_file is not None:
        return dict(inputs)
    program = link(document, library, None, [workflow_id])
    linked = program.workflows[choose_workflow(program, workflow_id)]
    return {**sample_inputs(program, linked, Surface(document, library)), **inputs}


def _repeat(
    document: Document,
    library: Library,
    wanted: list[str],
    history: str,
    inputs: Mapping[str, Any],
    inputs_file: str | None,
    fixed: Mapping[str, Any],
    bounds: Bounds,
    form: str,
) -> None:
    """Run one history, print it and exit."""
    from dataclasses import replace

    from contract_tests.arazzo.inputs import declared
    from contract_tests.arazzo.masking import Masks, secret_inputs
    from contract_tests.explore.exploring import engine_for
    from contract_tests.explore.readings import readings
    from contract_tests.explore.retelling import retell
    from contract_tests.explore.script import parse_history
    from contract_tests.explore.verdicts import Judge
    from contract_tests.surface import Surface

    if len(wanted) != 1:
        raise ValueError(f"say --workflow for a history: {', '.join(wanted)}")
    given = parse_history(history)
    bounds = replace(bounds, depth=max(bounds.depth, len(given)))
    [reading] = readings([], fixed)
    made_up = _given(document, library, wanted[0], inputs, inputs_file)
    engine = engine_for(
        document, library, wanted[0], reading, Surface(document, library), made_up, bounds
    )
    record, script = engine.run(given)
    if len(script.made) < len(given):
        raise ValueError(
            f"the flow asks {len(script.made)} times only, so the history ends with "
            f"{'.'.join(script.made)}"
        )
    workflow = document.workflows[wanted[0]]
    masks = Masks(secret_inputs(made_up, declared(document, workflow)))
    record.verdicts = [
        replace(verdict, message=masks.text(verdict.message))
        for verdict in Judge.of(engine).verdicts(record)
    ]
    result = engine.replay(given)
    if form == "json":
        verdicts = record.to_json()["verdicts"]
        told = {"history": history, "verdicts": verdicts, "result": result.to_json()}
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(retell(record, result, reading))
    sys.exit(record.level == "error")


def _wanted(document: Document, workflow_id: str | None) -> list[str]:
    if workflow_id is not None and workflow_id not in document.workflows:
        known = ", ".join(document.workflows)
        raise ValueError(f"{document.name} has no workflow {workflow_id!r}, only {known}")
    if workflow_id is None and len(document.workflows) > _MOST_WORKFLOWS:
        raise ValueError(
            f"{document.name} has {len(document.workflows)} workflows; say --workflow for one, "
            f"as in --workflow {next(iter(document.workflows))}"
        )
    return list(document.workflows) if workflow_id is None else [workflow_id]


def _policies(texts: tuple[str, ...], history: str | None) -> tuple[dict[str, Any], bool]:
    """The policies that are fixed, and whether the others vary."""
    from contract_tests.explore.readings import parse_policy

    words = {text for text in texts if text in ("all", "default")}
    fixed = dict(parse_policy(text) for text in texts if text not in words)
    if words == {"all", "default"}:
        raise ValueError("--policy all and --policy default exclude each other")
    return fixed, history is None and ("all" in words or not texts)


def _show(found: list[Exploring], form: str, full: bool, output: Path | None) -> None:
    from rich.console import Console

    from contract_tests.explore.report import to_json
    from contract_tests.explore.table import show

    if output is not None or form == "json":
        text = json.dumps(to_json(found), indent=2)
        if output is not None:
            try:
                output.write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                refuse(f"{output} cannot be written: {error.strerror or error}")
        if form == "json":
            click.echo(text)
            return
    console = Console(width=None if sys.stdout.isatty() else 120)
    for exploring in found:
        show(exploring, console, full=full)
