"""What a test holds in its hand: one fresh environment of a server, seen from Python."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeVar, overload

import httpx

from mock_knock.api.environments import ApiEnvironment
from mock_knock.client import ControlClient, ControlError
from mock_knock.client.answers import Clock, OperationStatus
from mock_knock.client.clock import Duration
from mock_knock.fault_control import FaultControl
from mock_knock.fixtures import Fault, Fixtures, FixturesError
from mock_knock.fixtures.reading import read_text
from mock_knock.fixtures.source import from_mapping
from mock_knock.request_log import EventLog, Records, RequestLog
from mock_knock.server import KnockServer
from mock_knock.transport import InProcessTransport
from mock_knock.virtual_time import Threads, virtual_time
from mock_knock.webhook_control import WebhookControl
from mock_knock.world.channels import Channel
from mock_knock.world.declarations import Declarations
from mock_knock.world.environment import Environment
from mock_knock.world.instants import microseconds
from mock_knock.world.listing import PageRequest
from mock_knock.world.plans import Plan
from mock_knock.world.recipient_runs import RunFilter
from mock_knock.world.steps import ChannelStep
from mock_knock.world.workflow import Workflow

Result = TypeVar("Result")


class MockKnock:
    """One environment of a local Knock, with everything a test may want to turn or look at.

    `url` and `api_key` are for clients that speak HTTP; `transport` and `client` need no socket.
    `control` makes every call of the control plane; what it refuses raises ControlError, here and
    in the parts that are built on it. Everything here may be called from the test's thread while
    clients are at work.
    """

    def __init__(self, server: KnockServer, name: str) -> None:
        self.server = server
        self.api_key = f"sk_{name}"
        self.public_key = f"pk_{name}"
        self._environment: ApiEnvironment = server.call(
            lambda: server.service.open_environment(self.api_key)
        )
        self.control = ControlClient(
            "http://mock-knock", api_key=self.api_key, transport=self.transport
        )
        self.clock = ClockControl(self.control)
        self.bulk_operations = BulkOperationControl(self.control)
        self.users = UserControl(self)
        self.workflows = WorkflowControl(self)
        self.channels = ChannelControl(self)
        self.messages = MessageControl(self)
        self.faults = FaultControl(self.control)
        self.webhooks = WebhookControl(self.call)

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
        are as in the default plan. Raises ControlError, naming the field, for one that makes no
        sense.
        """
        return _plan(self.control.plans.put_next(name, **fields))

    def plan_all(self, name: str = "*", **fields: Any) -> Plan:
        """Let every bulk operation of the kind `name` go as planned, from now on."""
        return _plan(self.control.plans.put_rule(name, **fields))

    @property
    def requests(self) -> RequestLog:
        """What clients sent with this environment's keys, oldest first."""
        return Records(self.server, self._environment).requests()

    @property
    def events(self) -> EventLog:
        """What happened in this environment, oldest first, each event with its cause."""
        return Records(self.server, self._environment).events()

    def load_fixtures(self, fixtures: Fixtures) -> None:
        """Let what a fixtures file declares be there in this environment, beside what is there.

        Takes the path of a YAML or JSON file, or the same as a mapping (docs/fixtures.md). Raises
        FixturesError, with every fault, for one that makes no sense; then nothing has changed.
        """
        if isinstance(fixtures, Declarations):  # was checked, and only Python has it
            self.call(lambda world: self._environment.declare(fixtures))
        elif isinstance(fixtures, Mapping):
            self._load("fixtures", json.dumps(from_mapping(fixtures).value), "json")
        elif fixtures is not None:
            file = Path(fixtures)
            is_json = file.suffix.lower() == ".json"
            self._load(str(file), read_text(file), "json" if is_json else "yaml")

    def virtual_time(
        self,
        *,
        threads: Threads = "this",
        on_sleep: Callable[[float], object] | None = None,
    ) -> AbstractContextManager[None]:
        """A block in which this thread's sleeps move the clock instead of waiting.

        Covers `time.sleep`, `asyncio.sleep` and `anyio.sleep`, so a client's polling loop of an
        hour takes no time. With `threads="new"` it covers threads that are started within the block
        instead of this one. `on_sleep` is called with the seconds of each sleep before the clock
        moves; what it raises, the sleep raises.
        """

        def advance(seconds: float) -> None:
            if on_sleep is not None:
                on_sleep(seconds)
            self.clock.advance(seconds)

        def requests() -> int:
            return self.server.call(lambda: self._environment.journal.last_place)

        return virtual_time(advance, threads=threads, requests=requests)

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
        self.control.close()
        self.server.call(lambda: self.server.service.environments.drop(self.api_key))

    def _load(self, name: str, text: str, format: Literal["json", "yaml"]) -> None:
        try:
            self.control.fixtures.load(text, format=format)
        except ControlError as error:
            faults = [Fault(f.line, f.field, f.message) for f in error.fields]
            raise FixturesError(name, faults) from None


def _plan(answer: Mapping[str, Any]) -> Plan:
    return Plan.from_json(answer)


class ClockControl:
    """The environment's clock. Durations are seconds, timedeltas, or ISO 8601 such as `PT1H`."""

    def __init__(self, control: ControlClient) -> None:
        self._control = control

    @property
    def now(self) -> datetime:
        """The environment's time, in UTC."""
        return _moment(self._control.clock.read())

    def advance(self, duration: Duration) -> datetime:
        """Let the duration pass at once. Raises ControlError for a negative one."""
        return _moment(self._control.clock.advance(duration))

    def set(self, moment: datetime) -> datetime:
        """Jump to a later moment.

        Raises ControlError for an earlier one, ValueError without a time zone.
        """
        return _moment(self._control.clock.set(moment))

    def freeze(self) -> None:
        """Let time stand still until it is told to move."""
        self._control.clock.freeze()

    def scale(self, factor: float) -> None:
        """From now on let `factor` seconds pass in one second of the host."""
        self._control.clock.scale(factor)

    def run_until_idle(self) -> datetime:
        """Jump to where nothing is left to happen but schedules that recur."""
        return _moment(self._control.clock.run_until_idle())

    def run_until(self, operation_id: str, status: OperationStatus = "completed") -> datetime:
        """Jump to the instant at which the bulk operation reaches the status.

        Raises ControlError when time alone will not bring it there (409), and for an unknown id
        (404); then the clock stands where it stood.
        """
        self._control.bulk_operations.run_until(operation_id, status)
        return self.now


def _moment(clock: Clock) -> datetime:
    return datetime.fromisoformat(clock["now"])


class BulkOperationControl(Sequence[dict[str, Any]]):
    """The environment's bulk operations as Knock shows them. Looking moves nothing."""

    def __init__(self, control: ControlClient) -> None:
        self._calls = control.bulk_operations

    def __len__(self) -> int:
        return self._calls.list(limit=1)["total"]

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        return list(self)[index]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self._calls.all()

    def get(self, operation_id: str) -> dict[str, Any]:
        """One operation, without counting as a read. Raises ControlError for an unknown one."""
        return self._calls.get(operation_id, limit=0)["operation"]

    def move(self, operation_id: str, rows: int) -> dict[str, Any]:
        """Carry rows out, now, until `rows` of them are done."""
        return self._calls.move(operation_id, rows)

    def finish(self, operation_id: str) -> dict[str, Any]:
        """Carry every row out, now: the operation ends completed, whatever its plan."""
        return self._calls.finish(operation_id)

    def fail(self, operation_id: str) -> dict[str, Any]:
        """End the operation as failed, now, where it stands."""
        return self._calls.fail(operation_id)

    def cancel(self, operation_id: str) -> dict[str, Any]:
        """Call the operation off, now: it ends failed where it stands."""
        return self._calls.cancel(operation_id)

    def stick(self, operation_id: str) -> dict[str, Any]:
        """Let the operation stay where it stands until it is moved by hand."""
        return self._calls.stick(operation_id)


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
