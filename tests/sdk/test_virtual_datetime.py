"""`datetime.now()` under virtual time: deadlines that are written so are met."""

from __future__ import annotations

import copy
import datetime as module
import pickle
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pydantic
import pytest

from mock_knock import MockKnock

# Under another name of this module it would be replaced as well.
REAL = SimpleNamespace(datetime=datetime)
WAYS: dict[str, Callable[[], datetime]] = {
    "now": lambda: datetime.now(),
    "now in UTC": lambda: datetime.now(UTC),
    "now by name": lambda: datetime.now(tz=timezone(timedelta(hours=3))),
    "today": lambda: datetime.today(),
    "utcnow": lambda: datetime.utcnow(),
    "of the module": lambda: module.datetime.now(module.UTC),
}


@pytest.mark.filterwarnings("ignore:.*utcnow:DeprecationWarning")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("mock_knock_virtual_time")
def test_it_shows_the_time_slept(way: str) -> None:
    before = WAYS[way]()
    time.sleep(7200)
    passed = WAYS[way]() - before
    assert timedelta(hours=2) <= passed < timedelta(hours=2, minutes=10)


@pytest.mark.usefixtures("mock_knock_virtual_time")
def test_a_deadline_is_met(mock_knock: MockKnock) -> None:
    start = mock_knock.clock.now
    deadline = datetime.now(UTC) + timedelta(minutes=10)
    while datetime.now(UTC) < deadline:
        time.sleep(30)
    passed = mock_knock.clock.now - start
    assert timedelta(minutes=9) <= passed <= timedelta(minutes=10, seconds=30)


@pytest.mark.usefixtures("mock_knock_virtual_time")
def test_otherwise_it_is_as_ever() -> None:
    moment = datetime(2026, 1, 5, 9, tzinfo=UTC)
    assert type(moment) is REAL.datetime
    assert isinstance(moment, datetime)
    assert isinstance(moment, module.datetime)
    assert not isinstance(date(2026, 1, 5), datetime)
    assert issubclass(REAL.datetime, datetime)
    assert datetime.fromisoformat(moment.isoformat()) == moment
    assert datetime.strptime("2026", "%Y").year == 2026
    assert datetime.combine(moment.date(), moment.timetz()) == moment
    assert datetime.fromtimestamp(moment.timestamp(), UTC) == moment
    assert datetime.max == REAL.datetime.max
    assert module.timedelta is timedelta
    assert datetime == REAL.datetime
    assert {datetime: 1}[REAL.datetime] == 1
    assert pickle.loads(pickle.dumps(moment)) == copy.deepcopy(moment) == moment
    assert (datetime | None) == (datetime | None)
    match moment:
        case datetime(year=year):
            assert year == 2026
        case _:
            raise AssertionError


def test_outside_the_block_it_is_the_real_one(mock_knock: MockKnock) -> None:
    with mock_knock.virtual_time():
        stand_in: Any = datetime
        assert stand_in is not REAL.datetime
        time.sleep(3600)
    assert datetime is REAL.datetime
    assert module.datetime is REAL.datetime
    # Whoever has kept it sees the real time again.
    assert abs(stand_in.now() - REAL.datetime.now()) < timedelta(minutes=30)


def test_installed_packages_keep_theirs(mock_knock: MockKnock) -> None:
    """They have built on it: pydantic makes nothing of a stand-in."""
    with mock_knock.virtual_time():
        assert vars(sys.modules["pydantic.types"])["datetime"] is REAL.datetime
        assert pydantic.TypeAdapter(REAL.datetime).validate_python("2026-01-05") == REAL.datetime(
            2026, 1, 5
        )


def test_other_threads_see_the_real_time(mock_knock: MockKnock) -> None:
    from threading import Thread

    seen: list[datetime] = []
    with mock_knock.virtual_time():
        time.sleep(86_400)
        thread = Thread(target=lambda: seen.append(datetime.now()))
        thread.start()
        thread.join()
        assert datetime.now() - seen[0] > timedelta(hours=23)


def test_a_module_of_the_tests_is_one_of_ones_own(
    mock_knock: MockKnock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop_deadline.py").write_text(
        "import datetime as dt\n\ndef now():\n    return dt.datetime.now()\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(tmp_path)
    shop = __import__("shop_deadline")
    with mock_knock.virtual_time():
        before = shop.now()
        time.sleep(600)
        assert shop.now() - before >= timedelta(minutes=10)
    assert shop.dt is module
