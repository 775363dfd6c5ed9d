"""What a user token may do: the grants that it holds, and the one that an operation needs.

Knock docs, security: limiting access to specific resources. With `explicit_grants` a token may do
what its grants list and nothing else; without, all that a public key may. Grants on a tenant also
narrow feeds and preferences down to the tenants that have any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import orjson

from mock_knock.api.exchange import Scope
from mock_knock.world.objects import TENANTS
from mock_knock.world.preferences import DEFAULT_SET

GRANT = "x-knock-grant"
"""Names, in the documents, the grant that an operation needs."""

GRANTS: dict[str, str] = {
    "getUser": "user/read",
    "identifyUser": "user/write",
    "getPreferenceCenterConfig": "preferences/read",
    "listUserPreferenceSets": "preferences/read",
    "getUserPreferenceSet": "preferences/read",
    "updateUserPreferenceSet": "preferences/write",
    "updateUserPreferenceCategories": "preferences/write",
    "updateUserPreferenceCategory": "preferences/write",
    "updateUserPreferenceWorkflows": "preferences/write",
    "updateUserPreferenceWorkflow": "preferences/write",
    "updateUserPreferenceChannelTypes": "preferences/write",
    "updateUserPreferenceChannelType": "preferences/write",
    "getUserChannelData": "channel_data/read",
    "setUserChannelData": "channel_data/write",
    "unsetUserChannelData": "channel_data/write",
    "getObjectChannelData": "channel_data/read",
    "setObjectChannelData": "channel_data/write",
    "listUserInAppFeedItems": "user/feed_read",
    "getUserInAppFeedSettings": "user/feed_read",
    "getMessage": "user/feed_read",
    "markMessageSeen": "user/feed_write",
    "markMessageUnseen": "user/feed_write",
    "markMessageUnseenAlias": "user/feed_write",
    "markMessageRead": "user/feed_write",
    "markMessageUnread": "user/feed_write",
    "markMessageUnreadAlias": "user/feed_write",
    "markMessageInteracted": "user/feed_write",
    "archiveMessage": "user/feed_write",
    "unarchiveMessage": "user/feed_write",
    "unarchiveMessageAlias": "user/feed_write",
    "batchMarkMessagesAsSeen": "user/feed_write",
    "batchMarkMessagesAsUnseen": "user/feed_write",
    "batchMarkMessagesAsRead": "user/feed_write",
    "batchMarkMessagesAsUnread": "user/feed_write",
    "batchMarkMessagesAsInteracted": "user/feed_write",
    "batchMarkMessagesAsArchived": "user/feed_write",
    "batchMarkMessagesAsUnarchived": "user/feed_write",
    "bulkUpdateMessagesForChannel": "user/feed_write",
    "listUserGuides": "user/guide_read",
    "markUserGuideAsSeen": "user/guide_write",
    "markUserGuideAsInteracted": "user/guide_write",
    "markUserGuideAsArchived": "user/guide_write",
    "markUserGuideAsUnarchived": "user/guide_write",
    "markUserGuideAsSeenByMessage": "user/guide_write",
    "markUserGuideAsInteractedByMessage": "user/guide_write",
    "markUserGuideAsArchivedByMessage": "user/guide_write",
    "resetUserGuideEngagement": "user/guide_write",
    "slackProviderAuthCheck": "slack/channels_read",
    "listChannelsForSlackProvider": "slack/channels_read",
    "slackProviderRevokeAccess": "channel_data/write",
    "msTeamsProviderAuthCheck": "ms_teams/channels_read",
    "listTeamsForMsTeamsProvider": "ms_teams/channels_read",
    "listChannelsForMsTeamsProvider": "ms_teams/channels_read",
    "msTeamsProviderRevokeAccess": "channel_data/write",
}
"""The grants of operations whose documents do not name them yet."""

Resource = tuple[str, ...]
"""`("users", id)` or `("objects", collection, id)`; a tenant is an object of `$tenants`."""

_OWNERS = ("access_token_object", "ms_teams_tenant_object")
"""Query parameters that name the object whose provider credential is used."""

_PER_TENANT = frozenset({"feed/read", "feed/write", "preferences/read", "preferences/write"})
_SPELLINGS = re.compile(r"user(?:/(\w+)_|_(\w+)/)(read|write)")


class GrantsError(ValueError):
    """Raised for claims that are no grants; its text goes on after the token's name."""


class NotGrantedError(Exception):
    """What a token may not do; its text goes on after the token's name."""


@dataclass(frozen=True, slots=True)
class Grants:
    """The grants of one token, by resource. `explicit`: nothing else is allowed."""

    explicit: bool
    by_resource: Mapping[Resource, frozenset[str]]
    tenants: frozenset[str]

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> Grants:
        """Read the claims `explicit_grants` and `grants`. Raises GrantsError."""
        explicit = claims.get("explicit_grants") or False
        if not isinstance(explicit, bool):
            raise GrantsError("has a claim explicit_grants that is neither true nor false")
        given = claims.get("grants") or {}
        if not isinstance(given, Mapping):
            raise GrantsError("has a claim grants that is no object: write {URL: {grant: [{}]}}")
        by_resource: dict[Resource, frozenset[str]] = {}
        for url, names in given.items():
            if not isinstance(names, Mapping) or not all(
                isinstance(value, list) for value in names.values()
            ):
                raise GrantsError(f"has grants on {url[:80]!r} that are not {{grant: [{{}}]}}")
            resource = _resource(url)
            # What is on no resource that we know allows nothing.
            if resource is not None:
                held = by_resource.get(resource, frozenset())
                by_resource[resource] = held | {normal_form(name) for name in names}
        tenants = frozenset(
            resource[2]
            for resource, held in by_resource.items()
            if resource[:2] == ("objects", TENANTS) and not held.isdisjoint(_PER_TENANT)
        )
        return cls(explicit, by_resource, tenants)

    def holds(self, resource: Resource, grant: str) -> bool:
        """Whether the grant (in its normal form) is listed for the resource."""
        return grant in self.by_resource.get(resource, ())


class Permission:
    """What one operation needs of a token. Prepared at start from the document."""

    __slots__ = (
        "_grant", "_marks", "_name", "_object", "_owners", "_per_tenant", "_set", "_tenant",
    )  # fmt: skip

    def __init__(self, operation_id: str, node: Mapping[str, Any]) -> None:
        name = node.get(GRANT, GRANTS.get(operation_id, ""))
        self._name = name
        self._grant = normal_form(name)
        places = {place: _names(node, place) for place in ("path", "query")}
        self._object = {"collection", "object_id"} <= places["path"]
        self._owners = [name for name in _OWNERS if name in places["query"]]
        self._per_tenant = self._grant in _PER_TENANT
        preferences = self._grant.startswith("preferences/")
        self._set = preferences and "id" in places["path"]
        self._tenant = "tenant" in places["query"]
        # Marks name messages, whatever their tenant.
        self._marks = self._grant.startswith("feed/") and "user_id" not in places["path"]

    def check(self, user_id: str, grants: Grants, scope: Scope) -> None:
        """Raise NotGrantedError when a token of this user may not make this call."""
        path = scope["path_params"]
        if path.get("user_id", user_id) != user_id:
            raise NotGrantedError(
                f"is of the user {user_id!r} and cannot be used for {path['user_id'][:80]!r}"
            )
        own: Resource = ("users", user_id)
        if not self._per_tenant:
            resource = self._resource(scope) or own
            if grants.explicit and not grants.holds(resource, self._grant):
                raise self._not_granted(resource)
        elif self._marks:
            places = [own, *(("objects", TENANTS, tenant) for tenant in grants.tenants)]
            if grants.explicit and not any(grants.holds(p, self._grant) for p in places):
                raise self._not_granted(own)
        elif grants.tenants:
            self._check_tenant(grants, own, self._tenant_of(scope))
        elif grants.explicit and not grants.holds(own, self._grant):
            raise self._not_granted(own)

    def _check_tenant(self, grants: Grants, own: Resource, tenant: str | None) -> None:
        """Knock docs: a token with tenants is for those, and for none only as its user may."""
        if tenant is None:
            if not grants.holds(own, self._grant):
                named = ", ".join(sorted(grants.tenants))
                raise NotGrantedError(
                    f"is for the tenants {named}, and the call names none: name one of them, or "
                    f"grant {self._name} on {_url(own)} too"
                )
        elif tenant not in grants.tenants:
            named = ", ".join(sorted(grants.tenants))
            raise NotGrantedError(f"is for the tenants {named}, not for {tenant[:80]!r}")
        else:
            resource = ("objects", TENANTS, tenant)
            if grants.explicit and not grants.holds(resource, self._grant):
                raise self._not_granted(resource)

    def _not_granted(self, resource: Resource) -> NotGrantedError:
        if not self._name:
            return NotGrantedError("has explicit grants, and there is none for this call")
        return NotGrantedError(
            f"has explicit grants, and {self._name} on {_url(resource)} is not among them"
        )

    def _resource(self, scope: Scope) -> Resource | None:
        """The object that the call is about, None when it is about a user."""
        path = scope["path_params"]
        if self._object:
            return "objects", path["collection"], path["object_id"]
        given = _query(scope) if self._owners else {}
        for name in self._owners:
            owner: Any = {
                "collection": given.get(f"{name}[collection]"),
                "object_id": given.get(f"{name}[object_id]"),
            }
            if name in given:
                try:
                    owner = orjson.loads(given[name])
                except ValueError:
                    owner = {}
            if isinstance(owner, dict) and isinstance(owner.get("object_id"), str):
                return "objects", str(owner.get("collection")), owner["object_id"]
        return None

    def _tenant_of(self, scope: Scope) -> str | None:
        if self._set and scope["path_params"]["id"] != DEFAULT_SET:
            tenant: str = scope["path_params"]["id"]
            return tenant
        return _query(scope).get("tenant") or None if self._tenant else None


def normal_form(grant: str) -> str:
    """One spelling for `user/feed_read`, `user_feed/read`, `feed/read`: Knock's docs have all."""
    match = _SPELLINGS.fullmatch(grant)
    return f"{match[1] or match[2]}/{match[3]}" if match else grant


def _resource(url: str) -> Resource | None:
    """What a grant's URL names, on whatever host; None for what is no user, tenant or object."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    root, *parts = [unquote(part) for part in path.removeprefix("/v1/").split("/")]
    if not path.startswith("/v1/") or root not in ("users", "tenants", "objects"):
        return None
    if root == "tenants":
        root, parts = "objects", [TENANTS, *parts]
    return (root, *parts) if len(parts) == (2 if root == "objects" else 1) else None


def _url(resource: Resource) -> str:
    return f"https://api.knock.app/v1/{'/'.join(resource)}"


def _names(node: Mapping[str, Any], place: str) -> set[str]:
    return {p["name"] for p in node.get("parameters", ()) if p["in"] == place}


def _query(scope: Scope) -> dict[str, str]:
    text = scope["query_string"].decode("latin-1")
    return dict(parse_qsl(text, keep_blank_values=True, errors="replace"))
