"""Starting and stopping: one line when it is ready, silence when it ends."""

from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from mock_knock import __version__

from .serving import MODULE, READY, Serving, run

SCRIPT = (str(Path(sys.executable).with_name("mock-knock")),)


@pytest.mark.parametrize("command", [SCRIPT, MODULE], ids=["mock-knock", "python -m mock_knock"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_it_serves_until_a_signal_comes(command: tuple[str, ...], number: int) -> None:
    with Serving(command=command) as serving:
        assert READY.fullmatch(serving.line)
        with serving.client() as client:
            assert client.get("/v1/users").status_code == 200
            # A connection that is kept open does not hold it up.
            assert serving.stop(number) == (0, "", "")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{serving.url}/v1/users")


def test_port_0_picks_a_free_one_and_prints_it() -> None:
    with Serving() as one, Serving() as other:
        ports = {urlsplit(serving.url).port for serving in (one, other)}
        assert len(ports) == 2
        assert 0 not in ports
        for serving in (one, other):
            assert httpx.get(serving.url).status_code < 500


def test_it_can_have_the_port_of_one_that_has_just_ended() -> None:
    with Serving() as first, first.client() as client:
        client.get("/v1/users")
        port = str(urlsplit(first.url).port)
        first.stop()
    with Serving("--port", port) as second:
        assert second.url == first.url


def test_a_client_that_wants_a_live_socket_is_refused_and_named_in_one_line() -> None:
    headers = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    with Serving() as serving:
        answer = httpx.get(f"{serving.url}/ws/v1/websocket?api_key=pk_a", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        [line] = serving.stop()[2].splitlines()
    assert line.endswith(
        "a client asks for a live socket: there is none, only polling (docs/sdks.md)"
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_client_in_the_midst_of_a_request_does_not_hold_it_up(number: int) -> None:
    with Serving() as serving:
        address = urlsplit(serving.url)
        with socket.create_connection((address.hostname or "", address.port or 0)) as slow:
            slow.sendall(
                b"PUT /v1/users/a HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer k\r\n"
                b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"
            )
            with serving.client() as client:
                # When this is answered, the one before has been taken up.
                client.get("/v1/users")
            status, out, err = serving.stop(number)
    assert (status, out) == (0, "")
    assert "Traceback" not in err


def test_a_second_signal_is_no_reason_for_a_traceback() -> None:
    with Serving() as serving:
        serving.process.send_signal(signal.SIGINT)
        status, out, err = serving.stop(signal.SIGINT)
    assert (status, out) == (0, "")
    assert "Traceback" not in err


@pytest.mark.parametrize("by_variable", [False, True], ids=["option", "variable"])
def test_a_port_in_use_is_one_clear_line(by_variable: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        if by_variable:
            result = run("serve", variables={"MOCK_KNOCK_PORT": port})
        else:
            result = run("serve", "--port", port)
    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("mock-knock: ")
    assert port in line
    assert "in use" in line


@pytest.mark.parametrize(
    "host", ["203.0.113.7", "no-such-host.invalid", "999.999.999.999", "a..b", "x" * 70, "::zz"]
)
def test_a_host_that_cannot_be_had_is_one_clear_line(host: str) -> None:
    result = run("serve", "--port", "0", "--host", host)
    assert (result.returncode, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert line.startswith("mock-knock: ")
    assert host in line


@pytest.mark.parametrize(
    ("host", "start"),
    [
        ("127.0.0.1", "http://127.0.0.1:"),
        ("::1", "http://[::1]:"),
        ("localhost", "http://127.0.0.1:"),
    ],
)
def test_it_listens_where_it_is_told_to(host: str, start: str) -> None:
    with Serving("--host", host) as serving, serving.client() as client:
        assert serving.url.startswith(start)
        assert client.get("/v1/users").status_code == 200


def test_it_writes_its_line_at_once_into_a_pipe() -> None:
    # Without a terminal Python holds output back; the line above was read from a pipe.
    with Serving(variables={"PYTHONUNBUFFERED": ""}) as serving:
        assert serving.line.count("\n") == 1


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("serve", "--help")])
def test_help_is_to_be_had(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert (result.returncode, result.stderr) == (0, "")
    assert "serve" in result.stdout


def test_it_tells_its_version() -> None:
    assert run("--version").stdout.split()[-1] == __version__
