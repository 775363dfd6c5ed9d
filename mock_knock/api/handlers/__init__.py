"""A module or more for each tag of the documents; each function bears the id of its operation.

A handler takes a valid `Request`, calls the world and shapes the answer. It neither awaits nor
raises anything but the world's errors.
"""

from __future__ import annotations

from types import ModuleType

from mock_knock.api.handlers import (
    audiences,
    bulk_operations,
    channel_data,
    channels,
    feeds,
    guides,
    integrations,
    message_batches,
    message_marks,
    messages,
    notify,
    objects,
    preference_center,
    preferences,
    providers,
    schedules,
    subscriptions,
    tenants,
    users,
    workflow_recipient_runs,
    workflows,
)
from mock_knock.api.operation import Handler

_MODULES: tuple[ModuleType, ...] = (
    audiences,
    bulk_operations,
    channel_data,
    channels,
    feeds,
    guides,
    integrations,
    message_batches,
    message_marks,
    messages,
    notify,
    objects,
    preference_center,
    preferences,
    providers,
    schedules,
    subscriptions,
    tenants,
    users,
    workflow_recipient_runs,
    workflows,
)


def find_handler(operation_id: str) -> Handler:
    """The function for an operation. Raises ValueError when no module has it."""
    for module in _MODULES:
        found: Handler | None = getattr(module, operation_id, None)
        if found is not None:
            return found
    raise ValueError(f"the operation {operation_id!r} of the documents has no handler")
