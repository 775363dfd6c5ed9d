"""Broken servers: pages and cursors."""

from __future__ import annotations

from typing import Any

import httpx

from contract_tests.mutants.servers.planted import Call, answer, changed, planted, shown
from contract_tests.rules import resources as rules

_MANY = "50"


def _page(response: httpx.Response) -> tuple[Any, str]:
    """A page and the name of its rows; an empty name for what is no page."""
    body = shown(response)
    if isinstance(body, dict) and "page_info" in body:
        return body, "entries" if "entries" in body else "items"
    return body, ""


@planted(rules.LIST_WHOLE)
def cursor_skips_one(call: Call) -> httpx.Response:
    """Pages after the first begin one row too late."""
    response = call.forward()
    page, rows = _page(response)
    if rows and any(name == "after" for name, _ in call.query):
        page[rows] = page[rows][1:]
        return changed(response, page)
    return response


@planted(rules.LIST_ONCE)
def cursor_repeats_one(call: Call) -> httpx.Response:
    """Pages after the first begin with the last row of the page before."""
    response = call.forward()
    page, rows = _page(response)
    if not rows:
        return response
    last = call.memory.get(call.path)
    call.memory[call.path] = page[rows][-1] if page[rows] else None
    if last is not None and any(name == "after" for name, _ in call.query):
        page[rows] = [last, *page[rows]][: page["page_info"]["page_size"]]
        return changed(response, page)
    return response


@planted(rules.LIST_WHOLE)
def pages_are_counted(call: Call) -> httpx.Response:
    """Cursors are offsets, so rows move between pages while others write."""
    parameters = dict(call.query)
    size = parameters.get("page_size", "")
    if call.method != "GET" or not size.isdigit() or "before" in parameters:
        return call.forward()
    query = [(n, v) for n, v in call.query if n not in ("after", "page_size")]
    response = call.forward(query=[*query, ("page_size", _MANY)])
    page, rows = _page(response)
    if not rows:
        return response
    start = int(parameters.get("after", "0"))
    end = start + int(size)
    more = len(page[rows]) > end
    page["page_info"].update(after=str(end) if more else None, page_size=int(size))
    page["page_info"]["before"] = str(start) if start else None
    page[rows] = page[rows][start:end]
    return changed(response, page)


@planted(rules.LAST_PAGE)
def there_is_always_another_page(call: Call) -> httpx.Response:
    """after is never null, and leads to the first page in the end."""
    response = call.forward()
    page, rows = _page(response)
    if rows and page["page_info"]["after"] is None:
        page["page_info"]["after"] = "again"
        return changed(response, page)
    if any(pair == ("after", "again") for pair in call.query):
        return call.forward(query=[(n, v) for n, v in call.query if n != "after"])
    return response


@planted(rules.PAGE_SIZE)
def page_size_is_ignored(call: Call) -> httpx.Response:
    """Every page has up to fifty rows."""
    if call.method == "GET" and any(name == "page_size" for name, _ in call.query):
        return call.forward(query=[(n, v) for n, v in call.query if n != "page_size"])
    return call.forward()


@planted(rules.BACKWARD)
def before_leads_onward(call: Call) -> httpx.Response:
    """before is taken for after."""
    if call.method == "GET" and any(name == "before" for name, _ in call.query):
        return call.forward(query=[("after" if n == "before" else n, v) for n, v in call.query])
    return call.forward()


@planted(rules.LIST_WHOLE)
def the_newest_is_not_listed(call: Call) -> httpx.Response:
    """What was written last is in no list before something else is written."""
    if call.method in ("PUT", "POST"):
        call.memory["newest"] = call.parts()[-1]
    response = call.forward()
    page, rows = _page(response)
    if rows and call.method == "GET":
        page[rows] = [row for row in page[rows] if row.get("id") != call.memory.get("newest")]
        return changed(response, page)
    return response


@planted(rules.LIST_OWN_ROWS)
def lists_have_a_sample(call: Call) -> httpx.Response:
    """Empty lists of objects are filled with a sample."""
    response = call.forward()
    page, rows = _page(response)
    if rows and not page[rows] and call.parts()[0] == "objects" and len(call.parts()) == 2:
        sample: dict[str, Any] = {
            "__typename": "Object", "id": "sample", "collection": call.parts()[1],
            "created_at": None, "updated_at": "2026-01-05T09:00:00.000Z", "properties": {},
        }  # fmt: skip
        return answer(200, {**page, rows: [sample]}, response)
    return response


@planted(rules.LIST_OWN_ROWS)
def collections_are_found_by_their_beginning(call: Call) -> httpx.Response:
    """The list of a collection has the objects of those that begin with its name, too."""
    made: dict[str, dict[str, Any]] = call.memory.setdefault("objects", {})
    response = call.forward()
    if call.parts()[0] == "objects" and response.status_code == 200:
        if call.method == "PUT" and len(call.parts()) == 3:
            made[call.path] = shown(response)
        if call.method == "GET" and len(call.parts()) == 2:
            page, own = shown(response), f"{call.path}/"
            page["entries"] += [
                one
                for path, one in made.items()
                if path.startswith(call.path) and not path.startswith(own)
            ]
            return changed(response, page)
    return response
