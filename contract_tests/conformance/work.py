"""The parts of schemathesis' work, done in processes of their own while other checks run."""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Collection, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from contract_tests.checking.profile import Profile
from contract_tests.checking.target import MockTarget, Target
from contract_tests.conformance.generated import PHASES, Outcome, Part, run_part

_SHARES: Final = {"examples": 1, "coverage": 4, "fuzzing": 2, "stateful": 1}
_ORDER: Final = ("stateful", "coverage", "fuzzing", "examples")
"""The longest first: it cannot be shared out."""
_PER_SECOND: Final = 4
"""On a real environment: tier 2, the slowest of what is only read, lets 5 through."""


class GeneratedWork:
    """Starts these phases at once; `outcomes` waits for those of one."""

    def __init__(
        self, target: Target, profile: Profile, seed: int, phases: Collection[str]
    ) -> None:
        self._futures: dict[str, list[Future[Outcome]]] = {phase: [] for phase in PHASES}
        parts = [part for part in _parts(target, profile, seed) if part.phase in phases]
        workers = 1 if target.real else min(len(parts), os.cpu_count() or 1)
        self._pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"))
        for part in parts:
            self._futures[part.phase].append(self._pool.submit(_run, part))

    def outcomes(self, phase: str) -> list[Outcome]:
        """What became of the phase's parts. Waits; raises what a part raised."""
        return [future.result() for future in self._futures[phase]]

    def close(self) -> None:
        """Give up what has not begun, and wait for what has."""
        self._pool.shutdown(cancel_futures=True)


def _parts(target: Target, profile: Profile, seed: int) -> Iterator[Part]:
    for phase in _ORDER:
        shares = 1 if target.real else _SHARES[phase]
        for share in range(shares):
            local = isinstance(target, MockTarget) and target.transport is not None
            yield Part(
                phase=phase,
                url="" if local else target.url,
                key=target.open(f"generated_{phase}_{share}").secret,
                seed=seed,
                examples=profile.sequences if phase == "stateful" else profile.generated,
                share=share,
                shares=shares,
                reads_only=target.real,
                any_key=target.controlled,
                per_second=_PER_SECOND if target.real else None,
            )


def _run(part: Part) -> Outcome:
    if part.url:
        return run_part(part)
    with _mock() as url:
        return run_part(replace(part, url=url))


@contextmanager
def _mock() -> Iterator[str]:
    """A mock-knock of this process."""
    from mock_knock import ClockSpec, KnockServer, Plan, Settings, WorldSettings

    # Some of what is made up is no HTTP; the server would tell of each.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    # With time at rest the same seed draws the same sequences; operations move when they are read.
    clock, plan = ClockSpec.parse("manual"), Plan(progress="polls", reads=3)
    server = KnockServer(Settings(world=WorldSettings(clock=clock, plan=plan)))
    server.start()
    try:
        yield server.url
    finally:
        server.stop()
