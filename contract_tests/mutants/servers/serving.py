"""A broken server that listens: for trying the command, and whatever else speaks HTTP."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from contract_tests.mutants.servers.planted import BrokenServer, Handler
from mock_knock import ClockSpec, InProcessTransport, KnockServer, Settings, WorldSettings

_HOP = frozenset({"connection", "content-length", "transfer-encoding", "date", "server"})


class BrokenHttpServer:
    """Listens on 127.0.0.1 from the moment it is made."""

    def __init__(self, handle: Handler, *, port: int = 0, clock: str = "manual") -> None:
        settings = Settings(world=WorldSettings(clock=ClockSpec.parse(clock)))
        self._mock = KnockServer(settings)
        transport = BrokenServer(InProcessTransport(self._mock), handle)
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler_class(transport))
        self._http.daemon_threads = True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def serve_forever(self) -> None:
        """Serve until `close` is called from another thread."""
        self._http.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stop serving, and give the port back."""
        self._http.shutdown()
        self._http.server_close()
        self._mock.stop()


def _handler_class(transport: httpx.BaseTransport) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Small answers would wait for the client's acknowledgement of their headers.
        wbufsize = -1
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            request = httpx.Request(
                self.command,
                f"http://{self.headers.get('host', 'mock-knock')}{self.path}",
                headers=[(n, v) for n, v in self.headers.items() if n.lower() != "host"],
                content=self.rfile.read(length),
            )
            response = transport.handle_request(request)
            content = b"" if response.status_code == 204 else response.read()
            self.send_response(response.status_code)
            for name, value in response.headers.items():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()

        do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = _answer

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is logged."""

    return Handler
