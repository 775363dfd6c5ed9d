"""Schedules beside a plain list: what is due when, what a list has, and walks while others write.

Time is counted in minutes from the start, 09:00. A schedule is due once, or at each full hour.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from mock_knock.world.instants import DEFAULT_START, to_datetime
from tests.machines import HttpMachine, Json, url

USERS = ("ann", "ben", "cat")
WORKFLOWS = ("daily", "digest")
TENANTS = (None, "acme", "bell")

users = st.sampled_from(USERS)
workflows = st.sampled_from(WORKFLOWS)
tenants = st.sampled_from(TENANTS)
minutes = st.integers(-30, 200)
timing = st.one_of(
    st.none(), minutes.map(lambda at: ("once", at)), st.just(("hourly", 0))
)  # when it is due: never, at a minute, at each full hour


def written(minute: int) -> str:
    return to_datetime(DEFAULT_START + minute * 60_000_000).isoformat()


class SchedulesBesideAList(HttpMachine):
    """`self.model` is in the order of creation; `self.runs` has what happened, and when."""

    def __init__(self) -> None:
        super().__init__()
        for user in USERS:
            self.mock.users.identify(user)
        self.known = set(USERS)
        self.model: list[Json] = []
        self.runs: list[tuple[int, str, str]] = []
        self.now = 0

    def timing_of(self, when: tuple[str, int] | None) -> Json:
        if when is None:
            return {"repeats": [], "scheduled_at": None}
        if when[0] == "once":
            return {"repeats": [], "scheduled_at": written(when[1])}
        return {"repeats": [{"frequency": "hourly", "minutes": 0}], "scheduled_at": None}

    def plan(self, schedule: Json, when: tuple[str, int] | None) -> None:
        schedule["hourly"] = when is not None and when[0] == "hourly"
        if when is None:
            schedule["next"] = None
        elif schedule["hourly"]:
            schedule["next"] = (self.now // 60 + 1) * 60
        else:
            schedule["next"] = max(when[1], self.now)

    def happen(self) -> None:
        """Everything that is due by now, the earliest first."""
        while True:
            due = [s for s in self.model if s["next"] is not None and s["next"] <= self.now]
            if not due:
                return
            first = min(due, key=lambda schedule: schedule["next"])
            at = first["next"]
            self.runs.append((at, first["workflow"], first["recipient"]))
            first["last"] = at
            first["next"] = at + 60 if first["hourly"] else None

    @rule(
        given=st.lists(users, min_size=1, max_size=3),
        workflow=workflows,
        tenant=tenants,
        when=timing,
    )
    def create(
        self, given: list[str], workflow: str, tenant: str | None, when: tuple[str, int] | None
    ) -> None:
        body = {"workflow": workflow, "recipients": given, "tenant": tenant}
        answer = self.ask("POST", url("schedules"), {**body, **self.timing_of(when)})
        if not set(given) <= self.known:
            assert answer.status_code == 404
            return
        assert answer.status_code == 200, answer.text
        names = list(dict.fromkeys(given))
        assert [made["recipient"]["id"] for made in answer.json()] == names
        for made in answer.json():
            schedule = {"id": made["id"], "workflow": workflow, "tenant": tenant, "last": None}
            self.model.append({**schedule, "recipient": made["recipient"]["id"]})
            self.plan(self.model[-1], when)
        self.happen()

    def some(self, data: st.DataObject) -> list[Json]:
        return data.draw(st.lists(st.sampled_from(self.model), max_size=3)) if self.model else []

    @rule(data=st.data(), tenant=tenants, when=timing, part=st.sampled_from(("tenant", "timing")))
    def update(
        self, data: st.DataObject, tenant: str | None, when: tuple[str, int] | None, part: str
    ) -> None:
        found = self.some(data)
        ids = [schedule["id"] for schedule in found]
        change = {"tenant": tenant} if part == "tenant" else self.timing_of(when)
        answer = self.ask("PUT", url("schedules"), {"schedule_ids": ids, **change})
        assert answer.status_code == 200, answer.text
        assert [shown["id"] for shown in answer.json()] == list(dict.fromkeys(ids))
        for schedule in {s["id"]: s for s in found}.values():
            if part == "tenant":
                schedule["tenant"] = tenant
            else:
                self.plan(schedule, when)
        self.happen()

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        ids = [schedule["id"] for schedule in self.some(data)]
        unknown = "b3f7a9d0-5e14-4c82-96ab-7d01e8f35c24"
        body = {"schedule_ids": [*ids, unknown]}
        answer = self.ask("DELETE", url("schedules"), body)
        assert [gone["id"] for gone in answer.json()] == list(dict.fromkeys(ids))
        self.model = [schedule for schedule in self.model if schedule["id"] not in ids]

    @rule(user=users)
    def delete_user(self, user: str) -> None:
        known = user in self.known
        assert self.ask("DELETE", url("users", user)).status_code == (204 if known else 404)
        self.known.discard(user)
        self.model = [schedule for schedule in self.model if schedule["recipient"] != user]
        self.runs = [run for run in self.runs if run[2] != user]

    @rule(user=users)
    def identify(self, user: str) -> None:
        self.mock.users.identify(user)
        self.known.add(user)

    @rule(minutes=st.sampled_from((1, 30, 60, 95)))
    def let_time_pass(self, minutes: int) -> None:
        self.mock.clock.advance(timedelta(minutes=minutes))
        self.now += minutes
        self.happen()

    def matching(
        self, workflow: str | None, only: list[str] | None, tenant: str | None
    ) -> list[Json]:
        return [
            schedule
            for schedule in reversed(self.model)
            if workflow in (None, schedule["workflow"])
            and (only is None or schedule["recipient"] in only)
            and tenant in (None, schedule["tenant"])
        ]

    @rule(
        workflow=workflows,
        only=st.none() | st.lists(users, min_size=1, max_size=2),
        tenant=tenants,
        size=st.integers(1, 3),
    )
    def list_some(
        self, workflow: str, only: list[str] | None, tenant: str | None, size: int
    ) -> None:
        query: dict[str, Any] = {"workflow": workflow}
        query |= {} if only is None else {"recipients[]": only}
        query |= {} if tenant is None else {"tenant": tenant}
        listed = self.walk(url("schedules"), size, **query)
        expected = self.matching(workflow, only, tenant)
        assert [entry["id"] for entry in listed] == [schedule["id"] for schedule in expected]

    @rule(workflow=workflows, size=st.integers(1, 2), new=users, data=st.data())
    def walk_while_others_write(
        self, workflow: str, size: int, new: str, data: st.DataObject
    ) -> None:
        before = self.matching(workflow, None, None)
        writes = iter((lambda: self.create([new], workflow, None, None), lambda: self.delete(data)))
        entries = self.walk(
            url("schedules"), size, lambda: next(writes, lambda: None)(), workflow=workflow
        )
        listed = [entry["id"] for entry in entries]
        left = {schedule["id"] for schedule in self.model}
        stayed = [schedule["id"] for schedule in before if schedule["id"] in left]
        assert [id for id in listed if id in stayed] == stayed
        assert len(listed) == len(set(listed))

    @invariant()
    def schedules_are_due_when_they_should_be(self) -> None:
        for user in self.known:
            entries = self.ask("GET", url("users", user, "schedules")).json()["entries"]
            mine = self.matching(None, [user], None)[:50]
            assert [(e["id"], e["tenant"]) for e in entries] == [
                (schedule["id"], schedule["tenant"]) for schedule in mine
            ]
            for entry, schedule in zip(entries, mine, strict=True):
                for name in ("next", "last"):
                    at = schedule[name]
                    text = None if at is None else written(at).replace("+00:00", ".000000Z")
                    assert entry[f"{name}_occurrence_at"] == text

    @invariant()
    def lists_of_a_tenant_have_what_is_its_own(self) -> None:
        for workflow in WORKFLOWS:
            query = {"workflow": workflow, "tenant": "acme"}
            entries = self.ask("GET", url("schedules"), **query).json()["entries"]
            expected = self.matching(workflow, None, "acme")[:50]
            assert [entry["id"] for entry in entries] == [one["id"] for one in expected]

    @invariant()
    def each_occurrence_has_run(self) -> None:
        shown = [
            (run["inserted_at"], run["workflow"], run["recipient"])
            for run in self.mock.workflows.runs
        ]
        expected = [
            (written(at).replace("+00:00", ".000000Z"), workflow, user)
            for at, workflow, user in self.runs
        ]
        assert sorted(shown) == sorted(expected)


TestSchedulesBesideAList = SchedulesBesideAList.TestCase
