"""What the flow commands share: files, packaged documents, and inputs."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from contract_tests.arazzo.loading import load_value, read_text

openapi_option = click.option(
    "--openapi",
    "openapi_dirs",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Where to look for sources that are not where the document says. Repeatable.",
)
"""The directories of `--openapi`, as the commands' `openapi_dirs`."""


def read_inputs(file: str | None, extras: tuple[str, ...]) -> dict[str, Any]:
    """Inputs of a file (`-`: stdin) and of NAME=VALUE pairs, which overrule it.

    Raises ValueError and DocumentError.
    """
    inputs: Any = {}
    if file == "-":
        inputs = load_value(sys.stdin.read(), "the inputs on stdin")
    elif file is not None:
        inputs = load_value(read_text(Path(file)), file)
    inputs = {} if inputs is None else inputs
    if not isinstance(inputs, dict):
        raise ValueError(f"{file}: inputs must be a mapping of names to values")
    for extra in extras:
        name, text = pair(extra, "--input")
        try:
            inputs[name] = json.loads(text)
        except (ValueError, RecursionError):
            inputs[name] = text
    return inputs


def pair(text: str, option: str) -> tuple[str, str]:
    """NAME=VALUE as two texts. Raises ValueError."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise ValueError(f"{option} takes NAME=VALUE, not {text!r}")
    return name, value


def located(file: Path) -> Path:
    """The file itself, or the packaged flow that it names."""
    if not file.exists() and file.name == str(file):
        for root in _packaged():
            packaged = root / "arazzo" / f"{file.name}.arazzo.yml"
            if packaged.is_file():
                return packaged
    return file


def packaged_openapi() -> list[Path]:
    """The project's own OpenAPI documents, where the server's package is installed."""
    return [root / "openapi" for root in _packaged()]


def _packaged() -> list[Path]:
    """The folder of the packaged documents, if the server's package is installed."""
    try:
        documents: Any = import_module("mock_knock.documents")
        return [Path(documents.documents_root())]
    except (ImportError, OSError):
        return []
