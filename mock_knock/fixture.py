"""What a test holds in its hand: one fresh environment of a server, seen from Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar, overload
from urllib.parse import parse_qsl

import httpx

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.journal import JournalEntry
from mock_knock.fault_control import FaultControl
from mock_knock.fixtures import Fixtures, load_fixtures
from mock_knock.server import KnockServer
from mock_knock.transport import InProcessTransport
from mock_knock.virtual_time import virtual_time
from mock_knock.world.channels import Channel
from mock_knock.world.environment import Environment
from mock_knock.world.instants import from_datetime, microseconds, to_datetime
from mock_knock.world.listing import PageRequest
from mock_knock.world.plans import Plan
from mock_knock.world.steps import ChannelStep
from mock_knock.world.workflows import RunFilter, Workflow

Result = TypeVar("Result")
_SECRETS = frozenset({"authorization", "x-knock-user-token"})


class MockKnock:
    """One environment of a local Knock, with everything a test may want to turn or look at.

    `url` and `api_key` are for clients that speak HTTP; `transport` and `client` need no socket.
    Everything here may be called from the test's thread while clients are at work.
    """

    def __init__(self, server: KnockServer, name: str) -> None:
        self.server = server
        self.api_key = f"sk_{name}"
        self.public_key = f"pk_{name}"
        self._environment: ApiEnvironment = server.call(
            lambda: server.service.open_environment(self.api_key)
        )
        self.clock = ClockControl(self)
        self.bulk_operations = BulkOperationControl(self)
        self.users = UserControl(self)
        self.workflows = WorkflowControl(self)
        self.channels = ChannelControl(self)
        self.messages = MessageControl(self)
        self.faults = FaultControl(self.call)

    @property
    def url(self) -> str:
        """Where the server listens; it starts listening when this is first asked for."""
        self.server.start()
        return self.server.url

    @property
    def transport(self) -> InProcessTransport:
        """A transport for `httpx.Client` and `httpx.AsyncClient` that needs no socket."""
        return InProcessTransport(self.server)

    def client(self) -> httpx.Client:
        """An in-process `httpx.Client` with this environment's secret key. Close it after use."""
        return httpx.Client(
            transport=self.transport,
            base_url="http://mock-knock",
            headers={"authorization": f"Bearer {self.api_key}"},
        )

    def plan_next(self, name: str = "*", **fields: Any) -> Plan:
        """Let the next bulk operation go as planned, once; see `Plan` for the fields.

        `name` narrows it to a kind, such as `users.delete` or `users.*`. Fields that are not given
        are as in the default plan. Raises PlanError, naming the field, for one that makes no sense.
        """
        plan = self._plan(fields)
        self.call(lambda world: world.plans.put_next(plan, name))
        return plan

    def plan_all(self, name: str = "*", **fields: Any) -> Plan:
        """Let every bulk operation of the kind `name` go as planned, from now on."""
        plan = self._plan(fields)
        self.call(lambda world: world.plans.put_rule(name, plan))
        return plan

    @property
    def requests(self) -> RequestLog:
        """What clients sent with this environment's keys, oldest first."""
        journal = self._environment.journal
        return RequestLog(self.server.call(lambda: [RecordedRequest(e) for e in journal]))

    def load_fixtures(self, fixtures: Fixtures) -> None:
        """Let what a fixtures file declares be there in this environment, beside what is there.

        Takes the path of a YAML or JSON file, or the same as a mapping (docs/fixtures.md). Raises
        FixturesError, with every fault, for one that makes no sense; then nothing has changed.
        """
        declarations = load_fixtures(fixtures)
        self.call(lambda world: self._environment.declare(declarations))

    def virtual_time(self) -> AbstractContextManager[None]:
        """A block in which this thread's sleeps move the clock instead of waiting.

        Covers `time.sleep`, `asyncio.sleep` and `anyio.sleep`, so a client's polling loop of an
        hour takes no time.
        """
        return virtual_time(self.clock.advance)

    def call(self, command: Callable[[Environment], Result]) -> Result:
        """Run a command on the environment's world, brought to now, between two requests."""

        def run() -> Result:
            self._environment.world.sync(self.server.service.host_clock())
            return command(self._environment.world)

        return self.server.call(run)

    def take_errors(self) -> list[BaseException]:
        """What went wrong inside the server, whichever key it was for, each told once."""
        errors = self.server.service.errors

        def take() -> list[BaseException]:
            taken = list(errors)
            errors.clear()
            return taken

        return self.server.call(take)

    def close(self) -> None:
        """Forget the environment and all that is in it."""
        self.server.call(lambda: self.server.service.environments.drop(self.api_key))

    def _plan(self, fields: Mapping[str, Any]) -> Plan:
        default = self.call(lambda world: world.plans.default)
        return Plan.from_json({**default.to_json(), **fields})


class ClockControl:
    """The environment's clock. Durations are seconds or timedeltas."""

    def __init__(self, mock: MockKnock) -> None:
        self._mock = mock

    @property
    def now(self) -> datetime:
        """The environment's time, in UTC."""
        return to_datetime(self._mock.call(lambda world: world.now))

    def advance(self, duration: float | timedelta) -> datetime:
        """Let the duration pass at once. Raises ClockError for a negative one."""
        seconds = duration.total_seconds() if isinstance(duration, timedelta) else duration
        return self._at(lambda world: world.advance(seconds))

    def set(self, moment: datetime) -> datetime:
        """Jump to a later moment. Raises ClockError for an earlier one, ValueError without zone."""
        instant = from_datetime(moment)
        return self._at(lambda world: world.set_clock(instant))

    def freeze(self) -> None:
        """Let time stand still until it is told to move."""
        self.scale(0)

    def scale(self, factor: float) -> None:
        """From now on let `factor` seconds pass in one second of the host."""
        self._mock.call(lambda world: world.rescale(factor))

    def run_until_idle(self) -> datetime:
        """Jump to where nothing is left to happen but schedules that recur."""
        return self._at(lambda world: world.run_until_idle())

    def run_until(self, operation_id: str, status: str = "completed") -> datetime:
        """Jump to the instant at which the bulk operation reaches the status.

        Raises ConflictError when time alone will not bring it there, MissingError for an unknown
        id; then the clock stands where it stood.
        """
        self._mock.call(lambda world: world.run_until_operation(operation_id, status))
        return self.now

    def _at(self, command: Callable[[Environment], int]) -> datetime:
        return to_datetime(self._mock.call(command))


class BulkOperationControl(Sequence[dict[str, Any]]):
    """The environment's bulk operations as Knock shows them. Looking moves nothing."""

    def __init__(self, mock: MockKnock) -> None:
        self._mock = mock

    def __len__(self) -> int:
        return self._mock.call(lambda world: len(world.bulk_operations))

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._mock.call(lambda world: [o.to_json() for o in world.bulk_operations])[index]

    def get(self, operation_id: str) -> dict[str, Any]:
        """One operation, without counting as a read. Raises MissingError."""
        return self._mock.call(lambda world: world.bulk_operations.get(operation_id).to_json())

    def move(self, operation_id: str, rows: int) -> dict[str, Any]:
        """Carry rows out, now, until `rows` of them are done."""
        return self._do(lambda world: world.bulk_operations.move(operation_id, rows, world.now))

    def finish(self, operation_id: str) -> dict[str, Any]:
        """Carry every row out, now: the operation ends completed, whatever its plan."""
        return self._do(lambda world: world.bulk_operations.finish(operation_id, world.now))

    def fail(self, operation_id: str) -> dict[str, Any]:
        """End the operation as failed, now, where it stands."""
        return self._do(lambda world: world.bulk_operations.fail(operation_id, world.now))

    def _do(self, command: Callable[[Environment], Any]) -> dict[str, Any]:
        shown: dict[str, Any] = self._mock.call(lambda world: command(world).to_json())
        return shown


class UserControl(Mapping[str, dict[str, Any]]):
    """The environment's users by id, as Knock shows them."""

    def __init__(self, mock: MockKnock) -> None:
        self._mock = mock

    def __getitem__(self, user_id: str) -> dict[str, Any]:
        found = self._mock.call(lambda world: world.users.find(user_id))
        if found is None:
            raise KeyError(user_id)
        return found.to_json(with_preferences=True)

    def __iter__(self) -> Iterator[str]:
        return iter(self._mock.call(lambda world: list(world.users)))

    def __len__(self) -> int:
        return self._mock.call(lambda world: len(world.users))

    def identify(self, user_id: str, **properties: Any) -> dict[str, Any]:
        """Create the user or merge the properties into it, as a client could."""
        return self._mock.call(
            lambda world: world.users.identify(user_id, properties, world.now).to_json()
        )


class WorkflowControl:
    """The environment's workflows and what was triggered."""

    def __init__(self, mock: MockKnock) -> None:
        self._mock = mock

    def declare(
        self,
        key: str,
        *,
        delay: float = 0.0,
        active: bool = True,
        steps: Sequence[str | ChannelStep] | None = None,
        categories: Sequence[str] = (),
    ) -> None:
        """Let a workflow be known. From then on a key that is not declared is `workflow_missing`.

        `delay` is how many seconds each run waits, `paused`, before it goes on. `steps` are the
        channels that its runs send on, by key or id, or `ChannelStep`s; without any they send one
        message in the default in-app feed. Raises InvalidParamsError for an unknown channel.
        """
        workflow = Workflow(
            key,
            delay=microseconds(delay) / 1_000_000,
            active=active,
            steps=None
            if steps is None
            else tuple(ChannelStep(s) if isinstance(s, str) else s for s in steps),
            categories=tuple(categories),
        )
        self._mock.call(lambda world: world.workflows.declare(workflow))

    @property
    def runs(self) -> list[dict[str, Any]]:
        """Every recipient run, newest first, as Knock shows it."""

        def collect(world: Environment) -> list[dict[str, Any]]:
            runs, after = [], None
            while True:
                page = world.workflows.page(PageRequest(after=after), RunFilter())
                runs += [run.to_json(with_events=True) for run in page.rows]
                after = page.after
                if after is None:
                    return runs

        return self._mock.call(collect)


class ChannelControl:
    """The environment's channels. No call of Knock's runtime API makes one."""

    def __init__(self, mock: MockKnock) -> None:
        self._mock = mock

    def declare(self, key: str, kind: str = "in_app_feed", **fields: Any) -> Channel:
        """Let a channel be known, and answer it with its id; see `Channel` for the fields.

        Raises InvalidParamsError, naming the field, for one that cannot be.
        """
        channel = Channel(key=key, kind=kind, **fields)
        return self._mock.call(lambda world: world.channels.declare(channel, world.now))

    @property
    def default_feed(self) -> Channel:
        """The in-app feed that workflows use when they do not say."""
        return self._mock.call(lambda world: world.channels.default_feed)


class MessageControl(Sequence[dict[str, Any]]):
    """The environment's messages as Knock shows them, oldest first."""

    def __init__(self, mock: MockKnock) -> None:
        self._mock = mock

    def __len__(self) -> int:
        return self._mock.call(lambda world: len(world.messages))

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return self._mock.call(lambda world: [m.to_json() for m in world.messages])[index]


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request that a client sent, and the status it got."""

    entry: JournalEntry

    @property
    def method(self) -> str:
        """`GET`, `POST`, ..."""
        return self.entry.method

    @property
    def path(self) -> str:
        """The decoded path, without the query."""
        return self.entry.path

    @property
    def operation_id(self) -> str | None:
        """The operation of the documents, None when the request was refused before it was found."""
        return self.entry.operation_id

    @property
    def query(self) -> list[tuple[str, str]]:
        """The decoded query, in the order in which it came."""
        return parse_qsl(self.entry.query_string.decode("latin-1"), keep_blank_values=True)

    @property
    def headers(self) -> dict[str, str]:
        """The headers by lower-case name, secrets masked."""
        decoded = ((n.decode("latin-1"), v.decode("latin-1")) for n, v in self.entry.headers)
        return {n: "***" if n in _SECRETS else v for n, v in decoded}

    @property
    def body(self) -> bytes:
        """The body as it came."""
        return self.entry.body

    @property
    def json(self) -> Any:
        """The body's JSON; None for an empty body. Raises ValueError for what is no JSON."""
        return json.loads(self.entry.body) if self.entry.body else None

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.entry.status

    @property
    def answer(self) -> Any:
        """The answer's JSON; None for an empty one."""
        return json.loads(self.entry.answer_body) if self.entry.answer_body else None

    @property
    def at(self) -> datetime:
        """When it came, in the environment's time."""
        return to_datetime(self.entry.at)

    def __repr__(self) -> str:
        return f"<{self.method} {self.path} -> {self.status}>"


class RequestLog(list[RecordedRequest]):
    """Requests, oldest first."""

    def of(self, operation_id: str) -> RequestLog:
        """Only the requests of one operation, such as `triggerWorkflow`."""
        return RequestLog(request for request in self if request.operation_id == operation_id)
