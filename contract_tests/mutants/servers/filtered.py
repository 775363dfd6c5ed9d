"""Broken servers: filters that are passed over or misread, and pages of lists that few follow."""

from __future__ import annotations

import re

import httpx

from contract_tests.mutants.servers.planted import Call, changed, planted, shown
from contract_tests.rules import resources as rules


def _passed_over(call: Call, path: str, *names: str) -> httpx.Response:
    """The answer without these parameters, where the path is such a one."""
    if call.method == "GET" and re.fullmatch(path, call.path):
        return call.forward(query=[(n, v) for n, v in call.query if not n.startswith(names)])
    return call.forward()


@planted(rules.FILTERS)
def schedules_of_all_recipients(call: Call) -> httpx.Response:
    """The list of schedules takes `recipients[]`, and does not apply it."""
    return _passed_over(call, "/v1/schedules", "recipients")


@planted(rules.FILTERS)
def schedules_of_all_tenants(call: Call) -> httpx.Response:
    """The schedules of an object are those of all tenants, whichever is asked for."""
    return _passed_over(call, "/v1/objects/.*/schedules", "tenant")


@planted(rules.FILTERS)
def runs_since_ever(call: Call) -> httpx.Response:
    """The list of runs has no beginning."""
    return _passed_over(call, "/v1/workflow_recipient_runs", "starting_at")


@planted(rules.FILTERS)
def runs_of_objects_and_users(call: Call) -> httpx.Response:
    """The list of runs looks at the id of the recipient, and not at its collection."""
    if call.path == "/v1/workflow_recipient_runs":
        return call.forward(
            query=[
                ("recipient", v) if n == "recipient[id]" else (n, v)
                for n, v in call.query
                if n != "recipient[collection]"
            ]
        )
    return call.forward()


@planted(rules.FILTERS)
def feeds_always_have_the_archived(call: Call) -> httpx.Response:
    """A feed shows archived items, unless there is another filter."""
    if call.method == "GET" and "feeds" in call.parts():
        archived = [(n, "include" if v == "exclude" else v) for n, v in call.query]
        return call.forward(query=archived)
    return call.forward()


@planted(rules.FILTERS)
def names_of_tenants_may_begin_so(call: Call) -> httpx.Response:
    """The filter `name` of the list of tenants is passed over."""
    return _passed_over(call, "/v1/tenants", "name")


@planted(rules.FILTERS)
def the_last_instant_is_left_out(call: Call) -> httpx.Response:
    """`inserted_at.lte` of an object's messages is taken for `inserted_at.lt`."""
    if call.method == "GET" and re.fullmatch("/v1/objects/.*/messages", call.path):
        return call.forward(query=[(n.replace(".lte", ".lt"), v) for n, v in call.query])
    return call.forward()


@planted(rules.FILTERS)
def one_status_of_engagement_is_enough(call: Call) -> httpx.Response:
    """Of several `engagement_status[]` the last alone is looked at."""
    asked = [pair for pair in call.query if pair[0] == "engagement_status[]"]
    if call.method == "GET" and len(asked) > 1:
        rest = [pair for pair in call.query if pair not in asked]
        return call.forward(query=[*rest, asked[-1]])
    return call.forward()


@planted(rules.FILTERS)
def all_guides_are_banners(call: Call) -> httpx.Response:
    """The guides of a user are not chosen by their type."""
    return _passed_over(call, "/v1/users/.*/guides/.*", "type")


@planted(rules.FILTERS)
def followed_by_everything(call: Call) -> httpx.Response:
    """What an object is subscribed to cannot be narrowed by `objects[]`."""
    return _passed_over(call, "/v1/objects/.*/subscriptions", "objects")


@planted(rules.PREFERENCES_INCLUDED)
def no_preferences_in_lists(call: Call) -> httpx.Response:
    """The subscriptions of a user come without preferences, asked for or not."""
    return _passed_over(call, "/v1/users/.*/subscriptions", "include")


@planted(rules.BACKWARD)
def no_way_back_among_messages(call: Call) -> httpx.Response:
    """The list of all messages takes `before` for nothing."""
    return _passed_over(call, "/v1/messages", "before")


@planted(rules.PAGE_SIZE)
def pages_of_twenty(call: Call) -> httpx.Response:
    """A page of tenants has twenty rows where no size is asked for."""
    if call.method == "GET" and call.path == "/v1/tenants" and "page_size" not in dict(call.query):
        return call.forward(query=[*call.query, ("page_size", "20")])
    return call.forward()


@planted(rules.LIST_WHOLE)
def rows_of_one_instant_are_one(call: Call) -> httpx.Response:
    """Cursors of runs are instants: behind one come only the rows of other instants."""
    response = call.forward()
    body = shown(response)
    if call.path != "/v1/workflow_recipient_runs" or response.status_code != 200:
        return response
    last = call.memory.get("last")
    call.memory["last"] = body["items"][-1]["inserted_at"] if body["items"] else None
    if "after" in dict(call.query):
        body["items"] = [row for row in body["items"] if row["inserted_at"] != last]
        return changed(response, body)
    return response
