"""The options, fixture and hooks of the suites under pytest.

`contract_tests.pytest_door` loads this when the tests of this package are asked for, and
`knock-contract check` always does.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contract_tests.suites.session import KitSession

GIVEN = "knock-contract-session"
"""Name of the plugin by which `knock-contract check` hands its session in."""
_SESSION = pytest.StashKey["KitSession"]()
_FOLDER = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, all in one group; each also with `--contract-` before it."""
    group = parser.getgroup("knock-contract", "Knock's contract: which server, how thorough")

    def option(name: str, **attributes: Any) -> None:
        destination = f"contract_{name.replace('-', '_')}"
        long = f"--contract-{name}"
        try:
            group.addoption(long, f"--{name}", dest=destination, **attributes)
        except ValueError:  # somebody else has --name
            group.addoption(long, dest=destination, **attributes)

    option("server", metavar="URL", help="the server; without it a mock-knock is started")
    option("api-key", metavar="KEY", help="its secret key (or KNOCK_API_KEY)")
    option("other-api-key", metavar="KEY", help="secret key of another environment")
    option("public-key", metavar="KEY", help="public key of the environment")
    option("workflow", metavar="KEY", default="", help="a workflow that may be triggered")
    option("profile", choices=("dev", "ci", "nightly"), default="dev", help="how thorough")
    option("seed", type=int, metavar="N", help="repeats the drawn cases of a run")
    option("suite", action="append", metavar="NAME", help="only this suite; repeatable")
    option("real", action="store_true", help="treat it as a real Knock environment")
    option("no-control", action="store_true", help="use no control plane")
    option("patience", type=float, metavar="SECONDS", help="how long slow things may take")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the suites that were not asked for; what is done beside is waited for last."""
    from contract_tests.rules.registry import SUITES

    wanted = config.getoption("contract_suite")
    for name in wanted or ():
        if name not in SUITES:
            raise pytest.UsageError(f"there is no suite {name!r}; there are {', '.join(SUITES)}")
    ours = [item for item in items if _FOLDER in item.path.parents]
    if wanted:
        out = [item for item in ours if _check(item).suite not in wanted]
        config.hook.pytest_deselected(items=out)
        items[:] = [item for item in items if item not in out]
    items.sort(key=lambda item: item in ours and bool(_check(item).beside))


def _check(item: pytest.Item) -> Any:
    return item.callspec.params["check"]  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def kit_session(request: pytest.FixtureRequest) -> Any:
    """The run: opened before the first check, closed after the last."""
    config = request.config
    session = config.pluginmanager.get_plugin(GIVEN) or _opened(config)
    config.stash[_SESSION] = session
    session.begin([_check(i) for i in request.session.items if _FOLDER in i.path.parents])
    yield session
    session.close()


def _opened(config: pytest.Config) -> KitSession:
    from contract_tests.checking.breach import ServerGoneError
    from contract_tests.suites.opening import OptionError, Options, open_session

    def option(name: str) -> Any:
        return config.getoption(f"contract_{name}")

    server = option("server")
    try:
        return open_session(
            Options(
                server=server,
                api_key=option("api_key") or (os.environ.get("KNOCK_API_KEY") if server else None),
                other_api_key=option("other_api_key"),
                public_key=option("public_key"),
                workflow=option("workflow"),
                profile=option("profile"),
                seed=option("seed"),
                real=option("real"),
                control=not option("no_control"),
                patience=option("patience"),
            )
        )
    except (OptionError, ServerGoneError) as error:
        pytest.exit(str(error), returncode=2)


def pytest_terminal_summary(terminalreporter: Any, exitstatus: int, config: pytest.Config) -> None:
    """Rules and findings in a few lines."""
    session = config.stash.get(_SESSION, None)
    if session is None:
        return
    report = session.report()
    counts = report.summary()
    terminalreporter.section("Knock's contract")
    terminalreporter.write_line(
        f"{counts['held']} rules held, {counts['broken']} are broken, "
        f"{counts['not_judged']} were not judged (seed {report.seed})"
    )
    for finding in report.findings:
        terminalreporter.write_line(f"  {finding.rule.id}: {finding.rule.sentence}")
    for note in report.notes:
        terminalreporter.write_line(f"  {note}")
