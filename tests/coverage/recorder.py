"""Notes which operations the tests of each file reach: `pytest --operations-reached=FILE`."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mock_knock.api.boundary import Boundary
    from mock_knock.api.exchange import Answer, Exchange

_EXAMPLE = (b"x-mock-knock-example", b"true")
_OUTPUT = "operations_reached"


class Recorder:
    """A pytest plugin. Under xdist each worker notes its own, and the controller writes the file.

    What counts is a request that was answered with 2xx, not with an example, in this process;
    servers in processes of their own are not seen.
    """

    def __init__(self, file: Path, config: pytest.Config) -> None:
        from mock_knock.api.boundary import Boundary

        self._file = file
        self._config = config
        self._test_file: str | None = None
        self._reached: dict[str, set[str]] = {}
        note = Boundary._note

        def noting(boundary: Boundary, exchange: Exchange, answer: Answer) -> None:
            id, file = exchange.operation_id, self._test_file
            if id and file and 200 <= answer.status < 300 and _EXAMPLE not in answer.headers:
                self._add(id, [file])
            note(boundary, exchange, answer)

        Boundary._note = noting  # type: ignore[assignment,method-assign]  # while the tests run
        config.add_cleanup(lambda: setattr(Boundary, "_note", note))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Requests that come while a test runs are that test's."""
        file = item.nodeid.partition("::")[0]
        self._test_file = file.removeprefix("tests/").removesuffix(".py")
        try:
            return (yield)
        finally:
            self._test_file = None

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take over what a worker of xdist noted."""
        output: Mapping[str, Any] = getattr(node, "workeroutput", {})
        for operation_id, files in output.get(_OUTPUT, {}).items():
            self._add(operation_id, files)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Write the file, or hand the notes to xdist's controller."""
        noted = {id: sorted(files) for id, files in sorted(self._reached.items())}
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output[_OUTPUT] = noted
        else:
            self._file.write_text(json.dumps(noted, indent=1) + "\n", encoding="utf-8")

    def _add(self, operation_id: str, files: Iterable[str]) -> None:
        self._reached.setdefault(operation_id, set()).update(files)
