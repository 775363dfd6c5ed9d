"""The log and what waits to be sent stay bounded, whatever receivers do."""

from __future__ import annotations

import httpx
import pytest

from mock_knock import MockKnock
from mock_knock.world.engagement import mark
from mock_knock.world.environment import Environment
from mock_knock.world.errors import ConflictError
from mock_knock.world.listing import PageRequest
from mock_knock.world.message import Message
from mock_knock.world.webhook_deliveries import DeliveryFilter, Outcome
from mock_knock.world.webhook_endpoints import WebhookEndpoint
from mock_knock.world.webhooks import MAX_ENDPOINTS, MAX_KEPT, MAX_WEIGHT
from tests.webhooks.conftest import Trigger
from tests.webhooks.test_attempts import closed_port
from tests.world.worlds import START, environment

DEAD = WebhookEndpoint(url="http://dead.test", secret="s", id="dead", events=("message.*",))


def with_message(data: dict[str, str]) -> tuple[Environment, Message]:
    world = environment()
    world.users.identify("ellie", {}, START)
    world.workflows.trigger("any", {"recipients": ["ellie"], "data": data}, START)
    world.sync(START)
    return world, next(iter(world.messages))


def happen(world: Environment, message: Message, times: int) -> None:
    for _ in range(times):
        mark(world.messages, message, "seen", world.now)


def test_a_receiver_that_never_answers_costs_so_much_and_no_more() -> None:
    world, message = with_message({})
    world.webhooks.put(DEAD)
    for post in world.webhooks.take(of_each=4, most=100):
        raise AssertionError(f"nothing has happened yet: {post}")
    happen(world, message, MAX_KEPT + 500)
    assert len(world.webhooks) == MAX_KEPT == world.webhooks.unsettled
    assert world.webhooks.given_up == 500
    newest = world.webhooks.page(PageRequest(size=1), DeliveryFilter()).rows[0]
    assert newest.place == MAX_KEPT + 500
    world.webhooks.remove("dead")
    assert world.webhooks.unsettled == 0


def test_refusals_leave_one_entry_on_the_timeline_for_each_delivery_in_the_log() -> None:
    world, message = with_message({})
    world.webhooks.put(DEAD)
    for _ in range(MAX_KEPT + 50):
        happen(world, message, 1)
        for post in world.webhooks.take(of_each=4, most=4):
            world.webhooks.settle(post, Outcome(503), world.now)
    assert len(world.webhooks) == MAX_KEPT
    assert len(world.timeline) <= MAX_KEPT
    assert world.webhooks.given_up == 50


def test_what_has_ended_leaves_the_log_first() -> None:
    world, message = with_message({})
    world.webhooks.put(DEAD)
    happen(world, message, 2)
    (held,) = world.webhooks.take(of_each=1, most=1)
    world.webhooks.put(WebhookEndpoint(url="http://ok.test", secret="s", id="ok"))
    world.webhooks.remove("ok")
    world.webhooks.settle(held, Outcome(200), world.now)
    happen(world, message, MAX_KEPT - 1)
    assert world.webhooks.given_up == 0
    kept = [delivery.place for delivery in world.webhooks.deliveries()]
    assert held.delivery.place not in kept
    assert len(kept) == MAX_KEPT


def test_an_attempt_under_way_when_its_world_goes_is_not_told() -> None:
    world, message = with_message({})
    world.webhooks.put(DEAD)
    happen(world, message, 1)
    (held,) = world.webhooks.take(of_each=1, most=1)
    world.webhooks.close()
    told = len(list(world.events))
    world.webhooks.settle(held, Outcome(200), world.now)
    # The stream is that of the world which has taken its place.
    assert len(list(world.events)) == told
    assert (held.delivery.state, held.attempt.outcome) == ("cancelled", Outcome(200))


def test_bodies_have_a_bound_of_their_own() -> None:
    world, message = with_message({"text": "x" * 1024 * 1024})
    world.webhooks.put(DEAD)
    happen(world, message, 100)
    bodies = [len(delivery.body) for delivery in world.webhooks.deliveries()]
    assert 1 < len(bodies) < 64
    assert sum(bodies) <= MAX_WEIGHT


def test_there_is_a_most_of_endpoints() -> None:
    world = environment()
    for number in range(MAX_ENDPOINTS):
        world.webhooks.add(WebhookEndpoint(url=f"http://a.test/{number}", secret="s"))
    with pytest.raises(ConflictError, match="which is the most"):
        world.webhooks.add(WebhookEndpoint(url="http://a.test/more", secret="s"))


def test_polls_are_answered_while_a_thousand_events_meet_a_dead_receiver(
    mock_knock: MockKnock, client: httpx.Client, trigger: Trigger
) -> None:
    mock_knock.webhooks.declare(f"http://127.0.0.1:{closed_port()}/")
    client.post("/v1/users/bulk/identify", json={"users": [{"id": str(n)} for n in range(300)]})
    (operation,) = mock_knock.bulk_operations
    mock_knock.bulk_operations.finish(operation["id"])
    trigger(recipients=[str(n) for n in range(300)])
    for _ in range(50):
        poll = client.get(f"/v1/bulk_operations/{operation['id']}")
        assert poll.json()["status"] == "completed"
    assert len(mock_knock.webhooks.deliveries(state="pending")) == 900
    mock_knock.close()
    assert mock_knock.call(lambda world: world.webhooks.unsettled) <= 4
