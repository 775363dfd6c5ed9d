"""What a run has made on a server that others use too, and how it is removed again."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote

import httpx

from contract_tests.checking.exchange import Exchange

_USER = re.compile(r"/v1/users/([^/?]+)")
_OBJECT = re.compile(r"/v1/objects/([^/?]+)/([^/?]+)")
_TENANT = re.compile(r"/v1/tenants/([^/?]+)")
_BATCH = 100


class Made:
    """Ids that begin with the run's prefix and that a write named."""

    def __init__(self) -> None:
        self.users: set[str] = set()
        self.tenants: set[str] = set()
        self.objects: dict[str, set[str]] = {}

    def note(self, exchanges: Iterable[Exchange], prefix: str) -> None:
        """Take over what these requests may have made."""
        for exchange in exchanges:
            if exchange.control or exchange.method == "GET":
                continue
            path = unquote(exchange.target.partition("?")[0])
            for found in _USER.findall(path):
                self._user(found, prefix)
            for collection, id in _OBJECT.findall(path):
                self._object(collection, id, prefix)
            for found in _TENANT.findall(path):
                if found.startswith(prefix):
                    self.tenants.add(found)
            collection = path.split("/")[3] if path.startswith("/v1/objects/") else ""
            for node in _nodes(exchange.body):
                self._inline(node, prefix)
            for id in _ids(exchange.body):
                if not id.startswith(prefix):
                    continue
                if "/tenants/" in path:
                    self.tenants.add(id)
                elif collection:
                    self._object(collection, id, prefix)
                self._user(id, prefix)

    def remove(self, client: httpx.Client, pause: float) -> int:
        """Delete all of it, with a pause after each bulk call; answers how many ids that were.

        Users are deleted last: everything that hangs on them goes with them.
        """
        count = 0
        for collection, ids in sorted(self.objects.items()):
            for part in _parts(ids):
                client.post(f"/v1/objects/{collection}/bulk/delete", json={"object_ids": part})
                count += len(part)
                time.sleep(pause)
        for part in _parts(self.tenants):
            client.post("/v1/tenants/bulk/delete", params=[("tenant_ids[]", id) for id in part])
            count += len(part)
            time.sleep(pause)
        for part in _parts(self.users):
            client.post("/v1/users/bulk/delete", json={"user_ids": part})
            count += len(part)
            time.sleep(pause)
        return count

    def _inline(self, node: Any, prefix: str) -> None:
        """What a body names with more than an id: a tenant, or an object with its collection."""
        if not isinstance(node, dict):
            return
        tenant = node.get("tenant")
        tenant = tenant.get("id") if isinstance(tenant, dict) else tenant
        if isinstance(tenant, str) and tenant.startswith(prefix):
            self.tenants.add(tenant)
        collection, id = node.get("collection"), node.get("id")
        if isinstance(collection, str) and isinstance(id, str):
            self._object(collection, id, prefix)

    def _user(self, id: str, prefix: str) -> None:
        if id.startswith(prefix):
            self.users.add(id)

    def _object(self, collection: str, id: str, prefix: str) -> None:
        if id.startswith(prefix) and collection.startswith((prefix, "$tenants")):
            self.objects.setdefault(collection, set()).add(id)


def _ids(body: bytes) -> list[str]:
    """Every text of a JSON body: ids stand in many places of it."""
    return [node for node in _nodes(body) if isinstance(node, str)]


def _nodes(body: bytes) -> list[Any]:
    """Everything in a JSON body, whatever it is in; nothing of what is no JSON."""
    try:
        waiting = [json.loads(body)] if body else []
    except ValueError:
        return []
    found = []
    while waiting:
        node = waiting.pop()
        found.append(node)
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return found


def _parts(ids: Iterable[str]) -> list[list[str]]:
    ordered = sorted(ids)
    return [ordered[i : i + _BATCH] for i in range(0, len(ordered), _BATCH)]
