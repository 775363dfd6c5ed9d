"""The documents that a wheel brings bundled, so that a start need not read YAML."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from mock_knock.api.bundle import bundle
from mock_knock.documents import bundled_file, control_file, openapi_files

from .commands import Clean, run

FOLDER = "mock_knock/_documents/bundled/"


def test_the_wheel_has_what_the_yaml_says(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        found = {n: archive.read(n) for n in archive.namelist() if n.startswith(FOLDER)}
    assert {name: json.loads(text) for name, text in found.items()} == {
        f"{FOLDER}knock.json": bundle(openapi_files()),
        f"{FOLDER}{control_file().stem}.json": bundle([control_file()]),
    }


def test_an_installed_server_reads_no_yaml(clean: Clean, elsewhere: Path) -> None:
    code = (
        "import yaml, mock_knock\n"
        "def refuse(*args, **kwargs): raise AssertionError('YAML was read')\n"
        "yaml.load = yaml.safe_load = refuse\n"
        "mock_knock.KnockServer()\n"
        "print('made')"
    )
    assert run(clean("server") / "python", "-c", code, cwd=elsewhere) == "made\n"


def test_a_checkout_has_no_bundle_that_could_be_out_of_date() -> None:
    assert bundled_file(openapi_files()) is None
    assert bundled_file([control_file()]) is None
