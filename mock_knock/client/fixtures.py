"""Fixtures files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, cast

from mock_knock.client.connection import Connection


class FixtureCalls:
    """Calls under `/fixtures`."""

    def __init__(self, connection: Connection) -> None:
        self._call = connection.call

    def export(self, *, strict: bool = False) -> dict[str, Any]:
        """What is declared, and the users, objects and tenants, as a fixtures document.

        With `strict` raises ControlError when such a document cannot say all that is there.
        """
        query = {"strict": "true"} if strict else None
        return cast("dict[str, Any]", self._call("GET", "/fixtures", query=query))

    def load(
        self, fixtures: Mapping[str, Any] | str, *, format: Literal["yaml", "json"] = "yaml"
    ) -> dict[str, int]:
        """Let what the document declares be there; how many things each section declared.

        Takes the document's values, or its text in that format. Raises ControlError, with every
        fault and its line, for one that makes no sense; then nothing has changed.
        """
        if isinstance(fixtures, str):
            media_type = f"application/{format}"
            answer = self._call("POST", "/fixtures", text=fixtures, media_type=media_type)
        else:
            answer = self._call("POST", "/fixtures", dict(fixtures))
        return cast("dict[str, int]", answer["loaded"])
