"""What Node's fetch sees of each fault."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from mock_knock import MockKnock
from tests.sdk.test_node import tool

SCRIPT = Path(__file__).with_name("node_fetch.mjs")


def test_node_sees_what_the_wire_has(mock_knock: MockKnock) -> None:
    done = subprocess.run(
        [tool("node"), str(SCRIPT), mock_knock.url, mock_knock.api_key],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    seen = json.loads(done.stdout)
    assert (seen["429"]["status"], seen["429"]["retryAfter"]) == (429, "1")
    assert seen["reset"]["cause"] == "ECONNRESET"
    assert seen["empty"]["cause"] == "UND_ERR_SOCKET"
    assert seen["truncate"]["error"] == "terminated"
    assert seen["malformed_chunk"]["error"] == "terminated"
    assert json.loads(seen["dribble"]["body"])["entries"] == []
