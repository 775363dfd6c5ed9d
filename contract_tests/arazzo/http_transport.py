"""The transport over a network, on HTTPX."""

from __future__ import annotations

import httpx

from contract_tests.arazzo.transport import Request, Response, TransportError
from contract_tests.closing import Closing


class HttpTransport(Closing):
    """Sends requests over HTTP. Close it, or use it in a `with` statement.

    timeout: seconds for each of connecting, writing, reading. Redirects are answers like any
    other, and proxies or `.netrc` of the machine are not looked at: what was built is what is
    sent. `client` brings another HTTPX client (an in-process one, for example).
    """

    def __init__(self, *, timeout: float = 30.0, client: httpx.Client | None = None) -> None:
        self._timeout = timeout
        self._client = client or httpx.Client(
            timeout=timeout, trust_env=False, follow_redirects=False
        )

    def send(self, request: Request) -> Response:
        """The response. Raises TransportError with the server's address and the cause."""
        try:
            answer = self._client.request(
                request.method,
                request.url,
                headers=list(request.headers),
                content=request.content,
            )
        except httpx.TimeoutException:
            raise TransportError(
                f"{_origin(request.url)} did not answer within {self._timeout:g} s"
            ) from None
        except httpx.ConnectError as error:
            raise TransportError(f"{_origin(request.url)} cannot be reached: {error}") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            cause = str(error) or type(error).__name__
            raise TransportError(
                f"the exchange with {_origin(request.url)} broke: {cause}"
            ) from None
        return Response(
            status=answer.status_code,
            headers=tuple(answer.headers.multi_items()),
            content=answer.content,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def _origin(url: str) -> str:
    """Scheme, host and port only: a path or a query may hold what no message should show."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.split('/')[0].split('?')[0].rpartition('@')[2]}"
