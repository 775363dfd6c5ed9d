"""One event on its way to one endpoint: its attempts, and how far it has come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from mock_knock.world.instants import SECOND, Instant, to_text

BACKOFF = tuple(seconds * SECOND for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 36_000))
"""From one attempt to the next, on the environment's clock. Knock tells how many attempts there
are, and not when they come; this is what Standard Webhooks recommends."""

MAX_ATTEMPTS = len(BACKOFF) + 1
"""Attempts of one delivery (Knock docs: outbound webhooks)."""

STATES = ("pending", "delivered", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt: the status of an answer, or why there was none.

    `seconds` passed meanwhile on the host's clock.
    """

    status: int | None = None
    error: str | None = None
    seconds: float = 0.0

    @property
    def accepted(self) -> bool:
        """Whether that was the last attempt that is needed (Knock docs: any 2xx)."""
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Attempt:
    """One attempt, made at `at`; without an outcome for as long as it is under way."""

    number: int
    at: Instant
    outcome: Outcome | None = None

    def to_json(self) -> dict[str, Any]:
        """The attempt for people."""
        outcome = self.outcome or Outcome()
        return {
            "number": self.number,
            "at": to_text(self.at),
            "under_way": self.outcome is None,
            "status": outcome.status,
            "error": outcome.error,
            "seconds": outcome.seconds if self.outcome else None,
        }


@dataclass(slots=True, eq=False)
class Delivery:
    """An event on its way. `place` is its rank in the log.

    cause: the number of the stream's event that its next attempt follows from.
    next_at: when the next attempt is due; None when it is under way, or there is none to come.
    retry: where the next attempt stands on the timeline; 0 when it does not.
    """

    id: str
    place: int
    endpoint_id: str
    type: str
    subject: str
    created_at: Instant
    body: bytes
    cause: int
    redelivery_of: str | None = None
    state: str = "pending"
    attempts: list[Attempt] = field(default_factory=list)
    next_at: Instant | None = None
    retry: int = 0

    def to_json(self, *, with_body: bool = False) -> dict[str, Any]:
        """The delivery for people; `body` is the text that was posted."""
        shape: dict[str, Any] = {
            "id": self.id,
            "endpoint_id": self.endpoint_id,
            "event": self.type,
            "subject": self.subject,
            "state": self.state,
            "created_at": to_text(self.created_at),
            "next_attempt_at": None if self.next_at is None else to_text(self.next_at),
            "redelivery_of": self.redelivery_of,
            "attempts": [attempt.to_json() for attempt in self.attempts],
        }
        if with_body:
            shape["body"] = self.body.decode()
        return shape


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries a list is to have; None lets all through."""

    endpoint_id: str | None = None
    state: str | None = None
    type: str | None = None
    subject: str | None = None

    def __call__(self, delivery: Delivery) -> bool:
        return (
            (self.endpoint_id is None or delivery.endpoint_id == self.endpoint_id)
            and (self.state is None or delivery.state == self.state)
            and (self.type is None or delivery.type == self.type)
            and (self.subject is None or delivery.subject == self.subject)
        )


class Lane:
    """The attempts to one endpoint that are due, and those that are under way.

    Of those about one subject (a message, a run) one at a time is under way, in the order in which
    they fell due; those about different ones need not wait for each other.
    """

    __slots__ = ("_free", "_waiting", "busy")

    def __init__(self) -> None:
        self._waiting: dict[str, dict[Delivery, None]] = {}
        # The subjects that have something waiting and nothing under way, longest free first.
        self._free: dict[str, None] = {}
        self.busy: set[str] = set()

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def add(self, delivery: Delivery) -> None:
        """Let a delivery's next attempt be due."""
        self._waiting.setdefault(delivery.subject, {})[delivery] = None
        if delivery.subject not in self.busy:
            self._free[delivery.subject] = None

    def take(self) -> Delivery | None:
        """The delivery whose attempt is to be made now; None when there is none."""
        subject = next(iter(self._free), None)
        if subject is None:
            return None
        delivery = next(iter(self._waiting[subject]))
        self.discard(delivery)
        self._free.pop(subject, None)
        self.busy.add(subject)
        return delivery

    def release(self, subject: str) -> None:
        """What was under way about the subject has come to its end."""
        self.busy.discard(subject)
        if subject in self._waiting:
            self._free[subject] = None

    def discard(self, delivery: Delivery) -> None:
        """Let the delivery's attempt not be due any more, if it is."""
        waiting = self._waiting.get(delivery.subject)
        if waiting is None or delivery not in waiting:
            return
        del waiting[delivery]
        if not waiting:
            del self._waiting[delivery.subject]
            self._free.pop(delivery.subject, None)

    def deliveries(self) -> Iterable[Delivery]:
        """Those whose attempts are due."""
        return [delivery for waiting in self._waiting.values() for delivery in waiting]
