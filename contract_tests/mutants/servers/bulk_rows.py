"""Broken servers: what the rows of bulk calls leave out of what the single calls do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, planted, shown
from contract_tests.rules import lifecycle as rules

Row = Any


def with_rows(call: Call, path: str, member: str, edit: Callable[[Row], Row]) -> httpx.Response:
    """The call, with each row of that member edited where its path ends so."""
    body = call.body
    if not call.path.endswith(path) or not isinstance(body, dict):
        return call.forward()
    rows = body.get(member)
    if not isinstance(rows, list):
        return call.forward()
    return call.forward(body={**body, member: [edit(row) for row in rows]})


def _without(*names: str) -> Callable[[Row], Row]:
    def edit(row: Row) -> Row:
        if not isinstance(row, dict):
            return row
        return {name: value for name, value in row.items() if name not in names}

    return edit


def _each_map(value: Any, edit: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        return edit({name: _each_map(inner, edit) for name, inner in value.items()})
    return [_each_map(inner, edit) for inner in value] if isinstance(value, list) else value


@planted(rules.ROWS_LIKE_SINGLE)
def nested_nulls_are_passed_over(call: Call) -> httpx.Response:
    """A null inside a property of an object that is set in bulk changes nothing."""

    def edit(row: Row) -> Row:
        bare = _each_map(row, lambda each: {n: v for n, v in each.items() if v is not None})
        return {**bare, **{n: v for n, v in row.items() if v is None}}

    return with_rows(call, "/bulk/set", "objects", edit)


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_users_have_no_channel_data(call: Call) -> httpx.Response:
    """Users that are identified in bulk lose their channel data."""
    return with_rows(call, "/users/bulk/identify", "users", _without("channel_data"))


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_users_have_no_locale(call: Call) -> httpx.Response:
    """Users that are identified in bulk keep the language they had."""
    return with_rows(call, "/users/bulk/identify", "users", _without("locale"))


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_objects_have_no_preferences(call: Call) -> httpx.Response:
    """Objects that are set in bulk lose their inline preferences."""
    return with_rows(call, "/bulk/set", "objects", _without("preferences"))


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_ids_are_decoded(call: Call) -> httpx.Response:
    """The ids of users that are identified in bulk are taken for parts of a form: + is a blank."""

    def edit(row: Row) -> Row:
        id = row.get("id") if isinstance(row, dict) else None
        return {**row, "id": id.replace("+", " ")} if isinstance(id, str) else row

    return with_rows(call, "/users/bulk/identify", "users", edit)


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_tenants_have_no_preference_set(call: Call) -> httpx.Response:
    """Tenants that are set in bulk keep their branding only."""

    def edit(row: Row) -> Row:
        settings = row.get("settings") if isinstance(row, dict) else None
        if not isinstance(settings, dict):
            return row
        return {**row, "settings": {n: v for n, v in settings.items() if n != "preference_set"}}

    return with_rows(call, "/tenants/bulk/set", "tenants", edit)


@planted(rules.TENANTS_STORED)
def bulk_tenants_are_light(call: Call) -> httpx.Response:
    """The branding of dark pages is dropped from tenants that are set in bulk."""

    def light(each: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in each.items() if not name.startswith("dark_")}

    return with_rows(call, "/tenants/bulk/set", "tenants", lambda row: _each_map(row, light))


@planted(rules.TENANT_BY_ID)
def bulk_tenants_by_id_start_anew(call: Call) -> httpx.Response:
    """A row that is the id of a tenant alone empties it."""

    def edit(row: Row) -> Row:
        return {"id": row, "name": None} if isinstance(row, str) else row

    return with_rows(call, "/tenants/bulk/set", "tenants", edit)


@planted(rules.OBJECT_DATED)
def bulk_objects_have_no_beginning(call: Call) -> httpx.Response:
    """created_at is dropped from objects that are set in bulk."""
    return with_rows(call, "/bulk/set", "objects", _without("created_at"))


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_subscriptions_have_no_properties(call: Call) -> httpx.Response:
    """Subscriptions that are made in bulk lose their properties."""
    return with_rows(call, "/subscriptions/add", "subscriptions", _without("properties"))


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_subscribers_lose_their_fields(call: Call) -> httpx.Response:
    """Recipients that are given inline to bulk subscriptions are known by their id, no more."""

    def edit(row: Row) -> Row:
        bare = [
            {n: v for n, v in each.items() if n in ("id", "collection")}
            if isinstance(each, dict) and "collection" not in each
            else each
            for each in row["recipients"]
        ]
        return {**row, "recipients": bare}

    return with_rows(call, "/subscriptions/add", "subscriptions", edit)


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_unsubscribes_users_only(call: Call) -> httpx.Response:
    """Objects among the recipients of a bulk unsubscription are passed over."""

    def edit(row: Row) -> Row:
        users = [each for each in row["recipients"] if isinstance(each, str)]
        return {**row, "recipients": users}

    return with_rows(call, "/subscriptions/delete", "subscriptions", edit)


def _plant_lost_members() -> None:
    """A broken server for each member of a row of bulkCreateSchedules that may get lost."""
    for member in ("data", "tenant", "actor", "ending_at"):

        def lost(call: Call, member: str = member) -> httpx.Response:
            return with_rows(call, "/schedules/bulk/create", "schedules", _without(member))

        lost.__name__ = f"bulk_schedules_have_no_{member}"
        lost.__doc__ = f"Schedules that are made in bulk lose `{member}`."
        planted(rules.ROWS_LIKE_SINGLE)(lost)


_plant_lost_members()


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_schedules_have_one_rule(call: Call) -> httpx.Response:
    """Schedules that are made in bulk recur by the first of their rules."""

    def edit(row: Row) -> Row:
        return {**row, "repeats": row["repeats"][:1]} if row.get("repeats") else row

    return with_rows(call, "/schedules/bulk/create", "schedules", edit)


@planted(rules.PREFERENCES_REPLACED)
def bulk_preferences_have_no_conditions(call: Call) -> httpx.Response:
    """Settings under conditions are on for good when they are set in bulk."""
    body = call.body
    if call.path != "/v1/users/bulk/preferences" or not isinstance(body, dict):
        return call.forward()

    def edit(each: dict[str, Any]) -> dict[str, Any]:
        return {
            n: True if isinstance(v, dict) and "conditions" in v else v for n, v in each.items()
        }

    return call.forward(body=_each_map(body, edit))


@planted(rules.PREFERENCES_REPLACED)
def bulk_preferences_are_always_default(call: Call) -> httpx.Response:
    """Setting preferences in bulk writes the set `default`, whichever is named."""
    body = call.body
    if call.path == "/v1/users/bulk/preferences" and isinstance(body, dict):
        preferences = {**body.get("preferences", {}), "id": "default"}
        return call.forward(body={**body, "preferences": preferences})
    return call.forward()


@planted(rules.ROWS_LIKE_SINGLE)
def bulk_deletions_are_shallow(call: Call) -> httpx.Response:
    """Users that are deleted in bulk have their preferences back when their id is used again."""
    body = call.body
    if call.path == "/v1/users/bulk/delete" and isinstance(body, dict):
        for id in body.get("user_ids", [])[:50]:
            if isinstance(id, str) and "/" not in id:
                path = f"/v1/users/{id}/preferences/default"
                call.memory[f"/v1/users/{id}"] = shown(call.forward("GET", path))
    response = call.forward()
    kept = call.memory.pop(call.path, None) if call.method == "PUT" else None
    if kept is not None and response.status_code == 200:
        settings = {name: value for name, value in kept.items() if name != "id" and value}
        call.forward("PUT", f"{call.path}/preferences/default", body=settings)
    return response


@planted(rules.EFFECT_IN_ORDER)
def the_first_row_of_an_id_wins(call: Call) -> httpx.Response:
    """Of several rows with one id the later ones are carried out before the earlier ones."""
    body = call.body
    if call.path.endswith("/bulk/set") and isinstance(body, dict):
        for member in ("objects", "tenants"):
            rows = body.get(member)
            ids = [row.get("id") if isinstance(row, dict) else row for row in rows or ()]
            if rows and len(set(ids)) < len(ids):
                return call.forward(body={member: rows[::-1]})
    return call.forward()
