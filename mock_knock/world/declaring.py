"""Declarations carried out in one environment: a function for each section of a fixtures file.

Whatever can be refused was refused when the file was read, so nothing here fails for a person's
mistake, and every environment costs a few short loops.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.audiences import MAX_MEMBERS, Audience
from mock_knock.world.declarations import AudienceDeclaration, Declarations
from mock_knock.world.environment import Environment
from mock_knock.world.objects import TENANTS


def declare(world: Environment, declarations: Declarations) -> None:
    """Let what is declared be there, from the environment's now on.

    What is there under the same key or id is put in its place (channels, workflows, guides) or
    merged into (users, objects, tenants). Channels come first: workflows and guides refer to them.
    """
    for channel in declarations.channels:
        world.channels.declare(channel, world.now)
    for workflow in declarations.workflows:
        world.workflows.declare(workflow)
    _preference_defaults(world, declarations.preference_defaults)
    world.preference_center.configure(declarations.preference_center)
    _tenants(world, declarations.tenants)
    _objects(world, declarations.objects)
    _users(world, declarations.users)
    _audiences(world, declarations.audiences)
    for guide in declarations.guides:
        world.guides.declare(guide, world.now)
    for endpoint in declarations.webhooks:
        world.webhooks.put(endpoint)


def _preference_defaults(world: Environment, groups: Mapping[str, Any]) -> None:
    if groups:
        world.preferences.environment_default = groups


def _tenants(world: Environment, tenants: tuple[Mapping[str, Any], ...]) -> None:
    for tenant in tenants:
        world.objects.set(TENANTS, tenant["id"], tenant, world.now)


def _objects(world: Environment, objects: tuple[Mapping[str, Any], ...]) -> None:
    for declared in objects:
        world.objects.set(declared["collection"], declared["id"], declared, world.now)


def _users(world: Environment, users: tuple[Mapping[str, Any], ...]) -> None:
    for user in users:
        world.users.identify(user["id"], user, world.now)


def _audiences(world: Environment, audiences: tuple[AudienceDeclaration, ...]) -> None:
    for declared in audiences:
        # Members of a dynamic audience cannot be written by calls, so they come first.
        world.audiences.declare(Audience(declared.key))
        members = [
            {"user": {"id": user_id}, "tenant": tenant} for user_id, tenant in declared.members
        ]
        for batch in range(0, len(members), MAX_MEMBERS):
            world.audiences.add(declared.key, members[batch : batch + MAX_MEMBERS], world.now)
        world.audiences.declare(Audience(declared.key, static=declared.static))
