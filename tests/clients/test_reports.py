"""What is a report, and what is none."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.clients import PROTOCOL, Report, ReportError
from contract_tests.clients.report import OUTCOMES, read_report

FIELDS = ("protocol", "outcome", "notified", "failed_rows", "message")
IDS = st.lists(st.text())
REPORTS = st.builds(
    Report,
    outcome=st.sampled_from(OUTCOMES),
    notified=st.none() | IDS.map(tuple),
    failed_rows=st.none() | IDS.map(tuple),
    message=st.text(),
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner), st.frozensets(st.text()), st.dictionaries(st.text(), inner)
    ),
    max_leaves=8,
)


class Odd:
    """Says nothing of itself."""

    def __repr__(self) -> str:
        raise RuntimeError("no")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no")

    __hash__ = object.__hash__


class OddIds(deque[Any]):
    """A list that cannot be read."""

    def __iter__(self) -> Iterator[Any]:
        raise RuntimeError("no")


class OddMapping(Mapping[str, Any]):
    """A mapping that cannot be read."""

    def __getitem__(self, name: str) -> Any:
        raise RuntimeError("no")

    def __iter__(self) -> Iterator[str]:
        return iter(FIELDS)

    def __len__(self) -> int:
        return len(FIELDS)


def deep(times: int = 100_000) -> list[Any]:
    """A list in a list in a list: too deep to be shown."""
    made: list[Any] = []
    for _ in range(times):
        made = [made]
    return made


ODD: dict[str, Any] = {
    "an object": Odd(),
    "a list of it": [Odd()],
    "a huge number": 10**5000,
    "a deep list": deep(),
    "a list that cannot be read": OddIds(["a"]),
    "an endless list": iter(int, 1),
    "a type": Report,
    "a very long list": range(10**18),
}


def reading(document: object) -> tuple[Report | None, str]:
    """The report, or why there is none."""
    try:
        return read_report(document), ""
    except ReportError as error:
        return None, str(error)


@given(REPORTS)
def test_what_is_written_is_read(report: Report) -> None:
    assert read_report(report.to_json()) == report
    assert read_report(json.loads(json.dumps(report.to_json()))) == report
    assert read_report(report) == report


@given(REPORTS, st.sets(st.sampled_from([name for name in FIELDS if name != "outcome"])))
def test_only_the_outcome_is_needed(report: Report, left_out: set[str]) -> None:
    document = {n: value for n, value in report.to_json().items() if n not in left_out}
    read = read_report(document)
    assert read.outcome == report.outcome
    assert (read.notified is None) == (document.get("notified") is None)
    assert read.message == document.get("message", "")


@pytest.mark.parametrize(
    "ids", [["a", "b"], ("a", "b"), deque(["a", "b"]), {"a": 1, "b": 2}.keys()], ids=repr
)
def test_ids_may_come_in_any_collection(ids: Any) -> None:
    read = read_report({"outcome": "partial", "notified": ids, "failed_rows": set(ids)})
    assert read.notified == ("a", "b")
    assert set(read.failed_rows or ()) == {"a", "b"}


@pytest.mark.parametrize("protocol", [PROTOCOL, float(PROTOCOL)])
def test_a_number_is_that_number_in_any_language(protocol: float) -> None:
    assert read_report({"protocol": protocol, "outcome": "failed"}) == Report("failed")


@given(st.sampled_from(FIELDS), ANYTHING)
def test_any_field_is_right_or_named(name: str, value: Any) -> None:
    read, problem = reading({"outcome": "completed", name: value})
    if read is None:
        assert name in problem
    elif name != "protocol":
        assert getattr(read, name) in (value, tuple(value or ()), "")


@given(ANYTHING)
def test_anything_is_a_report_or_is_refused(value: Any) -> None:
    read, problem = reading(value)
    assert problem if read is None else read.outcome == value["outcome"]


@pytest.mark.parametrize("what", ODD)
@pytest.mark.parametrize("name", FIELDS)
def test_odd_values_are_refused_by_name(name: str, what: str) -> None:
    with pytest.raises(ReportError, match=name):
        read_report({"outcome": "completed", name: ODD[what]})


@pytest.mark.parametrize("what", ODD)
def test_odd_values_are_no_reports(what: str) -> None:
    with pytest.raises(ReportError, match="a report is a Report or a mapping with an outcome"):
        read_report(ODD[what])


def test_a_mapping_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ReportError, match="a report is a Report or a mapping with an outcome"):
        read_report(OddMapping())


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({}, "outcome None is none of completed, partial, failed, gave_up, unknown"),
        ({"outcome": "done"}, "outcome 'done' is none of completed"),
        ({"outcome": "failed", "protocol": 2}, "protocol 2; 1 is known here"),
        ({"outcome": "failed", "protocol": True}, "protocol True; 1 is known here"),
        ({"outcome": "failed", "protocol": None}, "protocol None; 1 is known here"),
        ({"outcome": "failed", "raised": True}, "'raised' is no field of a report; there are"),
        ({"outcome": "failed", 5: "x"}, "5 is no field of a report; there are"),
        ({"outcome": "failed", "message": 5}, "message 5 is no text"),
        ({"outcome": "failed", "notified": "user-1"}, "notified 'user-1' is no list of ids"),
        ({"outcome": "failed", "failed_rows": {"a": 1}}, "failed_rows {'a': 1} is no list of ids"),
        ({"outcome": "failed", "notified": ["a", 5]}, "notified has 5, which is no id"),
    ],
    ids=str,
)
def test_it_is_told_how_to_mend_it(document: dict[str, Any], told: str) -> None:
    with pytest.raises(ReportError) as caught:
        read_report(document)
    assert str(caught.value).startswith(told)


def test_a_report_in_python_is_checked_too() -> None:
    ids: Any = "user-1"
    with pytest.raises(ReportError, match="notified 'user-1' is no list of ids"):
        read_report(Report("completed", notified=ids))


def test_what_is_long_is_cut_short() -> None:
    with pytest.raises(ReportError) as caught:
        read_report({"outcome": "x" * 10_000})
    assert len(str(caught.value)) < 200
