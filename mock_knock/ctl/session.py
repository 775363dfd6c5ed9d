"""What the commands of one `mock-knock ctl` share: the client, and how answers are shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import click

from mock_knock.client import ControlClient
from mock_knock.client.control_client import DEFAULT_URL
from mock_knock.client.errors import ControlError


class Session:
    """The options of the connection, wherever they stood, and the client that they make."""

    def __init__(self) -> None:
        self._options: dict[str, Any] = {}

    def take(self, options: Mapping[str, Any]) -> None:
        """Note the options that were given; those behind the command decide."""
        self._options.update({k: v for k, v in options.items() if v is not None})

    @property
    def as_json(self) -> bool:
        """Whether answers are shown as they are."""
        return bool(self._options.get("json")) or self._options.get("format") == "json"

    def server(self) -> ControlClient:
        """A client for calls of the server as a whole."""
        return self._client()

    def client(self) -> ControlClient:
        """A client for calls of one environment.

        Raises click.UsageError when it is not clear which one.
        """
        key, wanted = self._options.get("api_key"), self._options.get("environment")
        if wanted is None and key is not None:
            return self._client(api_key=key)
        try:
            with self._client() as asking:
                there = asking.server.environments.list()
        except ControlError:
            if wanted is None:
                raise
            return self._client(environment=wanted)  # which says what is wrong
        if wanted is not None:
            named = [e["id"] for e in there if wanted in (e["id"], e["label"])]
            return self._client(environment=named[0] if len(named) == 1 else wanted)
        if len(there) == 1:
            return self._client(environment=there[0]["id"])
        shown = ", ".join(f"{e['id']} ({e['label']})" for e in there[:10])
        raise click.UsageError(
            "which environment? Give --api-key, or --environment with the id or label of one that "
            f"is open: {shown or 'none is'}"
        )

    def show(self, answer: Any, *lines: str) -> None:
        """Print the answer as JSON, or the lines, which say the same to people."""
        if not self.as_json:
            for line in lines:
                click.echo(line)
        elif answer is not None:
            self.show_json(answer)

    def show_json(self, answer: Any) -> None:
        """Print the answer as JSON, whoever asks."""
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))

    def _client(
        self, *, api_key: str | None = None, environment: str | None = None
    ) -> ControlClient:
        url, token = self._options.get("server") or DEFAULT_URL, self._options.get("token")
        try:
            return ControlClient(url, api_key=api_key, environment=environment, token=token)
        except ValueError as error:
            raise click.UsageError(f"--server: {error}") from None


pass_session = click.make_pass_decorator(Session)


def table(headings: tuple[str, ...], rows: list[tuple[object, ...]]) -> list[str]:
    """The lines of a table; None is shown as a dash."""
    cells = [headings, *(tuple("-" if c is None else str(c) for c in row) for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(headings))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
