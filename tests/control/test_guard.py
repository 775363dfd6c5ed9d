"""Who may call the control plane: not other sites, not by other names, not without the token."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock import KnockServer, Settings
from mock_knock.api import guard
from mock_knock.api.guard import GuardRules, is_loopback
from tests.api.envelope import assert_refused

KEY = {"authorization": "Bearer sk_guarded"}
TOKEN = "let-me-in"
CLOCK = "/_mock_knock/clock"
FREEZE = "/_mock_knock/clock/freeze"


@pytest.fixture(scope="module")
def server() -> Iterator[KnockServer]:
    server = KnockServer(Settings(check_responses=True, allowed_hosts=("mock-knock",)))
    server.start()
    yield server
    assert not server.service.errors
    server.stop()


@pytest.fixture(scope="module")
def closed() -> Iterator[KnockServer]:
    """A server that wants a token."""
    server = KnockServer(Settings(check_responses=True, token=TOKEN))
    server.start()
    yield server
    assert not server.service.errors
    server.stop()


def ask(
    server: KnockServer, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
) -> httpx.Response:
    """One request, with these headers and the key; redirects are not followed."""
    # Certificates, which nobody asks for here, take longer to load than everything else.
    return httpx.request(
        method, server.url + path, headers={**KEY, **headers}, content=body, verify=False
    )


def own(server: KnockServer) -> str:
    """The server as a Host header names it."""
    return urlsplit(server.url).netloc


# The name by which the server is called.


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST:4010", "127.0.0.1", "127.1.2.3:80", "[::1]:4010", "mock-knock:4010"],
)
def test_names_of_this_machine_are_taken(server: KnockServer, host: str) -> None:
    assert ask(server, "GET", CLOCK, {"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "localhost.evil.example:4010",
        "evil-localhost",
        "192.168.1.7:4010",
        "[2001:db8::1]",
        "2130706433",
        "0x7f.1",
        "127.0.0.1@evil.example",
        "127.0.0.1,evil.example",
        "localhost:99999",
        "",
    ],
)
def test_any_other_name_is_refused(server: KnockServer, host: str) -> None:
    for method, path in (("GET", CLOCK), ("POST", FREEZE), ("GET", "/_mock_knock/")):
        answer = ask(server, method, path, {"host": host})
        assert_refused(answer, 403, "host_not_allowed")
        assert "--allowed-host" in answer.json()["message"]


def test_the_api_itself_is_called_by_any_name(server: KnockServer) -> None:
    assert ask(server, "GET", "/v1/users", {"host": "evil.example"}).status_code == 200


def test_probes_are_answered_by_any_name(server: KnockServer, closed: KnockServer) -> None:
    for probed in (server, closed):
        for path in ("/_mock_knock/livez", "/_mock_knock/readyz"):
            answer = ask(probed, "GET", path, {"host": "pod-7.cluster"})
            assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_two_names_in_one_request_are_refused() -> None:
    names = (b"localhost", b"evil.example")
    assert wired(KnockServer(), [(b"host", name) for name in names]) == 403
    assert wired(KnockServer(), []) == 403


# Pages of other sites.

SIMPLE_FORM = {"content-type": "application/x-www-form-urlencoded"}
PLAIN = {"content-type": "text/plain;charset=UTF-8"}
MULTIPART = {"content-type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize("kind", [SIMPLE_FORM, PLAIN, MULTIPART, {}], ids=str)
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "http://localhost:3000", "http://127.0.0.1", "file://", "x"],
)
def test_pages_of_other_origins_are_refused(
    server: KnockServer, origin: str, kind: dict[str, str]
) -> None:
    before = ask(server, "GET", CLOCK, {}).json()["mode"]
    for method in ("POST", "PUT", "DELETE", "GET"):
        answer = ask(server, method, FREEZE, {"origin": origin, **kind}, b'{"scale": 0}')
        assert_refused(answer, 403, "cross_site")
    assert ask(server, "GET", CLOCK, {}).json()["mode"] == before == "real"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "nonsense"])
def test_what_a_browser_says_comes_from_elsewhere_is_refused(
    server: KnockServer, site: str
) -> None:
    for mode, target in (("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")):
        headers = {
            "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": target,
        }  # fmt: skip
        assert_refused(ask(server, "GET", CLOCK, headers), 403, "cross_site")
        assert_refused(ask(server, "POST", FREEZE, headers), 403, "cross_site")


def test_a_form_that_another_site_submits_is_refused(server: KnockServer) -> None:
    page = {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }
    assert_refused(ask(server, "POST", FREEZE, {**page, **SIMPLE_FORM}), 403, "cross_site")
    # A link that a person follows does nothing but show a page.
    assert ask(server, "GET", CLOCK, page).status_code == 200


@pytest.mark.parametrize("site", ["same-origin", "none", None])
def test_pages_of_the_server_itself_are_not(server: KnockServer, site: str | None) -> None:
    headers = {"origin": f"http://{own(server)}"} | (
        {} if site is None else {"sec-fetch-site": site}
    )
    assert ask(server, "GET", CLOCK, headers).status_code == 200
    body = b'{"name": "users.identify", "plan": {}}'
    json = {**headers, "content-type": "application/json"}
    assert ask(server, "POST", "/_mock_knock/plans/next", json, body).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "localhost:80"])
def test_the_usual_port_may_be_left_out(server: KnockServer, host: str) -> None:
    answer = ask(server, "GET", CLOCK, {"host": host, "origin": "http://localhost"})
    assert answer.status_code == 200


def test_the_api_itself_takes_calls_from_any_page(server: KnockServer) -> None:
    page = {"origin": "https://app.example", "sec-fetch-site": "cross-site"}
    answer = ask(server, "GET", "/v1/users", page)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")


# The token.


@pytest.mark.parametrize("path", [CLOCK, "/_mock_knock/", "/_mock_knock", "/_mock_knock/nothing"])
def test_without_the_token_nothing_is_told(closed: KnockServer, path: str) -> None:
    answer = ask(closed, "GET", path, {})
    assert_refused(answer, 401, "token_required")
    assert "X-Mock-Knock-Token" in answer.json()["message"]
    assert TOKEN not in answer.text
    assert ask(closed, "GET", CLOCK, {"x-mock-knock-token": TOKEN}).status_code == 200


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30))
def test_a_wrong_token_is_refused(closed: KnockServer, wrong: str) -> None:
    if wrong == TOKEN:
        return
    answer = ask(closed, "GET", CLOCK, {"x-mock-knock-token": wrong})
    assert_refused(answer, 401, "token_invalid")


def test_tokens_are_compared_in_constant_time(
    closed: KnockServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr(guard, "compare_digest", compare)
    for token in ("x", TOKEN, TOKEN + "x" * 50):
        ask(closed, "GET", CLOCK, {"x-mock-knock-token": token})
    assert len(compared) == 3
    assert len({length for pair in compared for length in pair}) == 1


def test_the_api_itself_wants_no_token(closed: KnockServer) -> None:
    assert ask(closed, "GET", "/v1/users", {}).status_code == 200


def test_the_link_gives_a_cookie_and_takes_the_token_out_of_the_address(
    closed: KnockServer,
) -> None:
    assert closed.console_url == f"{closed.url}/_mock_knock/?token={TOKEN}"
    answer = ask(closed, "GET", f"{CLOCK}?a=1&token={TOKEN}&b=%2F", {})
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{CLOCK}?a=1&b=%2F"
    cookie, *attributes = answer.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/_mock_knock"} == set(attributes)
    assert ask(closed, "GET", CLOCK, {"cookie": cookie}).status_code == 200
    assert ask(closed, "GET", CLOCK, {"cookie": f"a=b; {cookie}; c=d"}).status_code == 200
    name = cookie.partition("=")[0]
    assert_refused(ask(closed, "GET", CLOCK, {"cookie": f"{name}=wrong"}), 401, "token_invalid")
    # Of no use to another site, with the cookie or without.
    page = {"cookie": cookie, "origin": "https://evil.example"}
    assert_refused(ask(closed, "POST", FREEZE, page), 403, "cross_site")


@pytest.mark.parametrize(
    "query", ["token=wrong", "token=", "token", f"token={TOKEN}&token={TOKEN}", "token=%FF", "%=&"]
)
def test_a_link_with_another_token_gives_nothing(closed: KnockServer, query: str) -> None:
    answer = ask(closed, "GET", f"/_mock_knock/?{query}", {})
    assert_refused(answer, 401, "token_required")
    assert "set-cookie" not in answer.headers


def test_a_link_does_nothing_but_show(closed: KnockServer) -> None:
    assert_refused(ask(closed, "POST", f"{FREEZE}?token={TOKEN}", {}), 401, "token_required")


def test_two_servers_do_not_share_a_cookie() -> None:
    cookies = {GuardRules("127.0.0.1", token=token).cookie for token in ("one", "two", None)}
    assert len(cookies) == 3


@pytest.mark.parametrize("token", ["a b", "a;b", "ä", "a\r\nb", "x" * 201])
def test_a_token_that_nothing_can_carry_is_refused_at_the_start(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        KnockServer(Settings(token=token))


@pytest.mark.parametrize("name", ["http://knock", "knock:80", "a b", "", "*", "a/b"])
def test_a_name_that_is_none_is_refused_at_the_start(name: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        KnockServer(Settings(allowed_hosts=(name,)))


# Where it listens decides.


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("192.168.1.7", False), ("knock.example", False),
        ("", False),
    ],
)  # fmt: skip
def test_a_token_is_made_up_where_others_can_reach_it(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
    first, second = KnockServer(host=host).token, KnockServer(host=host).token
    if loopback:
        assert first is second is None
    else:
        assert first is not None
        assert len(first) >= 32
        assert first != second
        assert KnockServer(Settings(token="mine"), host=host).token == "mine"


@pytest.mark.parametrize(
    ("host", "taken", "refused"),
    [
        ("0.0.0.0", ["192.168.1.7", "10.0.0.1:80", "localhost", "[fd00::1]"], ["knock.example"]),
        ("192.168.1.7", ["192.168.1.7:4010", "localhost"], ["10.0.0.1", "knock.example"]),
        ("knock.example", ["knock.example", "KNOCK.example:80"], ["192.168.1.7", "example"]),
    ],
)
def test_addresses_are_taken_where_it_listens_on_them(
    host: str, taken: list[str], refused: list[str]
) -> None:
    server = KnockServer(Settings(token=TOKEN), host=host)
    for name in taken + refused:
        status = wired(server, [(b"host", name.encode()), (b"x-mock-knock-token", TOKEN.encode())])
        assert status == (200 if name in taken else 403), name


def wired(server: KnockServer, headers: list[tuple[bytes, bytes]]) -> int:
    """The status of a call as it would come through a socket, which nobody has to open."""
    path = "/_mock_knock/server/environments"
    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "headers": headers, "server": ("h", 1),
    }  # fmt: skip
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    with pytest.raises(StopIteration):
        server.application(scope, receive, send).send(None)
    status: int = sent[0]["status"]
    return status


# What answers carry, and what bodies are taken.


def test_answers_are_not_guessed_kept_or_framed(server: KnockServer) -> None:
    for path in (CLOCK, "/_mock_knock/nothing", "/_mock_knock/livez"):
        headers = ask(server, "GET", path, {}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
    assert "cache-control" not in ask(server, "GET", "/v1/users", {}).headers


def test_bodies_are_capped_here_too() -> None:
    server = KnockServer(Settings(max_body=1000, check_responses=True))
    server.start()
    try:
        for path in (FREEZE, "/_mock_knock/fixtures", "/_mock_knock/server/reset"):
            json = {"content-type": "application/json"}
            assert_refused(ask(server, "POST", path, json, b" " * 1001), 413, "payload_too_large")
        assert not server.service.errors
    finally:
        server.stop()
