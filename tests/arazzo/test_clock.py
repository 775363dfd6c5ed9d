from __future__ import annotations

import time

from contract_tests.arazzo import VirtualClock, WallClock


def test_a_virtual_clock_moves_only_when_slept_on() -> None:
    moved: list[float] = []
    clock = VirtualClock(100.0, on_sleep=moved.append)
    assert clock.now() == 100
    clock.sleep(2.5)
    clock.sleep(0.5)
    assert clock.now() == 103
    assert moved == clock.sleeps == [2.5, 0.5]


def test_a_wall_clock_shows_posix_time_and_does_not_go_back() -> None:
    clock = WallClock()
    before = time.time()
    first = clock.now()
    # However long it is between two of the three; a second is for a machine's clock that is set.
    assert before - 1 <= first <= time.time() + 1
    clock.sleep(0)
    assert clock.now() >= first
