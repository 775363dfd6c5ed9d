"""Every method of `@knocklabs/node`, found in the SDK itself: on a fresh server that answers
examples, and where there is something, by the same stories as `knockapi`.

Node takes longer to start than the calls: one process makes them all, and each is a test here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_knock import FIXTURE_SETTINGS, KnockServer, MockKnock
from tests.sdk import node_runtime
from tests.sdk.calls import METHODS
from tests.sdk.example_arguments import ARGUMENTS
from tests.sdk.seed import Seed
from tests.sdk.seeded import STORIES
from tests.sdk.stories import ONE_ROW, Story, conclude
from tests.sdk.surface import for_node, in_node, paginated

EVERY_METHOD = pytest.mark.parametrize("name", ARGUMENTS)


class Told:
    """What came of all calls: what Node answered, and what the environments hold."""

    def __init__(self, methods: list[str]) -> None:
        self.methods = methods
        self.answers: dict[str, dict[str, Any]] = {}
        self.stories: dict[str, Story] = {}
        self.environments: dict[str, tuple[MockKnock, int]] = {}

    def answer(self, id: str) -> Any:
        """The answer to a call. Fails the test when there was an error."""
        told = self.answers[id]
        assert "error" not in told, told["error"]
        return told["answer"]

    def statuses(self, id: str) -> list[int]:
        """What the server answered to a call and its further pages."""
        mock, before = self.environments[id]
        return [request.status for request in mock.requests[before:]]


@pytest.fixture(scope="module")
def told(node_project: Path) -> Iterator[Told]:
    """Every call, made."""
    strict = KnockServer(FIXTURE_SETTINGS)
    lenient = KnockServer(dataclasses.replace(FIXTURE_SETTINGS, unknown="example"))
    result = Told([])
    calls = []
    for name, method in METHODS.items():
        if name not in ARGUMENTS or name not in STORIES:
            continue  # one that is new in knockapi fails there, and must not take these along
        fresh = MockKnock(lenient, f"node_{name}")
        filled = MockKnock(strict, f"node_{name}")
        story = result.stories[name] = STORIES[name](Seed(filled))
        for mock, id, arguments in (
            (fresh, f"{name} fresh", ARGUMENTS[name]),
            (filled, name, next(story)),
        ):
            result.environments[id] = (mock, len(mock.requests))
            calls.append(
                {
                    "id": id,
                    "method": in_node(name),
                    "url": mock.url,
                    "key": mock.api_key,
                    "arguments": for_node(method, arguments),
                }
            )
    said = node_runtime.run(node_project, "surface.mjs", {"calls": calls})
    result.methods, result.answers = said["methods"], said["answers"]
    yield result
    for server in (strict, lenient):
        assert not server.service.errors
        server.stop()


def test_the_sdk_has_the_methods_of_the_other_and_no_others(told: Told) -> None:
    known = {in_node(name): name for name in ARGUMENTS}
    new = sorted(set(told.methods) - known.keys())
    assert not new, f"no arguments known for {', '.join(new)}: add them to example_arguments.py"
    assert not known.keys() - set(told.methods), "no such methods any more"


@EVERY_METHOD
def test_on_a_fresh_server(told: Told, name: str) -> None:
    told.answer(f"{name} fresh")
    assert set(told.statuses(f"{name} fresh")) <= {200, 204}


@EVERY_METHOD
def test_with_state(told: Told, name: str) -> None:
    answer = told.answer(name)
    statuses = told.statuses(name)
    assert set(statuses) <= {200, 204}
    several = paginated(METHODS[name]) and name not in ONE_ROW
    assert len(statuses) > 1 if several else len(statuses) == 1
    conclude(told.stories[name], answer)
