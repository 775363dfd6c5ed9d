"""Posts outbound webhooks, from a thread of its own that starts with the first one.

Worlds say what is to be posted and are told what came of it, both where requests are handled. In
between nothing of the server waits: a receiver that is slow or dead keeps nobody else waiting.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ssl
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

import httpx

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.service import Service
from mock_knock.version import __version__
from mock_knock.world.environment import Environment
from mock_knock.world.instants import Instant
from mock_knock.world.webhook_deliveries import Outcome
from mock_knock.world.webhooks import Post

OF_EACH = 4
"""Posts that are under way to one endpoint at the same time, at the most."""

IN_ALL = 256
"""Posts that are under way from one server at the same time, at the most."""

_MOST_READ = 64 * 1024
"""Bytes of an answer's body that are read, so that its connection can be used again."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """A post under way, and where what comes of it belongs."""

    environment: ApiEnvironment
    world: Environment
    post: Post


class WebhookSender:
    """Posts the webhooks of every environment of one server.

    `hand_in` has a function run where requests are handled, soon, without waiting for it. All but
    `_post` and what it calls happens there.
    """

    def __init__(self, service: Service, hand_in: Callable[[Callable[[], None]], None]) -> None:
        self._service = service
        self._hand_in = hand_in
        self._timeout = service.settings.webhook_timeout
        self._jobs: set[_Job] = set()
        # Environments that wait because as many posts are under way as may be.
        self._starved: dict[str, ApiEnvironment] = {}
        self._watched: dict[str, ExitStack] = {}
        self._serving = False
        self._stopped = False
        self._loop: _Loop | None = None
        service.environments.webhooks_ready = self.look_at

    def serve(self) -> None:
        """Let what falls due in environments with endpoints happen by itself, from now on.

        To be called on the event loop of the server.
        """
        self._serving = True
        self._stopped = False
        for environment in self._service.environments:
            self.look_at(environment)

    def stop(self) -> None:
        """Stop posting. What is under way is given up, and due again when the server starts."""
        self._serving = False
        self._stopped = True
        for stack in self._watched.values():
            stack.close()
        self._watched.clear()
        if self._loop is not None:
            self._loop.stop()
            self._loop = None
        for job in self._jobs:
            job.world.webhooks.put_back(job.post)
        self._jobs.clear()
        self._starved.clear()

    def look_at(self, environment: ApiEnvironment) -> None:
        """Begin the posts that are due in an environment, as far as that many may be under way."""
        self._watch(environment)
        if self._stopped:
            return
        world = environment.world
        room = IN_ALL - len(self._jobs)
        for post in world.webhooks.take(of_each=OF_EACH, most=room):
            job = _Job(environment, world, post)
            self._jobs.add(job)
            if self._loop is None:
                self._loop = _Loop()
            self._loop.begin(partial(self._post, job))
        if len(self._jobs) == IN_ALL:
            self._starved[environment.id] = environment

    def _watch(self, environment: ApiEnvironment) -> None:
        active = environment.world.webhooks.active
        watched = self._watched.get(environment.id)
        if active and watched is None and self._serving:
            stack = self._watched[environment.id] = ExitStack()
            stack.enter_context(self._service.alarm.watching(environment))
        elif not active and watched is not None:
            del self._watched[environment.id]
            watched.close()

    def _settle(self, job: _Job, outcome: Outcome) -> None:
        if job not in self._jobs:
            return  # given up, the sender having been stopped
        self._jobs.discard(job)
        world = job.world
        try:
            # A world that is gone has cancelled everything, and its time stands still.
            if job.post.delivery.state == "pending":
                world.sync(self._service.host_clock())
            world.webhooks.settle(job.post, outcome, world.now)
            starved, self._starved = self._starved, {}
            for environment in starved.values():
                self.look_at(environment)
        except Exception as error:
            self._service.record_error(error)

    # In the sender's own thread.

    async def _post(self, job: _Job, client: httpx.AsyncClient) -> None:
        outcome = await self._outcome(client, job)
        self._hand_in(lambda: self._settle(job, outcome))

    async def _outcome(self, client: httpx.AsyncClient, job: _Job) -> Outcome:
        began = time.monotonic()
        status = error = None
        post = job.post
        try:
            async with asyncio.timeout(self._timeout):
                headers = self._headers(post, job.world.webhooks.environment_id)
                content = post.delivery.body
                url = post.endpoint.url
                async with client.stream("POST", url, content=content, headers=headers) as answer:
                    status = answer.status_code
                    await _read_some(answer)
        except TimeoutError:
            if status is None:
                error = f"no answer within {self._timeout:g} s"
        except Exception as raised:  # a receiver may break in any way, and that is its own affair
            if status is None:
                error = _sentence(raised)
        return Outcome(status, error, round(time.monotonic() - began, 3))

    def _headers(self, post: Post, environment_id: str) -> dict[str, str]:
        by_host = post.endpoint.signature_clock == "host"
        instant = self._service.host_clock() if by_host else post.attempt.at
        return {
            "content-type": "application/json",
            "connection": "close",
            "user-agent": f"mock-knock/{__version__}",
            "x-knock-event": post.delivery.type,
            "x-knock-environment-id": environment_id,
            "x-knock-signature": signature(post.endpoint.secret, instant, post.delivery.body),
        }


def signature(secret: str, instant: Instant, body: bytes) -> str:
    """`t=<milliseconds>,s=<signature>` (Knock docs: outbound webhooks, verifying signatures)."""
    milliseconds = str(instant // 1000)
    signed = hmac.new(secret.encode(), f"{milliseconds}.".encode() + body, hashlib.sha256).digest()
    return f"t={milliseconds},s={b64encode(signed).decode()}"


async def _read_some(answer: httpx.Response) -> None:
    read = 0
    async for piece in answer.aiter_raw():
        read += len(piece)
        if read > _MOST_READ:
            return


def _sentence(error: Exception) -> str:
    """What went wrong, by the error at the bottom: `httpx` wraps those of the system."""
    deepest: BaseException = error
    while (inner := deepest.__cause__ or deepest.__context__) is not None:
        deepest = inner
    return f"{type(error).__name__}: {deepest}"[:300]


_Work = Callable[[httpx.AsyncClient], Coroutine[object, object, None]]


class _Loop:
    """An event loop in a thread of its own, with a client."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._work: asyncio.Queue[_Work | None] = asyncio.Queue()
        self._thread = threading.Thread(target=self._run, name="mock-knock-webhooks", daemon=True)
        self._thread.start()

    def begin(self, work: _Work) -> None:
        """Have `work` done, from any thread."""
        self._loop.call_soon_threadsafe(self._work.put_nowait, work)

    def stop(self) -> None:
        """Cancel what is being done, and end the thread."""
        self._loop.call_soon_threadsafe(self._work.put_nowait, None)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        tasks: set[asyncio.Task[None]] = set()
        # A connection that is kept may be closed by the receiver just as it is used again, which
        # would look like a failed attempt; so each post has one of its own.
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        client = httpx.AsyncClient(
            follow_redirects=False,
            limits=limits,
            timeout=None,  # noqa: S113 (each post as a whole has one)
            trust_env=False,
            verify=_trust(),
        )
        async with client:
            while (work := await self._work.get()) is not None:
                task = self._loop.create_task(work(client))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


def _trust() -> ssl.SSLContext:
    """The usual authorities, and those of this machine (`SSL_CERT_FILE` adds one's own)."""
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    return context
