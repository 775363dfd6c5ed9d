"""The scenarios that every client is driven through."""

from __future__ import annotations

from typing import Final

from contract_tests.clients.scenario import EVER, Course, Scenario, Trouble

_SOME_FAIL: Final = Course(failing=(1, 3))

SCENARIOS: Final[tuple[Scenario, ...]] = (
    Scenario("all succeed", "Every row succeeds."),
    Scenario("one user", "There is one user only.", users=1),
    Scenario(
        "completed at once", "The submission is answered with an operation that has ended.",
        course=Course(speed="at once"),
    ),
    Scenario("some rows fail", "Two of five rows fail.", course=_SOME_FAIL),
    Scenario("all rows fail", "The operation is completed, and every row has failed.", users=3,
             course=Course(failing=(0, 1, 2))),
    Scenario("fails early", "The operation fails after its first rows.", users=20,
             course=Course("failed", after=0.1)),
    Scenario("fails late", "The operation fails before its last rows.", users=20,
             course=Course("failed", after=0.95)),
    Scenario("fails from queued", "The operation fails before any row is processed.",
             course=Course("failed", stop_in="queued")),
    Scenario("rows fail, then the operation", "Rows fail, and later the whole operation.",
             users=10, course=Course("failed", failing=(0, 2))),
    Scenario("stuck in queued", "The operation stays queued for ever.",
             course=Course("stuck", stop_in="queued")),
    Scenario("stuck in processing", "The operation stays in processing for ever.", users=10,
             course=Course("stuck")),
    Scenario("stuck after the last row", "Every row is processed; the operation never ends.",
             course=Course("stuck", after=1.0)),
    Scenario("very slow", "The operation takes long, and then is completed.",
             course=Course(speed="slow")),
    Scenario("exactly 1,000 users", "One batch, as large as it may be.", users=1_000),
    Scenario("more than 1,000 users", "Three batches, which do not end in their order.",
             users=2_001, courses=(Course(work=0.5), Course(work=2.0))),
    Scenario("rows of the first batch fail", "In the first batch of two a row fails.", users=1_100,
             courses=(Course(failing=(7,)),)),
    Scenario("rows of a later batch fail", "In the second batch of two a row fails.", users=1_100,
             courses=(Course(), Course(failing=(7,)))),
    Scenario("one batch fails", "The second batch of two fails.", users=1_100,
             courses=(Course(), Course("failed"))),
    Scenario("429 at the submission", "Too many requests, with Retry-After.",
             troubles=(Trouble("submit", "429", times=2),)),
    Scenario("429 at a poll", "Too many requests, with Retry-After.",
             troubles=(Trouble("poll", "429", skip=1, times=2),)),
    Scenario("429 at the trigger", "Too many requests, with Retry-After.",
             troubles=(Trouble("trigger", "429", times=2),)),
    Scenario("500 at the submission", "The server fails once, and takes nothing.",
             troubles=(Trouble("submit", "500"),)),
    Scenario("503 at polls", "The server is away for two polls.",
             troubles=(Trouble("poll", "503", skip=1, times=2),)),
    Scenario("503 with Retry-After at a poll", "The server says when it will be back.",
             troubles=(Trouble("poll", "503 with Retry-After", times=1),)),
    Scenario("500 at the trigger", "The server fails once, and notifies nobody.",
             troubles=(Trouble("trigger", "500"),)),
    Scenario("submissions fail for ever", "No submission is answered but with a 500.",
             troubles=(Trouble("submit", "500", times=EVER),)),
    Scenario("triggers fail for ever", "No trigger is answered but with a 503.",
             troubles=(Trouble("trigger", "503", times=EVER),)),
    Scenario("polls fail for ever", "No poll is answered but with a 503.",
             troubles=(Trouble("poll", "503", skip=1, times=EVER),)),
    Scenario("cut in the submission", "The submission is taken; its answer does not arrive.",
             troubles=(Trouble("submit", "cut"),)),
    Scenario("half an answer to the submission",
             "The submission is taken; half of its answer arrives.",
             troubles=(Trouble("submit", "cut in the midst"),)),
    Scenario("cut before the submission", "The connection breaks, and nothing is taken.",
             troubles=(Trouble("submit", "cut before"),)),
    Scenario("cut in polls", "Two polls are cut off.",
             troubles=(Trouble("poll", "cut", skip=1, times=2),)),
    Scenario("half an answer to a poll", "Half of a poll's answer arrives.",
             troubles=(Trouble("poll", "cut in the midst", skip=1),)),
    Scenario("cut in the trigger", "Everybody is notified; the answer does not arrive.",
             troubles=(Trouble("trigger", "cut"),)),
    Scenario("half an answer to the trigger", "Everybody is notified; half an answer arrives.",
             troubles=(Trouble("trigger", "cut in the midst"),)),
    Scenario("cut before the trigger", "The connection breaks, and nobody is notified.",
             troubles=(Trouble("trigger", "cut before"),)),
    Scenario("unknown fields", "Answers have fields that no document knows.", course=_SOME_FAIL,
             troubles=tuple(Trouble(call, "unknown fields", times=EVER)
                            for call in ("submit", "poll", "trigger"))),
    Scenario("nulls", "What may be missing is null in every answer.",
             troubles=(Trouble("submit", "nulls", times=EVER),
                       Trouble("poll", "nulls", times=EVER))),
    Scenario("fields left out", "What is not required is left out.",
             troubles=(Trouble("submit", "fields left out", times=EVER),
                       Trouble("poll", "fields left out", times=EVER))),
    Scenario("a status nobody knows", "One poll shows a status that no document knows.",
             troubles=(Trouble("poll", "unknown status", skip=1),)),
    Scenario("the key is refused from the start", "No request is let in.", expires_after=0),
    Scenario("the key expires after the submission", "Polls are refused.", expires_after=1),
    Scenario("the key expires between polls", "The second poll is refused.", expires_after=2),
    Scenario("the key expires before the trigger", "The trigger is refused.",
             troubles=(Trouble("trigger", "401", times=EVER),)),
)  # fmt: skip
"""In the order of a table: what operations may do, then what calls may."""


def by_name() -> dict[str, Scenario]:
    """By name. Raises ValueError for a name that is used twice."""
    named = {scenario.name: scenario for scenario in SCENARIOS}
    if len(named) != len(SCENARIOS):
        raise ValueError("two scenarios have the same name")
    return named
