"""The official SDK's own suite calls each method on a fresh server and wants a valid answer."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from knockapi import Knock

from mock_knock import FIXTURE_SETTINGS, KnockServer

# The values are those that the suite sends (knock-python, tests/api_resources).
UUID = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"
CALLS: dict[str, Callable[[Knock], Any]] = {
    "users.update": lambda knock: knock.users.update("user_id"),
    "users.list": lambda knock: knock.users.list(),
    "users.list with all": lambda knock: knock.users.list(
        after="after", before="before", include=["preferences"], page_size=0
    ),
    "users.delete": lambda knock: knock.users.delete("user_id"),
    "users.get": lambda knock: knock.users.get("user_id"),
    "users.merge": lambda knock: knock.users.merge("user_id", from_user_id="user_1"),
    "users.bulk.delete": lambda knock: knock.users.bulk.delete(user_ids=["user_1", "user_2"]),
    "users.bulk.identify": lambda knock: knock.users.bulk.identify(users=[{"id": "user_1"}]),
    "users.bulk.set_preferences": lambda knock: knock.users.bulk.set_preferences(
        preferences={}, user_ids=["user_1", "user_2"]
    ),
    "workflows.cancel": lambda knock: knock.workflows.cancel(
        "key", cancellation_key="cancel-user-123", recipients=["jhammond"]
    ),
    "workflows.trigger": lambda knock: knock.workflows.trigger(
        "key",
        recipients=["dr_grant", "dr_sattler", "dr_malcolm"],
        actor="mr_dna",
        tenant="ingen_isla_nublar",
        settings={"sandbox_mode": True, "skip_delay": True},
    ),
    "bulk_operations.get": lambda knock: knock.bulk_operations.get(UUID),
    "workflow_recipient_runs.get": lambda knock: knock.workflow_recipient_runs.get("id"),
    "workflow_recipient_runs.list": lambda knock: knock.workflow_recipient_runs.list(
        after="after",
        before="before",
        ending_at="2019-12-27T18:11:19.117Z",
        has_errors=True,
        page_size=0,
        recipient="user_123",
        starting_at="2019-12-27T18:11:19.117Z",
        status=["queued"],
        tenant="tenant",
        workflow="workflow",
    ),
}


@pytest.fixture(scope="module")
def lenient_server() -> Iterator[KnockServer]:
    server = KnockServer(dataclasses.replace(FIXTURE_SETTINGS, unknown="example"))
    server.start()
    yield server
    server.stop()


def client(server: KnockServer, key: str) -> Knock:
    return Knock(api_key=key, base_url=server.url, max_retries=0, _strict_response_validation=True)


@pytest.mark.parametrize("name", CALLS)
def test_each_call_on_a_fresh_server(lenient_server: KnockServer, name: str) -> None:
    with client(lenient_server, f"My API Key for {name}") as knock:
        CALLS[name](knock)


@pytest.mark.parametrize("order", range(5))
def test_all_calls_in_any_order(lenient_server: KnockServer, order: int) -> None:
    calls = list(CALLS.values()) * 2
    random.Random(order).shuffle(calls)
    with client(lenient_server, f"My API Key in order {order}") as knock:
        for call in calls:
            call(knock)
