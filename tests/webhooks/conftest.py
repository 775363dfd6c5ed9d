"""What the tests of outbound webhooks share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from mock_knock import MockKnock
from tests.webhooks.receiver import Receiver, receiving

FIXTURES = {
    "channels": [
        {"key": "inbox", "type": "in_app_feed"},
        {"key": "email", "type": "email"},
        {"key": "lost", "type": "email", "ends": "undelivered"},
        {"key": "back", "type": "email", "ends": "bounced"},
    ],
    "workflows": [
        {"key": "inbox", "steps": [{"channel_key": "inbox"}]},
        {"key": "email", "steps": [{"channel_key": "email"}]},
        {"key": "lost", "steps": [{"channel_key": "lost"}]},
        {"key": "back", "steps": [{"channel_key": "back"}]},
        {"key": "nothing", "steps": []},
        {"key": "slow", "delay": 60, "steps": [{"channel_key": "inbox", "delay": 60}]},
    ],
    "users": [{"id": "ellie", "name": "Ellie Sättler ✓", "email": "ellie@example.com"}],
}

Trigger = Callable[..., str]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that accepts everything."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def client(mock_knock: MockKnock) -> Iterator[httpx.Client]:
    mock_knock.load_fixtures(FIXTURES)
    with mock_knock.client() as client:
        yield client


@pytest.fixture
def trigger(client: httpx.Client) -> Trigger:
    """Trigger a workflow for ellie; the id of the run."""

    def trigger(workflow: str = "inbox", **body: object) -> str:
        answer = client.post(
            f"/v1/workflows/{workflow}/trigger", json={"recipients": ["ellie"], **body}
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["workflow_run_id"])

    return trigger
