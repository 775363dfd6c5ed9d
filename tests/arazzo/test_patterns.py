"""Patterns are foreign text: each search comes to an end, and what is too large is refused."""

from __future__ import annotations

import pytest

from contract_tests.arazzo import CriterionError, InputError, LinkError, jsonpath, parse_document
from contract_tests.arazzo.inputs import complete_inputs
from contract_tests.arazzo.patterns import Pattern

_UUID = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("ed$", "completed", True),
        ("^complete$", "completed", False),
        ("^(?!queued)completed$", "completed", True),
        ("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", _UUID, True),
        ("[]{}]", "a}", True),
        (r"\(", "(", True),
        ("a{2,}", "aa", True),
        ("{", "{", True),
        ("^(([a-z])+.)+[A-Z]([a-z])+$", "a" * 60, False),
        ("(a+)+$", "a" * 60 + "!", False),
    ],
)
def test_a_pattern_is_searched_for(pattern: str, text: str, found: bool) -> None:
    assert Pattern(pattern).found_in(text) is found


def test_a_pattern_may_be_the_whole_text() -> None:
    assert Pattern("a+").is_all_of("aaa")
    assert not Pattern("a+").is_all_of("aaab")


@pytest.mark.parametrize(
    "pattern", ["((a{1000}){1000}){1000}", "(?:a?){5000}a{50000}", "((((a{9}){9}){9}){9}){99}"]
)
def test_what_is_too_large_is_refused(pattern: str) -> None:
    with pytest.raises(CriterionError, match="its counts multiply to more than 20000"):
        Pattern(pattern)


def test_what_is_no_pattern_is_refused() -> None:
    with pytest.raises(CriterionError, match="is no regular expression"):
        Pattern("(")


def test_one_that_took_too_long_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pattern = Pattern("a")
    calls: list[str] = []

    class Slow:
        def search(self, text: str, *, timeout: float) -> object:
            calls.append(text)
            raise TimeoutError

    monkeypatch.setattr(pattern, "_compiled", Slow())
    for _ in range(3):
        with pytest.raises(CriterionError, match="takes too long"):
            pattern.found_in("b")
    assert calls == ["b"]


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("$[?search(@.status, 'comp.*')]", True),
        ("$[?match(@.status, 'comp')]", False),
        ("$[?match(@.status, 'c.mpleted')]", True),
        ("$[?match(@.status, '[')]", False),
        ("$[?match(@.count, '1')]", False),
    ],
)
def test_jsonpath_s_functions_are_bounded_too(query: str, holds: bool) -> None:
    assert jsonpath.compile_query(query)([{"status": "completed", "count": 1}]) is holds


def test_inputs_are_matched_with_a_bound() -> None:
    document = parse_document(
        {
            "arazzo": "1.0.1",
            "info": {"title": "t", "version": "1"},
            "sourceDescriptions": [{"name": "a", "url": "a.yml"}],
            "workflows": [
                {
                    "workflowId": "w",
                    "inputs": {
                        "type": "object",
                        "properties": {
                            "key": {"type": "string", "pattern": "^(a+)+$"},
                            "large": {"type": "string", "pattern": "((a{999}){99}){99}"},
                        },
                    },
                    "steps": [{"stepId": "s", "operationId": "x"}],
                }
            ],
        }
    )
    workflow = document.workflows["w"]
    assert complete_inputs(document, workflow, {"key": "a" * 60}) == {"key": "a" * 60}
    with pytest.raises(InputError, match="'key' breaks pattern"):
        complete_inputs(document, workflow, {"key": "a" * 60 + "!"})
    with pytest.raises(LinkError, match="its counts multiply"):
        complete_inputs(document, workflow, {"large": "a"})
