"""Attempts against a naive model: whatever receivers answer, and however time is moved."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mock_knock.world.engagement import mark
from mock_knock.world.instants import SECOND
from mock_knock.world.webhook_deliveries import Outcome
from mock_knock.world.webhook_endpoints import WebhookEndpoint
from mock_knock.world.webhooks import Post
from tests.world.worlds import START, environment

GAPS = (5, 300, 1800, 7200, 18000, 36000, 36000)
AT_ONCE = 2
MESSAGES = 3


@dataclass(eq=False)
class Expected:
    """A delivery as the model has it: `dues` in seconds from the start, one for each attempt."""

    subject: str
    dues: list[float]
    answers: list[int | None] = field(default_factory=list)
    waits: bool = True

    @property
    def state(self) -> str:
        if self.answers and self.answers[-1] == 200:
            return "delivered"
        return "failed" if len(self.answers) == 8 else "pending"


class Schedule(RuleBasedStateMachine):
    """Events about three messages go to one endpoint, two posts at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.world = environment()
        self.world.users.identify("ellie", {}, START)
        for _ in range(MESSAGES):
            self.world.workflows.trigger("any", {"recipients": ["ellie"]}, START)
        self.world.sync(START)
        self.messages = list(self.world.messages)
        self.webhooks = self.world.webhooks
        self.webhooks.put(WebhookEndpoint(url="http://a.test", secret="s", id="a"))
        self.seconds = 0
        self.expected: list[Expected] = []
        # What is due, in the order in which it fell due.
        self.due: list[Expected] = []
        self.under_way: list[tuple[Expected, Post]] = []

    @rule(which=st.integers(0, MESSAGES - 1))
    def something_happens(self, which: int) -> None:
        message = self.messages[which]
        mark(self.world.messages, message, "seen", self.world.now)
        delivery = Expected(message.id, [self.seconds])
        self.expected.append(delivery)
        self.due.append(delivery)

    @rule()
    def begin(self) -> None:
        for post in self.webhooks.take(of_each=AT_ONCE, most=100):
            begun = self.expected[post.delivery.place - 1]
            first = next(d for d in self.due if d.subject == begun.subject)
            assert begun is first, "those of one message go in the order in which they fall due"
            assert all(other.subject != begun.subject for other, _ in self.under_way)
            self.due.remove(begun)
            self.under_way.append((begun, post))
        assert len(self.under_way) <= AT_ONCE
        if len(self.under_way) < AT_ONCE:
            busy = {begun.subject for begun, _ in self.under_way}
            assert all(waiting.subject in busy for waiting in self.due)

    @precondition(lambda self: self.under_way)
    @rule(which=st.integers(0, AT_ONCE - 1), status=st.sampled_from([200, 503, 302, None]))
    def answer(self, which: int, status: int | None) -> None:
        begun, post = self.under_way.pop(which % len(self.under_way))
        error = "no answer" if status is None else None
        self.webhooks.settle(post, Outcome(status, error), self.world.now)
        begun.answers.append(status)
        if begun.state == "pending":
            begun.dues.append(begun.dues[-1] + GAPS[len(begun.answers) - 1])
            begun.waits = begun.dues[-1] > self.seconds
            if not begun.waits:
                self.due.append(begun)
        else:
            begun.waits = False

    @rule(seconds=st.sampled_from([1, 4, 5, 295, 300, 1800, 7200, 100_000]))
    def time_passes(self, seconds: int) -> None:
        self.seconds += seconds
        for delivery in self.expected:
            # What waits has an answer to each attempt but the one to come.
            delivery.waits = delivery.waits and bool(delivery.answers)
        ripe = [d for d in self.expected if d.waits and d.dues[-1] <= self.seconds]
        scheduled = {id(d): n for n, d in enumerate(self.order_of_retries())}
        for delivery in sorted(ripe, key=lambda d: (d.dues[-1], scheduled[id(d)])):
            delivery.waits = False
            self.due.append(delivery)
        self.world.advance(seconds)

    def order_of_retries(self) -> list[Expected]:
        """What waits on the timeline, in the order in which it was put there."""
        waiting = [d for d in self.webhooks.deliveries() if d.retry]
        return [self.expected[d.place - 1] for d in sorted(waiting, key=lambda d: d.retry)]

    @invariant()
    def the_log_is_the_models(self) -> None:
        under_way = {id(begun) for begun, _ in self.under_way}
        for delivery, wanted in zip(self.webhooks.deliveries(), self.expected, strict=True):
            assert delivery.state == wanted.state
            shown = [(a.at - START) / SECOND for a in delivery.attempts]
            made = len(wanted.answers) + (id(wanted) in under_way)
            assert shown == wanted.dues[:made]
            given = [a.outcome.status for a in delivery.attempts if a.outcome]
            assert given == wanted.answers
        assert self.webhooks.unsettled == len(self.due) + len(self.under_way)


TestSchedule = Schedule.TestCase
TestSchedule.settings = settings(stateful_step_count=40)
