"""Running a coroutine at once, as far as it goes without waiting.

Most requests wait for nothing. A task, and another turn of the event loop, cost as much for each of
them as the answer itself; so a coroutine is run where it stands, and only one that has to wait
becomes a task, which goes on from there. (Python 3.12 has this as `asyncio.eager_task_factory`.)
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, Task
from collections.abc import Coroutine, Generator
from types import coroutine
from typing import Any


def run_at_once(work: Coroutine[Any, Any, None], loop: AbstractEventLoop) -> Task[None] | None:
    """Run `work` until it ends or has to wait; the task that goes on with it, None when it ended.

    Must be called on the loop's thread. What the first part raises is raised here.
    """
    try:
        awaited = work.send(None)
    except StopIteration:
        return None
    return loop.create_task(_rest(work, awaited))


async def _rest(work: Coroutine[Any, Any, None], awaited: Any) -> None:
    await _resumed(work, awaited)


@coroutine
def _resumed(work: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """Go on with a coroutine that waits for `awaited`, handing on all that it waits for."""
    while True:
        try:
            try:
                sent = yield awaited
            except BaseException as error:
                awaited = work.throw(error)
            else:
                awaited = work.send(sent)
        except StopIteration:
            return
