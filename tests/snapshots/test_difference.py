"""Two snapshots compared: what differs is named by its JSON pointer, with both values."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mock_knock import MockKnock
from mock_knock.snapshots import Difference, differences, read_text, take, write_text
from mock_knock.snapshots.difference import ABSENT

values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from(("", "a", "b/~"))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(("", "a", "b/c", "~1", "0")), inner, max_size=3),
    ),
    max_leaves=12,
)


def found(document: Any, pointer: str) -> Any:
    """The value at a JSON pointer, as RFC 6901 says."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def strict(value: Any) -> str:
    """A text that is the same for the same JSON; for Python true is 1."""
    return json.dumps(value, sort_keys=True)


@given(before=values, after=values)
def test_what_differs_is_named_and_nothing_else(before: Any, after: Any) -> None:
    there = differences(before, after)
    assert (there == []) == (strict(before) == strict(after))
    for one in there:
        assert one.before is ABSENT or found(before, one.pointer) == one.before
        assert one.after is ABSENT or found(after, one.pointer) == one.after
        assert one.before is not ABSENT or one.after is not ABSENT
    assert len({(one.pointer, one.before is ABSENT) for one in there}) == len(there)


@given(before=values, after=values)
def test_the_other_way_round_it_is_the_same_the_other_way_round(before: Any, after: Any) -> None:
    one = {(d.pointer, strict(d.to_json())) for d in differences(before, after)}
    other = {
        (d.pointer, strict(Difference(d.pointer, d.after, d.before).to_json()))
        for d in differences(after, before)
    }
    assert one == other


@given(values)
def test_a_value_does_not_differ_from_its_copy(value: Any) -> None:
    assert differences(value, json.loads(json.dumps(value))) == []


def test_an_entry_that_is_put_into_a_list_is_one_difference() -> None:
    assert differences([1, 2, 3], [1, 9, 2, 3]) == [Difference("/1", ABSENT, 9)]
    assert differences({"a": [1, 2, 3]}, {"a": [2, 3]}) == [Difference("/a/0", 1, ABSENT)]
    assert differences([{"a": 1}, {"b": 1}], [{"a": 2}, {"b": 1}]) == [Difference("/0/a", 1, 2)]


def test_a_difference_can_be_read() -> None:
    shown = [str(one) for one in differences({"a": 1, "b": "x" * 99}, {"a": None, "c": {"d": 1}})]
    assert shown == ["~ /a: 1 -> null", '- /b: "' + "x" * 56 + "...", '+ /c: {"d": 1}']
    assert Difference("/a", None, ABSENT).to_json() == {"pointer": "/a", "before": None}
    assert str(Difference("", 1, 2)) == "~ /: 1 -> 2"


def snapshot(mock: MockKnock) -> dict[str, Any]:
    service = mock.server.service
    return mock.server.call(lambda: take(service.open_environment(mock.api_key)))


def test_another_name_of_one_user_is_one_line(mock_knock: MockKnock) -> None:
    for id in ("ellie", "nadia", "a/b".replace("/", "~")):
        mock_knock.users.identify(id, name="Someone", plan="pro")
    before = snapshot(mock_knock)
    # The name alone: by a call the instant of the change would change too, which is another line.
    mock_knock.call(lambda world: world.users.get("a~b").properties.update(name="Ellie"))
    after = snapshot(mock_knock)
    assert differences(before, after) == [
        Difference("/users/a~0b/properties/name", "Someone", "Ellie")
    ]
    lines = zip(write_text(before).splitlines(), write_text(after).splitlines(), strict=True)
    assert [(a.strip(), b.strip()) for a, b in lines if a != b] == [
        ('"name": "Someone",', '"name": "Ellie",')
    ]


def test_a_snapshot_is_the_same_every_time(mock_knock: MockKnock) -> None:
    mock_knock.users.identify("ellie", name="Ellie \u00e9 \u2028")
    first = write_text(snapshot(mock_knock))
    assert write_text(snapshot(mock_knock)) == first
    assert write_text(read_text(first)) == first
