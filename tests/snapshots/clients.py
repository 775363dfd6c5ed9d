"""Clients that play scripts, take and restore, and look at all that can be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from mock_knock import FIXTURE_SETTINGS, ClockSpec, KnockServer, MockKnock, Settings, WorldSettings
from mock_knock.api.environments import ApiEnvironment
from mock_knock.snapshots import restore, take

from .calls import OWNER, Call
from .rich import FEED, FIXTURES, GUIDES, PUSH, SLACK, Json

LOOKS = (
    "/_mock_knock/status",
    "/_mock_knock/bulk_operations",
    "/_mock_knock/plans/default",
    "/v1/users?include[]=preferences",
    "/v1/objects/projects?include[]=preferences",
    "/v1/objects/projects.x",
    "/v1/tenants",
    "/v1/messages?page_size=3",
    "/v1/messages?status[]=queued",
    "/v1/messages?engagement_status[]=seen",
    "/v1/messages?inserted_at.gt=2026-01-05T09:00:05Z",
    "/v1/messages?categories[]=news",
    "/v1/workflow_recipient_runs",
    "/v1/schedules?workflow=quick",
    "/v1/schedules?workflow=slow",
    "/v1/audiences/vip/members",
    "/v1/audiences/new/members",
    *(
        path
        for id in "abc"
        for path in (
            f"/v1/users/{id}/feeds/{FEED}?archived=include",
            f"/v1/users/{id}/messages",
            f"/v1/users/{id}/preferences",
            f"/v1/users/{id}/subscriptions",
            f"/v1/users/{id}/guides/{GUIDES}",
            f"/v1/users/{id}/channel_data/{PUSH}",
        )
    ),
    "/v1/objects/projects/o/subscriptions",
    "/v1/objects/projects/o/messages",
    f"/v1/providers/slack/{SLACK}/auth_check?{OWNER.format(object='o')}",
)
"""What a client looks at to see all of an environment."""

Answer = tuple[Call, int, list[tuple[bytes, bytes]], bytes]
"""A call with the status, headers and body that it got."""

_VOLATILE = {b"x-request-id", b"original-x-request-id"}
"""Headers that are about the request, not about the environment."""


class Client:
    """Plays scripts in one environment."""

    def __init__(self, mock: MockKnock) -> None:
        self.mock = mock
        self._http = mock.client()

    def close(self) -> None:
        self._http.close()
        assert self.mock.take_errors() == []
        self.mock.close()

    def play(self, script: list[Call]) -> list[Answer]:
        """The answer to each call, to the byte."""
        return [self._answer(call) for call in script]

    def look(self) -> list[Answer]:
        """All that can be seen: every list, and each run and message with its events."""
        seen = [self._answer(Call("GET", path)) for path in LOOKS]
        for path, kind in (("/v1/workflow_recipient_runs", ""), ("/v1/messages", "/events")):
            for item in self._http.get(path).json()["items"]:
                seen.append(self._answer(Call("GET", f"{path}/{item['id']}{kind}")))
        return seen

    def take(self) -> Json:
        """A snapshot of now."""
        document: Json = self._now(take)
        return document

    def restore(self, document: Any) -> None:
        """Put a snapshot in place."""
        host = self.mock.server.service.host_clock
        self._now(lambda environment: restore(environment, document, host()))

    @property
    def environment(self) -> ApiEnvironment:
        found: ApiEnvironment = self._now(lambda environment: environment)
        return found

    def _now(self, do: Callable[[ApiEnvironment], Any]) -> Any:
        server = self.mock.server
        return server.call(lambda: do(server.service.open_environment(self.mock.api_key)))

    def _answer(self, call: Call) -> Answer:
        path, body = self._filled(call.path, call.at), self._filled(call.body, call.at)
        given = {} if body is None else {"json": body}
        request = self._http.build_request(call.method, path, headers=dict(call.headers), **given)
        answer = self._http.send(request)
        assert answer.status_code < 500, [call, answer.text, self.mock.take_errors()]
        headers = sorted(h for h in answer.headers.raw if h[0].lower() not in _VOLATILE)
        return call, answer.status_code, headers, answer.content

    def _filled(self, value: Any, at: int) -> Any:
        if isinstance(value, dict):
            return {key: self._filled(inner, at) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner, at) for inner in value]
        for name, find in _FINDERS.items():
            if isinstance(value, str) and f"${name}" in value:
                return value.replace(f"${name}", self._nth(find, at))
        return value

    def _nth(self, find: Callable[[httpx.Client], list[Json]], at: int) -> str:
        found = find(self._http)
        unknown = "00000000-0000-4000-8000-000000000000"
        return str(found[at % len(found)]["id"]) if found else unknown


def _all(path: str, field: str) -> Callable[[httpx.Client], list[Json]]:
    def find(client: httpx.Client) -> list[Json]:
        items: list[Json] = client.get(path).json()[field]
        return items

    return find


_FINDERS = {
    "message": _all("/v1/messages", "items"),
    "operation": _all("/_mock_knock/bulk_operations", "items"),
    "schedule": _all("/v1/schedules?workflow=quick", "entries"),
}

_made = 0


def new_server(clock: str = "manual", seed: str = "0") -> KnockServer:
    """A server whose environments all begin with the fixtures."""
    world = WorldSettings(seed=seed, clock=ClockSpec.parse(clock), plan=FIXTURE_SETTINGS.world.plan)
    return KnockServer(Settings(world=world, check_responses=True, fixtures=FIXTURES))


@contextmanager
def client_of(server: KnockServer, name: str = "") -> Iterator[Client]:
    """A client of a fresh environment, which is forgotten in the end."""
    global _made  # noqa: PLW0603 (a counter of names)
    _made += 1
    client = Client(MockKnock(server, name or f"snapshot_{_made}"))
    try:
        yield client
    finally:
        client.close()
