"""`knock-contract client`: judges a client by what it sends and what it says."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contract_tests.inner_pytest import run_pytest
from contract_tests.refusal import refuse
from contract_tests.report_files import ReportFiles, report_options

if TYPE_CHECKING:
    from contract_tests.clients.ending import Driver
    from contract_tests.clients.reporting.terminal import Progress
    from contract_tests.clients.run import ClientRun, ProfileName
    from contract_tests.clients.scenario import Scenario

_INTERRUPTED = 2
"""pytest's exit status after Ctrl-C."""
_DRAWN = "drawn"


@click.command()
@click.option(
    "--python",
    "target",
    metavar="MODULE:NAME",
    help="A client in Python: a function of a Task, or a class. Sleeping takes it no time.",
)
@click.option(
    "--scenario",
    "names",
    metavar="NAME",
    multiple=True,
    help="Only this scenario, or `drawn` for those that are drawn, or one of them, as a finding "
    "has it. Repeatable.",
)
@click.option("--list", "list_scenarios", is_flag=True, help="List every scenario.")
@click.option(
    "--profile",
    type=click.Choice(["dev", "ci", "nightly"]),
    default="dev",
    show_default=True,
    help="How many scenarios are drawn for a client in Python; ci draws the same in every run.",
)
@click.option("--seed", type=int, metavar="N", help="Repeats the drawn scenarios of a run.")
@click.option(
    "--patience",
    type=click.FloatRange(1, 3600),
    default=15.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a program is told to wait for an operation.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=8,
    show_default=True,
    help="Scenarios that a program plays side by side.",
)
@report_options
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def client(
    *,
    target: str | None,
    command: tuple[str, ...],
    names: tuple[str, ...],
    list_scenarios: bool,
    profile: ProfileName,
    seed: int | None,
    patience: float,
    jobs: int,
    form: str,
    report: Path | None,
    json_file: Path | None,
    html_file: Path | None,
    junit_file: Path | None,
) -> None:
    """Judge a client by what it sends and what it says (docs/clients.md).

    A client identifies users in bulk, waits, and then triggers a workflow for them. It is driven
    through everything that may become of that, in a mock-knock that is started for it.

    \b
    knock-contract client --python package.module:import_users
    knock-contract client -- node import.mjs

    COMMAND gets the task as JSON on standard input, and KNOCK_BASE_URL and KNOCK_API_KEY in its
    environment; it prints its report, one JSON document, on standard output.

    Exit status: 0 no rule is broken, 1 findings, 2 could not be judged.
    """
    from contract_tests.clients.ending import CouldNotJudgeError
    from contract_tests.clients.reporting.page import client_page
    from contract_tests.clients.reporting.report import ClientReport
    from contract_tests.clients.reporting.terminal import Progress, print_report
    from contract_tests.clients.run import ClientRun, Draws

    if list_scenarios:
        _list()
        return
    try:
        files = ReportFiles.prepare(report, json_file, html_file, junit_file)
        driver = _driver(target, command, patience)
        wanted, only = _wanted(names, driver)
    except (CouldNotJudgeError, OSError) as error:
        refuse(str(error))
    jobs = 1 if driver.virtual else jobs
    with ClientRun(driver, Draws.of(profile, seed, only), jobs=jobs) as run:
        with Progress(run, quiet=form == "json") as progress:
            status = run_pytest(
                Path(__file__).parent / "clients" / "session_tests.py",
                plugins=[_Given(run, wanted, progress)],
                junit=files.junit,
            )
        if not run.problem and (status not in (0, 1) or (status == 1 and not run.known)):
            run.problem = (
                "it was interrupted"
                if status == _INTERRUPTED
                else "the kit could not carry out every scenario"
            )
        result = ClientReport.of(run)
    text = files.write(result.to_json(), lambda: client_page(result))
    if form == "json":
        click.echo(text, nl=False)
    else:
        print_report(result, files.named)
    if run.problem:
        refuse(run.problem)
    sys.exit(1 if result.findings else 0)


def _driver(target: str | None, command: tuple[str, ...], patience: float) -> Driver:
    """The client that is named. Raises CouldNotJudgeError when none, or two, are."""
    from contract_tests.clients.ending import CouldNotJudgeError
    from contract_tests.clients.own_logs import LogSetup
    from contract_tests.clients.program import Program
    from contract_tests.clients.python_client import PythonClient

    if (target is None) == (not command):
        raise CouldNotJudgeError("name one client: --python MODULE:NAME, or -- COMMAND")
    if target is None:
        program = Program(command, patience=patience)
        program.check()
        return program
    kits = LogSetup.now()
    found, its = _found(target), LogSetup.now()
    kits.restore()
    return PythonClient(found, name=target, argument=f"--python {target}", logs=its)


def _found(target: str) -> Any:
    """What `MODULE:NAME` names; modules of the working directory are found. Raises the same."""
    from contract_tests.clients.ending import CouldNotJudgeError

    module, separator, name = target.partition(":")
    if not separator or not module or not name:
        raise CouldNotJudgeError(f"--python {target}: MODULE:NAME is needed")
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        found: Any = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:  # whatever a module does when it is imported
        raise CouldNotJudgeError(f"--python {target}: {type(error).__name__}: {error}") from None
    if not callable(found):
        raise CouldNotJudgeError(f"--python {target}: it cannot be called")
    return found


def _wanted(
    names: tuple[str, ...], driver: Driver
) -> tuple[dict[str, Scenario | None], tuple[Scenario, ...]]:
    """The scenarios to play, by name, and those of the drawn ones that are written out.

    None stands for the drawn ones. Raises CouldNotJudgeError for a name that is none.
    """
    from contract_tests.clients.catalogue import by_name
    from contract_tests.clients.ending import CouldNotJudgeError
    from contract_tests.clients.written import read_written

    known: dict[str, Scenario | None] = {**by_name()}
    if driver.virtual:
        known[_DRAWN] = None
    wanted: dict[str, Scenario | None] = {}
    only: list[Scenario] = []
    for name in names:
        if name.partition(" ")[0] == _DRAWN:
            if not driver.virtual:
                raise CouldNotJudgeError("scenarios are drawn for clients in Python only")
            wanted[_DRAWN] = None
            if name != _DRAWN:
                try:
                    only.append(read_written(name))
                except ValueError as error:
                    raise CouldNotJudgeError(f"--scenario {name}: {error}") from None
        elif name in known:
            wanted[name] = known[name]
        else:
            raise CouldNotJudgeError(f"there is no scenario {name!r}; --list has them all")
    return wanted or known, tuple(only)


class _Given:
    """The plugin of one run: hands it in, and tells the display what comes."""

    def __init__(
        self, run: ClientRun, wanted: Mapping[str, Scenario | None], progress: Progress
    ) -> None:
        self._run = run
        self._wanted = wanted
        self._progress = progress

    def pytest_configure(self, config: Any) -> None:
        from contract_tests.clients.session_tests import RUN

        config.stash[RUN] = self._run

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        items[:] = [item for item in items if _scenario_of(item) in self._wanted]

    def pytest_collection_finish(self, session: Any) -> None:
        self._progress.expect(len(session.items))
        self._run.begin(scenario for scenario in self._wanted.values() if scenario is not None)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._progress.at(nodeid.partition("[")[2].rstrip("]") or "drawn scenarios")

    def pytest_runtest_logfinish(self) -> None:
        self._progress.advance()


def _scenario_of(item: Any) -> str:
    """The name of a test's scenario, `drawn` for those that are drawn."""
    call = getattr(item, "callspec", None)
    return _DRAWN if call is None else str(call.params["scenario"].name)


def _list() -> None:
    from contract_tests.clients.catalogue import SCENARIOS

    for scenario in SCENARIOS:
        click.echo(f"{scenario.name}: {scenario.sentence}")
        for line in scenario.describe():
            click.echo(f"    {line}")
