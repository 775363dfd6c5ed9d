"""Calls of the API over every resource, for scripts that mean the same in two environments."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from hypothesis import strategies as st

from .rich import FEED, GUIDES, PUSH, SLACK, TOUR

Strategy = st.SearchStrategy[Any]


class Call(NamedTuple):
    """One request. `$message`, `$operation`, `$schedule` in it name the `at`-th one there is."""

    method: str
    path: str
    body: Any = None
    at: int = 0
    headers: tuple[tuple[str, str], ...] = ()


one_of, sampled, lists, fixed = st.one_of, st.sampled_from, st.lists, st.fixed_dictionaries
users = sampled(("a", "b", "c"))
objects = sampled(("o", "p"))
tenants = sampled(("t", "u"))
workflows = sampled(("quick", "slow", "silent", "checked"))
numbers = st.integers(0, 5)
properties = st.dictionaries(
    sampled(("name", "email", "plan", "phone_number")), st.text("xy", max_size=2), max_size=3
)
references = one_of(
    users,
    st.builds(lambda name, rest: {"id": name, **rest}, users, properties),
    fixed({"id": objects, "collection": st.just("projects")}, optional={"name": st.just("N")}),
)
some = lists(references, min_size=1, max_size=3)
rows = lists(st.builds(lambda name, rest: {"id": name, **rest}, users, properties), max_size=4)
rules: Strategy = sampled(
    (
        [{"frequency": "daily", "hours": 9, "minutes": 5}],
        [{"frequency": "hourly", "interval": 2}, {"frequency": "monthly", "day_of_month": 31}],
        [{"frequency": "weekly", "days": ["mon", "fri"], "interval": 3}],
        [],
    )
)
whens = sampled((None, "2026-01-05T09:00:07Z", "2026-01-06T00:00:00Z"))
plans: Strategy = sampled(
    (
        {"progress": "time", "queue_for": 1, "rows_per_second": 1},
        {"progress": "time", "queue_for": 2, "duration": 3, "failing_fraction": 0.5},
        {"progress": "time", "outcome": "stuck", "after_rows": 1, "rows_per_second": 1},
        {"progress": "time", "outcome": "failed", "stop_in": "queued", "queue_for": 3},
        {"progress": "polls", "reads": 4, "failing_positions": [0]},
        {"progress": "manual"},
        {"progress": "immediate", "outcome": "failed", "after_fraction": 0.5},
    )
)
members = lists(
    fixed({"user": fixed({"id": users}), "tenant": sampled((None, "t"))}), min_size=1, max_size=2
)
subscribers = fixed({"recipients": some}, optional={"properties": properties})
settings = fixed({"preference_set": fixed({"channel_types": fixed({"email": st.booleans()})})})
guide_step = fixed(
    {
        "channel_id": st.just(GUIDES),
        "guide_id": st.just(TOUR),
        "guide_key": st.just("tour"),
        "guide_step_ref": sampled(("one", "two")),
        "content": st.just({}),
    }
)
OWNER = "access_token_object[object_id]={object}&access_token_object[collection]=projects"
CONTROL = "/_mock_knock/bulk_operations/$operation"

PARTS: dict[str, Strategy] = {
    "user": users,
    "object": objects,
    "tenant": tenants,
    "workflow": workflows,
    "set": sampled(("default", "t")),
    "mark": sampled(("seen", "read", "archived", "interacted", "unseen", "unread")),
    "own_mark": sampled(("seen", "archived")),
    "action": sampled(("seen", "archive", "unread", "delete", "interacted")),
    "channel": sampled((FEED, PUSH)),
    "guide_mark": sampled(("seen", "interacted", "archived")),
    "audience": sampled(("vip", "new")),
}
"""What may stand for each `{part}` of a path."""


def entry(method: str, path: str, body: Strategy | None = None, *, key: bool = False) -> Strategy:
    """The calls of one route; with `key` some have an Idempotency-Key."""
    parts = {part: PARTS[part] for part in re.findall(r"\{(\w+)\}", path)}
    keys: Strategy = sampled(((), (("idempotency-key", "once"),))) if key else st.just(())
    return st.builds(
        lambda parts, body, at, headers: Call(method, path.format(**parts), body, at, headers),
        fixed(parts),
        st.none() if body is None else body,
        numbers if "$" in path or body in (named_message, named_schedule) else st.just(0),
        keys,
    )


named_message = fixed({"message_ids": st.just(["$message"])})
named_schedule = fixed({"schedule_ids": st.just(["$schedule"])}, optional={"scheduled_at": whens})
seconds = sampled((0.5, 1, 1.25, 2, 5, 8, 3600, 86_400))
advance = entry("POST", "/_mock_knock/clock/advance", fixed({"seconds": seconds}))
trigger = entry(
    "POST",
    "/v1/workflows/{workflow}/trigger",
    fixed(
        {
            "recipients": some,
            "tenant": sampled((None, "t", "u")),
            "cancellation_key": sampled((None, "k")),
            "actor": st.just({"id": "c"}),
            "data": st.just({"n": 1}),
        }
    ),
    key=True,
)

STEERING = (
    entry("POST", "/_mock_knock/clock/run_until_idle"),
    entry("POST", "/_mock_knock/plans/next", fixed({"plan": plans})),
    entry("PUT", "/_mock_knock/plans/rules/users.*", plans),
    entry("PUT", "/_mock_knock/plans/default", plans),
    entry("GET", "/v1/bulk_operations/$operation"),
    entry("POST", f"{CONTROL}/finish"),
    entry("POST", f"{CONTROL}/fail"),
    entry("POST", f"{CONTROL}/move", fixed({"rows": numbers})),
)
BULK = (
    entry("POST", "/v1/users/bulk/identify", fixed({"users": rows})),
    entry("POST", "/v1/users/bulk/delete", fixed({"user_ids": lists(users, max_size=4)})),
    entry(
        "POST",
        "/v1/users/bulk/preferences",
        fixed(
            {
                "user_ids": lists(users, max_size=4),
                "preferences": st.just({"id": "t", "channel_types": {"sms": False}}),
            }
        ),
    ),
    entry("POST", "/v1/objects/projects.x/bulk/set", fixed({"objects": rows})),
    entry("POST", "/v1/objects/projects/bulk/delete", fixed({"object_ids": lists(objects)})),
    *(
        entry(
            "POST",
            f"/v1/objects/projects/bulk/subscriptions/{what}",
            fixed(
                {
                    "subscriptions": lists(
                        st.builds(lambda name, rest: {"id": name, **rest}, objects, subscribers)
                    )
                }
            ),
        )
        for what in ("add", "delete")
    ),
    entry(
        "POST",
        "/v1/tenants/bulk/set",
        fixed({"tenants": lists(one_of(tenants, fixed({"id": tenants, "name": st.just("N")})))}),
    ),
    entry("POST", "/v1/tenants/bulk/delete?tenant_ids[]={tenant}&tenant_ids[]=zz"),
    entry(
        "POST",
        "/v1/schedules/bulk/create",
        fixed(
            {
                "schedules": lists(
                    fixed({"workflow": workflows, "recipient": references, "repeats": rules})
                )
            }
        ),
    ),
    entry(
        "POST",
        "/v1/channels/{channel}/messages/bulk/{action}",
        fixed({"archived": sampled(("include", "only", "exclude"))}),
    ),
)
SINGLE = (
    entry("PUT", "/v1/users/{user}", properties),
    entry("DELETE", "/v1/users/{user}"),
    entry("POST", "/v1/users/{user}/merge", fixed({"from_user_id": users})),
    entry(
        "PUT",
        "/v1/users/{user}/preferences/{set}",
        fixed({"workflows": fixed({"quick": st.booleans()})}),
    ),
    entry("DELETE", "/v1/users/{user}/preferences/t"),
    entry(
        "PUT",
        f"/v1/users/{{user}}/channel_data/{PUSH}",
        fixed({"data": fixed({"tokens": lists(sampled(("k1", "k2")))})}),
    ),
    entry("DELETE", f"/v1/users/{{user}}/channel_data/{PUSH}"),
    entry("PUT", "/v1/objects/projects/{object}", properties),
    entry("DELETE", "/v1/objects/projects/{object}"),
    entry(
        "PUT",
        f"/v1/objects/projects/{{object}}/channel_data/{SLACK}",
        st.just({"data": {"connections": [], "token": {"access_token": "xoxb-1"}}}),
    ),
    entry("PUT", f"/v1/providers/slack/{SLACK}/revoke_access?{OWNER}"),
    entry("POST", "/v1/objects/projects/{object}/subscriptions", subscribers),
    entry("DELETE", "/v1/objects/projects/{object}/subscriptions", fixed({"recipients": some})),
    entry("PUT", "/v1/tenants/{tenant}", fixed({}, optional={"settings": settings})),
    entry("DELETE", "/v1/tenants/{tenant}"),
    entry(
        "POST",
        "/v1/schedules",
        fixed(
            {
                "recipients": some,
                "workflow": workflows,
                "repeats": rules,
                "scheduled_at": whens,
                "data": st.just({"n": 1}),
                "tenant": tenants,
            }
        ),
    ),
    entry("PUT", "/v1/schedules", named_schedule),
    entry("DELETE", "/v1/schedules", named_schedule),
    entry("POST", "/v1/workflows/{workflow}/cancel", st.just({"cancellation_key": "k"})),
    entry("PUT", "/v1/messages/$message/{own_mark}"),
    entry("DELETE", "/v1/messages/$message/{own_mark}"),
    entry("PUT", "/v1/messages/$message/interacted", fixed({"metadata": fixed({"k": numbers})})),
    entry("POST", "/v1/messages/batch/{mark}", named_message),
    entry(
        "POST",
        "/v1/audiences/{audience}/members?create_audience=true",
        fixed({"members": members}),
    ),
    entry("DELETE", "/v1/audiences/{audience}/members", fixed({"members": members})),
    entry("PUT", "/v1/users/{user}/guides/messages/{guide_mark}", guide_step),
    entry(
        "DELETE",
        "/v1/users/{user}/guides/messages/archived",
        st.just({"guide_key": "tour"}),
    ),
    entry("PUT", "/v1/users/{user}/guides/engagements/reset", st.just({"guide_key": "tour"})),
)

calls: st.SearchStrategy[Call] = one_of(
    # Without time little is pending, and without triggers there is little to see: both come often.
    advance,
    trigger,
    one_of(*STEERING),
    one_of(*BULK),
    one_of(*SINGLE),
)
"""Any call that writes, of every resource, and every steering of clock and plans."""

scripts = lists(calls, min_size=4, max_size=25)

DAILY = [{"frequency": "daily", "hours": 9, "minutes": 5}]
PROJECT = {"id": "o", "collection": "projects"}
BUSY: list[Call] = [
    Call("PUT", "/v1/users/b", {"name": "B", "email": "b@x.org", "phone_number": "+2"}),
    Call("PUT", "/v1/users/c", {"name": "C"}),
    Call("PUT", "/v1/users/d", {"name": "D", "email": "d@x.org"}),
    Call("PUT", f"/v1/users/b/channel_data/{PUSH}", {"data": {"tokens": ["k1"]}}),
    Call("POST", "/v1/objects/projects/o/subscriptions", {"recipients": ["a", "b"]}),
    Call("PUT", "/_mock_knock/plans/default", {"progress": "immediate"}),
    Call("POST", "/v1/users/bulk/identify", {"users": [{"id": "e"}]}),
    Call("PUT", "/_mock_knock/plans/default", {"progress": "time", "rows_per_second": 2}),
    Call("POST", "/v1/workflows/quick/trigger", {"recipients": ["a", "d", PROJECT]}),
    Call("POST", "/v1/workflows/quick/trigger", {"recipients": ["a", "c"], "tenant": "t"}),
    Call(
        "POST",
        "/v1/workflows/slow/trigger",
        {"recipients": ["a", "b", "d"], "cancellation_key": "k"},
        headers=(("idempotency-key", "once"),),
    ),
    Call(
        "POST",
        "/v1/schedules",
        {"recipients": ["a", "c"], "workflow": "quick", "repeats": DAILY, "data": {"n": 1}},
    ),
    Call("POST", "/_mock_knock/clock/advance", {"seconds": 6}),
    Call("PUT", "/v1/messages/$message/seen", None, 1),
    Call("POST", "/v1/messages/batch/read", {"message_ids": ["$message"]}, 2),
    Call("POST", f"/v1/channels/{FEED}/messages/bulk/archive", {"archived": "include"}),
    Call("DELETE", "/v1/users/d"),
    Call("POST", "/v1/users/bulk/identify", {"users": [{"id": "a", "plan": 1}, {"id": "x/"}]}),
    Call("POST", "/v1/users/bulk/delete", {"user_ids": ["zz", "c"]}),
    Call(
        "POST",
        "/v1/users/bulk/preferences",
        {"user_ids": ["a", "zz", "b"], "preferences": {"id": "t", "channel_types": {}}},
    ),
    Call("POST", "/v1/objects/projects.x/bulk/set", {"objects": [{"id": "p"}, {"id": "q"}]}),
    Call("POST", "/v1/objects/projects/bulk/delete", {"object_ids": ["zz", "o"]}),
    Call(
        "POST",
        "/v1/objects/projects/bulk/subscriptions/add",
        {"subscriptions": [{"id": "p", "recipients": ["a"]}, {"id": "o", "recipients": ["c"]}]},
    ),
    Call(
        "POST",
        "/v1/objects/projects/bulk/subscriptions/delete",
        {"subscriptions": [{"id": "p", "recipients": ["a"]}, {"id": "o", "recipients": ["a"]}]},
    ),
    Call("POST", "/v1/tenants/bulk/set", {"tenants": ["u", {"id": "t", "name": "N"}]}),
    Call("POST", "/v1/tenants/bulk/delete?tenant_ids[]=zz&tenant_ids[]=u"),
    Call(
        "POST",
        "/v1/schedules/bulk/create",
        {"schedules": [{"workflow": "quick", "recipient": w, "repeats": DAILY} for w in "ab"]},
    ),
    Call(
        "PUT",
        "/v1/users/a/guides/messages/archived",
        {
            "channel_id": GUIDES,
            "guide_id": TOUR,
            "guide_key": "tour",
            "guide_step_ref": "one",
            "content": {},
        },
    ),
    Call("POST", "/_mock_knock/plans/next", {"name": "users.*", "plan": {"reads": 9}}),
    Call("PUT", "/_mock_knock/plans/rules/users.*", {"progress": "manual"}),
    Call("POST", "/_mock_knock/clock/advance", {"seconds": 1.5}),
]
"""A script after which something of every kind is under way, and something of most is gone."""
