"""The samples of the documents, found by the comment above their fence."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from mock_knock import KnockServer

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(
    r"(?:<!-- (?P<kind>sample|command): (?P<name>[\w-]+) -->\n)?^```(?P<language>\w*)\n"
    r"(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Sample:
    """One fenced block: its language, and the name it goes by (empty when it has none)."""

    document: Path
    kind: str
    name: str
    language: str
    text: str


def all_samples() -> list[Sample]:
    """Every fenced block of the README and of docs/."""
    return [
        Sample(document, m["kind"] or "", m["name"] or "", m["language"], m["text"])
        for document in DOCUMENTS
        for m in _FENCE.finditer(document.read_text(encoding="utf-8"))
    ]


def sample(name: str) -> Sample:
    """The one sample of this name. Raises LookupError when there is not exactly one."""
    found = [s for s in all_samples() if s.name == name]
    if len(found) != 1:
        raise LookupError(f"{len(found)} samples are called {name!r}")
    return found[0]


def run_shell(name: str, server: KnockServer | None, folder: Path) -> str:
    """What the sample prints when it is run against `server`, if any, instead of port 4010."""
    url = "http://127.0.0.1:4010"
    text = sample(name).text.replace(url, server.url if server is not None else url)
    bin_folder = str(Path(sys.executable).parent)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
