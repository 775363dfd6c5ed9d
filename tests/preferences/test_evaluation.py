"""Whether a recipient wants a message, by Knock's evaluation rules."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock.world.clock import ClockSpec
from mock_knock.world.environment import Environment, WorldSettings
from mock_knock.world.instants import DEFAULT_START
from mock_knock.world.preference_evaluation import Occasion, Scope, wants

CHANNEL = "550e8400-e29b-41d4-a716-446655440000"
OTHER = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
NOTHING = Scope({})
FALSE = {"conditions": [{"variable": "data.x", "operator": "exists", "argument": None}]}
TRUE = {"conditions": [{"variable": "data.x", "operator": "not_exists", "argument": None}]}

MESSAGE = Occasion("w", ("c", "d"), "email", CHANNEL)

CASES: list[tuple[str, dict[str, Any], bool]] = [
    ("nothing set", {}, True),
    ("groups that are null", {"workflows": None, "categories": None, "channels": None}, True),
    ("workflow off", {"workflows": {"w": False}}, False),
    ("workflow on", {"workflows": {"w": True}}, True),
    ("another workflow off", {"workflows": {"v": False}}, True),
    ("one of two categories off", {"categories": {"c": True, "d": False}}, False),
    ("another category off", {"categories": {"e": False}}, True),
    (
        "a category off beats a channel type of the workflow",
        {"categories": {"c": False}, "workflows": {"w": {"channel_types": {"email": True}}}},
        False,
    ),
    ("channel type off", {"channel_types": {"email": False}}, False),
    ("another channel type off", {"channel_types": {"sms": False}}, True),
    ("channel off", {"channels": {CHANNEL: False}}, False),
    ("another channel off", {"channels": {OTHER: False}}, True),
    (
        "a channel on beats its type off",
        {"channel_types": {"email": False}, "channels": {CHANNEL: True}},
        True,
    ),
    (
        "a channel off beats its type on",
        {"channel_types": {"email": True}, "channels": {CHANNEL: False}},
        False,
    ),
    ("workflow off for the type", {"workflows": {"w": {"channel_types": {"email": False}}}}, False),
    ("workflow off for another", {"workflows": {"w": {"channel_types": {"sms": False}}}}, True),
    (
        "in a workflow a channel beats its type",
        {"workflows": {"w": {"channel_types": {"email": False}, "channels": {CHANNEL: True}}}},
        True,
    ),
    (
        "every setting that applies must be a yes",
        {"channel_types": {"email": False}, "workflows": {"w": {"channels": {CHANNEL: True}}}},
        False,
    ),
    ("category off for the channel", {"categories": {"d": {"channels": {CHANNEL: False}}}}, False),
    ("conditions of a workflow hold", {"workflows": {"w": TRUE}}, True),
    ("conditions of a workflow do not", {"workflows": {"w": FALSE}}, False),
    ("conditions of a category do not", {"categories": {"c": FALSE}}, False),
    ("conditions of a channel type do not", {"channel_types": {"email": FALSE}}, False),
    ("conditions of a channel hold", {"channels": {CHANNEL: TRUE}}, True),
    (
        "conditions of a channel decide before its type",
        {"channels": {CHANNEL: FALSE}, "channel_types": {"email": True}},
        False,
    ),
    (
        "conditions deep inside",
        {"workflows": {"w": {"channel_types": {"email": FALSE}}}},
        False,
    ),
    (
        "conditions and channels of one setting: both",
        {"workflows": {"w": {**TRUE, "channel_types": {"email": False}}}},
        False,
    ),
    ("commercial is of no matter here", {"commercial_subscribed": False}, True),
    ("what is no setting asks for nothing", {"workflows": {"w": 5}, "categories": "x"}, True),
]


@pytest.mark.parametrize(("preferences", "yes"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_rules(preferences: dict[str, Any], yes: bool) -> None:
    assert wants(preferences, MESSAGE, NOTHING) is yes


@pytest.mark.parametrize(
    ("setting", "yes"), [(None, True), (True, True), (False, False), (TRUE, True), (FALSE, False)]
)
def test_a_commercial_message_wants_a_subscription(setting: Any, yes: bool) -> None:
    commercial = Occasion("w", channel_type="email", commercial=True)
    assert wants({"commercial_subscribed": setting}, commercial, NOTHING) is yes


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("ab.", max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ("w", "c", "email", CHANNEL, "channels", "channel_types", "conditions", "variable",
             "operator", "argument", "workflows", "categories", "__strategy__")
        ),
        inner,
        max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(("workflows", "categories", "channels")), anything))
def test_whatever_a_set_holds_there_is_an_answer(preferences: dict[str, Any]) -> None:
    assert wants(preferences, MESSAGE, NOTHING) in (True, False)


def world(environment: Any, tenant: Any, own: dict[str, Any]) -> Environment:
    settings = WorldSettings(clock=ClockSpec.parse("manual"))
    world = Environment("evaluation", settings, DEFAULT_START)
    world.preferences.environment_default = environment
    if tenant is not None:
        world.tenants.set("acme", {"settings": {"preference_set": tenant}}, world.now)
    world.users.identify("ada", {"preferences": own}, world.now)
    return world


OFF = {"workflows": {"w": False}}
ON = {"workflows": {"w": True}}


@pytest.mark.parametrize(
    ("environment", "tenant", "own", "without", "for_acme"),
    [
        ({}, None, {}, True, True),
        (OFF, None, {}, False, False),
        (OFF, None, {"default": ON}, True, True),
        # Neither tenant-level set: as without a tenant.
        ({}, None, {"default": OFF}, False, False),
        # With one, the recipient's default does not count.
        ({}, ON, {"default": OFF}, False, True),
        ({}, OFF, {"default": ON}, True, False),
        (OFF, {"categories": {}}, {"default": ON}, True, False),
        ({}, None, {"default": OFF, "acme": ON}, False, True),
        (OFF, None, {"default": ON, "acme": {}}, True, False),
        ({}, OFF, {"acme": ON}, True, True),
        (
            {},
            {"workflows": {"w": {"__strategy__": "replace", "channel_types": {"email": False}}}},
            {"acme": ON},
            True,
            False,
        ),
    ],
)
def test_which_sets_count(
    environment: Any, tenant: Any, own: Any, without: bool, for_acme: bool
) -> None:
    preferences = world(environment, tenant, own).preferences
    occasion = Occasion("w", channel_type="email")
    assert preferences.wants(("ada", None), None, occasion, NOTHING) is without
    assert preferences.wants(("ada", None), "acme", occasion, NOTHING) is for_acme
    assert preferences.wants(("ada", None), "unknown", occasion, NOTHING) is without


def test_commercial_subscription_is_that_of_the_default_set_whatever_the_tenant() -> None:
    own = {"default": {"commercial_subscribed": False}, "acme": {"commercial_subscribed": True}}
    preferences = world({}, {"commercial_subscribed": True}, own).preferences
    occasion = Occasion("w", commercial=True)
    for tenant in (None, "acme"):
        assert not preferences.wants(("ada", None), tenant, occasion, NOTHING)


def test_the_environments_default_counts_for_somebody_who_is_not_there() -> None:
    preferences = world(OFF, None, {}).preferences
    assert not preferences.wants(("nobody", None), None, Occasion("w"), NOTHING)
