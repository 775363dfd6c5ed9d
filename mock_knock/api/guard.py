"""Who may call the control plane: this machine's own tools and pages, or who has the token.

A web page that somebody has open elsewhere can send requests to 127.0.0.1, and with a name that it
lets lead there (DNS rebinding) it can read the answers. So the Host has to be one that cannot be
made up, a page's requests have to come from a page of this server, and a server that others can
reach wants a token. Knock's API itself goes on answering everybody, as Knock's does.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Coroutine, Iterable
from hashlib import blake2b
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qsl, urlencode

from mock_knock.api.errors import ApiError
from mock_knock.api.exchange import CONTROL_PATH, EXCHANGE, IN_PROCESS, Answer, Exchange, Scope
from mock_knock.api.hosts import host_name

TOKEN_HEADER = b"x-mock-knock-token"
ANSWER_HEADERS: list[tuple[bytes, bytes]] = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
"""What every answer of the control plane carries: no guessing, keeping or framing by browsers."""

_PROBES = frozenset({f"{CONTROL_PATH}livez", f"{CONTROL_PATH}readyz"})
"""What orchestrators ask, by whatever name they have, and that tells nothing."""

_TOKEN = re.compile(r"[A-Za-z0-9._~-]{1,200}")
_OWN_PAGES = frozenset({b"same-origin", b"none"})
_CHALLENGE = [(b"www-authenticate", b'MockKnockToken realm="mock-knock"')]


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class GuardRules:
    """What the guard of one server wants: it listens on `host`, `allowed` are more names of it.

    `token`: None where none is needed. Raises ValueError for a token that no header or cookie can
    carry, and for a name that is none.
    """

    def __init__(self, host: str, allowed: Iterable[str] = (), token: str | None = None) -> None:
        self.token = None if token is None else token.encode()
        if token is not None and not _TOKEN.fullmatch(token):
            raise ValueError("a token has 1 to 200 letters, digits and -._~")
        self._names = {"localhost", host.lower()}
        for name in allowed:
            if host_name(name.encode()) != name.lower():
                raise ValueError(f"{name!r} is no host name: give it without scheme and port")
            self._names.add(name.lower())
        # What listens on every address has them all, and a literal cannot be made to lead here.
        self._any_address = host in ("", "0.0.0.0", "::")  # noqa: S104 (compared, not bound)
        named = blake2b(self.token or b"", digest_size=4).hexdigest()
        self.cookie = f"mock_knock_{named}".encode()
        """The cookie's name: not that of another server, since cookies know no ports."""

    def check_host(self, exchange: Exchange) -> None:
        """Raises ApiError 403 for a Host that is not this server's."""
        hosts = [value for key, value in exchange.scope["headers"] if key == b"host"]
        name = host_name(hosts[0]) if len(hosts) == 1 else None
        if name is not None and (name in self._names or self._is_own_address(name)):
            return
        shown = b", ".join(hosts).decode("latin-1")[:100]
        raise ApiError(
            403,
            "host_not_allowed",
            f"The control plane does not answer to the Host {shown!r}: use 127.0.0.1 or localhost, "
            "or start the server with --allowed-host and the name that you use",
        )

    def check_origin(self, exchange: Exchange) -> None:
        """Raises ApiError 403 for what a page of another origin sends."""
        origin = exchange.header(b"origin")
        if origin is not None and not _is_same_origin(origin, exchange.header(b"host") or b""):
            raise _foreign(f"a page of {origin.decode('latin-1')[:100]!r}")
        site = exchange.header(b"sec-fetch-site")
        if site is not None and site not in _OWN_PAGES and not _is_link(exchange):
            raise _foreign(f"a {site.decode('latin-1')[:20]} page")

    def check_token(self, exchange: Exchange) -> Answer | None:
        """The answer to a link with the token: a cookie, and the way to the page without it.

        Raises ApiError 401 for a request without the token, or with a wrong one.
        """
        wanted = self.token
        if wanted is None:
            return None
        given = exchange.header(TOKEN_HEADER) or _cookie(exchange, self.cookie)
        if given is not None and compare_digest(_digest(given), _digest(wanted)):
            return None
        if exchange.scope["method"] in ("GET", "HEAD") and exchange.scope["query_string"]:
            answer = self._taken_from_link(exchange, wanted)
            if answer is not None:
                return answer
        problem = "came without its token" if given is None else "came with a wrong token"
        raise ApiError(
            401,
            "token_required" if given is None else "token_invalid",
            f"The control plane of this server is not for everybody, and the call {problem}: send "
            f"the header X-Mock-Knock-Token with what --token says, or open the link that the "
            "server printed when it started",
            headers=_CHALLENGE,
        )

    def _taken_from_link(self, exchange: Exchange, wanted: bytes) -> Answer | None:
        scope = exchange.scope
        pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        tokens = [value.encode("utf-8", "replace") for key, value in pairs if key == "token"]
        if len(tokens) != 1 or not compare_digest(_digest(tokens[0]), _digest(wanted)):
            return None
        rest = urlencode([pair for pair in pairs if pair[0] != "token"])
        location = scope["raw_path"] + (b"?" + rest.encode() if rest else b"")
        cookie = self.cookie + b"=" + wanted
        settings = b"; Path=/_mock_knock; HttpOnly; SameSite=Strict"
        return Answer(303, headers=[(b"location", location), (b"set-cookie", cookie + settings)])

    def _is_own_address(self, name: str) -> bool:
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return False
        return self._any_address or address.is_loopback


class Guard:
    """The stage that keeps others out of the control plane, ahead of everything that answers."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(self, scope: Scope, receive: Any, send: Any) -> Coroutine[Any, Any, None]:
        exchange: Exchange = scope[EXCHANGE]
        # A call without a socket comes from this very process.
        if exchange.is_control and IN_PROCESS not in scope:
            rules = exchange.service.guard
            if scope["path"] not in _PROBES:
                rules.check_host(exchange)
                rules.check_origin(exchange)
                exchange.answer = rules.check_token(exchange)
                if exchange.answer is not None:
                    return _answered()
        awaited: Coroutine[Any, Any, None] = self.app(scope, receive, send)
        return awaited


async def _answered() -> None:
    """Nothing more is to be done."""


def _is_same_origin(origin: bytes, host: bytes) -> bool:
    scheme, _, authority = origin.lower().partition(b"://")
    port = {b"http": b":80", b"https": b":443"}.get(scheme)
    if port is None:  # `null`, or a page that is no web page
        return False
    return authority.removesuffix(port) == host.lower().removesuffix(port)


def _is_link(exchange: Exchange) -> bool:
    """Whether a person follows a link from elsewhere: that shows a page, and does nothing."""
    return (
        exchange.scope["method"] in ("GET", "HEAD")
        and exchange.header(b"sec-fetch-mode") == b"navigate"
        and exchange.header(b"sec-fetch-dest") == b"document"
    )


def _foreign(who: str) -> ApiError:
    return ApiError(
        403,
        "cross_site",
        f"The control plane is not for other sites, and this call came from {who}: call it from "
        "this server's own pages, or from a program",
    )


def _cookie(exchange: Exchange, name: bytes) -> bytes | None:
    for key, value in exchange.scope["headers"]:
        if key == b"cookie":
            for pair in value.split(b";"):
                found, _, content = pair.strip().partition(b"=")
                if found == name:
                    return bytes(content)
    return None


def _digest(secret: bytes) -> bytes:
    """Of one length whatever it is of, so that comparing tells nothing of that either."""
    return blake2b(secret).digest()
