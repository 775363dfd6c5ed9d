"""Answers that take their time: they end by themselves or when the client leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any

from mock_knock.api.body import ClientDisconnectedError
from mock_knock.api.exchange import IN_PROCESS, Answer, Scope


async def send_stream(
    scope: Scope, receive: Any, send: Any, answer: Answer, headers: list[tuple[bytes, bytes]]
) -> None:
    """Send `answer.stream`, piece by piece. When this returns it has let go of what it held."""
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if scope["method"] == "HEAD":
        await send({"type": "http.response.body", "body": b""})
        return
    sending = asyncio.ensure_future(_send_pieces(send, answer))
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending


async def unless_left(scope: Scope, receive: Any, value: Awaitable[Any]) -> Any:
    """Wait for a value. Raises ClientDisconnectedError when nobody waits for it any more."""
    if IN_PROCESS in scope:
        return await value
    making = asyncio.ensure_future(value)
    leaving = asyncio.ensure_future(_left(receive))
    try:
        await asyncio.wait((making, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not making.done():
            raise ClientDisconnectedError
        return making.result()
    finally:
        leaving.cancel()
        if not making.done():
            making.cancel()
            with suppress(asyncio.CancelledError):
                await making


async def _send_pieces(send: Any, answer: Answer) -> None:
    stream = answer.stream
    assert stream is not None, "who calls this has looked"
    try:
        async for piece in stream:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    finally:
        await stream.aclose()
    await send({"type": "http.response.body", "body": b""})


async def _left(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
