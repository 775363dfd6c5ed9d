"""What comes of an attempt: accepted, tried again, given up; and who has to wait for whom."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from mock_knock import FIXTURE_SETTINGS, ClockSpec, KnockServer, MockKnock, Settings, WorldSettings
from mock_knock.world.errors import ConflictError, MissingError
from tests.webhooks.conftest import FIXTURES, Trigger
from tests.webhooks.receiver import Received, Receiver, hanging, receiving, statuses

START = datetime.fromisoformat("2026-01-05T09:00:00+00:00")
GAPS = (5, 300, 1800, 7200, 18000, 36000, 36000)
ONE = ("message.delivered",)

FAST = Settings(world=WorldSettings(clock=ClockSpec.parse("x10000")), fixtures=FIXTURES)


def moments(delivery: dict[str, object]) -> list[float]:
    """When the attempts were due, in seconds from the start."""
    attempts = delivery["attempts"]
    assert isinstance(attempts, list)
    return [(datetime.fromisoformat(a["at"]) - START).total_seconds() for a in attempts]


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_ends_it(mock_knock: MockKnock, trigger: Trigger, status: int) -> None:
    with receiving(statuses(status)) as receiver:
        mock_knock.webhooks.declare(receiver.url, events=ONE)
        trigger()
        (delivery,) = mock_knock.webhooks.wait()
    assert [a["status"] for a in delivery["attempts"]] == [status]
    assert delivery["next_attempt_at"] is None


@pytest.mark.parametrize("status", [302, 400, 404, 410, 429, 500, 503])
def test_everything_else_is_tried_again(
    mock_knock: MockKnock, trigger: Trigger, status: int
) -> None:
    with receiving(statuses(status, 200)) as receiver:
        mock_knock.webhooks.declare(receiver.url, events=ONE)
        trigger()
        mock_knock.webhooks.settle()
        (pending,) = mock_knock.webhooks.deliveries()
        assert (pending["state"], pending["next_attempt_at"]) == (
            "pending", "2026-01-05T09:00:05.000000Z",
        )  # fmt: skip
        mock_knock.clock.advance(4.9)
        mock_knock.webhooks.settle()
        assert len(receiver.got) == 1
        mock_knock.clock.advance(0.1)
        (delivery,) = mock_knock.webhooks.wait()
    assert [a["status"] for a in delivery["attempts"]] == [status, 200]
    assert [received.path for received in receiver.got] == ["/hooks", "/hooks"]
    assert receiver.got[0].body == receiver.got[1].body
    assert all(received.is_signed_with("whsec_mock_knock") for received in receiver.got)


def test_eight_attempts_and_then_it_has_failed(mock_knock: MockKnock, trigger: Trigger) -> None:
    """And each attempt is where the schedule has it, however time is moved."""
    with receiving(statuses(500)) as receiver:
        mock_knock.webhooks.declare(receiver.url, events=ONE)
        trigger()
        mock_knock.webhooks.run_until_ended()
        (delivery,) = mock_knock.webhooks.deliveries()
        assert delivery["state"] == "failed"
        assert moments(delivery) == [sum(GAPS[:n]) for n in range(8)]
        assert len(receiver.got) == 8
        assert mock_knock.clock.now == START + timedelta(seconds=sum(GAPS))
        mock_knock.clock.advance(10 * 86_400)
        mock_knock.webhooks.settle()
        assert len(receiver.got) == 8
    ends = [e.kind for e in mock_knock.call(lambda world: list(world.events))]
    assert (ends.count("webhook.attempted"), ends.count("webhook.failed")) == (8, 1)


def test_attempts_that_are_overdue_are_made_at_once_at_their_own_instants(
    mock_knock: MockKnock, trigger: Trigger
) -> None:
    with receiving(statuses(500)) as receiver:
        mock_knock.webhooks.declare(receiver.url, events=ONE)
        trigger()
        mock_knock.clock.advance(sum(GAPS))
        (delivery,) = mock_knock.webhooks.wait(state="failed")
        assert len(receiver.got) == 8
    assert moments(delivery) == [sum(GAPS[:n]) for n in range(8)]


def test_run_until_idle_counts_attempts_to_come(mock_knock: MockKnock, trigger: Trigger) -> None:
    with receiving(statuses(500, 200)) as receiver:
        mock_knock.webhooks.declare(receiver.url, events=ONE)
        trigger()
        mock_knock.webhooks.settle()
        assert mock_knock.clock.run_until_idle() == START + timedelta(seconds=5)
        (delivery,) = mock_knock.webhooks.wait()
    assert moments(delivery) == [0, 5]


def test_a_refused_connection_says_so(mock_knock: MockKnock, trigger: Trigger) -> None:
    mock_knock.webhooks.declare(f"http://127.0.0.1:{closed_port()}/", events=ONE)
    trigger()
    mock_knock.webhooks.settle()
    (delivery,) = mock_knock.webhooks.deliveries(state="pending")
    (attempt,) = delivery["attempts"]
    assert attempt["status"] is None
    assert "ConnectError" in attempt["error"]
    assert attempt["seconds"] >= 0


def answer_with(raw: bytes) -> tuple[str, Callable[[], None]]:
    """A receiver that sends these bytes, whatever it gets, and keeps the connection open."""
    listener = socket.create_server(("127.0.0.1", 0))
    kept: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            kept.append(connection)
            connection.recv(65_536)
            connection.sendall(raw)
            if not raw:
                connection.close()

    thread = threading.Thread(target=serve)
    thread.start()

    def close() -> None:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for connection in kept:
            connection.close()

    return f"http://127.0.0.1:{listener.getsockname()[1]}/", close


@pytest.mark.parametrize("raw", [b"", b"hello\r\n\r\n", b"HTTP/1.1 two hundred\r\n\r\n"])
def test_what_is_no_answer_is_an_error(mock_knock: MockKnock, trigger: Trigger, raw: bytes) -> None:
    url, close = answer_with(raw)
    try:
        mock_knock.webhooks.declare(url, events=ONE)
        trigger()
        mock_knock.webhooks.settle()
        (delivery,) = mock_knock.webhooks.deliveries(state="pending")
        assert "ProtocolError" in delivery["attempts"][0]["error"]
    finally:
        close()


@pytest.fixture
def impatient() -> KnockServer:
    """A server that waits for receivers no longer than a twentieth of a second."""
    return KnockServer(replace(FIXTURE_SETTINGS, webhook_timeout=0.05))


def test_a_receiver_that_does_not_answer_in_time_is_tried_again(impatient: KnockServer) -> None:
    mock = MockKnock(impatient, "timeouts")
    with hanging() as receiver, mock.client() as client:
        mock.webhooks.declare(receiver.url, events=ONE)
        mock.users.identify("ellie")
        client.post("/v1/workflows/any/trigger", json={"recipients": ["ellie"]})
        mock.webhooks.settle()
        (delivery,) = mock.webhooks.deliveries()
        impatient.stop()
    assert delivery["state"] == "pending"
    assert delivery["attempts"][0]["error"] == "no answer within 0.05 s"


def test_a_status_counts_even_when_the_body_never_ends(impatient: KnockServer) -> None:
    url, close = answer_with(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
    mock = MockKnock(impatient, "endless")
    try:
        with mock.client() as client:
            mock.webhooks.declare(url, events=ONE)
            mock.users.identify("ellie")
            client.post("/v1/workflows/any/trigger", json={"recipients": ["ellie"]})
            # On a busy machine even the status may come late, and the first attempt be lost.
            mock.webhooks.run_until_ended()
            (delivery,) = mock.webhooks.deliveries(state="delivered")
    finally:
        impatient.stop()
        close()
    assert delivery["attempts"][-1]["status"] == 200


def test_a_hanging_receiver_keeps_nobody_else_waiting(
    mock_knock: MockKnock, receiver: Receiver, client: httpx.Client, trigger: Trigger
) -> None:
    with hanging() as stuck:
        mock_knock.webhooks.declare(stuck.url, id="stuck")
        mock_knock.webhooks.declare(receiver.url, id="quick")
        for _ in range(20):
            trigger()
        mock_knock.webhooks.wait(60, endpoint_id="quick")
        assert client.get("/v1/messages").status_code == 200
        waiting = mock_knock.webhooks.deliveries(endpoint_id="stuck")
        assert {delivery["state"] for delivery in waiting} == {"pending"}
        under_way = [d for d in waiting if d["attempts"]]
        stuck.wait(4)
        assert len(under_way) == len(stuck.got) == 4


def test_events_of_one_message_come_in_their_order(
    mock_knock: MockKnock, client: httpx.Client, trigger: Trigger
) -> None:
    """One after the other, while those of other messages are under way beside them."""
    for _ in range(5):
        trigger()
    messages = [m["id"] for m in client.get("/v1/messages").json()["items"]]
    under_way: list[str] = []
    overlaps: list[str] = []
    lock = threading.Lock()
    together = threading.Barrier(4)
    first = iter(range(4))

    def answer(received: Received) -> int:
        id = received.event["data"]["id"]
        with lock:
            overlaps.extend({id} & set(under_way))
            under_way.append(id)
            waits = next(first, None) is not None
        if waits:
            together.wait(10)
        with lock:
            under_way.remove(id)
        return 200

    with receiving(answer) as receiver:
        mock_knock.webhooks.declare(receiver.url)
        marks = ("seen", "read", "archived")
        for mark in marks:
            for id in messages:
                client.put(f"/v1/messages/{id}/{mark}")
        mock_knock.webhooks.wait(15)
    assert overlaps == []
    for id in messages:
        came = [r.event["type"] for r in receiver.got if r.event["data"]["id"] == id]
        assert came == [f"message.{mark}" for mark in marks]


def test_a_retry_does_not_hold_up_what_comes_later(
    mock_knock: MockKnock, client: httpx.Client, trigger: Trigger
) -> None:
    trigger()
    (message,) = client.get("/v1/messages").json()["items"]
    with receiving(statuses(500, 200)) as receiver:
        mock_knock.webhooks.declare(receiver.url)
        client.put(f"/v1/messages/{message['id']}/seen")
        mock_knock.webhooks.settle()
        client.put(f"/v1/messages/{message['id']}/read")
        mock_knock.webhooks.run_until_ended()
        assert receiver.types == ["message.seen", "message.read", "message.seen"]


def test_redelivery_sends_the_same_bytes_anew(
    mock_knock: MockKnock, receiver: Receiver, trigger: Trigger
) -> None:
    webhooks = mock_knock.webhooks
    id = webhooks.declare(receiver.url, events=ONE)
    trigger()
    (first,) = webhooks.wait()
    mock_knock.clock.advance(3600)
    again = webhooks.redeliver(first["id"])
    second = webhooks.wait(2)[1]
    assert (second["id"], second["redelivery_of"]) == (again, first["id"])
    assert moments(second) == [3600]
    assert receiver.got[0].body == receiver.got[1].body
    webhooks.declare(receiver.url, id=id, enabled=False)
    with pytest.raises(ConflictError, match="not enabled"):
        webhooks.redeliver(again)
    webhooks.remove(id)
    for gone in (again, "nonsense"):
        with pytest.raises(MissingError):
            webhooks.redeliver(gone)


def test_what_is_pending_is_not_sent_twice(mock_knock: MockKnock, trigger: Trigger) -> None:
    with receiving(statuses(500)) as receiver:
        mock_knock.webhooks.declare(receiver.url, events=ONE)
        trigger()
        mock_knock.webhooks.settle()
        (pending,) = mock_knock.webhooks.deliveries()
        with pytest.raises(ConflictError, match="is due at 2026-01-05T09:00:05"):
            mock_knock.webhooks.redeliver(pending["id"])


@pytest.mark.parametrize("how", ["removed", "disabled"])
def test_nothing_more_goes_to_an_endpoint_that_is_gone(
    mock_knock: MockKnock, trigger: Trigger, how: str
) -> None:
    with receiving(statuses(500)) as receiver:
        id = mock_knock.webhooks.declare(receiver.url, events=ONE)
        trigger()
        mock_knock.webhooks.settle()
        if how == "removed":
            mock_knock.webhooks.remove(id)
        else:
            mock_knock.webhooks.declare(receiver.url, id=id, enabled=False)
        assert [d["state"] for d in mock_knock.webhooks.deliveries()] == ["cancelled"]
        trigger()
        mock_knock.clock.run_until_idle()
        mock_knock.webhooks.settle()
        assert len(receiver.got) == 1
        assert mock_knock.clock.now == START


def test_an_attempt_under_way_when_its_endpoint_goes_ends_quietly(
    mock_knock: MockKnock, trigger: Trigger
) -> None:
    release = threading.Event()

    def answer(received: Received) -> int:
        release.wait(10)
        return 500

    with receiving(answer) as receiver:
        id = mock_knock.webhooks.declare(receiver.url, events=ONE)
        trigger()
        assert mock_knock.webhooks.deliveries()  # looking lets happen what is due
        receiver.wait(1)
        mock_knock.webhooks.remove(id)
        again = mock_knock.webhooks.declare(receiver.url, events=ONE)
        assert again == id
        release.set()
        trigger()
        mock_knock.webhooks.settle()
        states = [d["state"] for d in mock_knock.webhooks.deliveries()]
    assert states == ["cancelled", "pending"]


@pytest.mark.parametrize("way", ["reset", "restored"])
def test_a_world_that_is_replaced_calls_its_deliveries_off_and_hears_no_more(
    mock_knock: MockKnock, client: httpx.Client, trigger: Trigger, way: str
) -> None:
    with receiving(statuses(500, 200)) as receiver:
        mock_knock.webhooks.declare(receiver.url, events=ONE)
        trigger()
        mock_knock.webhooks.settle()
        old = mock_knock.call(lambda world: world.webhooks)
        assert [delivery.state for delivery in old.deliveries()] == ["pending"]
        if way == "reset":
            mock_knock.control.reset()
        else:
            mock_knock.control.snapshots.restore(mock_knock.control.snapshots.take())
        assert [delivery.state for delivery in old.deliveries()] == ["cancelled"]
        assert not old.active
        mock_knock.load_fixtures(FIXTURES)
        trigger()
        expected = [] if way == "reset" else mock_knock.webhooks.wait()
        mock_knock.webhooks.run_until_ended()
        assert len(old) == 1
        assert len(receiver.got) == 1 + len(expected)


def test_pending_deliveries_follow_an_endpoint_that_moves(
    mock_knock: MockKnock, receiver: Receiver, trigger: Trigger
) -> None:
    id = mock_knock.webhooks.declare(f"http://127.0.0.1:{closed_port()}/", events=ONE)
    trigger()
    mock_knock.webhooks.settle()
    mock_knock.webhooks.declare(receiver.url, id=id, secret="new", events=ONE)
    mock_knock.webhooks.run_until_ended()
    (delivery,) = mock_knock.webhooks.deliveries(state="delivered")
    assert len(delivery["attempts"]) == 2
    assert receiver.got[0].is_signed_with("new")


def test_waiting_in_vain_says_what_there_is(mock_knock: MockKnock, trigger: Trigger) -> None:
    with receiving(statuses(418)) as receiver:
        mock_knock.webhooks.declare(receiver.url, id="teapot", events=ONE)
        trigger()
        mock_knock.webhooks.settle()
        with pytest.raises(TimeoutError, match=r"message.delivered to teapot: pending.*\[418\]"):
            mock_knock.webhooks.wait(timeout=0.01)


@pytest.mark.parametrize("url", ["http://xn--/", "http://a..test/", "http://127.0.0.1:0/"])
def test_a_url_that_leads_nowhere_is_an_error_of_the_attempt(
    mock_knock: MockKnock, trigger: Trigger, url: str
) -> None:
    mock_knock.webhooks.declare(url, events=ONE)
    trigger()
    mock_knock.webhooks.settle()
    (delivery,) = mock_knock.webhooks.deliveries(state="pending")
    assert delivery["attempts"][0]["error"]


def test_waiting_lets_a_running_clock_get_there_in_process() -> None:
    server = KnockServer(FAST)
    mock = MockKnock(server, "waiting")
    with receiving(statuses(500, 200)) as receiver, mock.client() as client:
        mock.webhooks.declare(receiver.url, events=ONE)
        client.post("/v1/workflows/email/trigger", json={"recipients": ["ellie"]})
        (delivery,) = mock.webhooks.wait()
        assert len(delivery["attempts"]) == 2
    server.stop()


# Over a socket, and by themselves.


def posting_threads() -> int:
    return sum(t.name == "mock-knock-webhooks" for t in threading.enumerate())


def test_a_running_clock_brings_everything_without_a_request() -> None:
    """The message arrives, is refused, and is tried again, while nobody calls."""
    threads = posting_threads()
    server = KnockServer(FAST)
    server.start()
    with receiving(statuses(500, 500, 200)) as receiver:
        headers = {"authorization": "Bearer sk_alone"}
        with httpx.Client(base_url=server.url, headers=headers) as client:
            endpoint = {"url": receiver.url, "secret": "s", "events": ["message.delivered"]}
            assert client.post("/_mock_knock/webhooks", json=endpoint).status_code == 200
            client.post("/v1/workflows/email/trigger", json={"recipients": ["ellie"]})
            receiver.wait(3)
        server.stop()
    assert {received.body for received in receiver.got} == {receiver.got[0].body}
    assert posting_threads() == threads


def test_a_clock_that_stands_still_over_a_socket(mock_knock: MockKnock, receiver: Receiver) -> None:
    """What a request sets off at its own instant happens though no other request comes."""
    mock_knock.load_fixtures(FIXTURES)
    headers = {"authorization": f"Bearer {mock_knock.api_key}"}
    with httpx.Client(base_url=mock_knock.url, headers=headers) as client:
        mock_knock.webhooks.declare(receiver.url, events=ONE)
        client.post("/v1/workflows/inbox/trigger", json={"recipients": ["ellie"]})
        receiver.wait(1)


def test_a_server_that_stops_does_not_wait_for_receivers() -> None:
    """What was under way is made again when it serves anew."""
    threads = posting_threads()
    server = KnockServer(FIXTURE_SETTINGS)
    mock = MockKnock(server, "stopping")
    mock.users.identify("ellie")
    with hanging() as receiver:
        mock.webhooks.declare(receiver.url, id="app", events=ONE)
        mock.server.start()
        headers = {"authorization": "Bearer sk_stopping"}
        with httpx.Client(base_url=mock.url, headers=headers) as client:
            client.post("/v1/workflows/any/trigger", json={"recipients": ["ellie"]})
            receiver.wait(1)
        server.stop()
        assert posting_threads() == threads
        (delivery,) = mock.webhooks.deliveries()
        assert (delivery["state"], delivery["attempts"]) == ("pending", [])
    with receiving() as receiver:
        mock.webhooks.declare(receiver.url, id="app", events=ONE)
        server.start()
        (delivery,) = mock.webhooks.wait()
        assert len(delivery["attempts"]) == 1
        server.stop()
    assert posting_threads() == threads
