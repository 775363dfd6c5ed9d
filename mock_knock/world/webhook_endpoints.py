"""Where outbound webhooks go: one endpoint, the events it wants, and what cannot be one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from mock_knock.world.errors import invalid_field

MESSAGE_TYPES = tuple(
    f"message.{name}"
    for name in (
        "sent", "delivered", "delivery_attempted", "undelivered", "bounced", "seen", "unseen",
        "read", "unread", "archived", "unarchived", "interacted", "link_clicked",
    )
)  # fmt: skip
RUN_TYPES = tuple(f"workflow_recipient_run.{name}" for name in ("started", "completed", "error"))
CHANGE_TYPES = tuple(
    f"{thing}.{change}"
    for thing in ("workflow", "email_layout", "translation", "source_event_action", "partial")
    for change in ("updated", "committed")
)
EVENT_TYPES = MESSAGE_TYPES + RUN_TYPES + CHANGE_TYPES
"""Every type of event that Knock has (Knock docs: outbound webhooks, event types)."""

MASK = "***"
"""What is shown in place of a secret."""

MAX_URL = 2_000
SIGNATURE_CLOCKS = ("host", "environment")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """A receiver of events.

    url: where they are posted, by http or https.
    secret: the key of their signatures.
    id: its name; one that follows from the URL when it is empty (see `Webhooks.put`).
    events: types, or patterns of them such as `message.*`.
    enabled: whether it gets any.
    description: for people.
    signature_clock: the clock whose milliseconds are signed: the `host`'s, which receivers compare
        with their own, or the `environment`'s.

    Raises InvalidParamsError, naming the field.
    """

    url: str
    secret: str
    id: str = ""
    events: tuple[str, ...] = ("*",)
    enabled: bool = True
    description: str = ""
    signature_clock: str = "host"

    def __post_init__(self) -> None:
        for name, problem in (("url", url_problem(self.url)), ("id", name_problem(self.id))):
            if problem is not None:
                raise invalid_field(name, problem)
        problem = secret_problem(self.secret)
        if problem is not None:
            raise invalid_field("secret", problem)
        for at, pattern in enumerate(self.events):
            problem = pattern_problem(pattern)
            if problem is not None:
                raise invalid_field(f"events[{at}]", problem)
        if not self.events:
            raise invalid_field("events", "must name at least one type, or be left out for all")
        if self.signature_clock not in SIGNATURE_CLOCKS:
            raise invalid_field("signature_clock", f"must be one of {', '.join(SIGNATURE_CLOCKS)}")

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> WebhookEndpoint:
        """An endpoint of the fields of a fixtures file or a control call."""
        events = fields.get("events", ("*",))
        return cls(**{**fields, "events": tuple(events)})

    def wants(self, type: str) -> bool:
        """Whether it gets events of this type."""
        return self.enabled and type in _wanted(self.events)

    def to_fixture(self) -> dict[str, Any]:
        """All its fields, as a fixtures file has them: with the secret."""
        return {
            "id": self.id,
            "url": self.url,
            "secret": self.secret,
            "events": list(self.events),
            "enabled": self.enabled,
            "description": self.description,
            "signature_clock": self.signature_clock,
        }

    def to_json(self) -> dict[str, Any]:
        """All its fields for people: the secret masked."""
        return {**self.to_fixture(), "secret": MASK}


def url_problem(url: str) -> str | None:
    """Why nothing can be posted to `url`; None when it can."""
    if len(url) > MAX_URL:
        return f"is longer than {MAX_URL} characters"
    if any(c <= " " or c == "\x7f" for c in url):
        return "has a blank or a control character in it"
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 (raises for a port that is none)
    except ValueError as error:
        return f"is no URL: {error}"
    if parts.scheme not in ("http", "https"):
        return "must begin with http:// or https://"
    if not parts.hostname:
        return "names no host"
    if "@" in parts.netloc:
        return "has a user name or password in it: leave it out, the secret signs what is sent"
    return None


def name_problem(id: str) -> str | None:
    """Why an endpoint cannot have this id; None when it can. An empty one stands for a new one."""
    if len(id) > 64:
        return "is longer than 64 characters"
    if any(c <= " " or c in "/\x7f" for c in id):
        return "has a blank, a slash or a control character in it"
    return None


def secret_problem(secret: str) -> str | None:
    """Why nothing can be signed with `secret`; None when it can."""
    if not secret:
        return "must not be empty"
    if secret == MASK:
        return f"is {MASK!r}, which stands for a secret that is not shown: give the secret itself"
    try:
        secret.encode()
    except UnicodeEncodeError:
        return "has half of a surrogate pair in it"
    return None


def pattern_problem(pattern: str) -> str | None:
    """Why no event ever matches the pattern; None when one may."""
    if _wanted((pattern,)):
        return None
    return f"{pattern[:80]!r} matches no type of event; there are: {', '.join(EVENT_TYPES)}"


@lru_cache(maxsize=256)
def _wanted(patterns: tuple[str, ...]) -> frozenset[str]:
    return frozenset(t for t in EVENT_TYPES if any(fnmatchcase(t, p) for p in patterns))
