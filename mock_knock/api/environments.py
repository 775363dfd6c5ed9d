"""Environments by API key: `sk_X` and `pk_X` open environment X, other keys one of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b

from mock_knock.api.idempotency import ReplayStore
from mock_knock.api.journal import Journal
from mock_knock.api.tally import Tally
from mock_knock.api.user_tokens import TokenVerifier, token_verifier
from mock_knock.settings import Settings
from mock_knock.world.declarations import NOTHING, Declarations
from mock_knock.world.declaring import declare
from mock_knock.world.environment import Environment
from mock_knock.world.events import Event
from mock_knock.world.instants import Instant

_MOST_SHOWN = 20
"""Characters of a key that may be told as a name: real keys are longer."""


@dataclass(slots=True)
class ApiEnvironment:
    """A world with what the HTTP side keeps beside it.

    `id` names it to people without telling its key; `label` is what they may know it by.
    `tokens` is there in enhanced security mode: it judges the user tokens that public keys need.
    `stops` ends the watching of the world's events, by watcher.
    """

    id: str
    label: str
    world: Environment
    journal: Journal
    replays: ReplayStore = field(default_factory=ReplayStore)
    tokens: TokenVerifier | None = None
    tally: Tally = field(default_factory=Tally)
    stops: dict[Watcher, Callable[[], None]] = field(default_factory=dict)

    def replace_world(self, world: Environment) -> None:
        """Put another world, which has taken over the stream of events, in place of this one.

        Webhooks that are under way are called off. Counting goes on, and so does whoever listens.
        """
        old = self.world
        assert world.events is old.events
        old.webhooks.close()
        world.webhooks.ready = old.webhooks.ready
        self.tally.carry_over(old, world)
        self.world = world
        world.webhooks.ready()

    def declare(self, declarations: Declarations) -> None:
        """Let what is declared be there. Signing keys are added to those that are there."""
        declare(self.world, declarations)
        self.world.events.record("fixtures.loaded", self.id, self.world.now)
        if declarations.signing_keys:
            present = self.tokens.keys if self.tokens else ()
            self.tokens = token_verifier(
                tuple(dict.fromkeys((*present, *declarations.signing_keys)))
            )


Watcher = Callable[[ApiEnvironment, Event], object]


class Environments:
    """Every environment of one server, opened on first use of its key.

    `departed` has what was counted in those that are gone. `webhooks_ready` is called when webhooks
    of an environment may be due, or its endpoints have changed.
    """

    def __init__(self, settings: Settings, declarations: Declarations = NOTHING) -> None:
        self.world = settings.world
        """How environments begin. Whoever changes it changes those to come."""
        self._journal_size = settings.journal_size
        self._declarations = declarations
        self._by_name: dict[str, dict[str, ApiEnvironment]] = {}
        self._watchers: tuple[Watcher, ...] = ()
        self.departed = Tally()
        self.webhooks_ready: Callable[[ApiEnvironment], object] = _nobody

    def __len__(self) -> int:
        return sum(len(branches) for branches in self._by_name.values())

    def __iter__(self) -> Iterator[ApiEnvironment]:
        """Every environment, in the order in which they were opened."""
        return (found for branches in self._by_name.values() for found in branches.values())

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` with each event of every environment, those to come too.

        Call the answer to end that. What `EventStream.listen` says of listeners holds here.
        """
        self._watchers = (*self._watchers, watcher)
        for environment in self:
            _listen(watcher, environment)

        def stop() -> None:
            self._watchers = tuple(one for one in self._watchers if one != watcher)
            for environment in self:
                environment.stops.pop(watcher, _nothing)()

        return stop

    def _attach(self, environment: ApiEnvironment) -> None:
        """Let every watcher hear a new environment, and its webhooks be sent."""
        environment.world.webhooks.ready = lambda: self.webhooks_ready(environment)
        for watcher in self._watchers:
            _listen(watcher, environment)

    def by_id(self, id: str) -> ApiEnvironment | None:
        """The environment of that id; None when there is none."""
        return next((found for found in self if found.id == id), None)

    def open(self, key: str, host: Instant, *, branch: str = "") -> ApiEnvironment:
        """The environment of a key (and of a branch: the slug in `X-Knock-Branch`)."""
        name = environment_name(key)
        branches = self._by_name.setdefault(name, {})
        found = branches.get(branch)
        if found is None:
            full_name = f"{name}\n{branch}" if branch else name
            world = Environment(full_name, self.world, host)
            found = branches[branch] = ApiEnvironment(
                blake2b(full_name.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest(),
                _label(name, branch),
                world,
                Journal(self._journal_size),
            )
            self._attach(found)
            world.events.record("environment.opened", found.id, world.now)
            if self._declarations is not NOTHING:
                found.declare(self._declarations)
        return found

    def find(self, key: str, branch: str = "") -> ApiEnvironment | None:
        """The environment of a key, None when the key was never used."""
        return self._by_name.get(environment_name(key), {}).get(branch)

    def drop(self, key: str) -> None:
        """Forget the environment of a key with its branches, and all that was in them."""
        for dropped in self._by_name.pop(environment_name(key), {}).values():
            self._see_off(dropped)

    def _see_off(self, dropped: ApiEnvironment) -> None:
        world = dropped.world
        world.webhooks.close()
        world.events.record("environment.dropped", dropped.id, world.now)
        self.departed.absorb(dropped.tally, world)

    def drop_one(self, environment: ApiEnvironment) -> None:
        """Forget one environment, and no other branch of its key."""
        self._see_off(environment)
        for name, branches in list(self._by_name.items()):
            kept = {slug: one for slug, one in branches.items() if one is not environment}
            if kept:
                self._by_name[name] = kept
            else:
                del self._by_name[name]

    def reset(self, environment: ApiEnvironment, host: Instant) -> None:
        """Let an environment begin again, as when its key was first used.

        Its journal is empty then, and its stream begins with `environment.reset`; whoever listens
        goes on listening, and the numbers of events go on.
        """
        old = environment.world
        world = Environment(old.name, self.world, host, old.events)
        environment.replace_world(world)
        environment.journal.clear()
        environment.replays = ReplayStore()
        environment.tokens = None
        world.events.clear()
        world.events.record("environment.reset", environment.id, world.now)
        if self._declarations is not NOTHING:
            environment.declare(self._declarations)


def _listen(watcher: Watcher, environment: ApiEnvironment) -> None:
    environment.stops.pop(watcher, _nothing)()
    stream = environment.world.events
    environment.stops[watcher] = stream.listen(partial(watcher, environment))


def _nothing() -> None:
    """End the watching of nothing."""


def _nobody(environment: ApiEnvironment) -> None:
    """Nobody sends webhooks."""


def _label(name: str, branch: str) -> str:
    """The part of the key that tells environments apart; a long one, being a secret, is cut."""
    text = name.partition(":")[2]
    shown = text if len(text) <= _MOST_SHOWN else f"{text[:6]}…"
    return f"{shown} ({branch})" if branch else shown


def environment_name(key: str) -> str:
    """`env:X` for `sk_X` and `pk_X`, `key:...` for any other key."""
    return f"env:{key[3:]}" if key.startswith(("sk_", "pk_")) else f"key:{key}"
