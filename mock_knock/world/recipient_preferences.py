"""Preference sets of users and objects, with the defaults of tenants and environment under them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_knock.world.errors import Detail, MissingError, invalid_field
from mock_knock.world.events import SILENCE
from mock_knock.world.instants import Instant
from mock_knock.world.preference_evaluation import Occasion, Scope, wants
from mock_knock.world.preferences import DEFAULT_SET, PreferenceSets, layered, shown_set
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.recipients import Recipient, check_id
from mock_knock.world.references import RecipientKey
from mock_knock.world.tenants import Tenants

CHANNEL_TYPES = frozenset(
    {
        "chat", "deferred_log", "email", "http", "in_app", "in_app_feed", "in_app_guide", "log",
        "push", "sms",
    }
)  # fmt: skip
"""Every channel type that Knock's API reference knows."""

_NOTHING = PreferenceSets()


class RecipientPreferences:
    """The preference sets of one environment's recipients.

    `environment_default` is the set that every recipient falls back to; Knock's dashboard holds
    it, here a fixture sets it.
    """

    def __init__(self, recipients: RecipientStore, tenants: Tenants) -> None:
        self._recipients = recipients
        self._tenants = tenants
        self.environment_default: Mapping[str, Any] = {}
        self.events = SILENCE

    def get(self, key: RecipientKey, set_id: str, tenant: str | None = None) -> dict[str, Any]:
        """One set in Knock's form, over the defaults of its tenant (or `tenant`) and environment.

        A set that was never written is there all the same, with the defaults alone. Raises
        MissingError for an unknown recipient or an id that no set can have.
        """
        recipient = self._recipients.get(key)
        check_id(set_id, "id", "preference set")
        return self._shown(recipient, set_id, tenant)

    def all(self, key: RecipientKey) -> list[dict[str, Any]]:
        """Every set that was written, as `get` shows it. Raises MissingError."""
        recipient = self._recipients.get(key)
        return [self._shown(recipient, set_id) for set_id in recipient.preferences]

    def put(
        self, key: RecipientKey, set_id: str, body: Mapping[str, Any], now: Instant
    ) -> dict[str, Any]:
        """Replace the set, or merge into it as `__persistence_strategy__` says.

        Creates the recipient if need be. Raises MissingError for an id that cannot be.
        """
        return self._write(key, set_id, now, lambda sets: sets.write(set_id, body, "replace"))

    def put_group(
        self, key: RecipientKey, set_id: str, group: str, body: object, now: Instant
    ) -> dict[str, Any]:
        """Put `body` in place of one group of the set (the deprecated list forms).

        Without a body nothing changes. Raises MissingError for an id that cannot be,
        InvalidParamsError for a body that is no map of settings.
        """
        if body is None:
            return self._write(key, set_id, now, lambda sets: None)
        if not isinstance(body, Mapping):
            raise invalid_field("body", f"must be an object: {group} by key", "type")
        settings = {name: _setting(value, name) for name, value in body.items()}
        return self._write(key, set_id, now, lambda sets: sets.write_group(set_id, group, settings))

    def put_setting(
        self, key: RecipientKey, set_id: str, group: str, name: str, body: object, now: Instant
    ) -> dict[str, Any]:
        """Put one setting of the set in place (the deprecated single forms).

        `body` is the setting, or `{"subscribed": bool}`; without one nothing changes. Raises
        MissingError for an id or channel type that cannot be, InvalidParamsError for a body that
        is no setting.
        """
        if group == "channel_types" and name not in CHANNEL_TYPES:
            message = f"There is no channel type {name[:80]!r}: use one of " + ", ".join(
                sorted(CHANNEL_TYPES)
            )
            raise MissingError(message, details=(Detail("type", "is no channel type", "unknown"),))
        if body is None:
            return self._write(key, set_id, now, lambda sets: None)
        setting = _setting(body, "body")
        return self._write(
            key, set_id, now, lambda sets: sets.write_setting(set_id, group, name, setting)
        )

    def delete(self, key: RecipientKey, set_id: str, now: Instant) -> None:
        """Forget a set; it shows the defaults alone from now on. Raises MissingError."""
        recipient = self._recipients.get(key)
        check_id(set_id, "id", "preference set")
        if recipient.preferences.delete(set_id):
            recipient.updated_at = now
            told = {"preference_set": set_id, "collection": key[1]}
            self.events.record("preferences.deleted", key[0], now, told)

    def effective(self, key: RecipientKey, tenant: str | None = None) -> dict[str, Any]:
        """The groups that count for a message to this recipient.

        With a tenant: the recipient's set for it over the tenant's default over the environment's;
        if neither of the first two exists, as without a tenant: the recipient's `default` over the
        environment's (Knock docs: merging preferences). `commercial_subscribed` is that of
        `default` alone (Knock docs: commercial unsubscribe).
        """
        recipient = self._recipients.find(key)
        sets = _NOTHING if recipient is None else recipient.preferences
        own_default = sets.find(DEFAULT_SET) or {}
        layers = [self.environment_default, own_default]
        if tenant is not None:
            own, tenants = sets.find(tenant), self._tenants.preference_default(tenant)
            if own is not None or tenants is not None:
                layers = [self.environment_default, tenants or {}, own or {}]
        result = _flattened(layers)
        commercial = layered(self.environment_default, own_default).get("commercial_subscribed")
        return {**result, "commercial_subscribed": commercial}

    def wants(
        self, key: RecipientKey, tenant: str | None, occasion: Occasion, scope: Scope
    ) -> bool:
        """Whether the recipient wants a message; see `preference_evaluation.wants`."""
        return wants(self.effective(key, tenant), occasion, scope)

    def _write(
        self,
        key: RecipientKey,
        set_id: str,
        now: Instant,
        write: Callable[[PreferenceSets], None],
    ) -> dict[str, Any]:
        check_id(set_id, "id", "preference set")
        recipient = self._recipients.ensure(key, now)
        write(recipient.preferences)
        recipient.updated_at = now
        told = {"preference_set": set_id, "collection": key[1]}
        self.events.record("preferences.set", key[0], now, told)
        return self._shown(recipient, set_id)

    def _shown(
        self, recipient: Recipient, set_id: str, tenant: str | None = None
    ) -> dict[str, Any]:
        if tenant is None and set_id != DEFAULT_SET:
            tenant = set_id
        tenants = None if tenant is None else self._tenants.preference_default(tenant)
        own = recipient.preferences.find(set_id)
        return shown_set(set_id, _flattened([self.environment_default, tenants or {}, own or {}]))


def _flattened(layers: list[Mapping[str, Any]]) -> dict[str, Any]:
    """The sets as one, the last one going first."""
    result: dict[str, Any] = {}
    for layer in layers:
        result = layered(result, layer)
    return result


def _setting(value: object, field: str) -> object:
    """A setting as it is stored: a boolean, or an object; `{"subscribed": bool}` is the boolean."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, Mapping):
        raise invalid_field(field, "must be true, false or an object", "type")
    if "subscribed" not in value:
        return dict(value)
    if not isinstance(value["subscribed"], bool):
        raise invalid_field("subscribed", "must be true or false", "type")
    return value["subscribed"]
