"""`knock-contract check`: judges a server by the rules of Knock's contract."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from contract_tests.reports.run import RunReport
    from contract_tests.suites.session import KitSession

COULD_NOT_RUN = 2
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
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What is printed: a table to read, or the JSON report.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write report.json, report.html and junit.xml there.",
)
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the JSON report.")
@click.option("--html", "html_file", type=click.Path(path_type=Path), help="Write the HTML page.")
@click.option("--junit", "junit_file", type=click.Path(path_type=Path), help="Write JUnit XML.")
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
    files = {"json": json_file, "html": html_file, "junit": junit_file}
    try:
        _prepare(report, files)
        options = Options(server=server, api_key=api_key, control=not no_control, **chosen)
        session = open_session(options)
    except (OptionError, ServerGoneError, OSError) as error:
        _refuse(str(error))
    status = _run_tests(session, suites, only, form, files["junit"])
    result = session.report()
    _write(result, files, form)
    if session.gone:
        _refuse(session.gone)
    if result.errors or status not in (0, 1):
        for broken in result.errors:
            click.echo(f"{broken.suite}/{broken.name} went wrong: {broken.reason}", err=True)
        nothing = "" if result.checks else ": no check has such a name"
        _refuse(f"the kit could not carry out every check{nothing}")
    sys.exit(1 if result.accusing else 0)


def _prepare(report: Path | None, files: dict[str, Path | None]) -> None:
    """Name the files of `--report`, and make the folders. Raises OSError."""
    if report is not None:
        names = {"json": "report.json", "html": "report.html", "junit": "junit.xml"}
        for form, name in names.items():
            files[form] = files[form] or report / name
    for file in files.values():
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()


def _run_tests(
    session: KitSession, suites: tuple[str, ...], only: str | None, form: str, junit: Path | None
) -> int:
    """Run the suites under pytest, in this process; answers its exit status."""
    import pytest

    from contract_tests.reports.progress import Progress

    folder = Path(__file__).parent
    arguments = [str(folder / "suites"), f"--rootdir={folder}", "-c", os.devnull]
    arguments += ["-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:asyncio", "--capture=no"]
    arguments += ["-p", "contract_tests.suites.plugin"]
    for suite in suites:
        arguments += ["--contract-suite", suite]
    if junit is not None:
        arguments += [f"--junitxml={junit}", "-o", "junit_family=xunit2"]
    given = _Given(session, only)
    with _without_plugins(), Progress(session, quiet=form == "json") as progress:
        given.progress = progress
        return int(pytest.main(arguments, plugins=[given]))


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
        self.progress.expect([item.callspec.params["check"] for item in session.items])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.progress.at(nodeid.partition("[")[2].rstrip("]"))


@contextmanager
def _without_plugins() -> Iterator[None]:
    """Whatever plugins and options the caller has for tests of their own stay out of it."""
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _write(result: RunReport, files: dict[str, Path | None], form: str) -> None:
    from contract_tests.reports.page import html_page
    from contract_tests.reports.table import print_report

    text = json.dumps(result.to_json(), indent=2, ensure_ascii=False) + "\n"
    if (file := files["json"]) is not None:
        file.write_text(text, encoding="utf-8")
    if (file := files["html"]) is not None:
        file.write_text(html_page(result), encoding="utf-8")
    if form == "json":
        click.echo(text, nl=False)
    else:
        print_report(result, [file for file in files.values() if file is not None])


def _refuse(message: str) -> NoReturn:
    click.echo(f"error: {message}", err=True)
    sys.exit(COULD_NOT_RUN)
