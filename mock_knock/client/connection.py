"""How a control call gets to the server and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx
import orjson

from mock_knock.client.errors import ControlError, UnreachableError

PREFIX = "/_mock_knock"
_JSON = "application/json"


class Connection:
    """Sends control calls for one environment, or for the server as a whole."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def call(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
        text: str | bytes | None = None,
        media_type: str = _JSON,
        timeout: float | None = None,
    ) -> Any:
        """Make one call; its answer's JSON, None for an empty one, text for what is no JSON.

        The body is `json`, or `text` as it is, of the given media type. `timeout` in seconds takes
        the place of the client's. Raises ControlError for a refusal, UnreachableError when nobody
        answers, ValueError for a body that cannot be written as JSON.
        """
        content = text if json is None else _written(json)
        headers = {} if content is None else {"content-type": media_type}
        try:
            answer = self._http.request(
                method,
                PREFIX + path,
                content=content,
                headers=headers,
                params=None if query is None else _present(query),
                timeout=httpx.USE_CLIENT_DEFAULT if timeout is None else timeout,
            )
        except httpx.TransportError as error:
            raise UnreachableError(str(self._http.base_url).rstrip("/"), str(error)) from error
        if answer.is_success:
            return _read(answer)
        raise ControlError.from_answer(answer.status_code, _read(answer))

    def lines(self, path: str, query: Mapping[str, Any]) -> Iterator[str]:
        """The lines of an answer that goes on and on, as they come.

        Raises ControlError for a refusal, UnreachableError when nobody answers or the server ends.
        """
        url = str(self._http.base_url).rstrip("/")
        try:
            with self._http.stream(
                "GET", PREFIX + path, params=_present(query), timeout=httpx.Timeout(None, connect=5)
            ) as answer:
                if not answer.is_success:
                    answer.read()
                    raise ControlError.from_answer(answer.status_code, _read(answer))
                yield from answer.iter_lines()
        except httpx.TransportError as error:
            raise UnreachableError(url, str(error)) from error


def segment(value: object) -> str:
    """A value as one segment of a path."""
    return quote(str(value), safe="")


def _written(json: Any) -> bytes:
    try:
        return orjson.dumps(json)
    except TypeError as error:
        raise ValueError(f"this cannot be sent as JSON: {error}") from None


def _present(query: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that were given."""
    return {name: value for name, value in query.items() if value is not None}


def _read(answer: httpx.Response) -> Any:
    if not answer.content:
        return None
    if answer.headers.get("content-type", "").partition(";")[0] != _JSON:
        return answer.text
    try:
        return orjson.loads(answer.content)
    except ValueError:
        return answer.text
