"""What no runtime call of Knock can create: workflows, channels, guides and the like, as declared.

A fixtures file is read into one `Declarations`, checked as a whole. It never changes, so every
environment of a server shares it; `declaring.py` carries it out in one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_knock.world.trigger_schema import DataCheck

BUILT_IN_FEED = "in-app-feed"
"""Key of the in-app feed that an environment has as long as none is declared."""

FEED_TYPES = frozenset({"in_app", "in_app_feed"})
"""Channel types whose messages stand in feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDeclaration:
    """A channel.

    key: the name by which steps and guides refer to it.
    type: `email`, `in_app_feed`, `in_app_guide`, `sms`, `push`, `chat`, `http`, ...
    id: a UUID; empty for one that follows from the key.
    provider, name: as messages show them; empty for what is usual for the type, and the key.
    sandbox: whether messages stop short of the provider.
    ends: the delivery status in which messages end; None for what is usual for the type.
    """

    key: str
    type: str
    id: str = ""
    provider: str = ""
    name: str = ""
    sandbox: bool = False
    ends: str | None = None

    @property
    def is_feed(self) -> bool:
        """Whether its messages stand in feeds."""
        return self.type in FEED_TYPES


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDeclaration:
    """One channel step of a workflow.

    channel_key: where it sends; None for the environment's in-app feed.
    delay: seconds that the run waits before it.
    ref: its name in messages and run events; empty for one made of type and number.
    template: what its messages say, by field of their content.
    """

    channel_key: str | None = None
    delay: float = 0.0
    ref: str = ""
    template: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkflowDeclaration:
    """A workflow.

    active: whether it can be triggered.
    delay: seconds that each run waits before its first step.
    steps: None for one message in the in-app feed.
    check_data: what a trigger's `data` has to be; None for anything.
    """

    key: str
    active: bool = True
    delay: float = 0.0
    steps: tuple[StepDeclaration, ...] | None = None
    categories: tuple[str, ...] = ()
    check_data: DataCheck | None = None

    @property
    def waits(self) -> float:
        """Seconds that a run waits from its start to its end, all delays together."""
        return self.delay + sum(step.delay for step in self.steps or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideStepDeclaration:
    """One step of a guide. `content` is what is shown, as it is."""

    ref: str = "step_1"
    schema_key: str = "banner"
    schema_semver: str = "0.0.1"
    schema_variant_key: str = "default"
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionDeclaration:
    """A comparison: `variable operator argument`."""

    variable: str
    operator: str
    argument: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideDeclaration:
    """An in-app guide.

    channel_key: the in-app guide channel that shows it.
    id: a UUID; empty for one that follows from the key.
    audiences: keys of audiences, of which the user must be in one; none for everybody.
    conditions: what must hold, all of it, about `recipient`, `tenant` and `data`.
    unthrottled: whether it may be shown without heed to the pauses of its group.
    """

    key: str
    channel_key: str
    id: str = ""
    type: str = "banner"
    semver: str = "0.0.1"
    active: bool = True
    steps: tuple[GuideStepDeclaration, ...] = (GuideStepDeclaration(),)
    conditions: tuple[ConditionDeclaration, ...] = ()
    audiences: tuple[str, ...] = ()
    activation_url_rules: tuple[Mapping[str, str], ...] = ()
    activation_url_patterns: tuple[Mapping[str, str], ...] = ()
    unthrottled: bool = False


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
    signing_keys: public RSA keys in PEM; with any of them public API keys need user tokens.
    users, objects, tenants: as identify, set object and set tenant take them, with their ids (and
    an object's collection) inline.
    """

    channels: tuple[ChannelDeclaration, ...] = ()
    workflows: tuple[WorkflowDeclaration, ...] = ()
    guides: tuple[GuideDeclaration, ...] = ()
    audiences: tuple[AudienceDeclaration, ...] = ()
    preference_defaults: Mapping[str, Any] = field(default_factory=dict)
    signing_keys: tuple[str, ...] = ()
    users: tuple[Mapping[str, Any], ...] = ()
    objects: tuple[Mapping[str, Any], ...] = ()
    tenants: tuple[Mapping[str, Any], ...] = ()


NOTHING = Declarations()
"""What is declared where there is no fixtures file."""
