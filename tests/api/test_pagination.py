"""Pages by cursor, over HTTP, while others write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mock_knock import MockKnock

from .envelope import assert_refused

RUNS = "/v1/workflow_recipient_runs"


def pages(
    client: httpx.Client,
    path: str,
    *,
    between: Callable[[int], object] = lambda page: None,
    **query: Any,
) -> list[list[dict[str, Any]]]:
    """Every page, from the first to the last; `between` is called after each."""
    found: list[list[dict[str, Any]]] = []
    while True:
        answer = client.get(path, params=query).json()
        rows = answer["entries" if path == "/v1/users" else "items"]
        found.append(rows)
        between(len(found))
        query["after"] = answer["page_info"]["after"]
        if query["after"] is None:
            return found
        assert rows, "a page with a next one is not empty"


def ids(rows: list[list[dict[str, Any]]]) -> list[str]:
    return [row["id"] for page in rows for row in page]


def identify(client: httpx.Client, *user_ids: str) -> None:
    for id in user_ids:
        client.put(f"/v1/users/{id}", json={})


@pytest.mark.parametrize("size", [1, 2, 3, 5, 10, 50])
@pytest.mark.parametrize("total", [0, 1, 2, 10, 11])
def test_the_pages_together_are_the_list(client: httpx.Client, total: int, size: int) -> None:
    expected = [f"u{n}" for n in range(total)]
    identify(client, *expected)
    found = pages(client, "/v1/users", page_size=size)
    assert ids(found) == expected
    assert all(len(page) == size for page in found[:-1])


def test_an_exact_last_page_is_the_last(client: httpx.Client) -> None:
    identify(client, "a", "b")
    info = client.get("/v1/users?page_size=2").json()["page_info"]
    assert info == {"__typename": "PageInfo", "after": None, "before": None, "page_size": 2}


def test_one_can_go_back(client: httpx.Client) -> None:
    identify(client, *"abcdefg")
    first = client.get("/v1/users?page_size=3").json()
    second = client.get("/v1/users", params={"page_size": 3, "after": first["page_info"]["after"]})
    assert [u["id"] for u in second.json()["entries"]] == ["d", "e", "f"]
    before = second.json()["page_info"]["before"]
    back = client.get("/v1/users", params={"page_size": 3, "before": before}).json()
    assert back["entries"] == first["entries"]
    assert back["page_info"]["before"] is None


def test_without_a_size_a_page_has_fifty(client: httpx.Client) -> None:
    identify(client, *(f"u{n}" for n in range(51)))
    answer = client.get("/v1/users").json()
    assert (len(answer["entries"]), answer["page_info"]["page_size"]) == (50, 50)


def test_what_is_added_meanwhile_is_seen_and_nothing_twice(client: httpx.Client) -> None:
    identify(client, *(f"old{n}" for n in range(6)))
    found = pages(
        client,
        "/v1/users",
        page_size=2,
        between=lambda page: identify(client, f"new{page}") if page < 3 else None,
    )
    assert sorted(ids(found)) == sorted([*(f"old{n}" for n in range(6)), "new1", "new2"])


def test_what_is_deleted_meanwhile_takes_nothing_else_with_it(client: httpx.Client) -> None:
    identify(client, *(f"u{n}" for n in range(12)))
    gone = {1: ["u0", "u1"], 2: ["u5", "u6"], 3: ["u11"]}

    def delete(page: int) -> None:
        for id in gone.get(page, ()):
            assert client.delete(f"/v1/users/{id}").status_code == 204

    found = pages(client, "/v1/users", page_size=3, between=delete)
    assert ids(found) == ["u0", "u1", "u2", "u3", "u4", "u5", "u7", "u8", "u9", "u10"]


def test_the_end_may_be_gone_before_one_gets_there(client: httpx.Client) -> None:
    identify(client, "a", "b", "c")
    after = client.get("/v1/users?page_size=2").json()["page_info"]["after"]
    client.delete("/v1/users/c")
    answer = client.get("/v1/users", params={"after": after}).json()
    assert answer["entries"] == []
    assert answer["page_info"]["after"] is None


def test_runs_come_newest_first_and_page_by_page(
    client: httpx.Client, mock_knock: MockKnock
) -> None:
    recipients = [{"id": f"u{n}", "name": "N"} for n in range(7)]
    client.post("/v1/workflows/one/trigger", json={"recipients": recipients})
    client.post("/v1/workflows/two/trigger", json={"recipients": recipients[:3]})
    found = pages(client, RUNS, page_size=2)
    assert [len(page) for page in found] == [2, 2, 2, 2, 2]
    assert ids(found) == [run["id"] for run in mock_knock.workflows.runs]
    assert {run["workflow"] for run in found[0]} == {"two"}


def test_a_filter_holds_on_every_page(client: httpx.Client) -> None:
    recipients = [{"id": f"u{n}", "name": "N"} for n in range(5)]
    for key in ("one", "two", "one"):
        client.post(f"/v1/workflows/{key}/trigger", json={"recipients": recipients})
    found = pages(client, RUNS, page_size=3, workflow="one")
    assert len(ids(found)) == len(set(ids(found))) == 10
    assert {run["workflow"] for page in found for run in page} == {"one"}


def test_runs_added_while_paging_do_not_move_the_rest(client: httpx.Client) -> None:
    recipients = [{"id": f"u{n}", "name": "N"} for n in range(6)]
    client.post("/v1/workflows/one/trigger", json={"recipients": recipients})
    expected = ids(pages(client, RUNS))
    found = pages(
        client,
        RUNS,
        page_size=2,
        between=lambda page: client.post(
            "/v1/workflows/one/trigger", json={"recipients": recipients[:1]}
        ),
    )
    assert ids(found) == expected


@pytest.mark.parametrize(
    "cursor",
    ["", "after", "e30=", "dXNlcnM6", "dXNlcnM6LTE=", "dXNlcnM6MS4w", "é", "=" * 9, "A" * 9],
)
@pytest.mark.parametrize("parameter", ["after", "before"])
def test_a_cursor_that_nobody_gave_is_a_404(
    client: httpx.Client, parameter: str, cursor: str
) -> None:
    refused = client.get("/v1/users", params={parameter: cursor})
    assert_refused(refused, 404, "resource_missing", field=parameter)


def test_a_cursor_of_another_list_is_a_404(client: httpx.Client) -> None:
    identify(client, "a", "b")
    cursor = client.get("/v1/users?page_size=1").json()["page_info"]["after"]
    assert_refused(client.get(f"{RUNS}?after={cursor}"), 404, "resource_missing", field="after")


def test_with_both_cursors_after_decides(client: httpx.Client) -> None:
    # The official SDKs send both when they page on from a call with `before`.
    identify(client, *"abcde")
    info = client.get("/v1/users?page_size=2").json()["page_info"]
    second = client.get(f"/v1/users?page_size=2&after={info['after']}").json()
    both = {"after": info["after"], "before": second["page_info"]["before"], "page_size": 2}
    assert client.get("/v1/users", params=both).json()["entries"] == second["entries"]
