"""Steady (npm `@stdy/cli`): a stateless mock from OpenAPI documents."""

from __future__ import annotations

from benchmarks.exchange import HOST
from benchmarks.peers.peer import Peer
from benchmarks.setting import Setting


class Steady(Peer):
    """Serves the same documents, without a log line for each request."""

    name = "Steady"

    def command(self, setting: Setting, port: int) -> list[str] | None:
        """`steady` of the peers' node_modules, or of PATH."""
        program = setting.find("steady", "node_modules/.bin")
        if program is None:
            return None
        return [program, "-q", "--host", HOST, "--port", str(port), str(setting.documents)]
