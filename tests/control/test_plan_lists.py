"""Plans listed and taken back, and names that no operation has."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_knock import ControlError, MockKnock, Plan
from mock_knock.world.bulk_kinds import KINDS, can_match

BULK = "/v1/users/bulk/identify"


def submit(mock_knock: MockKnock) -> str:
    with mock_knock.client() as client:
        operation = client.post(BULK, json={"users": [{"id": "a"}]}).json()
    status: str = operation["status"]
    return status


def test_plans_are_listed_in_the_order_in_which_they_are_consulted(mock_knock: MockKnock) -> None:
    plans = mock_knock.control.plans
    mock_knock.plan_next("users.*", reads=5)
    mock_knock.plan_next("*", reads=6)
    mock_knock.plan_all("users.identify", reads=7)
    every = plans.all()
    assert [(e["name"], e["plan"]["reads"]) for e in every["next"]] == [("users.*", 5), ("*", 6)]
    assert every["next"] == plans.next()
    assert [(e["name"], e["plan"]["reads"]) for e in plans.rules()] == [("users.identify", 7)]
    assert every["default"] == plans.default() == Plan(progress="polls").to_json()
    submit(mock_knock)
    assert [e["name"] for e in plans.next()] == ["*"]


def test_what_is_taken_back_has_no_effect(mock_knock: MockKnock) -> None:
    plans = mock_knock.control.plans
    for outcome in ("failed", "stuck"):
        mock_knock.plan_next(progress="immediate", outcome=outcome)
    plans.remove_next(0)
    assert [e["plan"]["outcome"] for e in plans.next()] == ["stuck"]
    plans.remove_next()
    assert plans.next() == []
    mock_knock.plan_all("users.*", progress="immediate")
    assert submit(mock_knock) == "completed"
    plans.remove_rule("users.*")
    assert submit(mock_knock) == "queued"


def test_the_default_goes_back_to_the_servers(mock_knock: MockKnock) -> None:
    plans = mock_knock.control.plans
    before = plans.default()
    assert plans.set_default(progress="immediate", reads=9) != before
    assert plans.reset_default() == plans.default() == before


@pytest.mark.parametrize(("position", "status"), [(0, 404), (7, 404), (-1, 422), ("x", 422)])
def test_a_position_without_a_plan_is_refused(
    mock_knock: MockKnock, position: int, status: int
) -> None:
    with pytest.raises(ControlError) as caught:
        mock_knock.control.plans.remove_next(position)
    assert caught.value.status == status


def test_a_rule_that_is_not_there_is_refused_with_those_that_are(mock_knock: MockKnock) -> None:
    mock_knock.plan_all("users.delete")
    with pytest.raises(ControlError, match=r"users\.delete") as caught:
        mock_knock.control.plans.remove_rule("users.*")
    assert caught.value.status == 404


@pytest.mark.parametrize("name", ["user.identify", "users.identified", "objects.set", "", "users."])
def test_a_name_that_no_operation_has_is_refused(mock_knock: MockKnock, name: str) -> None:
    for put in (mock_knock.plan_next, mock_knock.plan_all):
        if name or put is mock_knock.plan_next:
            with pytest.raises(ControlError) as caught:
                put(name)
            assert [place.field for place in caught.value.fields] == ["name"]
            assert "users.identify" in caught.value.message
    assert mock_knock.control.plans.next() == mock_knock.control.plans.rules() == []


NAMES = [kind.replace("*", c) for kind in KINDS for c in ("a", "b", "ab", "a.b", "users", "set")]
pieces = st.sampled_from(
    ["*", "?", "[ab]", "[!a]", "users", "objects", ".", "set", "delete", "a", "b", "s", "de", "x"]
)


@given(st.lists(pieces, max_size=7).map("".join))
def test_a_pattern_that_matches_some_name_can_match(pattern: str) -> None:
    matched = any(fnmatchcase(name, pattern) for name in NAMES)
    assert can_match(pattern) or not matched


@given(st.sampled_from(NAMES), st.data())
def test_a_name_with_parts_left_open_can_match(name: str, data: st.DataObject) -> None:
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(name))] * 2)))
    assert can_match(f"{name[:start]}*{name[end:]}")


@given(st.lists(pieces, max_size=7).map("".join))
def test_a_pattern_that_can_match_has_a_name_to_show(pattern: str) -> None:
    """By brute force: a collection long enough to hold all that the pattern asks for."""
    asked = pattern.replace("[ab]", "a").replace("[!a]", "b").replace("?", "a").replace("*", "")
    texts = {
        asked[start:end] for start in range(len(asked)) for end in range(start, len(asked) + 1)
    }
    names = {one.replace("*", text) for one in KINDS for text in (*texts, "a")}
    assert can_match(pattern) == any(fnmatchcase(name, pattern) for name in names)
