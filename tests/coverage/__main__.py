"""Writes docs/coverage.md; see the package."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.coverage.page import PAGE, files_by_operation, render, rows


def main(arguments: list[str]) -> None:
    """Write the page, with what a run of the tests recorded when a file of that is given."""
    if arguments:
        reached = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    else:
        reached = files_by_operation(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(render(rows(), reached), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
