"""State machines that talk HTTP to a server in process, each in an environment of its own."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis.stateful import RuleBasedStateMachine

from mock_knock import FIXTURE_SETTINGS, KnockServer, MockKnock

Json = dict[str, Any]

GROUPS = ("categories", "workflows", "channel_types", "channels", "commercial_subscribed")

_numbers = count()


@cache
def server() -> KnockServer:
    """One server for all machines of a process; it checks every answer against the documents."""
    return KnockServer(FIXTURE_SETTINGS)


def url(*segments: str) -> str:
    """`/v1/...`, each segment percent-encoded whole."""
    return "/v1/" + "/".join(quote(segment, safe="") for segment in segments)


def lay_over(base: Any, patch: Any) -> Any:
    """The documented deep merge, said in the shortest way."""
    if not (isinstance(base, dict) and isinstance(patch, dict)):
        return deepcopy(patch)
    merged = deepcopy(base)
    for key, value in patch.items():
        merged[key] = lay_over(base[key], value) if key in base else deepcopy(value)
    return merged


def shown_set(set_id: str, groups: Json) -> Json:
    """A preference set as answers show it."""
    return {"id": set_id, **dict.fromkeys(GROUPS), **groups}


class HttpMachine(RuleBasedStateMachine):
    """Rules call `ask`; an answer that the documents do not allow is a 500, which fails it."""

    def __init__(self) -> None:
        super().__init__()
        self.mock = MockKnock(server(), f"machine_{next(_numbers)}")
        self.client = self.mock.client()

    def teardown(self) -> None:
        self.client.close()
        self.mock.close()

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        json = {} if body is None else {"json": body}
        answer = self.client.request(method, path, params=query, **json)
        assert answer.status_code < 500, [answer.text, self.mock.take_errors()]
        return answer

    def walk(self, path: str, size: int, between: Any = None, **query: Any) -> list[Json]:
        """Every entry of a list, page by page; `between` is called before each page but the first.

        Checks that `before` of each page leads back to where it came from, if nothing was written.
        """
        entries: list[Json] = []
        after: str | None = None
        while True:
            cursor = {} if after is None else {"after": after}
            page = self.ask("GET", path, page_size=size, **cursor, **query).json()
            assert len(page["entries"]) <= size
            entries += page["entries"]
            after = page["page_info"]["after"]
            if after is None:
                return entries
            if between is not None:
                between()
