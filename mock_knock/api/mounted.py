"""The stage that hands requests over to what stands beside the API: pages for people."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Protocol

from mock_knock.api.exchange import EXCHANGE, Answer, Exchange, Scope


class Mount(Protocol):
    """Something that answers the requests for some paths."""

    def takes(self, path: str) -> bool:
        """Whether requests for this path are its own."""

    async def answer(self, exchange: Exchange) -> Answer:
        """Answer a request."""


class Mounted:
    """Lets the mount answer what is its own, ahead of routing."""

    def __init__(self, app: Any, *, mount: Mount | None) -> None:
        self.app = app
        self.mount = mount

    def __call__(self, scope: Scope, receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        if self.mount is not None and self.mount.takes(scope["path"]):
            return _answer(self.mount, scope[EXCHANGE])
        awaited: Coroutine[Any, Any, None] = self.app(scope, receive, send)
        return awaited


async def _answer(mount: Mount, exchange: Exchange) -> None:
    exchange.answer = await mount.answer(exchange)
