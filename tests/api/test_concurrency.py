"""Many clients at once: every request is atomic, and nothing is lost."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from mock_knock import KnockServer, MockKnock, Settings
from mock_knock.world.environment import Environment

BULK = "/v1/users/bulk/identify"
THREADS = 8


@pytest.fixture
def impatient_threads() -> Iterator[None]:
    """Let Python change threads as often as it can, so that a race shows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def all_users(client: httpx.Client) -> list[str]:
    """The ids of every user, page by page; gives up on a list without an end."""
    ids: list[str] = []
    query: dict[str, str] = {}
    while len(ids) < 100_000:
        answer = client.get("/v1/users", params=query).json()
        ids += [user["id"] for user in answer["entries"]]
        if answer["page_info"]["after"] is None:
            return ids
        query["after"] = answer["page_info"]["after"]
    pytest.fail("the list of users has no end")


@pytest.mark.parametrize("socket", [False, True], ids=["in process", "listening"])
@pytest.mark.usefixtures("impatient_threads")
def test_bursts_from_many_threads_lose_nothing(mock_knock_settings: Settings, socket: bool) -> None:
    server = KnockServer(mock_knock_settings)
    mock = MockKnock(server, "threads")
    mock.plan_all(progress="immediate")
    if socket:
        server.start()

    def work(thread: int) -> None:
        with mock.client() as client:
            for call in range(4):
                users = [{"id": f"{thread}-{call}-{row}"} for row in range(250)]
                done = client.post(BULK, json={"users": users}).json()
                assert (done["status"], done["success_count"]) == ("completed", 250)
                client.post("/v1/workflows/w/trigger", json={"recipients": [users[0]["id"]]})
                mock.users.identify(f"{thread}-{call}-by-hand")

    try:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))
        with mock.client() as client:
            ids = all_users(client)
        assert len(ids) == len(set(ids)) == len(mock.users) == THREADS * 4 * 251
        assert len(mock.workflows.runs) == THREADS * 4
        assert len({run["workflow_run_id"] for run in mock.workflows.runs}) == THREADS * 4
        assert len({o["id"] for o in mock.bulk_operations}) == THREADS * 4
        assert mock.take_errors() == []
    finally:
        server.stop()


@pytest.mark.parametrize("socket", [False, True], ids=["in process", "listening"])
def test_requests_from_many_threads_are_handled_one_at_a_time(
    mock_knock_settings: Settings, monkeypatch: pytest.MonkeyPatch, socket: bool
) -> None:
    busy = threading.Lock()
    overlaps = []
    bulk_identify = Environment.bulk_identify

    def slow(self: Environment, rows: Any, base_url: str) -> Any:
        overlaps.append(not busy.acquire(blocking=False))
        time.sleep(0.002)
        if not overlaps[-1]:
            busy.release()
        return bulk_identify(self, rows, base_url)

    monkeypatch.setattr(Environment, "bulk_identify", slow)
    server = KnockServer(mock_knock_settings)
    mock = MockKnock(server, "one-at-a-time")
    if socket:
        server.start()

    def work(_: int) -> None:
        with mock.client() as client:
            for _ in range(5):
                client.post(BULK, json={"users": []})

    try:
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, range(THREADS)))
        assert overlaps == [False] * THREADS * 5
    finally:
        server.stop()


@pytest.mark.parametrize("socket", [False, True], ids=["in process", "listening"])
@pytest.mark.usefixtures("impatient_threads")
def test_reads_from_many_threads_are_counted_one_by_one(
    mock_knock_settings: Settings, socket: bool
) -> None:
    server = KnockServer(mock_knock_settings)
    mock = MockKnock(server, "reads")
    mock.plan_next(progress="polls", reads=THREADS * 20 + 1)
    if socket:
        server.start()
    rows = THREADS * 20
    try:
        with mock.client() as client:
            users = [{"id": f"u{n}"} for n in range(rows)]
            id = client.post(BULK, json={"users": users}).json()["id"]

        def read(_: int) -> list[int]:
            with mock.client() as client:
                urls = [f"/v1/bulk_operations/{id}"] * 20
                return [client.get(url).json()["processed_rows"] for url in urls]

        with ThreadPoolExecutor(THREADS) as pool:
            seen = list(pool.map(read, range(THREADS)))
        for each in seen:
            assert each == sorted(each)
        # The first read shows no rows, and each that follows one more.
        assert sorted(itertools.chain(*seen)) == list(range(rows))
        with mock.client() as client:
            assert client.get(f"/v1/bulk_operations/{id}").json()["status"] == "completed"
    finally:
        server.stop()


def test_commands_from_many_threads_come_one_at_a_time(mock_knock: MockKnock) -> None:
    assert mock_knock.url
    inside = []

    def command(_: object) -> None:
        inside.append(threading.get_ident())

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda _: [mock_knock.call(command) for _ in range(200)], range(THREADS)))
    assert len(inside) == THREADS * 200
    assert len(set(inside)) == 1


def test_one_idempotency_key_from_many_threads_is_one_trigger(mock_knock: MockKnock) -> None:
    headers = {"authorization": f"Bearer {mock_knock.api_key}", "idempotency-key": "k"}
    body = {"recipients": [{"id": "a", "name": "A"}]}
    url = f"{mock_knock.url}/v1/workflows/w/trigger"

    def trigger(_: int) -> str:
        answer = httpx.post(url, json=body, headers=headers).json()
        return str(answer["workflow_run_id"])

    with ThreadPoolExecutor(THREADS) as pool:
        answers = set(pool.map(trigger, range(THREADS * 5)))
    assert len(answers) == 1
    assert len(mock_knock.workflows.runs) == 1


STARTERS = """
import threading, time
from mock_knock import KnockServer, MockKnock

class SlowToBind(KnockServer):
    def bind(self):
        super().bind()
        time.sleep(0.1)

server = SlowToBind()
mock = MockKnock(server, "started-by-many")
together = threading.Barrier(8)
urls = []
def start():
    together.wait()
    urls.append(mock.url)
threads = [threading.Thread(target=start) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
running = [thread for thread in threading.enumerate() if thread.name == "mock-knock"]
print(len(set(urls)), len(running))
server.stop()
"""


def test_many_threads_may_ask_for_the_url_at_once(pytester: pytest.Pytester) -> None:
    # In a process of its own: two event loops on one socket have been seen to abort it.
    script = pytester.makepyfile(STARTERS)
    result = pytester.run(sys.executable, script, timeout=60)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["1 1"])
