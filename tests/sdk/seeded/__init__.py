"""The stories, by resource; importing a module registers its own, and this package all of them."""

from tests.sdk.seeded import (
    audiences,
    feeds,
    guides,
    integrations,
    message_marks,
    messages,
    objects,
    preferences,
    providers,
    schedules,
    subscriptions,
    tenants,
    users,
    workflows,
)
from tests.sdk.stories import STORIES

__all__ = [
    "STORIES",
    "audiences",
    "feeds",
    "guides",
    "integrations",
    "message_marks",
    "messages",
    "objects",
    "preferences",
    "providers",
    "schedules",
    "subscriptions",
    "tenants",
    "users",
    "workflows",
]
