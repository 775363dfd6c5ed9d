"""Outbound webhooks of one environment, for tests in Python."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

from mock_knock.world.environment import Environment
from mock_knock.world.events import Event
from mock_knock.world.instants import SECOND
from mock_knock.world.webhook_deliveries import DeliveryFilter
from mock_knock.world.webhook_endpoints import WebhookEndpoint

SECRET = "whsec_mock_knock"  # noqa: S105 (what tests use that do not care)
"""The secret of an endpoint for which a test gives none."""


class WebhookControl:
    """The environment's webhooks: endpoints, and what was sent to them.

    `call` runs a command on the world. Events are posted from a thread of their own, so a test that
    looks at what a receiver got waits for it first, by `wait` or `settle`; both wait for things to
    happen, and raise TimeoutError when they do not within `timeout` seconds of real time.
    """

    def __init__(self, call: Callable[[Callable[[Environment], Any]], Any]) -> None:
        self._call = call

    @property
    def endpoints(self) -> list[dict[str, Any]]:
        """Every endpoint, its secret masked."""
        found: list[dict[str, Any]] = self._call(
            lambda world: [endpoint.to_json() for endpoint in world.webhooks]
        )
        return found

    def declare(
        self, url: str, *, secret: str = SECRET, events: Sequence[str] = ("*",), **fields: Any
    ) -> str:
        """Let events be posted to `url` from now on; the endpoint's id.

        `events` are types or patterns such as `message.*`; the other fields are those of a fixtures
        file: `id`, `enabled`, `description`, `signature_clock`. Raises InvalidParamsError, naming
        the field, for one that cannot be.
        """
        endpoint = WebhookEndpoint(url=url, secret=secret, events=tuple(events), **fields)
        id: str = self._call(lambda world: world.webhooks.put(endpoint).id)
        return id

    def remove(self, id: str) -> None:
        """Take an endpoint away; what is pending is cancelled. Raises MissingError."""
        self._call(lambda world: world.webhooks.remove(id))

    def deliveries(
        self,
        *,
        endpoint_id: str | None = None,
        state: str | None = None,
        event: str | None = None,
        subject: str | None = None,
    ) -> list[dict[str, Any]]:
        """What is in the log, oldest first, with the text of each body.

        Narrowed down by endpoint, state (`pending`, `delivered`, `failed`, `cancelled`), type of
        event, or the id of the message or run that it is about.
        """
        keep = DeliveryFilter(endpoint_id, state, event, subject)
        found: list[dict[str, Any]] = self._call(
            lambda world: [
                delivery.to_json(with_body=True)
                for delivery in world.webhooks.deliveries()
                if keep(delivery)
            ]
        )
        return found

    def redeliver(self, id: str) -> str:
        """Send the same bytes once more; the id of the new delivery.

        Raises MissingError, and ConflictError for a delivery that is pending.
        """
        sent: str = self._call(lambda world: world.webhooks.redeliver(id, world.now).id)
        return sent

    def wait(
        self, count: int = 1, *, state: str = "delivered", timeout: float = 10.0, **narrowed: str
    ) -> list[dict[str, Any]]:
        """Wait until `count` deliveries are in `state`; they, oldest first. See `deliveries`."""

        def enough() -> list[dict[str, Any]] | None:
            found = self.deliveries(state=state, **narrowed)
            return found if len(found) >= count else None

        waited: list[dict[str, Any]] = self._until(
            enough, timeout, f"{count} deliveries to be {state}"
        )
        return waited

    def settle(self, timeout: float = 10.0) -> None:
        """Wait until every attempt that is due has come to its end. Time is not moved."""

        def settled() -> bool | None:
            return self._call(lambda world: world.webhooks.unsettled) == 0 or None

        self._until(settled, timeout, "every attempt that is due to end")

    def run_until_ended(self, timeout: float = 10.0) -> None:
        """Jump from attempt to attempt until no delivery is pending any more."""
        while True:
            self.settle(timeout)
            if not self._call(_jump):
                return

    def _until(self, look: Callable[[], Any], timeout: float, what: str) -> Any:
        end = monotonic() + timeout
        with self._told() as told:
            while True:
                told.clear()
                found = look()
                if found is not None:
                    return found
                pause = max(end - monotonic(), 0)
                due = self._call(_seconds_to_next)
                if due is not None and due < pause:
                    told.wait(due)
                elif not told.wait(pause):
                    lines = [
                        f"{d['event']} to {d['endpoint_id']}: {d['state']}, attempts "
                        f"{[a['status'] or a['error'] for a in d['attempts']]}"
                        for d in self.deliveries()[-20:]
                    ]
                    raise TimeoutError(
                        f"waited {timeout:g} s for {what}; there are:\n" + "\n".join(lines)
                    )

    @contextmanager
    def _told(self) -> Iterator[threading.Event]:
        """A flag that is set whenever something comes of an attempt."""
        told = threading.Event()

        def hear(event: Event) -> None:
            if event.kind.startswith(("webhook.", "message.", "workflow_recipient_run.")):
                told.set()

        stop = self._call(lambda world: world.events.listen(hear))
        try:
            yield told
        finally:
            self._call(lambda world: stop())


def _seconds_to_next(world: Environment) -> float | None:
    """Real seconds until something is due by itself; None when the clock does not get there."""
    due = world.timeline.next_due
    at = None if due is None else world.clock.reached_at(due)
    return None if at is None else max(at - world.host, 0) / SECOND


def _jump(world: Environment) -> bool:
    """Move the clock to where the next attempt is due; False when there is none to come."""
    due = world.webhooks.next_at
    if due is None:
        return False
    world.set_clock(max(due, world.now))
    return True
