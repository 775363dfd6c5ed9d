"""`knock-contract flow lint`: what is wrong with an Arazzo document, without a server.

What does the work is imported when it is asked for, so that other commands start fast.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contract_tests.flow_files import located, openapi_option, packaged_openapi
from contract_tests.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from contract_tests.lint import LintReport

_COLOURS = {"error": "red", "warning": "yellow", "note": "blue"}


@click.command("lint", short_help="Find what is wrong with flows, without a server.")
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as findings; notes never do.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="What to print; sarif is SARIF 2.1.0, for code review.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write it here and not to stdout.")
@openapi_option
@click.option("--rules", "list_rules", is_flag=True, help="List every rule with its source.")
def lint_flow(
    *,
    files: tuple[Path, ...],
    strict: bool,
    form: str,
    output: Path | None,
    openapi_dirs: tuple[Path, ...],
    list_rules: bool,
) -> None:
    """Find what is wrong with the Arazzo documents FILE..., without a server.

    Faults against the specification (Arazzo 1.0.1) and against the OpenAPI documents, and faults
    of sense: no action for a failed operation, failed rows that nobody looks at, a polling loop
    with no wait and no bound. Each finding has its rule, the source of the rule, its line, and
    says how to mend it.

    FILE is a path, or the name of a packaged flow: knock-bulk-identify-users-notify.

    Exit status: 0 nothing found (or only notes), 1 errors (with --strict also warnings), 2 could
    not run.
    """
    from contract_tests.arazzo import FlowError, Library
    from contract_tests.lint import lint

    if list_rules:
        click.echo("\n".join(_rules()))
        return
    if not files:
        refuse("say which files: knock-contract flow lint FILE...")
    library = Library([*openapi_dirs, *packaged_openapi()])
    try:
        reports = [lint(located(file), library) for file in files]
    except FlowError as error:
        refuse(str(error))
    text = _formatted(reports, form, colours=output is None and sys.stdout.isatty())
    if output is None:
        click.echo(text)
    else:
        try:
            output.write_text(text + "\n", encoding="utf-8")
        except OSError as error:
            refuse(f"{output} cannot be written: {error.strerror or error}")
    sys.exit(not all(report.clean(strict=strict) for report in reports))


def _formatted(reports: list[LintReport], form: str, *, colours: bool) -> str:
    if form == "json":
        findings = [finding.to_json() for report in reports for finding in report.findings]
        return json.dumps({"files": [r.file for r in reports], "findings": findings}, indent=2)
    if form == "sarif":
        from contract_tests.lint.sarif import to_sarif

        return json.dumps(to_sarif(reports, _version()), indent=2)
    return "\n".join(line if colours else click.unstyle(line) for line in _lines(reports))


def _lines(reports: Iterable[LintReport]) -> Iterator[str]:
    from contract_tests.refusal import plain

    counts = {"error": 0, "warning": 0, "note": 0}
    files = 0
    for report in reports:
        files += 1
        for finding in report.findings:
            counts[finding.level] += 1
            level = click.style(finding.level, fg=_COLOURS[finding.level], bold=True)
            where = f"{finding.file}:{finding.line}:{finding.column}"
            yield f"{plain(where)}: {level} [{finding.rule}] {plain(finding.message)}"
            yield f"    mend:   {plain(finding.mend)}"
            yield f"    source: {finding.source}"
    told = [f"{n} {level}{'s' if n != 1 else ''}" for level, n in counts.items()]
    yield f"{', '.join(told)} in {files} file{'s' if files != 1 else ''}"


def _rules() -> Iterator[str]:
    from contract_tests.lint.rules import FAMILIES

    for name, family in FAMILIES.items():
        yield f"{name}:"
        for rule in family:
            yield f"  {rule.id:<28} {rule.level:<8} {rule.title}"
            yield f"  {'':<37} {rule.source}"


def _version() -> str:
    try:
        return version("mock-knock")
    except PackageNotFoundError:
        return "0"
