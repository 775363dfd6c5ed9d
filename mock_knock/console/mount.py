"""Where the console's pages meet the server: which paths are theirs, and in which thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Protocol, TypeVar

from mock_knock.api.exchange import CONTROL_PATH, IN_PROCESS, Answer, Exchange
from mock_knock.api.service import Service

if TYPE_CHECKING:
    from flask import Flask

PAGES_PATH = f"{CONTROL_PATH}console"
"""The start page is at `CONTROL_PATH` itself, everything else of the console under this."""

_WHOLE = frozenset({CONTROL_PATH, CONTROL_PATH[:-1], PAGES_PATH})
_THREADS = 4

Result = TypeVar("Result")


class Host(Protocol):
    """The server, as the console needs it."""

    service: Service

    def call(self, function: Callable[[], Result]) -> Result:
        """Run `function` where requests are handled, between two of them."""


class Console:
    """The console of one server, for the pipeline's `Mounted` stage.

    Pages are rendered in threads, so that a long one holds no poll up. They are told about a world
    by what `Host.call` brings out of it.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._flask: Flask | None = None
        self._threads: ThreadPoolExecutor | None = None

    def takes(self, path: str) -> bool:
        """The start page, with or without its last slash, and what is under `PAGES_PATH`."""
        return path in _WHOLE or path.startswith(f"{PAGES_PATH}/")

    async def answer(self, exchange: Exchange) -> Answer:
        """Answer a request for a page or one of its files."""
        flask = self._flask
        if flask is None:
            from mock_knock.console.app import build_flask

            flask = self._flask = build_flask(self._host)
        if IN_PROCESS in exchange.scope:
            return _render(flask, exchange)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="mock-knock-console")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _render, flask, exchange)


def _render(flask: Flask, exchange: Exchange) -> Answer:
    """One request, by WSGI. Pages take no bodies, so none is handed over."""
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    scope = exchange.scope
    builder = EnvironBuilder(
        path=scope["path"],
        query_string=scope["query_string"].decode("latin-1"),
        method=scope["method"],
        headers=[
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in scope["headers"]
            if name not in (b"content-length", b"content-type", b"transfer-encoding")
        ],
    )
    try:
        body, status, headers = run_wsgi_app(flask, builder.get_environ(), buffered=True)
    finally:
        builder.close()
    return Answer(
        int(status.partition(" ")[0]),
        b"".join(body),
        [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in headers
            if name.lower() != "content-length"
        ],
        page=True,
    )
