"""What the words of a history mean, for whoever reads a table of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contract_tests.explore.knock import RETRY_AFTER
from contract_tests.explore.operation import UNKNOWN

MEANINGS = {
    "partial": "the operation has completed, and its last row failed",
    "all-rows-failed": "the operation has completed, and every row failed",
    "failed-queued": "the operation has failed before it started",
    "failed-early": "the operation has failed before its first row",
    "failed-late": "the operation has failed before its last row",
    "rows-done": "the operation is processing still, and every row is dealt with",
    "unknown": f"the operation has a status that no document has, {UNKNOWN!r}",
    "stuck": "from now on nothing changes any more",
    "same": "as before",
    "429": f"too many requests, with Retry-After: {RETRY_AFTER}",
    "503": f"unavailable, with Retry-After: {RETRY_AFTER}",
    "504": "the server did as it was asked, and does not say so",
    "cut": "the server did as it was asked, and the answer is lost",
    "cut-before": "the request never arrived",
}
"""Those that do not explain themselves."""


def legend(histories: Iterable[str]) -> Iterator[str]:
    """A line for each word that these histories use and that needs one."""
    used = {word for history in histories for word in history.split(".")}
    for word, meaning in MEANINGS.items():
        if word in used:
            yield f"{word}: {meaning}"
