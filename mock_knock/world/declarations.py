"""What no runtime call of Knock can create: workflows, channels, guides and the like, as declared.

A fixtures file is read into one `Declarations`, checked as a whole. It never changes, so every
environment of a server shares it; `declaring.py` carries it out in one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_knock.world.channels import Channel
from mock_knock.world.guides import Guide
from mock_knock.world.webhook_endpoints import WebhookEndpoint
from mock_knock.world.workflow import Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceDeclaration:
    """An audience with its members: a user's id, and the tenant within which it is one, if any.

    Calls add and remove members of static ones only.
    """

    key: str
    name: str = ""
    static: bool = True
    members: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """Everything that a fixtures file says.

    preference_defaults: the environment's preference set, in groups as Knock writes them.
    preference_center: what the hosted page says; see `PreferenceCenter.configure`.
    signing_keys: public RSA keys in PEM; with any of them public API keys need user tokens.
    users, objects, tenants: as identify, set object and set tenant take them, with their ids (and
    an object's collection) inline.
    """

    channels: tuple[Channel, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    guides: tuple[Guide, ...] = ()
    audiences: tuple[AudienceDeclaration, ...] = ()
    preference_defaults: Mapping[str, Any] = field(default_factory=dict)
    preference_center: Mapping[str, Any] = field(default_factory=dict)
    signing_keys: tuple[str, ...] = ()
    users: tuple[Mapping[str, Any], ...] = ()
    objects: tuple[Mapping[str, Any], ...] = ()
    tenants: tuple[Mapping[str, Any], ...] = ()
    webhooks: tuple[WebhookEndpoint, ...] = ()


NOTHING = Declarations()
"""What is declared where there is no fixtures file."""
