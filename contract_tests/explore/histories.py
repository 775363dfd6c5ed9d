"""Every history up to a depth, those with the fewest surprises first."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.explore.engine import Engine
from contract_tests.explore.record import Record


@dataclass
class Exploration:
    """Iterates over records. dropped: how many known histories the limit left out.

    Within `depth` answers each history is run once. They come in levels: no surprise, one, two;
    of a level that does not fit the limit, a sample is run that `seed` decides.
    """

    engine: Engine
    max_histories: int
    seed: int = 0
    count: int = 0
    dropped: int = 0

    def __iter__(self) -> Iterator[Record]:
        level: list[tuple[str, ...]] = [()]
        while level:
            room = self.max_histories - self.count
            if len(level) > room:
                self.dropped += len(level) - room
                chosen = random.Random(self.seed).sample(range(len(level)), room)  # noqa: S311 - a sample, no secret
                level = [level[n] for n in sorted(chosen)]
            following: list[tuple[str, ...]] = []
            for given in level:
                record, script = self.engine.run(given)
                self.count += 1
                following.extend(script.neighbours())
                yield record
            level = following
            if self.count >= self.max_histories:
                self.dropped += len(level)
                return
