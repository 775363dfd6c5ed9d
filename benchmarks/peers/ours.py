"""mock-knock itself, as `mock-knock serve` with nothing but a port."""

from __future__ import annotations

import json

from benchmarks.exchange import Request, ask_well
from benchmarks.peers.peer import AUTHORIZED, Peer
from benchmarks.setting import Setting

ROWS = 100


class MockKnockServe(Peer):
    """Polls a bulk identify of 100 users; by the time the load counts it has ended."""

    name = "mock-knock"
    ready = Request("/v1/users", AUTHORIZED)

    def command(self, setting: Setting, port: int) -> list[str] | None:
        """The command of this Python, or the one that the command line names."""
        return [*setting.mock_knock, "serve", "--port", str(port)]

    def prepare_poll(self, port: int) -> Request:
        """Identify 100 users, for the operation to poll."""
        users = [{"id": f"user-{n}", "name": f"User {n}"} for n in range(ROWS)]
        headers = {**AUTHORIZED, "content-type": "application/json"}
        body = json.dumps({"users": users}).encode()
        answer = ask_well(port, Request("/v1/users/bulk/identify", headers, "POST", body))
        return Request(f"/v1/bulk_operations/{json.loads(answer)['id']}", AUTHORIZED)
