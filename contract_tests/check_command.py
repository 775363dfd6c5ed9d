"""`knock-contract check`: judges a server by the rules of Knock's contract."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contract_tests.inner_pytest import run_pytest
from contract_tests.refusal import refuse
from contract_tests.report_files import ReportFiles, report_options

if TYPE_CHECKING:
    from contract_tests.reports.run import RunReport
    from contract_tests.suites.session import KitSession

SUITES = (
    "conformance", "lifecycle", "resources", "errors", "idempotency", "rate-limits",
    "authentication",
)  # fmt: skip


@click.command()
@click.option(
    "--server",
    metavar="URL",
    envvar="MOCK_KNOCK_URL",
    help="The server to judge. Without it a mock-knock is started. Also MOCK_KNOCK_URL.",
)
@click.option("--api-key", metavar="KEY", help="Its secret key. Also KNOCK_API_KEY.")
@click.option("--other-api-key", metavar="KEY", help="Secret key of another environment.")
@click.option("--public-key", metavar="KEY", help="Public key of the environment.")
@click.option("--workflow", metavar="KEY", default="", help="A workflow that may be triggered.")
@click.option(
    "--suite",
    "suites",
    multiple=True,
    type=click.Choice(SUITES),
    help="Only this suite. Repeatable.",
)
@click.option("--only", metavar="TEXT", help="Only checks whose name has this text.")
@click.option(
    "--profile",
    type=click.Choice(["dev", "ci", "nightly"]),
    default="dev",
    show_default=True,
    help="How thorough: ci repeats the same cases in every run, nightly draws many.",
)
@click.option("--seed", type=int, metavar="N", help="Repeats the drawn cases of a run.")
@report_options
@click.option(
    "--real", is_flag=True, help="Treat it as a real Knock environment (api.knock.app is)."
)
@click.option(
    "--no-control", is_flag=True, help="Use no control plane: judge by Knock's calls only."
)
@click.option(
    "--patience",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="How long slow things may take where the clock cannot be moved (20; 600 with --real).",
)
def check(
    *,
    server: str | None,
    api_key: str | None,
    suites: tuple[str, ...],
    only: str | None,
    form: str,
    report: Path | None,
    json_file: Path | None,
    html_file: Path | None,
    junit_file: Path | None,
    no_control: bool,
    **chosen: Any,
) -> None:
    """Judge a server by the rules of Knock's contract (docs/rules.md).

    On a server that others use too, everything is made under a prefix of the run's own, and removed
    in the end. What a server cannot be asked is said, with the rules that are not judged for it.

    Exit status: 0 no rule is broken, 1 findings, 2 could not be judged.
    """
    from contract_tests.checking.breach import ServerGoneError
    from contract_tests.suites.opening import OptionError, Options, open_session

    if api_key is None and server is not None:
        api_key = os.environ.get("KNOCK_API_KEY")
    try:
        files = ReportFiles.prepare(report, json_file, html_file, junit_file)
        options = Options(server=server, api_key=api_key, control=not no_control, **chosen)
        session = open_session(options)
    except (OptionError, ServerGoneError, OSError) as error:
        refuse(str(error))
    status = _run_tests(session, suites, only, form, files.junit)
    result = session.report()
    _write(result, files, form)
    if session.gone:
        refuse(session.gone)
    if result.errors or status not in (0, 1):
        for broken in result.errors:
            click.echo(f"{broken.suite}/{broken.name} went wrong: {broken.reason}", err=True)
        nothing = "" if result.checks else ": no check has such a name"
        refuse(f"the kit could not carry out every check{nothing}")
    sys.exit(1 if result.accusing else 0)


def _run_tests(
    session: KitSession, suites: tuple[str, ...], only: str | None, form: str, junit: Path | None
) -> int:
    """Run the suites under pytest; answers its exit status."""
    from contract_tests.reports.progress import Progress

    wanted = [word for suite in suites for word in ("--contract-suite", suite)]
    folder = Path(__file__).parent / "suites"
    given = _Given(session, only)
    with Progress(session, quiet=form == "json") as progress:
        given.progress = progress
        return run_pytest(
            folder, "-p", "contract_tests.suites.plugin", *wanted, plugins=[given], junit=junit
        )


class _Given:
    """The plugin of one run: hands the session in, and tells the display how many checks come."""

    def __init__(self, session: KitSession, only: str | None) -> None:
        self.session = session
        self.only = only
        self.progress: Any = None

    def pytest_configure(self, config: Any) -> None:
        from contract_tests.suites.plugin import GIVEN

        config.pluginmanager.register(self.session, GIVEN)

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        if self.only is not None:
            wanted = self.only.lower()
            items[:] = [i for i in items if wanted in i.callspec.params["check"].name.lower()]

    def pytest_collection_finish(self, session: Any) -> None:
        self.progress.expect_checks([item.callspec.params["check"] for item in session.items])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.progress.at(nodeid.partition("[")[2].rstrip("]"))


def _write(result: RunReport, files: ReportFiles, form: str) -> None:
    from contract_tests.reports.page import html_page
    from contract_tests.reports.table import print_report

    text = files.write(result.to_json(), lambda: html_page(result))
    if form == "json":
        click.echo(text, nl=False)
    else:
        print_report(result, files.named)
