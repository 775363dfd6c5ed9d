"""What every page starts from: the server, and the frame of an environment around its contents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import abort, render_template

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.service import Service
from mock_knock.console.mount import Host
from mock_knock.world.environment import Environment
from mock_knock.world.instants import Instant

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of an environment shows around its own contents."""

    id: str
    label: str
    now: Instant
    mode: str
    scale: float
    next_due: Instant | None
    counts: dict[str, int]
    event: int
    """The number of the latest event, for the live stream to go on from."""


class Desk:
    """Brings extracts of worlds to the threads that render pages."""

    def __init__(self, host: Host) -> None:
        self._host = host

    @property
    def service(self) -> Service:
        """The server's state, for extracts to look at."""
        return self._host.service

    def everywhere(self, extract: Callable[[ApiEnvironment], Result]) -> list[tuple[Frame, Result]]:
        """What `extract` takes out of each environment, brought to now, oldest first."""
        service = self._host.service

        def take() -> list[tuple[Frame, Result]]:
            host = service.host_clock()
            found = []
            for environment in list(service.environments):
                environment.world.sync(host)
                found.append((_frame(environment), extract(environment)))
            return found

        return self._host.call(take)

    def read(
        self, id: str, extract: Callable[[ApiEnvironment], Result | None]
    ) -> tuple[Frame, Result]:
        """What `extract` takes out of an environment, brought to now.

        It must answer values that the world does not change any more: texts, numbers, copies.
        Aborts with 404 when there is no such environment, or `extract` finds nothing.
        """
        service = self._host.service

        def take() -> tuple[Frame, Result | None] | None:
            environment = service.environments.by_id(id)
            if environment is None:
                return None
            environment.world.sync(service.host_clock())
            return _frame(environment), extract(environment)

        found = self._host.call(take)
        if found is None:
            abort(404, "There is no such environment on this server. They are gone when it stops.")
        frame, result = found
        if result is None:
            abort(404, "It is not in this environment: it never was, or it was deleted.")
        return frame, result

    def page(
        self, template: str, id: str, extract: Callable[[ApiEnvironment], dict[str, Any] | None]
    ) -> str:
        """A page of an environment, with the extract as the template's variables."""
        frame, values = self.read(id, extract)
        return render_template(template, frame=frame, **values)


def _frame(environment: ApiEnvironment) -> Frame:
    world = environment.world
    return Frame(
        id=environment.id,
        label=environment.label,
        now=world.now,
        mode=world.clock.mode,
        scale=world.clock.scale,
        next_due=world.timeline.next_due,
        counts=_counts(world) | {"requests": len(environment.journal)},
        event=world.events.number,
    )


def _counts(world: Environment) -> dict[str, int]:
    collections = world.objects.collections()
    tenants = collections.pop("$tenants", 0)
    return {
        "operations": len(world.bulk_operations),
        "users": len(world.users),
        "objects": sum(collections.values()),
        "tenants": tenants,
        "messages": len(world.messages),
    }
