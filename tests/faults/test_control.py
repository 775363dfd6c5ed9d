"""Fault rules and rate limits over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock import MockKnock
from mock_knock.world.instants import SECOND
from mock_knock.world.rate_limits import CALLS_PER_SECOND, RateLimits

SLOW: dict[str, Any] = {"match": {"operation": "listUsers"}, "latency": {"seconds": 0}}


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    with mock_knock.client() as client:
        yield client
        # Rules for every environment outlive this one.
        client.delete("/_mock_knock/server/faults")
        client.put("/_mock_knock/server/rate_limits", json={"enabled": False})


@pytest.mark.parametrize("base", ["/_mock_knock/faults", "/_mock_knock/server/faults"])
def test_rules_are_added_counted_switched_and_removed(client: httpx.Client, base: str) -> None:
    added = client.post(base, json={"id": "slow", **SLOW})
    assert added.status_code == 200
    client.get("/v1/users")
    (listed,) = client.get(base).json()["items"]
    assert listed == {**added.json(), "matched": 1, "struck": 1}

    assert client.patch(f"{base}/slow", json={"enabled": False}).json()["enabled"] is False
    client.get("/v1/users")
    assert client.get(base).json()["items"][0]["matched"] == 1

    assert client.post(base, json={"id": "slow", **SLOW}).status_code == 409
    assert client.put(f"{base}/slow", json=SLOW).json()["matched"] == 0
    assert client.put(f"{base}/slow", json={"id": "other", **SLOW}).status_code == 422
    assert client.delete(f"{base}/slow").status_code == 204
    assert client.delete(f"{base}/slow").status_code == 404
    assert client.post(base, json=SLOW).json()["id"].startswith("fault-")
    assert client.delete(base).status_code == 204
    assert client.get(base).json() == {"items": []}


def test_a_rule_of_one_environment_leaves_the_others_alone(
    mock_knock: MockKnock, client: httpx.Client
) -> None:
    client.post("/_mock_knock/faults", json={"status": {"status": 500}})
    assert client.get("/v1/users").status_code == 500
    other = {"authorization": f"Bearer {mock_knock.api_key}-other"}
    assert client.get("/v1/users", headers=other).status_code == 200
    client.delete("/_mock_knock/faults")
    client.post("/_mock_knock/server/faults", json={"status": {"status": 502}})
    assert client.get("/v1/users").status_code == 502
    assert client.get("/v1/users", headers=other).status_code == 502


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        ({"status": {"status": 200}}, "status.status"),
        ({"latency": {"distribution": "uniform", "low": 1}}, "latency.high"),
        ({"connection": {"kind": "melt"}}, "connection.kind"),
        ({"probability": 2, "latency": {"seconds": 1}}, "probability"),
        ({"whenever": True}, "whenever"),
        ({}, "latency"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    client: httpx.Client, rule: dict[str, Any], field: str
) -> None:
    refusal = client.post("/_mock_knock/faults", json=rule)
    assert refusal.status_code == 422
    assert field in [error["field"] for error in refusal.json()["errors"]]
    assert client.get("/_mock_knock/faults").json() == {"items": []}


def test_rate_limits_hold_callers_to_the_tier_of_each_endpoint(
    mock_knock: MockKnock, client: httpx.Client
) -> None:
    def submit() -> httpx.Response:
        return client.post("/v1/users/bulk/identify", json={"users": [{"id": "a"}]})

    client.put("/_mock_knock/rate_limits", json={"enabled": True})
    first, second = submit(), submit()
    assert (first.status_code, first.headers["x-ratelimit-remaining"]) == (200, "0")
    assert second.status_code == 429
    assert second.json()["code"] == "rate_limited"
    assert second.headers["retry-after"] == "1"
    assert second.headers["retry-after-ms"] == "1000"
    assert len(mock_knock.bulk_operations) == 1
    assert client.get("/v1/users").headers["x-ratelimit-limit"] == "200"
    mock_knock.clock.advance(1)
    assert submit().status_code == 200
    client.put("/_mock_knock/rate_limits", json={"enabled": False})
    assert [submit().status_code for _ in range(3)] == [200] * 3
    assert client.get("/_mock_knock/rate_limits").json() == {"enabled": False}


def test_limits_of_the_server_are_those_of_environments_to_come_too(
    mock_knock: MockKnock, client: httpx.Client
) -> None:
    client.put("/_mock_knock/server/rate_limits", json={"enabled": True})
    assert client.get("/_mock_knock/rate_limits").json() == {"enabled": True}
    other = {"authorization": f"Bearer {mock_knock.api_key}-new"}
    assert "x-ratelimit-limit" in client.get("/v1/users", headers=other).headers


def test_each_user_has_a_feed_limit_of_its_own(mock_knock: MockKnock, client: httpx.Client) -> None:
    mock_knock.faults.limit_rates()
    feed = mock_knock.channels.default_feed.id
    statuses = [client.get(f"/v1/users/a/feeds/{feed}").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert client.get(f"/v1/users/b/feeds/{feed}").status_code == 200


@given(
    st.sampled_from([1, 2, 3]),
    st.lists(st.integers(0, 2 * SECOND), min_size=1, max_size=150),
)
def test_no_more_than_a_seconds_calls_pass_at_once_and_the_pace_is_the_tiers(
    tier: int, steps: list[int]
) -> None:
    limits, limit = RateLimits(on=True), CALLS_PER_SECOND[tier]
    now, passed = 0, list[int]()
    for step in steps:
        now += step // 50
        standing = limits.call("x", tier, now)
        if standing.wait:
            # The naive rule: a bucket of `limit`, emptied by those that passed, filled evenly.
            assert limits.call("x", tier, now + standing.wait - 1).wait
        else:
            passed.append(now)
        for first in range(len(passed)):
            within = [at for at in passed[first:] if at < passed[first] + SECOND]
            assert len(within) < 2 * limit
    span = passed[-1] - passed[0] if passed else 0
    assert len(passed) <= limit + span * limit // SECOND + 1
