"""Workflow runs beside a plain list, under any sequence of triggers, cancels, deletes and waits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mock_knock.world.errors import MissingError
from mock_knock.world.instants import Instant
from mock_knock.world.objects import TENANTS
from mock_knock.world.recipient_runs import RunFilter
from mock_knock.world.references import RecipientKey
from mock_knock.world.workflow import Workflow

from .worlds import Json, all_runs, environment

DELAYS = {"now": 0.0, "soon": 1.5, "later": 60.0}

users = st.sampled_from(("a", "b", "c", "d"))
workflows = st.sampled_from(tuple(DELAYS))
objects = st.sampled_from(("o", "p")).map(lambda name: {"id": name, "collection": "cars"})
inline_users = users.map(lambda name: {"id": name, "plan": "pro"})
inline_objects = objects.map(lambda given: {**given, "name": "Car"})
references = st.one_of(users, objects)
recipients = st.one_of(users, objects, inline_users, inline_objects)
cancellation_keys = st.sampled_from(("k", "l"))
tenants = st.sampled_from(("t", "u"))
moments = st.tuples(st.integers(0, 9), st.integers(-1, 1))


def key_of(given: Any) -> RecipientKey:
    return (given, None) if isinstance(given, str) else (given["id"], given.get("collection"))


def is_inline(given: Any) -> bool:
    return not isinstance(given, str) and set(given) != {"id", "collection"}


@dataclass
class Run:
    """What the model remembers of one run."""

    workflow: str
    workflow_run_id: str
    recipient: RecipientKey
    tenant: str | None
    cancellation_key: str | None
    inserted: Instant
    cancelled: bool = False

    def status(self, now: Instant) -> str:
        if self.cancelled:
            return "cancelled"
        done = self.inserted + round(DELAYS[self.workflow] * 1_000_000)
        return "completed" if done <= now else "paused"


class WorkflowsBesideAList(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = environment()
        for key, delay in DELAYS.items():
            self.world.workflows.declare(Workflow(key, delay=delay))
        self.known: set[RecipientKey] = set()
        self.tenants: set[str] = set()
        self.runs: list[Run] = []

    @rule(
        key=workflows,
        given=st.lists(recipients, max_size=5),
        actor=st.none() | references | inline_users,
        tenant=st.none() | tenants,
        cancellation_key=st.none() | cancellation_keys,
    )
    def trigger(
        self, key: str, given: list[Any], actor: Any, tenant: str | None, cancellation_key: Any
    ) -> None:
        body: Json = {"recipients": given}
        optional = {"actor": actor, "tenant": tenant, "cancellation_key": cancellation_key}
        body |= {name: value for name, value in optional.items() if value is not None}
        inline = {key_of(one) for one in [*given, actor] if one is not None and is_inline(one)}
        if actor is not None and key_of(actor) not in self.known | inline:
            with pytest.raises(MissingError) as refused:
                self.world.workflows.trigger(key, body, self.world.now)
            assert refused.value.code == "actor_missing"
            return
        run_id = self.world.workflows.trigger(key, body, self.world.now)
        self.known |= inline
        if tenant is not None:
            self.tenants.add(tenant)
        for recipient in dict.fromkeys(key_of(one) for one in given):
            if recipient in self.known:
                run = Run(key, run_id, recipient, tenant, cancellation_key, self.world.now)
                self.runs.append(run)
        self.world.advance(0)

    @rule(key=workflows, cancellation_key=cancellation_keys, only=st.none() | st.lists(references))
    def cancel(self, key: str, cancellation_key: str, only: list[Any] | None) -> None:
        named = None if only is None else {key_of(one) for one in only}
        hit = [
            run
            for run in self.runs
            if (run.workflow, run.cancellation_key) == (key, cancellation_key)
            and run.status(self.world.now) == "paused"
            and (named is None or run.recipient in named)
        ]
        for run in hit:
            run.cancelled = True
        count = self.world.workflows.cancel(key, cancellation_key, only, self.world.now)
        assert count == len(hit)

    @rule(id=users)
    def identify(self, id: str) -> None:
        self.world.users.identify(id, {}, self.world.now)
        self.known.add((id, None))

    @rule(id=users)
    def delete(self, id: str) -> None:
        if (id, None) in self.known:
            self.world.delete_user(id, self.world.now)
            self.forget(id)

    @rule(survivor=users, source=users)
    def merge(self, survivor: str, source: str) -> None:
        if survivor != source and {(survivor, None), (source, None)} <= self.known:
            self.world.merge_users(survivor, source)
            self.forget(source)

    def forget(self, id: str) -> None:
        self.known.discard((id, None))
        self.runs = [run for run in self.runs if run.recipient != (id, None)]

    @rule(seconds=st.sampled_from((0.0, 0.5, 1.5, 30.0, 60.0)))
    def wait(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(
        workflow=st.none() | workflows,
        statuses=st.lists(st.sampled_from(("paused", "completed", "cancelled")), unique=True),
        tenant=st.none() | tenants,
        recipient=st.none() | references.map(key_of),
        start=st.none() | moments,
        end=st.none() | moments,
        size=st.integers(1, 3),
    )
    def list_runs(
        self,
        workflow: str | None,
        statuses: list[str],
        tenant: str | None,
        recipient: RecipientKey | None,
        start: tuple[int, int] | None,
        end: tuple[int, int] | None,
        size: int,
    ) -> None:
        starting_at = None if start is None else self.near_a_run(*start)
        ending_at = None if end is None else self.near_a_run(*end)
        keep = RunFilter(
            workflow=workflow,
            statuses=tuple(statuses),
            tenant=tenant,
            recipient=recipient,
            starting_at=starting_at,
            ending_at=ending_at,
        )
        wanted = [
            self.facts(run)
            for run in reversed(self.runs)
            if workflow in (None, run.workflow)
            and (not statuses or run.status(self.world.now) in statuses)
            and tenant in (None, run.tenant)
            and recipient in (None, run.recipient)
            and (starting_at is None or starting_at <= run.inserted)
            and (ending_at is None or run.inserted <= ending_at)
        ]
        assert [facts_of(shown) for shown in all_runs(self.world, keep, size)] == wanted

    @invariant()
    def knows_the_same_runs_newest_first_and_the_same_recipients(self) -> None:
        shown = all_runs(self.world)
        assert [facts_of(run) for run in shown] == [self.facts(run) for run in reversed(self.runs)]
        assert len({run["id"] for run in shown}) == len(shown)
        for key in DELAYS:
            of_one_workflow = all_runs(self.world, RunFilter(workflow=key))
            assert of_one_workflow == [run for run in shown if run["workflow"] == key]
        assert set(self.world.users) == {id for id, collection in self.known if not collection}
        for id in ("o", "p"):
            stored = self.world.objects.find("cars", id) is not None
            assert stored == ((id, "cars") in self.known)
        for id in ("t", "u"):
            assert (self.world.objects.find(TENANTS, id) is not None) == (id in self.tenants)

    def near_a_run(self, number: int, by: int) -> Instant:
        """The instant at which some run was inserted, or one beside it."""
        return (self.runs[number % len(self.runs)].inserted if self.runs else self.world.now) + by

    def facts(self, run: Run) -> tuple[object, ...]:
        """The run as `facts_of` has it."""
        return (
            run.workflow,
            run.workflow_run_id,
            run.recipient,
            run.tenant,
            run.cancellation_key,
            run.status(self.world.now),
        )


def facts_of(shown: Json) -> tuple[object, ...]:
    """What the model knows, taken from a run in Knock's form."""
    return (
        shown["workflow"],
        shown["workflow_run_id"],
        key_of(shown["recipient"]),
        shown["tenant"],
        shown["trigger_source"]["cancellation_key"],
        shown["status"],
    )


TestWorkflowsBesideAList = WorkflowsBesideAList.TestCase
