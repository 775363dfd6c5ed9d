"""Broken servers: errors, and the form of answers."""

from __future__ import annotations

from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, answer, changed, planted, problem, shown
from contract_tests.rules import protocol as rules

_NOW = "2026-01-05T09:00:00.000Z"


@planted(rules.ENVELOPE)
def error_without_envelope(call: Call) -> httpx.Response:
    """Errors are {"error": "..."}."""
    response = call.forward()
    if response.status_code >= 400:
        return changed(response, {"error": "something went wrong"})
    return response


@planted(rules.ENVELOPE)
def error_with_another_status(call: Call) -> httpx.Response:
    """The body of every error says 400."""
    response = call.forward()
    if response.status_code >= 400:
        return changed(response, {**shown(response), "status": 400})
    return response


@planted(rules.ENVELOPE)
def error_pages(call: Call) -> httpx.Response:
    """A 404 is a page of HTML."""
    response = call.forward()
    if response.status_code == 404:
        headers = {"content-type": "text/html", "x-request-id": response.headers["x-request-id"]}
        return httpx.Response(404, headers=headers, content=b"<h1>Not found</h1>")
    return response


@planted(rules.UNKNOWN_THING)
def unknown_users_are_invented(call: Call) -> httpx.Response:
    """A user that does not exist is answered as an empty one."""
    response = call.forward()
    parts = call.parts()
    user = call.method == "GET" and parts[0] == "users" and len(parts) == 2
    if user and response.status_code == 404:
        invented = {"__typename": "User", "id": parts[1], "updated_at": _NOW}
        return answer(200, invented, response)
    return response


@planted(rules.UNKNOWN_THING)
def unknown_audiences_are_empty(call: Call) -> httpx.Response:
    """The members of an audience that does not exist are an empty list."""
    response = call.forward()
    if call.path.endswith("/members") and response.status_code == 404:
        info = {"__typename": "PageInfo", "page_size": 50, "after": None, "before": None}
        return answer(200, {"entries": [], "page_info": info}, response)
    return response


@planted(rules.UNKNOWN_ROUTE)
def every_path_is_fine(call: Call) -> httpx.Response:
    """A path that there is not is answered 200."""
    response = call.forward()
    if response.status_code == 404 and (shown(response) or {}).get("code") == "not_found":
        return answer(200, {"ok": True}, response)
    return response


@planted(rules.WRONG_METHOD)
def every_method_is_fine(call: Call) -> httpx.Response:
    """PATCH is answered as if it were PUT."""
    return call.forward("PUT", body=call.body or {}) if call.method == "PATCH" else call.forward()


@planted(rules.NO_SERVER_ERROR)
def bad_json_is_a_crash(call: Call) -> httpx.Response:
    """A body that is no JSON is a 500."""
    if call.content and call.body is None and call.key:
        return answer(500, {"code": "internal", "message": "!", "status": 500, "type": "api_error"})
    return call.forward()


@planted(rules.MALFORMED_JSON)
def bad_json_is_nothing(call: Call) -> httpx.Response:
    """A body that is no JSON counts as an empty one."""
    if call.content and call.body is None:
        return call.forward(body={})
    return call.forward()


@planted(rules.BAD_FIELDS)
def bad_fields_are_overlooked(call: Call) -> httpx.Response:
    """A bulk identify without users is an operation without rows."""
    bulk = call.path == "/v1/users/bulk/identify" and isinstance(call.body, dict)
    if bulk and not isinstance(call.body.get("users"), list):
        return call.forward(body={"users": []})
    return call.forward()


@planted(rules.FIELD_NAMED)
def fields_are_not_named(call: Call) -> httpx.Response:
    """A 422 does not say which field is wrong."""
    response = call.forward()
    if response.status_code == 422:
        body = {n: v for n, v in shown(response).items() if n != "errors"}
        return changed(response, body)
    return response


def _good_rows(call: Call) -> list[Any]:
    rows = call.body.get("users") if isinstance(call.body, dict) else None
    return [row for row in rows or [] if isinstance(row, dict) and "id" in row]


@planted(rules.NOTHING_HALF_DONE)
def the_good_half_is_done(call: Call) -> httpx.Response:
    """A bulk call with a bad row is refused, and its good rows are carried out."""
    response = call.forward()
    if response.status_code == 422 and call.path == "/v1/users/bulk/identify":
        for row in _good_rows(call)[:10]:
            call.forward("PUT", f"/v1/users/{row['id']}", body=row)
    return response


@planted(rules.NOTHING_HALF_DONE)
def refused_preferences_are_written(call: Call) -> httpx.Response:
    """A preference set that is refused is written as far as it is good."""
    response = call.forward()
    if response.status_code == 422 and call.parts()[-2:-1] == ["preferences"]:
        sent = call.body if isinstance(call.body, dict) else {}
        call.forward("PUT", call.path, body={"categories": sent.get("categories", {})})
    return response


@planted(rules.TOO_MANY)
def too_many_recipients_are_cut_off(call: Call) -> httpx.Response:
    """Of over a hundred recipients the first hundred are subscribed without a word."""
    if call.method == "POST" and call.path.endswith("/subscriptions"):
        recipients = call.body.get("recipients") if isinstance(call.body, dict) else None
        if isinstance(recipients, list) and len(recipients) > 100:
            return call.forward(body={"recipients": recipients[:100]})
    return call.forward()


@planted(rules.UNKNOWN_CHANGED)
def nobody_can_be_deleted(call: Call) -> httpx.Response:
    """Deleting a user that does not exist is a 204."""
    response = call.forward()
    deletes = call.method == "DELETE" and len(call.parts()) == 2 and call.parts()[0] == "users"
    if deletes and response.status_code == 404:
        headers = {"x-request-id": response.headers["x-request-id"]}
        return httpx.Response(204, headers=headers)
    return response


@planted(rules.MALFORMED_JSON)
def bad_json_of_cancellations_is_nothing(call: Call) -> httpx.Response:
    """A cancellation whose body is no JSON cancels nothing, and is a 204."""
    if call.path.endswith("/cancel") and call.content and call.body is None:
        return call.forward(body={"name": "x", "cancellation_key": "none"})
    return call.forward()


@planted(rules.BAD_FIELDS)
def texts_are_made_of_numbers(call: Call) -> httpx.Response:
    """A number where a tenant's name is wanted becomes a text."""
    named = isinstance(call.body, dict) and isinstance(call.body.get("name"), int | float)
    if call.method == "PUT" and call.parts()[0] == "tenants" and named:
        return call.forward(body={**call.body, "name": str(call.body["name"])})
    return call.forward()


@planted(rules.BAD_FIELDS)
def texts_are_taken_for_truths(call: Call) -> httpx.Response:
    """ "true" is taken for true when a guide is archived, and when a workflow is triggered."""
    settings = call.body.get("settings") if isinstance(call.body, dict) else None
    if isinstance(settings, dict) and "true" in settings.values():
        truths = {n: True if v == "true" else v for n, v in settings.items()}
        return call.forward(body={**call.body, "settings": truths})
    return call.forward()


@planted(rules.BAD_FIELDS)
def one_is_taken_for_a_list(call: Call) -> httpx.Response:
    """A single member of an audience is taken where a list of them is wanted."""
    if isinstance(call.body, dict) and isinstance(call.body.get("members"), dict):
        return call.forward(body={**call.body, "members": [call.body["members"]]})
    return call.forward()


@planted(rules.NOTHING_HALF_DONE)
def refused_triggers_identify(call: Call) -> httpx.Response:
    """A trigger that is refused has identified its inline recipients."""
    response = call.forward()
    rows = call.body.get("recipients") if isinstance(call.body, dict) else None
    if response.status_code in (404, 422) and call.path.endswith("/trigger"):
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and isinstance(row.get("id"), str):
                call.forward("PUT", f"/v1/users/{row['id']}", body={"name": "half"})
    return response


@planted(rules.NOTHING_HALF_DONE)
def refused_deletions_delete(call: Call) -> httpx.Response:
    """A deletion of schedules that is refused for one id has deleted the others."""
    response = call.forward()
    ids = call.body.get("schedule_ids") if isinstance(call.body, dict) else None
    if response.status_code == 422 and call.method == "DELETE" and isinstance(ids, list):
        texts = [id for id in ids if isinstance(id, str)]
        call.forward("DELETE", call.path, body={"schedule_ids": texts})
    return response


@planted(rules.TOO_MANY)
def too_many_ids_are_cut_off(call: Call) -> httpx.Response:
    """Of over a hundred ids of schedules the first hundred are looked at."""
    ids = call.body.get("schedule_ids") if isinstance(call.body, dict) else None
    if isinstance(ids, list) and len(ids) > 100:
        return call.forward(body={**call.body, "schedule_ids": ids[:100]})
    return call.forward()


@planted(rules.AS_MANY)
def a_hundred_are_too_many(call: Call) -> httpx.Response:
    """A hundred members of an audience are refused."""
    members = call.body.get("members") if isinstance(call.body, dict) else None
    if isinstance(members, list) and len(members) > 99:
        return problem(422, "invalid_params")
    return call.forward()


@planted(rules.REQUEST_ID)
def no_request_ids_without_content(call: Call) -> httpx.Response:
    """A 204 has no x-request-id."""
    response = call.forward()
    if response.status_code == 204:
        response.headers.pop("x-request-id", None)
    return response


@planted(rules.REQUEST_ID, "conformance")
def no_request_ids(call: Call) -> httpx.Response:
    """Answers have no x-request-id."""
    response = call.forward()
    response.headers.pop("x-request-id", None)
    return response


@planted(rules.REQUEST_ID, "conformance")
def one_request_id(call: Call) -> httpx.Response:
    """Every answer has the same x-request-id."""
    response = call.forward()
    response.headers["x-request-id"] = "F1FIj5XwD_m4h0sAASfi"
    return response


@planted(rules.SCHEMA)
def a_field_is_missing(call: Call) -> httpx.Response:
    """Users have no updated_at."""
    response = call.forward()
    body = shown(response)
    if isinstance(body, dict) and body.get("__typename") == "User":
        return changed(response, {n: v for n, v in body.items() if n != "updated_at"})
    return response


@planted(rules.SCHEMA)
def a_type_is_wrong(call: Call) -> httpx.Response:
    """page_size is a text."""
    response = call.forward()
    body = shown(response)
    if isinstance(body, dict) and "page_info" in body:
        body["page_info"]["page_size"] = str(body["page_info"]["page_size"])
        return changed(response, body)
    return response


@planted(rules.SCHEMA)
def times_are_not_of_iso_8601(call: Call) -> httpx.Response:
    """The times of objects are written 05.01.2026 09:00."""
    response = call.forward()
    body = shown(response)
    if isinstance(body, dict) and body.get("__typename") == "Object":
        return changed(response, {**body, "updated_at": "05.01.2026 09:00"})
    return response


@planted(rules.READABLE, "resources")
def a_list_has_another_name(call: Call) -> httpx.Response:
    """The rows of a list of users are called users."""
    response = call.forward()
    body = shown(response)
    if call.path == "/v1/users" and isinstance(body, dict) and "entries" in body:
        return changed(response, {"users": body["entries"], "page_info": body["page_info"]})
    return response


@planted(rules.SCHEMA)
def an_enum_has_another_value(call: Call) -> httpx.Response:
    """Messages that were delivered say that they arrived."""
    response = call.forward()
    body = shown(response)
    if isinstance(body, dict) and body.get("__typename") == "Message":
        return changed(response, {**body, "status": "arrived"})
    return response


@planted(rules.GOOD_REQUESTS, "conformance")
def another_success(call: Call) -> httpx.Response:
    """PUT of a tenant answers 201."""
    response = call.forward()
    if call.method == "PUT" and call.parts()[0] == "tenants" and response.status_code == 200:
        return answer(201, shown(response), response)
    return response


@planted(rules.CONTENT_TYPE)
def json_is_called_text(call: Call) -> httpx.Response:
    """JSON is announced as text/plain."""
    response = call.forward()
    if response.content:
        response.headers["content-type"] = "text/plain; charset=utf-8"
    return response


@planted(rules.CONTENT_TYPE)
def no_content_has_content(call: Call) -> httpx.Response:
    """A 204 has a body."""
    response = call.forward()
    if response.status_code == 204:
        return answer(204, {"ok": True}, response)
    return response
