"""The whole flow of 1,000 users: identify, poll through a simulated hour, trigger."""

from __future__ import annotations

import time
from typing import Any

import httpx

from benchmarks.populated import manual_server
from benchmarks.results import NOBODY, Row, Samples, at_most
from benchmarks.setting import Setting
from mock_knock import MockKnock

LIMIT = 50.0
"""Milliseconds."""

USERS = [
    {"id": f"user-{n}", "name": f"User {n}", "email": f"user-{n}@example.com", "plan": "pro"}
    for n in range(1000)
]
RECIPIENTS = [user["id"] for user in USERS]


def whole_flow(setting: Setting) -> list[Row]:
    """Milliseconds of wall time, client and server in one process, a fresh environment each."""
    server = manual_server()
    samples = []
    polls = 0
    for number in range(4 if setting.quick else 22):
        mock = MockKnock(server, f"flow_{number}")
        mock.plan_next(progress="time", queue_for=0.0, duration=3600.0)
        with mock.client() as client:
            started = time.perf_counter()
            polls = _flow(mock, client)
            samples.append((time.perf_counter() - started) * 1e3)
        mock.close()
    ours = Samples.of(samples[2:])  # the first ones warm up
    note = (
        f"Whole flow: bulk identify of 1,000 users, {polls} polls, one a simulated minute, one "
        "trigger for all; through httpx, in process."
    )
    reached = at_most(ours, LIMIT)
    reach = f"under {LIMIT:.0f} ms"
    peers = {"Steady": NOBODY, "Prism": NOBODY, "WireMock": NOBODY, "moto": NOBODY}
    return [
        Row("whole flow, 1,000 users, one hour", "ms", ours, reach, {**peers}, "-", reached, [note])
    ]


def _flow(mock: MockKnock, client: httpx.Client) -> int:
    """One run; how many polls it took. Raises HTTPStatusError for a call that is refused."""
    id = _json(client.post("/v1/users/bulk/identify", json={"users": USERS}))["id"]
    polls = 0
    while True:
        mock.clock.advance(60)
        polls += 1
        if _json(client.get(f"/v1/bulk_operations/{id}"))["status"] == "completed":
            break
    _json(client.post("/v1/workflows/welcome/trigger", json={"recipients": RECIPIENTS}))
    return polls


def _json(response: httpx.Response) -> Any:
    return response.raise_for_status().json()
