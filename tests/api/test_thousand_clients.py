"""A thousand clients connected to one server at once lose nothing."""

from __future__ import annotations

import asyncio
import collections
import json
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

CLIENTS = 1_000
KEYS = 4
PATIENCE = 120


@pytest.fixture
def many_files() -> Iterator[None]:
    """As many open connections as this takes; the usual limit is 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CLIENTS + 500
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture
def url() -> Iterator[str]:
    """A real server, in a process of its own."""
    options = ["--port", "0", "--clock", "manual", "--progress", "polls", "--check-responses"]
    command = [sys.executable, "-m", "mock_knock", "serve", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        yield found[0]
        process.terminate()
        assert process.wait(PATIENCE) == 0


class Client:
    """One connection, kept open; a client library would cost more than the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str):
        self._reader, self._writer, self._key = reader, writer, key

    @classmethod
    async def connect(cls, url: str, key: str) -> Client:
        address = urlsplit(url)
        return cls(*await asyncio.open_connection(address.hostname, address.port), key)

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        content = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: knock\r\nAuthorization: Bearer {self._key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        self._writer.write(head.encode() + content)
        status = int((await self._reader.readline()).split()[1])
        length = 0
        while (line := await self._reader.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        answer = await self._reader.readexactly(length)
        return status, json.loads(answer) if answer else None

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def one_flow(client: Client, name: str) -> str:
    """Identify -> poll -> trigger, of a user of its own; the id of its operation."""
    status, operation = await client.call(
        "POST", "/v1/users/bulk/identify", {"users": [{"id": name}]}
    )
    assert status == 200
    states = []
    for _ in range(3):
        status, polled = await client.call("GET", f"/v1/bulk_operations/{operation['id']}")
        assert status == 200
        states.append(polled["status"])
    assert states == ["queued", "processing", "completed"]
    status, user = await client.call("GET", f"/v1/users/{name}")
    assert (status, user["id"]) == (200, name)
    status, _ = await client.call("POST", "/v1/workflows/welcome/trigger", {"recipients": [name]})
    assert status == 200
    return str(operation["id"])


async def listed(client: Client, path: str, rows: str, field: str) -> list[str]:
    found: list[str] = []
    after = ""
    while True:
        _, page = await client.call("GET", f"{path}?{after}")
        found += [row[field] for row in page[rows]]
        if page["page_info"]["after"] is None:
            return found
        after = f"after={page['page_info']['after']}"


@pytest.mark.usefixtures("many_files")
async def test_a_thousand_clients_at_once_lose_nothing(url: str) -> None:
    async with asyncio.timeout(PATIENCE):
        clients = [await Client.connect(url, f"sk_{n % KEYS}") for n in range(CLIENTS)]
        names = [f"user-{n}" for n in range(CLIENTS)]
        operations = await asyncio.gather(*map(one_flow, clients, names))
        assert len(set(operations)) == CLIENTS
        for key in range(KEYS):
            expected = collections.Counter(names[key::KEYS])
            users = await listed(clients[key], "/v1/users", "entries", "id")
            assert collections.Counter(users) == expected
            runs = await listed(clients[key], "/v1/workflow_recipient_runs", "items", "recipient")
            assert collections.Counter(runs) == expected
        await asyncio.gather(*(client.close() for client in clients))
