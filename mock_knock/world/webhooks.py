"""Outbound webhooks of one environment: endpoints, the log of deliveries, and what is to be sent.

Nothing is sent here. Attempts that are due wait until whoever can post takes them, and brings back
what came of each (`mock_knock.webhook_sender`). Where there are no endpoints nobody listens to the
environment's events, and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from mock_knock.world.errors import ConflictError, MissingError
from mock_knock.world.events import Event, EventStream
from mock_knock.world.identity import Identity
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.listing import Listing, Page, PageRequest
from mock_knock.world.messages import Messages
from mock_knock.world.recipient_run import RecipientRun
from mock_knock.world.timeline import Timeline
from mock_knock.world.webhook_deliveries import (
    BACKOFF,
    MAX_ATTEMPTS,
    Attempt,
    Delivery,
    DeliveryFilter,
    Lane,
    Outcome,
)
from mock_knock.world.webhook_endpoints import WebhookEndpoint
from mock_knock.world.webhook_events import KINDS, knock_event
from mock_knock.world.workflows import Workflows

MAX_ENDPOINTS = 50
MAX_KEPT = 10_000
"""Deliveries in the log of one environment."""

MAX_WEIGHT = 64 * 1024 * 1024
"""Bytes of the bodies in the log."""


@dataclass(frozen=True, slots=True, eq=False)
class Post:
    """An attempt that is to be made now, with the endpoint as it is now."""

    delivery: Delivery
    attempt: Attempt
    endpoint: WebhookEndpoint
    lane: Lane


class Retry:
    """The timeline event at which the next attempt of a delivery falls due."""

    __slots__ = ("_webhooks", "delivery")

    def __init__(self, webhooks: Webhooks, delivery: Delivery) -> None:
        self._webhooks = webhooks
        self.delivery = delivery

    def fire(self, due: Instant) -> Instant | None:
        """Let the attempt be due."""
        self.delivery.retry = 0
        self._webhooks.fall_due(self.delivery)
        return None


class Webhooks:
    """The webhooks of one environment, whose id at Knock would be `environment_id`.

    `ready` is called when attempts may be due that were not, and when endpoints have changed. The
    log keeps the latest deliveries. When it is full, the one that ended first goes; when none has
    ended, the oldest one is given up, and counted in `given_up`.
    """

    def __init__(
        self,
        events: EventStream,
        timeline: Timeline,
        identity: Identity,
        messages: Messages,
        workflows: Workflows,
        *,
        max_kept: int = MAX_KEPT,
        max_weight: int = MAX_WEIGHT,
    ) -> None:
        self._events = events
        self._timeline = timeline
        self._identity = identity
        self._messages = messages
        self._workflows = workflows
        self._max_kept = max_kept
        self._max_weight = max_weight
        self.environment_id = identity.derived_uuid("environment")
        self.ready: Callable[[], object] = _nobody
        self.given_up = 0
        self._is_closed = False
        self._endpoints: dict[str, WebhookEndpoint] = {}
        self._lanes: dict[str, Lane] = {}
        self._stop_listening: Callable[[], None] | None = None
        self._log: Listing[Delivery] = Listing()
        self._by_id: dict[str, Delivery] = {}
        self._pending: dict[Delivery, None] = {}
        self._ended: dict[Delivery, None] = {}
        self._weight = 0
        self._places = 0

    # Endpoints

    def __iter__(self) -> Iterator[WebhookEndpoint]:
        """Every endpoint, in the order in which they were put."""
        return iter(self._endpoints.values())

    @property
    def active(self) -> bool:
        """Whether an event may be sent to anybody."""
        return self._stop_listening is not None

    def get(self, id: str) -> WebhookEndpoint:
        """An endpoint by its id. Raises MissingError."""
        found = self._endpoints.get(id)
        if found is None:
            known = ", ".join(self._endpoints) or "none"
            raise MissingError(f"There is no webhook {id[:80]!r} here; there are: {known[:300]}")
        return found

    def add(self, endpoint: WebhookEndpoint) -> WebhookEndpoint:
        """Put a new endpoint. Raises ConflictError when its id, or the id of its URL, is taken."""
        endpoint = self._named(endpoint)
        if endpoint.id in self._endpoints:
            raise ConflictError(
                f"There is a webhook {endpoint.id!r} already: replace it, or give another id"
            )
        return self.put(endpoint)

    def put(self, endpoint: WebhookEndpoint) -> WebhookEndpoint:
        """Let there be this endpoint, in place of an earlier one with its id.

        Deliveries that are pending go on, to where it is now; with an endpoint that is not enabled
        they are cancelled. Raises ConflictError when there are too many.
        """
        endpoint = self._named(endpoint)
        if endpoint.id not in self._endpoints and len(self._endpoints) >= MAX_ENDPOINTS:
            raise ConflictError(f"There are {MAX_ENDPOINTS} webhooks, which is the most")
        self._endpoints[endpoint.id] = endpoint
        self._lanes.setdefault(endpoint.id, Lane())
        if not endpoint.enabled:
            self._cancel_all(endpoint.id)
        self._changed()
        return endpoint

    def remove(self, id: str) -> None:
        """Take an endpoint away; what is pending for it is cancelled. Raises MissingError."""
        self.get(id)
        del self._endpoints[id]
        self._cancel_all(id)
        del self._lanes[id]
        self._changed()

    def close(self) -> None:
        """Take every endpoint away, now that the environment is gone."""
        for id in list(self._endpoints):
            self.remove(id)
        self._is_closed = True

    def _named(self, endpoint: WebhookEndpoint) -> WebhookEndpoint:
        if endpoint.id:
            return endpoint
        return replace(endpoint, id=self._identity.derived_uuid("webhook", endpoint.url))

    def _changed(self) -> None:
        wanted = any(endpoint.enabled for endpoint in self)
        if wanted and self._stop_listening is None:
            self._stop_listening = self._events.listen(self._hear)
        elif not wanted and self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None
        self.ready()

    # What happens becomes deliveries

    def _hear(self, event: Event) -> None:
        if event.kind not in KINDS:
            return
        type = KINDS[event.kind]
        wanting = [endpoint for endpoint in self if endpoint.wants(type)]
        told = knock_event(event, self._messages.find, self._run) if wanting else None
        if told is None:
            return
        body = told.body()
        for endpoint in wanting:
            self._send(endpoint.id, type, told.subject, told.at, body, event.number)
        self.ready()

    def _run(self, id: str) -> RecipientRun | None:
        try:
            return self._workflows.get_run(id)
        except MissingError:
            return None

    def _send(
        self,
        endpoint_id: str,
        type: str,
        subject: str,
        at: Instant,
        body: bytes,
        cause: int,
        redelivery_of: str | None = None,
        due: Instant | None = None,
    ) -> Delivery:
        self._make_room(len(body))
        self._places += 1
        id = self._identity.derived_uuid("webhook delivery", str(self._places))
        delivery = Delivery(
            id, self._places, endpoint_id, type, subject, at, body, cause, redelivery_of
        )
        self._log.add(delivery.place, delivery)
        self._by_id[id] = delivery
        self._pending[delivery] = None
        self._weight += len(body)
        delivery.next_at = at if due is None else due
        self._lanes[endpoint_id].add(delivery)
        return delivery

    def _make_room(self, weight: int) -> None:
        while self._by_id and (
            len(self._by_id) >= self._max_kept or self._weight + weight > self._max_weight
        ):
            oldest = next(iter(self._ended), None)
            if oldest is None:
                oldest = next(iter(self._pending))
                self._end(oldest, "cancelled")
                self.given_up += 1
            del self._ended[oldest]
            del self._by_id[oldest.id]
            self._log.remove(oldest.place)
            self._weight -= len(oldest.body)

    # Attempts

    @property
    def unsettled(self) -> int:
        """How many attempts are due, or under way."""
        return sum(len(lane) + len(lane.busy) for lane in self._lanes.values())

    @property
    def next_at(self) -> Instant | None:
        """When the next retry falls due; None when none is to come."""
        return min((d.next_at for d in self._pending if d.next_at is not None), default=None)

    def take(self, *, of_each: int, most: int) -> Iterator[Post]:
        """The attempts that are to be made now: up to `of_each` under way for each endpoint.

        What comes of each has to be told to `settle`, or it is given back to `put_back`.
        """
        for id, lane in self._lanes.items():
            while most > 0 and len(lane.busy) < of_each:
                delivery = lane.take()
                if delivery is None:
                    break
                most -= 1
                assert delivery.next_at is not None, "what waits in a lane is due"
                attempt = Attempt(len(delivery.attempts) + 1, delivery.next_at)
                delivery.attempts.append(attempt)
                delivery.next_at = None
                yield Post(delivery, attempt, self._endpoints[id], lane)

    def settle(self, post: Post, outcome: Outcome, now: Instant) -> None:
        """Tell what came of an attempt. The next one is counted from when this one was due.

        One that is overdue by `now`, time having moved on meanwhile, is due at once.
        """
        delivery, attempt = post.delivery, post.attempt
        attempt.outcome = outcome
        post.lane.release(delivery.subject)
        if self._is_closed:  # the events are those of another world by now
            return
        told: dict[str, Any] = {"endpoint": delivery.endpoint_id, "event": delivery.type}
        events, before = self._events, self._events.cause
        events.cause = delivery.cause
        came = {"status": outcome.status, "error": outcome.error}
        delivery.cause = events.record(
            "webhook.attempted", delivery.id, now, {**told, "attempt": attempt.number, **came}
        )
        events.cause = delivery.cause
        if delivery.state == "pending":
            if outcome.accepted or attempt.number == MAX_ATTEMPTS:
                self._end(delivery, "delivered" if outcome.accepted else "failed")
                told["attempts"] = attempt.number
                events.record(f"webhook.{delivery.state}", delivery.id, now, told)
            else:
                delivery.next_at = attempt.at + BACKOFF[attempt.number - 1]
                if delivery.next_at <= now:
                    self.fall_due(delivery)
                else:
                    retry = Retry(self, delivery)
                    delivery.retry = self._timeline.schedule(delivery.next_at, retry)
        events.cause = before
        self.ready()

    def put_back(self, post: Post) -> None:
        """Take an attempt back that was not made: it is due again."""
        delivery = post.delivery
        delivery.attempts.remove(post.attempt)
        post.lane.release(delivery.subject)
        if delivery.state == "pending":
            delivery.next_at = post.attempt.at
            post.lane.add(delivery)

    def fall_due(self, delivery: Delivery) -> None:
        """Let the next attempt of a pending delivery be due."""
        self._lanes[delivery.endpoint_id].add(delivery)
        self.ready()

    def _end(self, delivery: Delivery, state: str) -> None:
        if delivery.retry:
            self._timeline.cancel(delivery.retry)
            delivery.retry = 0
        delivery.state = state
        delivery.next_at = None
        self._lanes[delivery.endpoint_id].discard(delivery)
        del self._pending[delivery]
        self._ended[delivery] = None

    def _cancel_all(self, endpoint_id: str) -> None:
        for delivery in [d for d in self._pending if d.endpoint_id == endpoint_id]:
            self._end(delivery, "cancelled")

    # The log

    def __len__(self) -> int:
        """How many deliveries the log has."""
        return len(self._by_id)

    def deliveries(self) -> Iterator[Delivery]:
        """Every delivery of the log, oldest first."""
        return self._log.rows()

    def page(self, wanted: PageRequest, keep: DeliveryFilter) -> Page[Delivery]:
        """One page of the deliveries that `keep` lets through, newest first."""
        return self._log.page(wanted, newest_first=True, keep=keep)

    def delivery(self, id: str) -> Delivery:
        """A delivery of the log. Raises MissingError."""
        found = self._by_id.get(id)
        if found is None:
            raise MissingError(f"There is no webhook delivery {id[:80]!r} in the log")
        return found

    def redeliver(self, id: str, now: Instant) -> Delivery:
        """Send the same bytes once more, as a new delivery whose first attempt is due now.

        Raises MissingError for an unknown delivery, or one whose endpoint is gone, and
        ConflictError for one that is pending, or whose endpoint is not enabled.
        """
        first = self.delivery(id)
        endpoint = self.get(first.endpoint_id)
        if first.state == "pending":
            when = (
                "is under way" if first.next_at is None else f"is due at {to_text(first.next_at)}"
            )
            raise ConflictError(
                f"The delivery is pending: its next attempt {when}. Wait for it, or move the clock"
            )
        if not endpoint.enabled:
            raise ConflictError(f"The webhook {endpoint.id!r} is not enabled: enable it first")
        cause = self._events.cause or first.cause
        sent = self._send(
            endpoint.id, first.type, first.subject, first.created_at, first.body, cause, id, now
        )
        self.ready()
        return sent


def _nobody() -> None:
    """Nobody sends."""
