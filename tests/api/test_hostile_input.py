"""Every operation, and what nobody sane sends: a 4xx in the envelope, and nothing has changed.

Each operation gets its own example first, which is good, and then the same with one thing wrong.
What turns out to be allowed after all (an odd text as a name, say) is answered with 2xx.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from mock_knock import FIXTURE_SETTINGS, KnockServer, MockKnock

from .dump import dump
from .envelope import assert_refused
from .seeded import Operation, Seeded, operations

JSON = {"content-type": "application/json"}
OPERATIONS = pytest.mark.parametrize("operation", operations(), ids=lambda o: o.id)
WITH_BODY = pytest.mark.parametrize(
    "operation", [o for o in operations() if o.bodies], ids=lambda o: o.id
)
_numbers = count()

UNREADABLE_SEGMENTS = ("%ff", "%ed%a0%80", "%c0%af", "%e2%82")
"""What is no UTF-8: a bare byte, a lone surrogate, an overlong form, half a character."""

ODD_SEGMENTS = (
    "%00", "..%2f..%2fetc%2fpasswd", "%2e%2e", "__proto__", "constructor", "%23", "%25zz", "%0d%0a",
    "%e2%80%ae", "%f0%9f%a6%95", "'%20OR%201=1--", "{user_id}", "$where", "-1", "x" * 300, "%20",
)  # fmt: skip

UNREADABLE_QUERIES = ("%ff=1", "a=%ed%a0%80", "page_size=%c0%af", "%e2%82=x")
ODD_QUERIES = (
    "page_size=1e9", "page_size=99999999999999999999999", "page_size=-1", "page_size=", "page_size",
    "page_size=1&page_size=x", "after=a&after=b", "after=%00", "before[]=1", "after[x]=1",
    "__proto__[x]=1", "constructor[prototype][x]=1", "a[b][c][d]=1", "[]=1", "[", "]=[", "=", "&&&",
    "include[0]=preferences", "include[]=nothing", "include=preferences&include[]=preferences",
    "status[][][]=1", "recipient[id]=1&recipient=2", "recipients[][id]=x&recipients[0][id]=y",
    "trigger_data={", "trigger_data=[[]]", "inserted_at[gt]=9e99", "inserted_at.gt[]=1", "a=%zz",
    "has_errors=maybe", "mode=x", "exclude=" + "a." * 50, "tenant=%00", "data={%22a%22:1e999}",
    "query_options[limit]=-5", "query_options.cursor=%00", "message_ids[]=%00", "x=" + "y" * 9_000,
    "starting_at=0000-00-00T00:00:00Z", "ending_at=9999-12-31T23:59:60Z",
)  # fmt: skip

UNREADABLE_BODIES: tuple[bytes, ...] = (
    b"{", b"nul", b"{'a': 1}", b"\xff\xfe{}", b'{"a": "\xed\xa0\x80"}', b'{"a": "\\ud800"}',
    b'{"a": "\x00"}', b'{"\\udfff": 1}', b'{"a": NaN}', b'{"a": 1e999}', b"[" * 9_999, b"{}{}",
)  # fmt: skip

ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 2**63, "", "\x00", "__proto__", "x" * 300, "2026-13-45T99:99:99Z",
    "0000-01-01T00:00:00Z", [], [None], [[]], {}, {"__proto__": {"x": 1}}, {"": None}, {"id": None},
    {"id": ""}, {"id": "a/b", "collection": "c#"}, {"id": "x", "collection": []}, [{}], ["", ""],
)  # fmt: skip


class Attack:
    """Requests that are each wrong in some way; after every refusal the world is as it was.

    What is allowed after all may change it: after some such the next request meets a fresh one.
    """

    def __init__(self, server: KnockServer, operation: Operation) -> None:
        self._server = server
        self.operation = operation
        self._begin()

    def _begin(self) -> None:
        mock = MockKnock(self._server, f"attack_{next(_numbers)}")
        mock.plan_all(progress="immediate")
        self.seeded = Seeded(mock)
        self._before = mock.call(dump)
        self._allowed = 0

    def end(self) -> None:
        """Let go of the world."""
        self.seeded.client.close()
        self.seeded.mock.close()

    def body(self, at: int = 0) -> Any:
        """One of the operation's examples."""
        return self.seeded.body(self.operation, at)

    def send(
        self,
        *,
        path: str | None = None,
        query: str | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """One request. Refused: in the envelope, with nothing changed. Otherwise: 2xx."""
        operation = self.operation
        query = self.seeded.query(operation) if query is None else query
        target = (path or self.seeded.path(operation)) + (f"?{query}" if query else "")
        if content is None and operation.bodies:
            content = json.dumps(self.body()).encode()
        answer = self.seeded.client.request(
            operation.method,
            target,
            content=content,
            headers=(JSON if headers is None else headers) if content is not None else {},
        )
        context = f"{operation.method} {target[:200]} {(content or b'')[:200]!r}"
        if answer.status_code >= 300:
            assert 400 <= answer.status_code < 500, f"{context}: {answer.text}"
            assert_refused(answer, answer.status_code, answer.json()["code"])
            after = self.seeded.mock.call(dump)
            assert after == self._before, f"{context} was refused and changed something"
        elif operation.method != "GET":
            self._allowed += 1
            if self._allowed > 10:
                self.end()
                self._begin()
            else:
                self._before = self.seeded.mock.call(dump)
        return answer


@pytest.fixture(scope="module")
def small_server() -> KnockServer:
    """One that takes bodies of up to 64 kB."""
    return KnockServer(dataclasses.replace(FIXTURE_SETTINGS, max_body=65_536))


@pytest.fixture
def attack(mock_knock: MockKnock, operation: Operation) -> Iterator[Attack]:
    begun = Attack(mock_knock.server, operation)
    yield begun
    begun.end()


@OPERATIONS
def test_the_examples_are_good(mock_knock: MockKnock, operation: Operation) -> None:
    for at in range(max(len(operation.bodies), 1)):
        attack = Attack(mock_knock.server, operation)
        content = json.dumps(attack.body(at)).encode() if operation.bodies else None
        answer = attack.send(content=content)
        assert answer.status_code < 300, answer.text
        attack.end()


@OPERATIONS
def test_paths(attack: Attack, operation: Operation) -> None:
    for name in operation.path_names:
        for text in UNREADABLE_SEGMENTS:
            answer = attack.send(path=attack.seeded.path(operation, {name: text}))
            assert_refused(answer, 400, "invalid_params")
        for text in ODD_SEGMENTS:
            attack.send(path=attack.seeded.path(operation, {name: text}))


@OPERATIONS
def test_queries(attack: Attack, operation: Operation) -> None:
    usual = attack.seeded.query(operation)
    names = [quote(name) for name in operation.query_names]
    own = [f"{name}{rest}" for name in names for rest in ("=%00", "[]=x", "[a]=b", "[0]=x", "")]
    for query in UNREADABLE_QUERIES:
        answer = attack.send(query=query)
        assert answer.status_code in (400, 401, 404) or not operation.query_names, answer.text
    for query in (*ODD_QUERIES, *own):
        attack.send(query=f"{usual}&{query}" if usual else query)
        attack.send(query=query)


@WITH_BODY
def test_bodies_that_cannot_be_read(attack: Attack) -> None:
    for content in UNREADABLE_BODIES:
        assert_refused(attack.send(content=content), 400, "invalid_params", field="body")
    for headers in ({}, {"content-type": "text/plain"}, {"content-type": "application/xml"}):
        refused = attack.send(headers=headers)
        assert_refused(refused, 415, "unsupported_media_type", field="Content-Type")
    deep = b'{"a": ' + b"[" * 500 + b"]" * 500 + b"}"
    assert_refused(attack.send(content=deep), 422, "invalid_params", field="body")


@WITH_BODY
def test_bodies_of_the_wrong_shape(attack: Attack, operation: Operation) -> None:
    shapes: tuple[Any, ...] = (None, [], "text", 5, True, [[]])
    for value in shapes:
        answer = attack.send(content=json.dumps(value).encode())
        assert_refused(answer, 422, "invalid_params")
    for at in range(len(operation.bodies)):
        body = attack.body(at)
        attack.send(content=json.dumps({**body, "n": [2**70]}).encode())
        for path in ways(body):
            for value in ODD_VALUES:
                changed = put(attack.body(at), path, value)
                attack.send(content=json.dumps(changed).encode())


@WITH_BODY
def test_odd_keys(attack: Attack) -> None:
    for key in ("__proto__", "constructor", "", "\x00", "$where", "id", "collection", "x" * 300):
        values: tuple[Any, ...] = (1, "x", {"polluted": True}, [None])
        for value in values:
            changed = {**attack.body(), key: value}
            attack.send(content=json.dumps(changed).encode())


def test_a_body_that_is_too_large(small_server: KnockServer) -> None:
    """For each operation that reads a body."""
    for operation in operations():
        if operation.method == "GET":
            continue
        attack = Attack(small_server, operation)
        answer = attack.send(content=b'{"a": "' + b"x" * 100_000 + b'"}')
        assert_refused(answer, 413, "payload_too_large", field="body")
        attack.end()


def ways(value: Any, depth: int = 3) -> Iterator[tuple[Any, ...]]:
    """The ways to each value inside a body, the outer ones first."""
    if depth and isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else list(enumerate(value))[:2]
        for name, item in inner:
            yield (name,)
            for rest in ways(item, depth - 1):
                yield (name, *rest)


def put(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The body with another value at the end of the path."""
    inner = body
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return body
