"""What all measures of one run share: places, commands, how long to take."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

from mock_knock.api.bundle import bundle
from mock_knock.documents import openapi_files

PEERS_VARIABLE = "MOCK_KNOCK_BENCH_PEERS"


@dataclass(frozen=True, slots=True)
class Setting:
    """One run.

    scratch: a folder that goes when the run ends.
    documents: Knock's OpenAPI documents as one, in YAML, for peers that take OpenAPI.
    peers_folder: where to look for peers besides PATH; None for nowhere else.
    mock_knock: the command that is measured, without its arguments.
    quick: whether to take fewer samples and build smaller worlds.
    seconds: the length of one round of load.
    """

    scratch: Path
    documents: Path
    peers_folder: Path | None
    mock_knock: list[str]
    quick: bool
    seconds: float

    def find(self, program: str, *folders: str) -> str | None:
        """The path of a program in a folder of the peers' folder, else on PATH; None if neither."""
        for folder in folders if self.peers_folder is not None else ():
            assert self.peers_folder is not None
            candidate = self.peers_folder.absolute() / folder / program
            if candidate.is_file() and os.access(candidate, os.X_OK):
                return str(candidate)
        return shutil.which(program)


def write_documents(folder: Path) -> Path:
    """Write the bundled OpenAPI document as YAML (and as JSON beside it); the YAML's path."""
    document = bundle(openapi_files())
    path = folder / "knock-openapi.yml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    path.with_suffix(".json").write_text(json.dumps(document), encoding="utf-8")
    return path


def mock_knock_command() -> list[str]:
    """The `mock-knock` of this Python, or the module when the command is not installed."""
    script = Path(sys.executable).parent / "mock-knock"
    return [str(script)] if script.is_file() else [sys.executable, "-m", "mock_knock"]
