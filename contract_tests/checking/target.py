"""Servers under test: a mock-knock, whose time can be moved, and any other server."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import httpx

from contract_tests.checking.breach import ServerGoneError
from contract_tests.checking.capability import Capability

REAL_HOSTS = frozenset({"api.knock.app"})
CONTROL = "/_mock_knock"


_FORMS: Final[Mapping[str, Callable[[str], str]]] = {
    "{KNOCK_API_KEY%?}": lambda key: key[:-1],
    "{KNOCK_API_KEY%?}~": lambda key: f"{key[:-1]}~",
    "{KNOCK_API_KEY}x": lambda key: f"{key}x",
    "{KNOCK_API_KEY:0:8}": lambda key: key[:8],
    "{KNOCK_API_KEY^^}": lambda key: key.upper(),
    "{KNOCK_API_KEY#sk_}": lambda key: key.removeprefix("sk_"),
}
"""What is almost the secret key, as bash writes it behind a `$`."""
NEARLY_KEYS: Final = tuple(_FORMS)


@dataclass(frozen=True)
class Keys:
    """API keys, by the shell variable under which a report names each."""

    secret: str
    public: str | None = None
    other: str | None = None

    def variables(self) -> dict[str, str]:
        """Key by variable."""
        named = {
            "KNOCK_API_KEY": self.secret,
            "KNOCK_PUBLIC_KEY": self.public,
            "KNOCK_OTHER_API_KEY": self.other,
        }
        return {name: key for name, key in named.items() if key is not None}

    def value(self, name: str) -> str:
        """The key of a variable, or of one of the forms in NEARLY_KEYS."""
        return _FORMS[name](self.secret) if name in _FORMS else self.variables()[name]


class Target(ABC):
    """A server under test.

    url: where it is, for people and for the curl lines of findings.
    real: whether it is a real Knock environment: nothing outside the run's prefix is touched, calls
        keep to the documented rate limits, and rules of our own making accuse nobody.
    patience: real seconds that may pass until something that takes time has happened.
    """

    real = False
    controlled = False

    def __init__(self, url: str, *, workflow: str, patience: float) -> None:
        self.url = url
        self.workflow = workflow
        self.patience = patience

    @property
    @abstractmethod
    def kind(self) -> str:
        """What it is, in a few words."""

    @abstractmethod
    def lacks(self, capability: Capability) -> str | None:
        """Why there is no such thing here, None when there is."""

    @abstractmethod
    def open(self, name: str) -> Keys:
        """The keys for one check: of a fresh environment, where the target can give one."""

    def close(self, keys: Keys) -> None:
        """The check is over: its environment may be forgotten."""
        del keys  # it stays, unless a target says otherwise

    @abstractmethod
    def client(self) -> httpx.Client:
        """A client for the server, without a key. The caller closes it."""

    def prefix(self, name: str) -> str:
        """What every id of one check begins with."""
        return ""


@dataclass
class MockTarget(Target):
    """A mock-knock: every check has an environment of its own, whose clock it moves.

    transport: for one in this process, or one behind something in this process.
    """

    url: str = "http://mock-knock"
    name: str = "kit"
    workflow: str = "contract-kit"
    patience: float = 0.0
    transport: httpx.BaseTransport | None = None
    frozen: bool = True
    forget: Callable[[str], None] | None = None
    missing: Mapping[Capability, str] = field(default_factory=dict)

    controlled = True

    def __post_init__(self) -> None:
        super().__init__(self.url, workflow=self.workflow, patience=self.patience)

    @property
    def kind(self) -> str:
        return "mock-knock, with its control plane"

    def lacks(self, capability: Capability) -> str | None:
        return self.missing.get(capability)

    def open(self, name: str) -> Keys:
        own = f"{self.name}_{name}"
        return Keys(f"sk_{own}", f"pk_{own}", f"sk_{own}_other")

    def close(self, keys: Keys) -> None:
        if self.forget is not None:
            for key in (keys.secret, keys.other or ""):
                self.forget(key.removeprefix("sk_"))

    def client(self) -> httpx.Client:
        return httpx.Client(transport=self.transport, base_url=self.url, timeout=60.0)


@dataclass
class ServerTarget(Target):
    """Any server that speaks HTTP: whatever takes time is waited for.

    run: a name of the run, which every id begins with.
    """

    url: str
    keys: Keys
    run: str
    real: bool = False
    workflow: str = ""
    patience: float = 20.0
    transport: httpx.BaseTransport | None = None

    def __post_init__(self) -> None:
        super().__init__(self.url, workflow=self.workflow, patience=self.patience)

    @property
    def kind(self) -> str:
        return "a real Knock environment" if self.real else "a server without a control plane"

    def lacks(self, capability: Capability) -> str | None:
        present = {
            Capability.CLOCK: False,
            Capability.PLANS: False,
            Capability.OTHER_KEY: self.keys.other is not None,
            Capability.PUBLIC_KEY: self.keys.public is not None,
            Capability.WORKFLOW: bool(self.workflow),
            Capability.WHOLE_LISTS: False,
            Capability.STRAY_WRITES: not self.real,
            Capability.BURSTS: not self.real,
            Capability.BULK_SPEED: not self.real,
        }[capability]
        return None if present else f"not so here: {capability.value}"

    def open(self, name: str) -> Keys:
        return self.keys

    def client(self) -> httpx.Client:
        return httpx.Client(transport=self.transport, base_url=self.url, timeout=30.0)

    def prefix(self, name: str) -> str:
        return f"kc-{self.run}-{name}-"


@contextmanager
def own_mock(name: str = "kit") -> Iterator[MockTarget]:
    """A mock-knock of the kit's own, in this process; time stands still until it is moved."""
    from mock_knock import (
        ClockSpec,
        InProcessTransport,
        KnockServer,
        MockKnock,
        Settings,
        WorldSettings,
    )

    server = KnockServer(Settings(world=WorldSettings(clock=ClockSpec.parse("manual"))))

    def forget(environment: str) -> None:
        MockKnock(server, environment).close()

    try:
        yield MockTarget(transport=InProcessTransport(server), name=name, forget=forget)
    finally:
        server.stop()


def find_target(
    url: str,
    keys: Keys,
    *,
    run: str,
    real: bool = False,
    control: bool = True,
    workflow: str = "",
    patience: float | None = None,
    transport: httpx.BaseTransport | None = None,
) -> Target:
    """Look at the server behind `url`, and say what it is.

    Raises ServerGoneError when nothing answers there within ten seconds.
    """
    real = real or urlsplit(url).hostname in REAL_HOSTS
    with httpx.Client(base_url=url, timeout=10.0, transport=transport) as client:
        headers = {"authorization": f"Bearer {keys.secret}"}
        answer = _first_answer(client, f"{CONTROL}/status" if control else "/", headers)
        if control and not real and _is_status(answer):
            # Derived keys open environments of their own, unless something in between knows keys.
            client.headers["authorization"] = f"Bearer {keys.secret}_{run}"
            if client.get(f"{CONTROL}/status").status_code == 200 and _own(client, headers, run):
                name = f"{keys.secret.removeprefix('sk_')}_{run}"
                workflow = workflow or "contract-kit"
                try:
                    missing = _missing(client, workflow)
                except httpx.TransportError as error:
                    raise ServerGoneError(f"{url} does not answer to the end: {error}") from None
                return MockTarget(
                    url, name, workflow, 0.0, transport, frozen=False, missing=missing
                )
    waits = patience if patience is not None else (600.0 if real else 20.0)
    return ServerTarget(url, keys, run, real, workflow, waits, transport=transport)


def _own(client: httpx.Client, headers: Mapping[str, str], run: str) -> bool:
    """Whether what the client's key writes cannot be read with the key in `headers`."""
    path = f"/v1/users/kc-{run}-whose"
    client.put(path, json={})
    found = client.get(path, headers=dict(headers)).status_code
    client.delete(path)
    return found != 200


def _missing(client: httpx.Client, workflow: str) -> dict[Capability, str]:
    """What a mock-knock that was started with a fixtures file has not, unlike a bare one."""
    missing = {}
    body = {"recipients": ["somebody"]}
    if client.post(f"/v1/workflows/{workflow}/trigger", json=body).status_code == 404:
        missing[Capability.WORKFLOW] = f"there is no workflow {workflow!r}: name one by --workflow"
    rows = [client.get(path).content for path in ("/v1/users", "/v1/tenants", "/v1/messages")]
    if any(b'"__cursor"' in text or b'"id":' in text.replace(b" ", b"") for text in rows):
        missing[Capability.WHOLE_LISTS] = "environments of this server begin with data"
    return missing


def _first_answer(client: httpx.Client, path: str, headers: Mapping[str, str]) -> httpx.Response:
    try:
        return client.get(path, headers=dict(headers))
    except httpx.TransportError:
        time.sleep(0.5)  # one that was started a moment ago
    try:
        return client.get(path, headers=dict(headers))
    except httpx.TransportError as error:
        raise ServerGoneError(f"{client.base_url} does not answer: {error}") from None


def _is_status(answer: httpx.Response) -> bool:
    if answer.status_code != 200:
        return False
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and isinstance(body.get("clock"), dict)
