"""Commands and groups that share the options of the connection, and tell refusals in a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import IO, Any, ClassVar

import click

from mock_knock.client.control_client import DEFAULT_URL
from mock_knock.client.errors import ControlError, UnreachableError
from mock_knock.ctl.session import Session


class RefusedError(click.ClickException):
    """What the server refused, or that none answers: a line for each thing, and status 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"mock-knock ctl: {self.message}", err=True, file=file)


def connection_options(*, with_variables: bool = False) -> list[click.Parameter]:
    """The options that every command has. Behind a command they are there, and not listed again."""

    def option(name: str, variable: str | None = None, **attributes: Any) -> click.Option:
        shown = {"envvar": variable, "show_envvar": True} if with_variables else {"hidden": True}
        return click.Option([name], **shown, **attributes)

    return [
        option(
            "--server",
            "MOCK_KNOCK_URL",
            metavar="URL",
            help=f"Where the server is.  [default: {DEFAULT_URL}]",
        ),
        option("--api-key", "KNOCK_API_KEY", metavar="KEY", help="The key of the environment."),
        option("--environment", metavar="ID", help="The environment, by its id or label."),
        option(
            "--token",
            "MOCK_KNOCK_TOKEN",
            help="What a server wants that other machines can reach.",
        ),
        option(
            "--format",
            type=click.Choice(["table", "json"]),
            help="For people, or for programs.  [default: table]",
        ),
        option("--json", is_flag=True, default=None, help="The answer itself: --format json."),
    ]


_SHARED = ("server", "api_key", "environment", "token", "format", "json")


class _Connected(click.Command):
    """A command that takes the options of the connection wherever they stand."""

    def invoke(self, ctx: click.Context) -> Any:
        session = ctx.ensure_object(Session)
        session.take({name: ctx.params.pop(name, None) for name in _SHARED})
        with _told():
            return super().invoke(ctx)


class CtlCommand(_Connected):
    """A single command of `ctl`."""

    def __init__(
        self, name: str | None, params: Sequence[click.Parameter] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(name, params=[*(params or ()), *connection_options()], **kwargs)


class CtlGroup(_Connected, click.Group):
    """A group of commands of `ctl`."""

    command_class = CtlCommand


class SubGroup(CtlGroup):
    """A group within `ctl`; by itself it shows what it is about."""

    def __init__(
        self, name: str | None, params: Sequence[click.Parameter] | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("invoke_without_command", True)
        super().__init__(name, params=[*(params or ()), *connection_options()], **kwargs)


class LazyGroup(click.Group):
    """A group whose commands are imported when they are asked for."""

    homes: ClassVar[Mapping[str, str]]
    room: ClassVar[str]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self.homes})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        home = self.homes.get(cmd_name)
        if home is None:
            return super().get_command(ctx, cmd_name)
        module, _, name = home.partition(":")
        found: click.Command = getattr(import_module(f"{self.room}.{module}"), name)
        return found


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except UnreachableError as error:
        hint = "start one with mock-knock serve, or say where it is with --server"
        raise RefusedError(f"{error.message}: {hint}") from None
    except ControlError as error:
        lines = [error.message]
        lines += [
            f"  {place.field}: {place.message}"
            for place in error.fields
            if place.message not in error.message
        ]
        raise RefusedError("\n".join(lines)) from None
