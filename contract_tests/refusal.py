"""How the commands say that nothing could be run or judged."""

from __future__ import annotations

import sys
from typing import Final, NoReturn

import click

COULD_NOT_RUN: Final = 2
"""The exit status: neither that nothing was found nor that something was."""


def plain(line: str) -> str:
    """One line that a terminal shows as it is: servers and files may send control characters."""
    line = line.replace("\n", " ").replace("\t", " ")
    return "".join(char if char.isprintable() else "?" for char in line)


def refuse(message: str) -> NoReturn:
    """Say in one line why nothing could be run, and exit with 2."""
    click.echo(f"error: {plain(message)}", err=True)
    sys.exit(COULD_NOT_RUN)
