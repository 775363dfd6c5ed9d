"""What a client is asked to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

PROTOCOL: Final = 1
"""Version of the task and of the report; it grows when a client has to know."""


@dataclass(frozen=True, slots=True)
class Task:
    """Identify `users` in bulk, wait until that has ended, then trigger `workflow` for them.

    base_url, api_key: where Knock is, without `/v1`, and the secret key.
    users: rows for `POST /v1/users/bulk/identify`, as they are to be sent; maybe more than 1,000.
    recipients: ids of those to notify; they are the users' ids.
    workflow, data: what to trigger, and the data to trigger it with.
    patience: seconds after which an operation that has not ended may be given up.
    """

    base_url: str
    api_key: str
    users: list[dict[str, Any]]
    recipients: list[str]
    workflow: str
    data: dict[str, Any]
    patience: float

    def to_json(self) -> dict[str, Any]:
        """The document that a program gets on standard input."""
        return {
            "protocol": PROTOCOL,
            "base_url": self.base_url,
            "api_key": self.api_key,
            "users": self.users,
            "recipients": self.recipients,
            "workflow": self.workflow,
            "data": self.data,
            "patience": self.patience,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Task:
        """Read that document, for programs in Python. Raises ValueError for another protocol."""
        if document.get("protocol") != PROTOCOL:
            raise ValueError(f"protocol {document.get('protocol')!r}; {PROTOCOL} is known here")
        fields = {name: document[name] for name in cls.__slots__}
        return cls(**fields)
