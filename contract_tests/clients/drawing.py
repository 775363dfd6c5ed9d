"""Scenarios that Hypothesis draws: other courses, and troubles that come together."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

from contract_tests.clients.scenario import Course, Scenario, Trouble

DRAWN: Final = "drawn"
SENTENCE: Final = "A scenario that was drawn."
_MOST_USERS = 12
_SUBMISSION = ("429", "500", "cut", "cut before", "cut in the midst", "unknown fields", "nulls")
_POLL = (
    "429", "500", "503", "503 with Retry-After", "cut", "cut in the midst", "unknown fields",
    "nulls", "unknown status",
)  # fmt: skip
_TRIGGER = ("429", "500", "503", "cut", "cut before", "cut in the midst")


def scenarios() -> st.SearchStrategy[Scenario]:
    """Small ones first: one user, an operation that is completed, no trouble."""
    return st.builds(
        _scenario,
        st.integers(1, _MOST_USERS),
        _courses(),
        st.lists(_troubles(), max_size=2, unique_by=lambda trouble: (trouble.call, trouble.kind)),
        st.none() | st.integers(0, 6),
    )


def _scenario(
    users: int, course: Course, troubles: list[Trouble], expires_after: int | None
) -> Scenario:
    return Scenario(
        DRAWN,
        SENTENCE,
        users=users,
        course=course,
        troubles=tuple(troubles),
        expires_after=expires_after,
    )


def _courses() -> st.SearchStrategy[Course]:
    failing = st.lists(st.integers(0, _MOST_USERS - 1), max_size=4, unique=True)
    return st.builds(
        Course,
        outcome=st.sampled_from(("completed", "failed", "stuck")),
        failing=failing.map(sorted).map(tuple),
        stop_in=st.sampled_from(("processing", "queued")),
        after=st.sampled_from((0.5, 0.0, 0.1, 0.9, 1.0)),
        queue=st.sampled_from((1.0, 0.0, 0.05, 2.0)),
        work=st.sampled_from((1.0, 0.0, 0.05, 2.0)),
    )


def _troubles() -> st.SearchStrategy[Trouble]:
    skips, times = st.integers(0, 2), st.integers(1, 2)
    return st.one_of(
        st.builds(Trouble, st.just("poll"), st.sampled_from(_POLL), skips, times),
        st.builds(Trouble, st.just("submit"), st.sampled_from(_SUBMISSION), st.just(0), times),
        st.builds(Trouble, st.just("trigger"), st.sampled_from(_TRIGGER), st.just(0), times),
    )
