"""docs/server-mutants.md: every broken server, and how it is caught."""

from __future__ import annotations

from collections.abc import Iterable

from contract_tests.mutants.servers.score import Caught

_INTRODUCTION = """\
# Broken servers

Each of these is a mock-knock behind a wrapper that breaks one rule
([`contract_tests/mutants/servers/`](../contract_tests/mutants/servers)). The suite named has to
catch it, with that rule; the tests see to it that it does, and that two sound servers (the mock
itself, and one that applies rate limits) are not accused of anything.

    python -m contract_tests.mutants.servers > docs/server-mutants.md

To see what a finding looks like, serve one of them and check it:

    python -m contract_tests.mutants.servers serve status_goes_back --port 4011
    knock-contract check --server http://127.0.0.1:4011 --suite lifecycle
"""


def render(results: Iterable[Caught]) -> str:
    """The page as text."""
    results = list(results)
    caught = sum(bool(result.check) for result in results)
    lines = [
        _INTRODUCTION,
        f"{caught} of {len(results)} are caught.",
        "",
        "| broken server | what it does | suite | rule | caught by |",
        "|---|---|---|---|---|",
    ]
    for result in results:
        fault = result.fault
        cells = (
            f"`{fault.name}`", fault.sentence, fault.suite, f"`{fault.rule.id}`",
            result.check or "**not caught**",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
