"""An environment in which every method of the SDKs finds something."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from mock_knock import MockKnock
from mock_knock.fixtures import load_fixtures

FEED = "8f0a1c52-6f3e-4b7d-9a64-1c2d3e4f5a6b"
EMAIL = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
PUSH = "6fa459ea-ee8a-4ca4-894e-db77e160355e"
GUIDES = "a93c5e10-72bd-4f06-8e4a-1d60f8b2c739"
SLACK = "16fd2706-8baf-433b-82eb-8c7fada847da"
TEAMS = "886313e1-3b8a-4372-9b90-0c9aee199e5d"
TOUR = "7e9dc78c-b3b1-4127-a54e-71f1899b831a"
PARK = {"collection": "projects", "id": "park"}
LAB = {"collection": "projects", "id": "lab"}
DOCK = {"collection": "projects", "id": "dock"}

FIXTURES = load_fixtures(
    {
        "channels": [
            {"key": "inbox", "type": "in_app_feed", "id": FEED},
            {"key": "email", "type": "email", "id": EMAIL},
            {"key": "push", "type": "push", "id": PUSH},
            {"key": "guides", "type": "in_app_guide", "id": GUIDES},
            {"key": "slack", "type": "chat", "provider": "chat_slack", "id": SLACK},
            {"key": "teams", "type": "chat", "provider": "chat_ms_teams", "id": TEAMS},
        ],
        "workflows": [
            {
                "key": "welcome",
                "categories": ["onboarding"],
                "steps": [
                    {"channel_key": "inbox", "template": {"body": "Welcome to {{ park }}"}},
                    {"channel_key": "email", "template": {"subject_line": "Hi"}},
                ],
            },
            {"key": "later", "delay": 3600, "steps": [{"channel_key": "inbox"}]},
            {"key": "digest", "steps": [{"channel_key": "inbox"}]},
        ],
        "guides": [
            {
                "key": "tour",
                "id": TOUR,
                "channel_key": "guides",
                "steps": [
                    {"ref": "look", "content": {"title": "Look"}},
                    {"ref": "around", "content": {"title": "Around"}},
                ],
            }
        ],
        "audiences": [
            {"key": "testers", "members": ["ellie", {"user": "alan", "tenant": "ingen"}]}
        ],
        "preference_defaults": {"categories": {"onboarding": True}},
        "users": [
            {
                "id": "ellie",
                "name": "Ellie",
                "email": "ellie@example.com",
                "plan": "pro",
                "preferences": {"default": {"channel_types": {"sms": False}}},
                "channel_data": {PUSH: {"tokens": ["token-1"]}},
            },
            {"id": "alan", "name": "Alan"},
            {"id": "ian", "name": "Ian"},
        ],
        "objects": [
            {
                **PARK,
                "name": "Isla Nublar",
                "preferences": {"default": {"channel_types": {"email": False}}},
                "channel_data": {SLACK: {"connections": [], "token": {"access_token": "xoxb-1"}}},
            },
            {**LAB, "name": "Lab"},
            {**DOCK, "name": "Dock"},
        ],
        "tenants": [
            {
                "id": "ingen",
                "name": "InGen",
                "settings": {"preference_set": {"channel_types": {"push": False}}},
                "channel_data": {
                    SLACK: {"connections": [], "token": {"access_token": "xoxb-2"}},
                    TEAMS: {"connections": [], "ms_teams_tenant_id": "organisation-1"},
                },
            },
            {"id": "biosyn", "name": "BioSyn"},
            {"id": "mantah", "name": "Mantah"},
        ],
    }
)

DATA = {"park": "Nublar"}
WEEKLY = {"frequency": "weekly", "days": ["mon"], "hours": 8}


class Seed:
    """The environment, and what was answered while it was filled.

    Ellie has three messages in her feed and three e-mails, Alan one in his feed, the dock three in
    its feed. Ellie, Alan and the lab are subscribed to the park. Ellie and the park have three
    schedules each (one within InGen, one within BioSyn), Alan one. A run of `later` is paused.
    """

    def __init__(self, mock: MockKnock) -> None:
        self.mock = mock
        mock.load_fixtures(FIXTURES)
        self._post(
            "/v1/objects/projects/park/subscriptions",
            {"recipients": ["ellie", "alan", LAB], "properties": {"role": "visitor"}},
        )
        self.schedules: list[dict[str, Any]] = []
        for tenant, recipients in (
            (None, ["ellie", "alan", PARK]),
            ("ingen", ["ellie", PARK]),
            ("biosyn", ["ellie", PARK]),
        ):
            body = {"workflow": "digest", "recipients": recipients, "repeats": [WEEKLY]}
            self.schedules += self._post("/v1/schedules", {**body, "tenant": tenant})
        self.workflow_runs = [
            self._trigger("welcome", ["ellie", "alan"], tenant="ingen", data=DATA),
            *[self._trigger("welcome", ["ellie"], data=DATA) for _ in range(2)],
            *[self._trigger("welcome", [DOCK], data=DATA) for _ in range(3)],
        ]
        self._trigger("later", ["ellie"], cancellation_key="change-of-mind")

    def read(self, path: str, **query: Any) -> Any:
        """What a GET answers: a witness that is no SDK."""
        with self.mock.client() as client:
            answer = client.get(path, params=query or None)
        assert answer.status_code == 200, answer.text
        return same_times(answer.json())

    def is_missing(self, path: str) -> bool:
        """Whether a GET finds nothing."""
        with self.mock.client() as client:
            return client.get(path).status_code == 404

    def finish(self, operation: dict[str, Any], name: str, rows: int) -> None:
        """Check a bulk operation that was just begun, and carry it out."""
        assert (operation["__typename"], operation["name"]) == ("BulkOperation", name)
        assert (operation["status"], operation["estimated_total_rows"]) == ("queued", rows)
        done = self.mock.bulk_operations.finish(operation["id"])
        assert (done["status"], done["success_count"]) == ("completed", rows)

    def messages(self, recipient: Any = "ellie", channel: str = FEED) -> list[str]:
        """The ids of a recipient's messages on a channel, newest first."""
        return [
            message["id"]
            for message in reversed(self.mock.messages)
            if message["channel"]["id"] == channel and _same(message["recipient"], recipient)
        ]

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        with self.mock.client() as client:
            answer = client.post(path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _trigger(self, key: str, recipients: list[Any], **fields: Any) -> str:
        body = {"recipients": recipients, **fields}
        started: str = self._post(f"/v1/workflows/{key}/trigger", body)["workflow_run_id"]
        self.mock.clock.advance(10)
        return started


def same_times(value: Any) -> Any:
    """The JSON with its times in one form: Knock has two, and `knockapi` writes a third."""
    if isinstance(value, dict):
        return {name: same_times(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [same_times(inner) for inner in value]
    if isinstance(value, str) and _TIME.fullmatch(value):
        return datetime.fromisoformat(value).isoformat()
    return value


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def _same(shown: Any, wanted: Any) -> bool:
    return shown == wanted or (
        isinstance(shown, dict) and isinstance(wanted, dict) and shown["id"] == wanted["id"]
    )
