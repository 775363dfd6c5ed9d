"""The ceiling: uvicorn with an application that does nothing but send the same bytes."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.peers.example import poll_answer
from benchmarks.peers.peer import Peer
from benchmarks.setting import Setting


class BareUvicorn(Peer):
    """What our web server could do if nothing had to be worked out."""

    name = "bare uvicorn"

    def command(self, setting: Setting, port: int) -> list[str] | None:
        """This Python with `bare_application.py`."""
        body = setting.scratch / "poll-answer.json"
        body.write_bytes(poll_answer())
        application = Path(__file__).with_name("bare_application.py")
        return [sys.executable, str(application), str(port), str(body)]
