"""Files that commands read and write; `-` is standard input or output."""

from __future__ import annotations

import sys
from pathlib import Path

import click


def read(name: str) -> str:
    """The text of a file. Raises click.FileError."""
    if name == "-":
        return sys.stdin.read()
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.FileError(name, "is not in UTF-8") from None
    except OSError as error:
        raise click.FileError(name, error.strerror or str(error)) from None


def write(name: str, text: str) -> None:
    """Write a file. Raises click.FileError."""
    if name == "-":
        click.echo(text, nl=False)
        return
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.FileError(name, error.strerror or str(error)) from None
