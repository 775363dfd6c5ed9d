"""WireMock (a jar, as in npm `wiremock`): answers that were written down beforehand."""

from __future__ import annotations

import json
import os
from pathlib import Path

from benchmarks.exchange import HOST
from benchmarks.peers.example import poll_answer
from benchmarks.peers.peer import Peer
from benchmarks.setting import Setting

JAR_VARIABLE = "MOCK_KNOCK_BENCH_WIREMOCK"
"""Names the jar, for those who have it somewhere else."""


class WireMock(Peer):
    """One stub for polls, no journal. The virtual machine needs long to warm up."""

    name = "WireMock"
    warm_up = 10.0

    def command(self, setting: Setting, port: int) -> list[str] | None:
        """Java with the jar; None when either is missing."""
        java, jar = setting.find("java"), _find_jar(setting)
        if java is None or jar is None:
            return None
        root = setting.scratch / "wiremock"
        (root / "mappings").mkdir(parents=True, exist_ok=True)
        stub = {
            "request": {"method": "GET", "urlPathPattern": "/v1/bulk_operations/[0-9a-f-]+"},
            "response": {
                "status": 200,
                "headers": {"content-type": "application/json"},
                "body": poll_answer().decode(),
            },
        }
        (root / "mappings" / "poll.json").write_text(json.dumps(stub), encoding="utf-8")
        serve = ["--bind-address", HOST, "--port", str(port), "--root-dir", str(root)]
        return [java, "-jar", str(jar), *serve, "--no-request-journal", "--disable-banner"]


def _find_jar(setting: Setting) -> Path | None:
    named = os.environ.get(JAR_VARIABLE)
    if named:
        return Path(named) if Path(named).is_file() else None
    folder = setting.peers_folder
    if folder is None:
        return None
    jars = [*folder.glob("wiremock*.jar"), *folder.glob("node_modules/wiremock/**/wiremock*.jar")]
    return jars[0].absolute() if jars else None
