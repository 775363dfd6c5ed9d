"""The bytes of a poll's answer, for servers that only repeat what they are given."""

from __future__ import annotations

from functools import cache

from mock_knock import KnockServer, MockKnock


@cache
def poll_answer() -> bytes:
    """What mock-knock answers to a poll of an operation that has just ended."""
    mock = MockKnock(KnockServer(), "benchmark")
    mock.plan_next(progress="immediate")
    with mock.client() as client:
        users = [{"id": f"user-{n}"} for n in range(100)]
        id = client.post("/v1/users/bulk/identify", json={"users": users}).json()["id"]
        return client.get(f"/v1/bulk_operations/{id}").content
