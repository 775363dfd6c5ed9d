"""The samples of the documents, found by the comment above their fence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

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
