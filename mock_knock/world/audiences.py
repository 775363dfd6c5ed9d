"""Static audiences of one environment: who is a member, alone or within a tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError, MissingError
from mock_knock.world.events import SILENCE
from mock_knock.world.inline_recipients import InlineRecipients
from mock_knock.world.instants import Instant, to_text
from mock_knock.world.recipient_store import RecipientStore
from mock_knock.world.recipients import check_id

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

    def __init__(self, recipients: RecipientStore) -> None:
        self._recipients = recipients
        self._declared: dict[str, Audience] = {}
        self.events = SILENCE
        # In the order in which they were added: by audience, and the other way round.
        self._members: dict[str, dict[MemberKey, Instant]] = {}
        self._by_user: dict[str, dict[tuple[str, MemberKey], None]] = {}

    def declare(self, audience: Audience) -> None:
        """Let there be this audience; members that it has stay."""
        check_id(audience.key, "key", "audience")
        self._declared[audience.key] = audience
        self._members.setdefault(audience.key, {})

    @property
    def declared(self) -> tuple[Audience, ...]:
        """Every audience that there is."""
        return tuple(self._declared.values())

    def memberships(self, key: str) -> Mapping[MemberKey, Instant]:
        """Who is in the audience since when, in the order of joining."""
        return self._members[key]

    def put_back(self, audience: Audience, members: Mapping[MemberKey, Instant]) -> None:
        """Take over an audience that a snapshot had; it must not be here yet."""
        self._declared[audience.key] = audience
        self._members[audience.key] = dict(members)
        for member in members:
            self._by_user.setdefault(member[0], {})[audience.key, member] = None

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
        inline = InlineRecipients(self._recipients)
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
                self._recipients.ensure_tenant(tenant, now)
            present.setdefault((user_id, tenant), now)
            self.events.record("audience.member_added", key, now, {"user": user_id})
            self._by_user.setdefault(user_id, {})[key, (user_id, tenant)] = None

    def remove(self, key: str, members: Sequence[Mapping[str, Any]], now: Instant) -> None:
        """End memberships; who is no member is passed over.

        Raises MissingError for an unknown audience, InvalidParamsError over the limit or when the
        audience is not static.
        """
        _check_count(members)
        self._writable(key)
        for member in map(_member_key, members):
            if self._members[key].pop(member, None) is not None:
                del self._by_user[member[0]][key, member]
                self.events.record("audience.member_removed", key, now, {"user": member[0]})

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
                "user": self._recipients.get((user_id, None)).to_json(),
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
