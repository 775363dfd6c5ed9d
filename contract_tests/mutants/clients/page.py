"""docs/client-mutants.md: every broken client, and where it is caught."""

from __future__ import annotations

from collections.abc import Iterable

from contract_tests.mutants.clients.score import Caught

_INTRODUCTION = """\
# Broken clients

Each of these is a careful client with one mistake
([`contract_tests/mutants/clients/`](../contract_tests/mutants/clients)). Each of the scenarios
named has to show it, with that rule; the tests see to it that they do, and that the sound clients
in [`sound/`](../contract_tests/mutants/clients/sound), which go about it in other ways and with
other libraries, are not accused of anything.

    python -m contract_tests.mutants.clients > docs/client-mutants.md

To see what a finding looks like, judge one of them:

    knock-contract client --python contract_tests.mutants.clients.waiting:NeverPolls
"""


def render(results: Iterable[Caught]) -> str:
    """The page as text."""
    results = list(results)
    caught = sum(result.everywhere for result in results)
    lines = [
        _INTRODUCTION,
        f"{caught} of {len(results)} are caught.",
        "",
        "| broken client | what it does | rule | caught in |",
        "|---|---|---|---|",
    ]
    for result in results:
        fault = result.fault
        cells = (
            f"`{fault.name}`", fault.sentence, f"`{fault.rule.id}`",
            ", ".join(result.scenarios) or "**not caught**",
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
