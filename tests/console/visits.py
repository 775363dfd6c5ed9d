"""A visitor of the console who is a client of the API too, and what there may be to see."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import httpx

PAGES = "/_mock_knock/console"
KEY = "sk_visits"

FIXTURES: dict[str, Any] = {
    "channels": [
        {"key": "feed", "type": "in_app_feed"},
        {"key": "mail", "type": "email"},
        {"key": "texts", "type": "sms"},
    ],
    "workflows": [
        {
            "key": "welcome",
            "steps": [
                {"channel_key": "feed", "template": {"body": "Welcome {{ recipient.name }}"}},
                {
                    "channel_key": "mail",
                    "template": {
                        "subject_line": "The park is open, {{ recipient.name }}",
                        "html_body": "<h1 style='color: green'>Hello {{ recipient.name }}</h1>"
                        "<script>parent.pwned = 1</script><a href='javascript:pwned=1'>In</a>",
                    },
                },
                {"channel_key": "texts", "delay": 3600, "template": {"body": "It closes soon"}},
            ],
        }
    ],
}

EVERY_LIST = (
    "", "/operations", "/time", "/users", "/objects", "/tenants", "/runs", "/messages",
    "/requests", "/events", "/plans", "/faults",
)  # fmt: skip
"""The pages that every environment has, empty or not."""


class Visit:
    """Calls of the API with `KEY`, and pages of its environment."""

    def __init__(self, client: httpx.Client, key: str = KEY) -> None:
        self.client = client
        self.key = key
        self._headers = {"authorization": f"Bearer {key}"}
        environment = self.call("POST", "/_mock_knock/server/environments", {"key": key})
        self.home = f"{PAGES}/environments/{environment['id']}"
        self.id: str = environment["id"]

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API or the control plane; the answer's JSON. Fails for a refusal."""
        json = {} if body is None else {"json": body}
        answer = self.client.request(method, path, headers=self._headers, **json)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str = "", **query: str) -> httpx.Response:
        """A page of the environment."""
        return self.client.get(self.home + path, params=query or None)

    def page(self, path: str = "", **query: str) -> Page:
        """A page of the environment that has to be there."""
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.status_code
        return Page(answer.text)

    def fill(self) -> dict[str, str]:
        """Let there be one of everything; the paths of the pages about them."""
        ellie = {"name": "Ellie", "email": "ellie@example.com", "phone_number": "+15550100"}
        self.call("PUT", "/v1/users/ellie", ellie)
        self.call("PUT", "/v1/users/ellie/preferences/default", {"channel_types": {"push": False}})
        self.call("PUT", "/v1/objects/projects/park", {"name": "The park"})
        self.call("PUT", "/v1/tenants/ingen", {"name": "InGen"})
        self.call("POST", "/v1/objects/projects/park/subscriptions", {"recipients": ["ellie"]})
        rows = [{"id": "alan"}, {"id": "mock_row_fails_1"}, {"id": "ian"}]
        operation = self.call("POST", "/v1/users/bulk/identify", {"users": rows})
        trigger = {"recipients": ["ellie"], "tenant": "ingen", "data": {"park": "Isla Nublar"}}
        self.call("POST", "/v1/workflows/welcome/trigger", trigger)
        self.call("POST", "/_mock_knock/clock/advance", {"seconds": 10})
        self.call("POST", "/_mock_knock/faults", {"id": "slow", "latency": {"seconds": 0}})
        self.call("POST", "/_mock_knock/plans/next", {"plan": {"outcome": "failed"}})
        self.call("PUT", "/_mock_knock/plans/rules/users.delete", {"outcome": "stuck"})
        [run] = self.call("GET", "/v1/workflow_recipient_runs")["items"]
        messages = self.call("GET", "/v1/messages")["items"]
        journal = self.call("GET", "/_mock_knock/requests?operation_id=triggerWorkflow")
        [request] = journal["entries"]
        return {
            "operation": f"/operations/{operation['id']}",
            "user": "/user?id=ellie",
            "object": "/object?collection=projects&id=park",
            "tenant": "/object?collection=%24tenants&id=ingen",
            "run": f"/runs/{run['id']}",
            "mail": f"/messages/{_on(messages, 'mail')}",
            "feed": f"/messages/{_on(messages, 'feed')}",
            "request": f"/requests/{request['request_id']}",
            "event": f"/events/{request['event']}",
        }


def _on(messages: list[dict[str, Any]], channel: str) -> str:
    return next(str(m["id"]) for m in messages if m["channel"]["key"] == channel)


class Page(HTMLParser):
    """A page as a browser would take it apart: its elements with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every element of this name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def links(self) -> set[str]:
        """Where its links lead."""
        return {str(a["href"]) for a in self.all("a") if "href" in a}
