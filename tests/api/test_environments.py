"""Two keys never see each other; two keys of one environment see the same."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mock_knock import MockKnock


def as_key(key: str, **headers: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", **headers}


def everything(client: httpx.Client, headers: dict[str, str]) -> list[Any]:
    """All that an environment shows of itself."""
    return [
        client.get("/v1/users", headers=headers).json()["entries"],
        client.get("/v1/workflow_recipient_runs", headers=headers).json()["items"],
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sk_{0}", "sk_{0}2"),
        ("sk_{0}", "{0}"),
        ("sk_{0}", "SK_{0}"),
        ("sk_{0}", "sk-{0}"),
        ("{0} a", "{0} b"),
        ("{0}", "key:{0}"),
        ("sk_{0}", "env:{0}"),
        ("sk_{0}", "sk_sk_{0}"),
    ],
)
def test_two_keys_never_see_each_other(
    client: httpx.Client, mock_knock: MockKnock, one: str, other: str
) -> None:
    name = mock_knock.api_key.removeprefix("sk_") + "-two"
    first, second = as_key(one.format(name)), as_key(other.format(name))
    operation = client.post(
        "/v1/users/bulk/identify", json={"users": [{"id": "bulk"}]}, headers=first
    ).json()
    client.put("/v1/users/nadia", json={"name": "Nadia"}, headers=first)
    trigger = {"recipients": ["nadia"], "cancellation_key": "k"}
    client.post("/v1/workflows/welcome/trigger", json=trigger, headers=first)
    [_, [run]] = seen = everything(client, first)

    assert everything(client, second) == [[], []]
    for path in (
        "/v1/users/nadia",
        f"/v1/bulk_operations/{operation['id']}",
        f"/v1/workflow_recipient_runs/{run['id']}",
    ):
        assert client.get(path, headers=second).status_code == 404
        assert client.get(path, headers=first).status_code == 200
    assert client.delete("/v1/users/nadia", headers=second).status_code == 404
    merge = client.post("/v1/users/a/merge", json={"from_user_id": "nadia"}, headers=second)
    assert merge.status_code == 404
    assert everything(client, first) == seen


def test_an_idempotency_key_is_of_one_environment(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    other = as_key(f"{mock_knock.api_key}-other")
    ids = {
        client.post(
            "/v1/workflows/welcome/trigger",
            json={"recipients": []},
            headers={"idempotency-key": "same", **headers},
        ).headers.get("idempotent-replayed")
        for headers in ({}, other)
    }
    assert ids == {None}


def test_a_cursor_of_another_environment_shows_only_ones_own(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    for n in range(3):
        client.put(f"/v1/users/mine-{n}", json={})
    cursor = client.get("/v1/users?page_size=1").json()["page_info"]["after"]
    other = as_key(f"{mock_knock.api_key}-other")
    client.put("/v1/users/theirs", json={}, headers=other)
    entries = client.get(f"/v1/users?after={cursor}", headers=other).json()["entries"]
    assert all(user["id"] == "theirs" for user in entries)


def test_a_branch_is_an_environment_beside_its_own(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.put("/v1/users/a", json={"on": "main"})
    branch = {"x-knock-branch": "feature-1"}
    assert client.get("/v1/users/a", headers=branch).status_code == 404
    client.put("/v1/users/a", json={"on": "feature-1"}, headers=branch)
    other = {"x-knock-branch": "feature-2"}
    assert client.get("/v1/users/a", headers=other).status_code == 404
    assert client.get("/v1/users/a").json()["on"] == "main"
    assert client.get("/v1/users/a", headers=branch).json()["on"] == "feature-1"


def test_both_keys_of_an_environment_reach_its_branch(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    branch = {"x-knock-branch": "feature-1"}
    client.put("/v1/users/a", json={"on": "feature-1"}, headers=branch)
    browser = as_key(mock_knock.public_key, **branch)
    assert client.get("/v1/users/a", headers=browser).json()["on"] == "feature-1"


def test_a_branch_cannot_be_reached_by_a_clever_key(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    client.put("/v1/users/a", json={}, headers={"x-knock-branch": "b"})
    for key in (f"{mock_knock.api_key}b", f"{mock_knock.api_key} b", f"{mock_knock.api_key}\\nb"):
        assert client.get("/v1/users/a", headers=as_key(key)).status_code == 404


def test_a_fresh_environment_is_empty(client: httpx.Client, mock_knock: MockKnock) -> None:
    assert everything(client, {}) == [[], []]
    assert len(mock_knock.users) == 0
    assert len(mock_knock.bulk_operations) == 0
    assert len(mock_knock.requests) == 2
