"""A receiver of webhooks on loopback, which answers as it is told and keeps what it got."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Received:
    """One post as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The body's JSON."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def signed_at(self) -> int:
        """The milliseconds that are signed."""
        return int(self.headers["x-knock-signature"].split(",")[0].removeprefix("t="))

    def is_signed_with(self, secret: str) -> bool:
        """Whether the signature holds, by Knock's own recipe."""
        stamp, _, given = self.headers["x-knock-signature"].partition(",s=")
        text = stamp.removeprefix("t=") + "." + self.body.decode()
        made = hmac.digest(secret.encode(), text.encode(), hashlib.sha256)
        return base64.b64encode(made).decode() == given


Answer = Callable[[Received], int]


class Receiver:
    """Answers each post with the status that `answer` says."""

    def __init__(self, answer: Answer) -> None:
        self.got: list[Received] = []
        self._came = threading.Condition()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                received = Received(self.path, headers, body)
                with outer._came:
                    outer.got.append(received)
                    outer._came.notify_all()
                status = answer(received)
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("location", "/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:
                    return  # whoever posted did not wait for the answer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks"
        # Looks often for whether it is to stop: that is what stopping it waits for.
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def wait(self, count: int, timeout: float = 10.0) -> list[Received]:
        """Wait until that many posts have come."""
        with self._came:
            assert self._came.wait_for(lambda: len(self.got) >= count, timeout), self.got
            return list(self.got)

    @property
    def types(self) -> list[str]:
        """The types of the events that came, in their order."""
        return [received.event["type"] for received in self.got]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def receiving(answer: Answer = lambda received: 200) -> Iterator[Receiver]:
    """A receiver for the length of a block."""
    receiver = Receiver(answer)
    try:
        yield receiver
    finally:
        receiver.close()


@contextmanager
def hanging() -> Iterator[Receiver]:
    """A receiver that answers nothing before the block ends."""
    end = threading.Event()

    def wait(received: Received) -> int:
        end.wait(30)
        return 200

    with receiving(wait) as receiver:
        try:
            yield receiver
        finally:
            end.set()


def statuses(*given: int) -> Answer:
    """These statuses, one after the other, the last one for ever."""
    left = list(given)
    lock = threading.Lock()

    def answer(received: Received) -> int:
        with lock:
            return left.pop(0) if len(left) > 1 else left[0]

    return answer
