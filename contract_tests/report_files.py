"""The options by which commands are told where reports go, and the files that these name."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--format",
        "form",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="What is printed: a table to read, or the JSON report.",
    ),
    click.option(
        "--report",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="Write report.json, report.html and junit.xml there.",
    ),
    click.option(
        "--json", "json_file", type=click.Path(path_type=Path), help="Write the JSON report."
    ),
    click.option(
        "--html", "html_file", type=click.Path(path_type=Path), help="Write the HTML page."
    ),
    click.option("--junit", "junit_file", type=click.Path(path_type=Path), help="Write JUnit XML."),
)


def report_options(command: Command) -> Command:
    """Give a command the options `form`, `report`, `json_file`, `html_file` and `junit_file`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True)
class ReportFiles:
    """Where each report goes; None for one that is not wanted."""

    json: Path | None
    html: Path | None
    junit: Path | None

    @classmethod
    def prepare(
        cls, report: Path | None, json: Path | None, html: Path | None, junit: Path | None
    ) -> ReportFiles:
        """Name those of `--report`, and make folders and files. Raises OSError."""
        if report is not None:
            json = json or report / "report.json"
            html = html or report / "report.html"
            junit = junit or report / "junit.xml"
        files = cls(json, html, junit)
        for file in files.named:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        return files

    @property
    def named(self) -> list[Path]:
        """Those that are wanted."""
        return [file for file in (self.json, self.html, self.junit) if file is not None]

    def write(self, document: Mapping[str, Any], page: Callable[[], str]) -> str:
        """Write the JSON document and the HTML page; answers the document as text."""
        text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
        if self.json is not None:
            self.json.write_text(text, encoding="utf-8")
        if self.html is not None:
            self.html.write_text(page(), encoding="utf-8")
        return text
