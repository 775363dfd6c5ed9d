"""`python -m contract_tests` is the `knock-contract` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command; say what to install where the kit's own dependencies are missing."""
    try:
        from contract_tests.cli import main as command
    except ModuleNotFoundError as error:
        print(  # noqa: T201 (click itself may be what is missing)
            f"knock-contract: {error.name} is not installed: pip install 'mock-knock[contract]'",
            file=sys.stderr,
        )
        sys.exit(2)
    try:
        command()
    except RecursionError:
        print(  # noqa: T201 (to standard error, as above)
            "error: a document refers to itself without end, or is nested too deeply",
            file=sys.stderr,
        )
        sys.exit(2)


if __name__ == "__main__":
    main()
