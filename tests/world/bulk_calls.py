"""One bulk call of any of the three kinds for users, and what can be seen of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from mock_knock.world.bulk_operations import BulkOperation
from mock_knock.world.environment import Environment
from mock_knock.world.instants import Instant, to_millisecond_text
from mock_knock.world.plans import Plan

from .worlds import BASE, Json, environment

BEFORE = {"workflows": {"old": True}}
AFTER = {"workflows": {"new": False}}


class BulkCall:
    """A call of `total` rows; the rows at the positions `doomed` cannot be carried out."""

    def __init__(self, kind: str, total: int, doomed: frozenset[int]) -> None:
        self.kind = kind
        self.total = total
        self.doomed = frozenset(at for at in doomed if at < total)
        no_id = "u{}/" if kind == "identify" else "u{}"
        self.ids = [(no_id if at in self.doomed else "u{}").format(at) for at in range(total)]

    def __repr__(self) -> str:
        return f"BulkCall({self.kind!r}, {self.total}, {set(self.doomed)})"

    def submit(self, plan: Plan) -> tuple[Environment, BulkOperation[object]]:
        """Make the call in a fresh environment."""
        world = environment(plan)
        if self.kind == "identify":
            rows: list[Mapping[str, Any]] = [
                {"id": id, "row": at} for at, id in enumerate(self.ids)
            ]
            return world, world.bulk_identify(rows, BASE)
        for at, id in enumerate(self.ids):
            if at not in self.doomed:
                world.users.identify(id, {"preferences": {"default": BEFORE}}, world.now)
        if self.kind == "delete":
            return world, world.bulk_delete_users(self.ids, BASE)
        return world, world.bulk_set_preferences(self.ids, AFTER, BASE)

    def failing(self, plan: Plan) -> frozenset[int]:
        """The positions of the rows that fail, if the operation gets there."""
        failing = set(self.doomed) | {at for at in plan.failing_positions if at < self.total}
        failing |= {at for at, id in enumerate(self.ids) if id in plan.failing_ids}
        if not plan.failing_fraction:
            return frozenset(failing)
        # Which rows the seed picks must not depend on how the operation goes; so ask a twin.
        twin = replace(
            plan,
            progress="immediate",
            outcome="completed",
            stop_in="processing",
            after_rows=None,
            after_fraction=None,
        )
        seen = {item["id"] for item in self.submit(twin)[1].to_json()["error_items"]}
        picked = frozenset(at for at, id in enumerate(self.ids) if id in seen)
        assert failing <= picked
        assert len(picked) >= round(self.total * plan.failing_fraction)
        assert len(picked) <= round(self.total * plan.failing_fraction) + len(failing)
        return picked

    def assert_effects(
        self, world: Environment, done_at: tuple[Instant, ...], failing: frozenset[int]
    ) -> None:
        """Every row has had its effect if, and only if, it is done and did not fail."""
        for at, id in enumerate(self.ids):
            done = done_at[at] if at < len(done_at) and at not in failing else None
            user = world.users.find(id)
            if self.kind == "identify":
                assert (user is not None) == (done is not None), id
                if user is not None and done is not None:
                    assert _seen(user.to_json()) == (at, to_millisecond_text(done))
            elif at in self.doomed:
                assert user is None
            elif self.kind == "delete":
                assert (user is None) == (done is not None), id
            else:
                assert user is not None
                wanted = AFTER if done is not None else BEFORE
                assert user.preferences.one("default")["workflows"] == wanted["workflows"]
                assert done is None or user.updated_at == done


def _seen(user: Json) -> tuple[int, str]:
    return user["row"], user["updated_at"]


bulk_calls = st.builds(
    BulkCall,
    st.sampled_from(("identify", "delete", "set_preferences")),
    st.integers(0, 30),
    st.frozensets(st.integers(0, 29), max_size=4),
)
