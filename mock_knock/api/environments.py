"""Environments by API key: `sk_X` and `pk_X` open environment X, other keys one of their own."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

from mock_knock.api.idempotency import ReplayStore
from mock_knock.api.user_tokens import TokenVerifier, token_verifier
from mock_knock.settings import Settings
from mock_knock.world.declarations import NOTHING, Declarations
from mock_knock.world.declaring import declare
from mock_knock.world.environment import Environment
from mock_knock.world.instants import Instant


class JournalEntry(NamedTuple):
    """One request that came and the answer it got. `at` is in the environment's time."""

    at: Instant
    request_id: str
    method: str
    path: str
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    operation_id: str | None
    status: int
    answer_body: bytes


@dataclass(slots=True)
class ApiEnvironment:
    """A world with what the HTTP side keeps beside it.

    `tokens` is there in enhanced security mode: it judges the user tokens that public keys need.
    """

    world: Environment
    journal: deque[JournalEntry]
    replays: ReplayStore = field(default_factory=ReplayStore)
    tokens: TokenVerifier | None = None

    def declare(self, declarations: Declarations) -> None:
        """Let what is declared be there. Signing keys are added to those that are there."""
        declare(self.world, declarations)
        if declarations.signing_keys:
            present = self.tokens.keys if self.tokens else ()
            self.tokens = token_verifier(
                tuple(dict.fromkeys((*present, *declarations.signing_keys)))
            )


class Environments:
    """Every environment of one server, opened on first use of its key."""

    def __init__(self, settings: Settings, declarations: Declarations = NOTHING) -> None:
        self._settings = settings
        self._declarations = declarations
        self._by_name: dict[str, dict[str, ApiEnvironment]] = {}

    def __len__(self) -> int:
        return sum(len(branches) for branches in self._by_name.values())

    def open(self, key: str, host: Instant, *, branch: str = "") -> ApiEnvironment:
        """The environment of a key (and of a branch: the slug in `X-Knock-Branch`)."""
        name = environment_name(key)
        branches = self._by_name.setdefault(name, {})
        found = branches.get(branch)
        if found is None:
            settings = self._settings
            world = Environment(f"{name}\n{branch}" if branch else name, settings.world, host)
            found = branches[branch] = ApiEnvironment(world, deque(maxlen=settings.journal_size))
            if self._declarations is not NOTHING:
                found.declare(self._declarations)
        return found

    def find(self, key: str, branch: str = "") -> ApiEnvironment | None:
        """The environment of a key, None when the key was never used."""
        return self._by_name.get(environment_name(key), {}).get(branch)

    def drop(self, key: str) -> None:
        """Forget the environment of a key with its branches, and all that was in them."""
        self._by_name.pop(environment_name(key), None)


def environment_name(key: str) -> str:
    """`env:X` for `sk_X` and `pk_X`, `key:...` for any other key."""
    return f"env:{key[3:]}" if key.startswith(("sk_", "pk_")) else f"key:{key}"
