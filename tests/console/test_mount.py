"""How the console stands beside the API: in nobody's way, and loaded when it is looked at."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from mock_knock.console import Console
from mock_knock.server import KnockServer
from mock_knock.settings import Settings
from mock_knock.transport import InProcessTransport

from .visits import EVERY_LIST, Visit

LAZY = """
import sys, httpx
from mock_knock.server import KnockServer
from mock_knock.transport import InProcessTransport
with httpx.Client(base_url="http://127.0.0.1", transport=InProcessTransport(KnockServer())) as c:
    c.get("/v1/users", headers={"authorization": "Bearer sk_a"})
    before = "mock_knock.console.app" in sys.modules
    c.get("/_mock_knock/")
    print(before, "mock_knock.console.app" in sys.modules)
"""


def test_pages_are_loaded_when_the_first_of_them_is_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LAZY], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "False True\n"


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("/_mock_knock/", True),
        ("/_mock_knock", True),
        ("/_mock_knock/console", True),
        ("/_mock_knock/console/static/base.css", True),
        ("/_mock_knock/consoles", False),
        ("/_mock_knock/clock", False),
        ("/v1/users", False),
        ("/", False),
    ],
)
def test_the_console_takes_its_own_paths_and_no_other(path: str, taken: bool) -> None:
    assert Console(KnockServer()).takes(path) is taken


def test_what_is_beside_the_pages_is_the_control_planes(visit: Visit) -> None:
    answer = visit.client.get("/_mock_knock/nothing-of-ours")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert visit.call("GET", "/_mock_knock/clock")["mode"] == "real"


def test_looking_leaves_no_trace(visit: Visit) -> None:
    """No page is in the journal, no page is a read that moves an operation."""
    visit.call("PUT", "/_mock_knock/plans/default", {"progress": "polls", "reads": 3})
    operation = visit.call("POST", "/v1/users/bulk/identify", {"users": [{"id": "a"}]})
    before = visit.call("GET", "/_mock_knock/requests")["kept"]
    for path in (*EVERY_LIST, f"/operations/{operation['id']}"):
        visit.page(path)
    found = visit.call("GET", "/_mock_knock/bulk_operations")["items"]
    assert [one["status"] for one in found] == ["queued"]
    assert visit.call("GET", "/_mock_knock/requests")["kept"] == before


def test_pages_are_rendered_beside_the_loop_and_worlds_touched_on_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered, touched = set(), set()

    def counts(world: object) -> dict[str, int]:
        touched.add(threading.current_thread())
        return dict.fromkeys(("operations", "users", "objects", "tenants", "messages"), 0)

    def visible(value: object) -> object:
        rendered.add(threading.current_thread())
        return value

    monkeypatch.setattr("mock_knock.console.desk._counts", counts)
    monkeypatch.setattr("mock_knock.console.shown.visible", visible)
    server = KnockServer()
    server.start()
    try:
        with httpx.Client(base_url=server.url) as client:
            Visit(client).page()
    finally:
        server.stop()
    assert {thread.name for thread in touched} == {"mock-knock"}
    assert len(rendered) == 1
    assert all(thread.name.startswith("mock-knock-console") for thread in rendered)


def test_many_look_while_much_is_written() -> None:
    server = KnockServer(Settings())
    server.start()
    try:
        with httpx.Client(base_url=server.url, timeout=60) as client:
            there = Visit(client)

            def write(number: int) -> None:
                users = [{"id": f"{number}-{row}", "deep": {str(row): row}} for row in range(50)]
                there.call("POST", "/v1/users/bulk/identify", {"users": users})
                there.call("POST", "/v1/workflows/welcome/trigger", {"recipients": [users[0]]})
                there.call("POST", "/_mock_knock/clock/advance", {"seconds": 2})

            def look(number: int) -> int:
                path = EVERY_LIST[number % len(EVERY_LIST)]
                return there.get(path, q=str(number % 3)).status_code

            with ThreadPoolExecutor(6) as pool:
                writing = [pool.submit(write, number) for number in range(20)]
                looking = [pool.submit(look, number) for number in range(60)]
                assert {future.result() for future in looking} == {200}
                for future in writing:
                    future.result()
    finally:
        server.stop()
    assert not server.service.errors


def test_a_call_from_another_thread_waits_for_its_turn_in_a_server_that_runs() -> None:
    """`KnockServer.run` serves in the thread it is called in: `call` has to go there too."""
    server = KnockServer()
    ready = threading.Event()
    thread = threading.Thread(target=lambda: server._serve(ready.set, with_signals=False))
    server.bind()
    thread.start()
    try:
        assert ready.wait(30)
        assert server.call(threading.current_thread) is thread
    finally:
        assert server._uvicorn is not None
        server._uvicorn.should_exit = True
        thread.join()
        server.stop()


def test_in_process_the_console_needs_no_thread() -> None:
    with httpx.Client(
        base_url="http://127.0.0.1", transport=InProcessTransport(KnockServer())
    ) as client:
        before = threading.active_count()
        Visit(client).page()
        assert threading.active_count() == before
