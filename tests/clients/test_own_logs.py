"""A client's logging is its own: it sees its own records, and others' go where they always went."""

from __future__ import annotations

import io
import logging
import logging.config
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from contract_tests.clients import Report, Task
from contract_tests.clients.own_logs import LogSetup, own_logs
from contract_tests.clients.python_client import PythonClient
from contract_tests.clients.scenario import Scenario
from contract_tests.clients.stage import Stage
from contract_tests.clients.tempo import VIRTUAL
from mock_knock import MockKnock

OTHERS = logging.getLogger("tests.clients.others")


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(virtual=True)
    yield stage
    stage.close()


def taken(stage: Stage, stream: io.StringIO, before: Callable[[], object]) -> list[str]:
    """What a client reads in its log when it has sent a request of its own."""

    def client(task: Task) -> Report:
        before()
        logging.basicConfig(level=logging.DEBUG, force=True, stream=stream)
        logging.info("of the client")
        time.sleep(60)
        httpx.get(f"{task.base_url}/v1/users", headers={"authorization": f"Bearer {task.api_key}"})
        return Report("failed")

    with stage.set_up(Scenario("plain", ""), VIRTUAL) as (mock, task):
        PythonClient(client).run(task, mock)
    return stream.getvalue().splitlines()


def test_it_sees_its_own_and_nothing_of_the_kit(stage: Stage) -> None:
    lines = taken(stage, io.StringIO(), lambda: None)
    assert "INFO:root:of the client" in lines
    assert any(line.startswith("INFO:httpx:HTTP Request") for line in lines)
    kits = ("mock_knock", "mock-knock", "uvicorn")
    assert [line for line in lines if any(name in line for name in kits)] == []


def test_others_log_meanwhile_as_they_did(
    stage: Stage, mock_knock: MockKnock, caplog: pytest.LogCaptureFixture
) -> None:
    """Another mock-knock of the process, whose log is kept at INFO."""
    caplog.set_level(logging.INFO, "mock_knock.access")
    url = f"{mock_knock.url}/v1/users"
    key = {"authorization": f"Bearer {mock_knock.api_key}"}
    stream = io.StringIO()

    def ask_the_other() -> None:
        logging.basicConfig(level=logging.CRITICAL, force=True, stream=stream)
        httpx.get(url, headers=key)

    lines = taken(stage, stream, ask_the_other)
    assert [line for line in lines if "mock_knock" in line] == []
    kept = [record for record in caplog.records if record.name == "mock_knock.access"]
    assert mock_knock.api_key not in caplog.text
    assert any("/v1/users" in record.getMessage() for record in kept)
    assert {record.levelno for record in kept} == {logging.INFO}


def in_a_thread(work: Callable[[], object]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def upset() -> None:
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": True})
    logging.disable(logging.ERROR)
    OTHERS.propagate = False
    OTHERS.setLevel(logging.CRITICAL)


def test_what_it_sets_up_ends_with_it(caplog: pytest.LogCaptureFixture) -> None:
    before = LogSetup.now()
    caplog.set_level(logging.INFO)
    with own_logs(frozenset(threading.enumerate())):
        in_a_thread(upset)
        OTHERS.info("heard meanwhile")
        OTHERS.debug("as little as before")
    OTHERS.info("heard afterwards")
    assert [record.message for record in caplog.records if record.name == OTHERS.name] == [
        "heard meanwhile", "heard afterwards",
    ]  # fmt: skip
    assert LogSetup.now().below == before.below


def test_it_may_begin_with_a_setup_of_its_own() -> None:
    kits, stream = LogSetup.now(), io.StringIO()
    logging.basicConfig(level=logging.INFO, force=True, stream=stream)
    own = LogSetup.now()
    kits.restore()

    def work() -> None:
        OTHERS.info("of the client")

    with own_logs(frozenset(threading.enumerate()), own):
        OTHERS.warning("of the kit")
        in_a_thread(work)
    assert stream.getvalue().splitlines() == [f"INFO:{OTHERS.name}:of the client"]
