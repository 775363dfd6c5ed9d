"""What Node's fetch sees of each fault."""

from __future__ import annotations

import json
from pathlib import Path

from mock_knock import MockKnock
from tests.sdk import node_runtime


def test_node_sees_what_the_wire_has(mock_knock: MockKnock, node_project: Path) -> None:
    seen = node_runtime.run(
        node_project, "faults.mjs", KNOCK_BASE_URL=mock_knock.url, KNOCK_API_KEY=mock_knock.api_key
    )
    assert (seen["429"]["status"], seen["429"]["retryAfter"]) == (429, "1")
    assert seen["reset"]["cause"] == "ECONNRESET"
    assert seen["empty"]["cause"] == "UND_ERR_SOCKET"
    assert seen["truncate"]["error"] == "terminated"
    assert seen["malformed_chunk"]["error"] == "terminated"
    assert json.loads(seen["dribble"]["body"])["entries"] == []
