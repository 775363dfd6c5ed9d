"""`ctl fixtures`."""

from __future__ import annotations

import json

import click

from mock_knock.client.errors import ControlError
from mock_knock.ctl.command import RefusedError, SubGroup
from mock_knock.ctl.files import read, write
from mock_knock.ctl.session import Session, pass_session


@click.group(cls=SubGroup, invoke_without_command=False)
def fixtures() -> None:
    """Fixtures files (docs/fixtures.md); - is standard input or output."""


@fixtures.command()
@click.argument("file")
@pass_session
def load(session: Session, file: str) -> None:
    """Let what FILE declares be there, beside what is there: YAML, or JSON if it ends in .json."""
    text = read(file)
    with session.client() as client:
        is_json = file.lower().endswith(".json")
        try:
            loaded = client.fixtures.load(text, format="json" if is_json else "yaml")
        except ControlError as error:
            if not error.fields:
                raise
            # As `serve --fixtures` tells them: with the file, and the line.
            places = [(file if f.line is None else f"{file}:{f.line}", f) for f in error.fields]
            lines = [f"{place}: {f.field} {f.message}" for place, f in places]
            raise RefusedError("\n".join(lines)) from None
    told = ", ".join(f"{count} {section}" for section, count in loaded.items())
    session.show({"loaded": loaded}, f"loaded: {told or 'nothing'}")


@fixtures.command()
@click.argument("file", default="-")
@click.option("--strict", is_flag=True, help="Fail when a file cannot say all that is declared.")
@pass_session
def export(session: Session, file: str, strict: bool) -> None:
    """Write what is declared, and users, objects and tenants, as a fixtures file in JSON."""
    with session.client() as client:
        document = client.fixtures.export(strict=strict)
    # JSON is YAML too, so the file may be called either.
    write(file, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
