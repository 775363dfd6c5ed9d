"""One planted fault, and the sound flow that it is planted in."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contract_tests.arazzo.loading import load_file
from contract_tests.flow_files import located

HARDENED = Path("knock-bulk-identify-users-notify.hardened")


@dataclass(frozen=True)
class Mutant:
    """A change to the hardened flow.

    lint, explore: rules of each that must catch it; none where that tool cannot, and `refused`
    in `explore` where the interpreter refuses to run the flow at all.
    """

    id: str
    fault: str
    change: Callable[[Flow], None]
    lint: tuple[str, ...] = ()
    explore: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The broken document; its sources are absolute, so that it can be put anywhere."""
        flow = Flow(hardened_document())
        self.change(flow)
        return flow.document

    def write(self, folder: Path) -> Path:
        """Write it into a folder, as YAML."""
        return write(self.document(), folder / f"{self.id}.arazzo.yml")


class Flow:
    """The hardened document with names for its parts, to be changed in place."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.workflow: dict[str, Any] = document["workflows"][0]
        self.components: dict[str, Any] = document["components"]
        self.submit, self.poll, self.trigger = self.workflow["steps"]

    def criteria(self, *conditions: str) -> None:
        """Give the poll other success criteria."""
        self.poll["successCriteria"] = [{"condition": condition} for condition in conditions]

    def forget_failed_rows(self) -> None:
        """Look at failed rows nowhere: no criterion, no output."""
        self.poll["successCriteria"] = self.poll["successCriteria"][:2]
        for outputs in (self.poll["outputs"], self.workflow["outputs"]):
            del outputs["errorCount"], outputs["errorItems"]

    def poll_by_goto(self) -> None:
        """Poll as the published flow does: every answer a success, and goto self."""
        self.criteria("$statusCode == 200")
        self.poll["onFailure"] = [{"name": "pollFailed", "type": "end"}]
        status, error = "$response.body#/status", "$response.body#/error_count"
        self.poll["onSuccess"] = [
            _goto("bulkDone", "triggerWorkflow", f"{status} == 'completed' && {error} == 0"),
            _goto("bulkStillRunning", "pollBulkOperation",
                  f"{status} == 'queued' || {status} == 'processing'"),
            {"name": "bulkEndedBadly", "type": "end"},
        ]  # fmt: skip


def hardened_document() -> dict[str, Any]:
    """The hardened flow as a JSON value, its sources absolute."""
    file = located(HARDENED)
    document: dict[str, Any] = copy.deepcopy(load_file(file))
    for source in document["sourceDescriptions"]:
        source["url"] = str((file.parent / source["url"]).resolve())
    return document


def write(document: dict[str, Any], file: Path) -> Path:
    """Write a document as YAML."""
    file.write_text(yaml.safe_dump(document, sort_keys=False, width=100), encoding="utf-8")
    return file


def _goto(name: str, step: str, condition: str) -> dict[str, Any]:
    return {"name": name, "type": "goto", "stepId": step, "criteria": [{"condition": condition}]}
