"""Prism (npm `@stoplight/prism-cli`): a stateless mock from OpenAPI documents."""

from __future__ import annotations

from benchmarks.exchange import HOST
from benchmarks.peers.peer import Peer
from benchmarks.setting import Setting


class Prism(Peer):
    """Serves the same documents, with a log of errors only."""

    name = "Prism"
    warm_up = 2.0

    def command(self, setting: Setting, port: int) -> list[str] | None:
        """`prism` of the peers' node_modules, or of PATH."""
        program = setting.find("prism", "node_modules/.bin")
        if program is None:
            return None
        return [program, "mock", "-h", HOST, "-p", str(port), "-v", "error", str(setting.documents)]
