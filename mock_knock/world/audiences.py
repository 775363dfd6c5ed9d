"""Static audiences of one environment: who is a member, alone or within a tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError, MissingError
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.objects import Objects
from mock_knock.world.recipients import check_id
from mock_knock.world.references import InlineRecipients
from mock_knock.world.users import Users

MAX_MEMBERS = 1000
"""Members of one add or remove call (Knock docs: audiences)."""

MemberKey = tuple[str, str | None]
"""A user's id and a tenant's; the same user may be a member once for each (Knock docs)."""


@dataclass(frozen=True, slots=True)
class Audience:
    """What is declared about an audience. Members are added by calls to static ones only."""

    key: str
    static: bool = True


class Audiences:
    """Every audience of one environment."""

    def __init__(self, users: Users, objects: Objects) -> None:
        self._users = users
        self._objects = objects
        self._declared: dict[str, Audience] = {}
        # In the order in which they were added: by audience, and the other way round.
        self._members: dict[str, dict[MemberKey, Instant]] = {}
        self._by_user: dict[str, dict[tuple[str, MemberKey], None]] = {}

    def declare(self, audience: Audience) -> None:
        """Let there be this audience; members that it has stay."""
        check_id(audience.key, "key", "audience")
        self._declared[audience.key] = audience
        self._members.setdefault(audience.key, {})

    def add(
        self, key: str, members: Sequence[Mapping[str, Any]], now: Instant, *, create: bool = False
    ) -> None:
        """Identify each user, and make it a member; one who is one already stays so.

        `create` makes an unknown audience. Raises MissingError for an unknown audience or an id
        that cannot exist, InvalidParamsError over the limit or when the audience is not static;
        then nothing has changed.
        """
        _check_count(members)
        if not (create and key not in self._declared):
            self._writable(key)
        check_id(key, "key", "audience")
        inline = InlineRecipients(self._users, self._objects)
        for at, member in enumerate(members):
            # Of a user the collection is a property like any other.
            user = {k: v for k, v in member["user"].items() if k != "collection"}
            inline.add(user, f"members[{at}].user")
            if member.get("tenant") is not None:
                check_id(member["tenant"], f"members[{at}].tenant", "tenant")
        inline.store(now)
        self._declared.setdefault(key, Audience(key))
        present = self._members.setdefault(key, {})
        for user_id, tenant in map(_member_key, members):
            if tenant is not None:
                self._objects.ensure_tenant(tenant, now)
            present.setdefault((user_id, tenant), now)
            self._by_user.setdefault(user_id, {})[key, (user_id, tenant)] = None

    def remove(self, key: str, members: Sequence[Mapping[str, Any]]) -> None:
        """End memberships; who is no member is passed over.

        Raises MissingError for an unknown audience, InvalidParamsError over the limit or when the
        audience is not static.
        """
        _check_count(members)
        self._writable(key)
        for member in map(_member_key, members):
            if self._members[key].pop(member, None) is not None:
                del self._by_user[member[0]][key, member]

    def has(self, key: str, user_id: str, tenant: str | None) -> bool:
        """Whether the user is a member within exactly this tenant (None: alone).

        (Knock docs: audiences, tenancy is taken into account when checking membership.)
        """
        return (user_id, tenant) in self._members.get(key, {})

    def members(self, key: str) -> Iterator[dict[str, Any]]:
        """Every member in Knock's form, in the order of joining. Raises MissingError."""
        self._get(key)
        return (
            {
                "__typename": "AudienceMember",
                "user_id": user_id,
                "user": self._users.get(user_id).to_json(),
                "tenant": tenant,
                "added_at": to_text(added_at),
            }
            for (user_id, tenant), added_at in self._members[key].items()
        )

    def forget(self, user_id: str) -> None:
        """End every membership of a user that is deleted."""
        for key, member in self._by_user.pop(user_id, {}):
            del self._members[key][member]

    def _get(self, key: str) -> Audience:
        audience = self._declared.get(key)
        if audience is None:
            check_id(key, "key", "audience")
            raise MissingError(
                f"There is no audience {key!r} in this environment: add its first members with "
                "create_audience=true, or declare it"
            )
        return audience

    def _writable(self, key: str) -> None:
        if not self._get(key).static:
            raise InvalidParamsError(
                f"The audience {key!r} is dynamic: only members of static ones come by calls",
                details=(Detail("key", "is no static audience", "not_static"),),
            )


def _member_key(member: Mapping[str, Any]) -> MemberKey:
    return member["user"]["id"], member.get("tenant")


def _check_count(members: Sequence[object]) -> None:
    if len(members) > MAX_MEMBERS:
        raise InvalidParamsError(
            f"members has {len(members)} entries and one call takes at most {MAX_MEMBERS}: "
            "split the list over several calls. Nothing was done",
            details=(Detail("members", f"at most {MAX_MEMBERS} entries", "max_items"),),
        )
