"""A server: the application, its socket, and how it starts and stops."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from secrets import token_urlsafe
from types import FrameType
from typing import Any, TypeVar

import uvicorn

from mock_knock.api.guard import GuardRules, is_loopback
from mock_knock.api.pipeline import build_application, knock_surface
from mock_knock.api.service import Service
from mock_knock.console import Console
from mock_knock.control import control_surface
from mock_knock.host_clock import HostClock
from mock_knock.one_write import OneWriteProtocol
from mock_knock.settings import DEFAULT_HOST, Settings
from mock_knock.webhook_sender import WebhookSender
from mock_knock.world.declarations import NOTHING, Declarations

Result = TypeVar("Result")

_BACKLOG = 2048
_SECONDS_TO_STOP = 2


class KnockServer:
    """One local Knock. Use `run` to serve until a signal comes, or `start` and `stop`.

    Without either it serves in process only, through `mock_knock.transport.InProcessTransport`.
    Making one raises FixturesError for fixtures that make no sense, and ValueError for a token or
    an allowed host that is none. `token` is what the control plane wants, None when nothing.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        host: str = DEFAULT_HOST,
        port: int = 0,
        host_clock: HostClock | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.token = self.settings.token or (None if is_loopback(host) else token_urlsafe(24))
        guard = GuardRules(host, self.settings.allowed_hosts, self.token)
        self.service = Service(self.settings, host_clock, _declarations(self.settings), guard)
        self.application: Any = build_application(
            self.service, (knock_surface(), control_surface()), Console(self)
        )
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._uvicorn: _Uvicorn | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._serving_thread: threading.Thread | None = None
        self._lock = threading.RLock()
        self._webhooks = WebhookSender(self.service, self.hand_in)

    def bind(self) -> None:
        """Take the port. Raises OSError when it cannot be had."""
        if self._socket is not None:
            return
        host, port = self._address
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(_BACKLOG)
        except OSError:
            listener.close()
            raise
        listener.setblocking(False)
        self._socket = listener

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:4010`. Raises RuntimeError before `bind`."""
        if self._socket is None:
            raise RuntimeError("the server has no port yet: call start() first")
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def console_url(self) -> str:
        """The console, by a name that a browser can open, with the token if one is needed."""
        url = self.url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
        query = "" if self.token is None else f"?token={self.token}"
        return f"{url}/_mock_knock/{query}"

    @property
    def running(self) -> bool:
        """Whether it is serving from a thread of its own."""
        return self._thread is not None

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve in this thread until SIGINT or SIGTERM. `on_ready` is called when it answers."""
        self.bind()
        _raise_file_limit()
        self._serve(on_ready, with_signals=True)

    def start(self) -> None:
        """Serve from a thread, until `stop`. Returns when it answers; again has no effect."""
        with self._lock:
            if self._thread is None:
                self._start()

    def _start(self) -> None:
        self.bind()
        ready: Future[None] = Future()

        def serve() -> None:
            try:
                self._serve(lambda: ready.set_result(None), with_signals=False)
            except BaseException as error:
                if not ready.done():
                    ready.set_exception(error)
                raise

        thread = threading.Thread(target=serve, name="mock-knock", daemon=True)
        thread.start()
        ready.result()
        self._thread = thread

    def stop(self) -> None:
        """Stop the thread and give the port back. Without a started thread only the latter."""
        if self._uvicorn is not None:
            self.service.stopping = self._thread is not None
            self._uvicorn.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._webhooks.stop()
        self.service.stopping = False
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def call(self, function: Callable[[], Result]) -> Result:
        """Run `function` where requests are handled, between two of them; answer its result.

        Worlds are not locked, so whatever touches one from another thread has to come this way.
        """
        if self._thread is None and self._loop is None:
            with self._lock:
                if self._thread is None and self._loop is None:
                    return function()
        if threading.current_thread() is self._serving_thread:
            return function()
        loop = self._loop
        if loop is None:
            raise RuntimeError("the server is stopping")
        future: Future[Result] = Future()

        def handle() -> None:
            try:
                future.set_result(function())
            except BaseException as error:
                future.set_exception(error)

        loop.call_soon_threadsafe(handle)
        return future.result()

    def hand_in(self, function: Callable[[], None]) -> None:
        """Have `function`, which must not raise, run as by `call`, without waiting for it.

        Without a socket there is nobody to hand it to: then it is run here.
        """
        loop = self._loop
        if loop is None:
            with self._lock:
                loop = self._loop
                if loop is None:
                    function()
                    return
        with contextlib.suppress(RuntimeError):  # the loop ended just now
            loop.call_soon_threadsafe(function)

    def _serve(self, on_ready: Callable[[], None], *, with_signals: bool) -> None:
        config = uvicorn.Config(
            self.application,
            http=OneWriteProtocol,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_SECONDS_TO_STOP,
        )
        following = self.service.following
        following.open()

        def ready() -> None:
            self._webhooks.serve()
            on_ready()

        def stop() -> None:
            following.close()
            self._webhooks.stop()

        self._uvicorn = _Uvicorn(config, self.service, ready, stop, with_signals=with_signals)
        assert self._socket is not None, "the port is taken before serving"
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            self._serving_thread = threading.current_thread()
            self._loop = runner.get_loop()
            try:
                runner.run(self._uvicorn.serve(sockets=[self._socket]))
            finally:
                self._loop = None
                self._serving_thread = None


class _Uvicorn(uvicorn.Server):
    """Uvicorn that says when it is ready and when it is to stop, and ends quietly on a signal."""

    def __init__(
        self,
        config: uvicorn.Config,
        service: Service,
        on_ready: Callable[[], None],
        on_stop: Callable[[], None],
        *,
        with_signals: bool,
    ) -> None:
        super().__init__(config)
        self._service = service
        self._on_ready = on_ready
        self._on_stop = on_stop
        self._with_signals = with_signals

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._service.stopping = True
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        # A request that is cut off because the server was told to stop is no error to report.
        uvicorn_log = logging.getLogger("uvicorn.error")
        uvicorn_log.addFilter(_nothing)
        try:
            await super().shutdown(sockets=sockets)
            await asyncio.sleep(0)  # lets the cut-off tasks end, and have their say, here
        finally:
            uvicorn_log.removeFilter(_nothing)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # Uvicorn's own raises the signal again when it has stopped; ours ends with status 0.
        if not self._with_signals:
            yield
            return
        signals = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _declarations(settings: Settings) -> Declarations:
    if settings.fixtures is None:
        return NOTHING
    from mock_knock.fixtures import load_fixtures  # a start without a file need not wait for it

    return load_fixtures(settings.fixtures)


def _nothing(record: logging.LogRecord) -> bool:
    return record.levelno > logging.ERROR


def _raise_file_limit() -> None:
    """Allow as many open connections as the system lets us: the usual 1,024 are soon used up."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
