"""Declarations carried out in one environment: a function for each section of a fixtures file.

Whatever can be refused was refused when the file was read, so nothing here fails for a person's
mistake, and every environment costs a few short loops.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.audiences import MAX_MEMBERS, Audience
from mock_knock.world.channels import Channel
from mock_knock.world.declarations import (
    AudienceDeclaration,
    ChannelDeclaration,
    Declarations,
    GuideDeclaration,
    WorkflowDeclaration,
)
from mock_knock.world.environment import Environment
from mock_knock.world.guides import Guide, GuideStep
from mock_knock.world.objects import TENANTS
from mock_knock.world.steps import ChannelStep
from mock_knock.world.targeting import Condition
from mock_knock.world.workflows import Workflow


def declare(world: Environment, declarations: Declarations) -> None:
    """Let what is declared be there, from the environment's now on.

    What is there under the same key or id is put in its place (channels, workflows, guides) or
    merged into (users, objects, tenants). Channels come first: workflows and guides refer to them.
    """
    _channels(world, declarations.channels)
    _workflows(world, declarations.workflows)
    _preference_defaults(world, declarations.preference_defaults)
    _tenants(world, declarations.tenants)
    _objects(world, declarations.objects)
    _users(world, declarations.users)
    _audiences(world, declarations.audiences)
    _guides(world, declarations.guides)


def _channels(world: Environment, channels: tuple[ChannelDeclaration, ...]) -> None:
    for declared in channels:
        channel = Channel(
            key=declared.key,
            kind=declared.type,
            id=declared.id,
            provider=declared.provider,
            name=declared.name,
            sandbox=declared.sandbox,
            ends=declared.ends,
        )
        world.channels.declare(channel, world.now)


def _workflows(world: Environment, workflows: tuple[WorkflowDeclaration, ...]) -> None:
    for declared in workflows:
        steps = None
        if declared.steps is not None:
            steps = tuple(
                ChannelStep(step.channel_key, step.delay, step.ref, step.template)
                for step in declared.steps
            )
        world.workflows.declare(
            Workflow(
                declared.key,
                delay=declared.delay,
                active=declared.active,
                steps=steps,
                categories=declared.categories,
                check_data=declared.check_data,
            )
        )


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


def _guides(world: Environment, guides: tuple[GuideDeclaration, ...]) -> None:
    for declared in guides:
        channel = world.channels.named(declared.channel_key)
        assert channel is not None, "a guide's channel is checked when the file is read"
        guide = Guide(
            key=declared.key,
            channel_id=channel.id,
            id=declared.id,
            type=declared.type,
            semver=declared.semver,
            active=declared.active,
            steps=tuple(
                GuideStep(
                    ref=step.ref,
                    schema_key=step.schema_key,
                    schema_semver=step.schema_semver,
                    schema_variant_key=step.schema_variant_key,
                    content=step.content,
                )
                for step in declared.steps
            ),
            conditions=tuple(
                Condition(c.variable, c.operator, c.argument) for c in declared.conditions
            ),
            audiences=declared.audiences,
            activation_url_rules=declared.activation_url_rules,
            activation_url_patterns=declared.activation_url_patterns,
            unthrottled=declared.unthrottled,
        )
        world.guides.declare(guide, world.now)
