"""Census and Hightouch over HTTP: rows of a warehouse become members of audiences."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

CENSUS = "/v1/integrations/census/custom-destination"
HIGHTOUCH = "/v1/integrations/hightouch/embedded-destination"
BOTH = pytest.mark.parametrize("path", [CENSUS, HIGHTOUCH], ids=["census", "hightouch"])


def call(client: httpx.Client, path: str, method: str, **params: Any) -> dict[str, Any]:
    body = {"jsonrpc": "2.0", "id": "call-1", "method": method, "params": params}
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    value: dict[str, Any] = answer.json()
    assert (value.pop("jsonrpc"), value.pop("id")) == ("2.0", "call-1")
    return value


def members(client: httpx.Client, key: str = "vip") -> list[tuple[str, str | None]]:
    entries = client.get(f"/v1/audiences/{key}/members").json()["entries"]
    return [(entry["user_id"], entry["tenant"]) for entry in entries]


@BOTH
def test_the_connection_stands(client: httpx.Client, path: str) -> None:
    assert call(client, path, "test_connection") == {"result": {"success": True}}


def test_audiences_are_the_one_object(client: httpx.Client) -> None:
    census = {"object_api_name": "audience", "label": "Audiences"}
    assert call(client, CENSUS, "list_objects") == {"result": {"objects": [census]}}
    hightouch = {"value": "audience", "label": "Audiences"}
    assert call(client, HIGHTOUCH, "list_objects") == {"result": {"objects": [hightouch]}}


def test_census_is_told_fields_operations_and_pace(client: httpx.Client) -> None:
    fields = call(client, CENSUS, "list_fields", object={"object_api_name": "audience"})
    described = {f["field_api_name"]: f for f in fields["result"]["fields"]}
    assert list(described) == ["user_id", "audience_key", "tenant"]
    assert [name for name, f in described.items() if f["identifier"]] == ["user_id"]
    operations = call(client, CENSUS, "supported_operations")["result"]["operations"]
    assert operations == ["insert", "mirror"]
    assert call(client, CENSUS, "get_sync_speed")["result"]["maximum_batch_size"] == 1000


def test_hightouch_is_told_fields_modes_and_options(client: httpx.Client) -> None:
    fields = call(client, HIGHTOUCH, "list_fields")["result"]["fields"]
    assert [field["value"] for field in fields] == ["user_id", "tenant"]
    modes = call(client, HIGHTOUCH, "list_modes")["result"]["modes"]
    assert [mode["value"] for mode in modes] == ["insert", "mirror"]
    assert call(client, HIGHTOUCH, "list_options")["result"]["options"]["required"]
    assert call(client, HIGHTOUCH, "validate")["result"]["success"] is True


@BOTH
def test_a_sync_adds_and_removes_members_row_by_row(client: httpx.Client, path: str) -> None:
    rows: list[Any] = [
        {"user_id": "ann", "audience_key": "vip"},
        {"user_id": "bob", "audience_key": "vip", "tenant": "acme"},
        {"user_id": "a/b", "audience_key": "vip"},
        {"user_id": "cat"},
        {"user_id": "cat", "audience_key": "vip", "tenant": 5},
        "nonsense",
    ]
    added = call(client, path, "sync_batch", sync_plan={"operation": "upsert"}, records=rows)
    results = added["result"]["record_results"]
    assert [result["success"] for result in results] == [True, True, False, False, False, False]
    assert results[0] == {"identifier": "ann", "success": True}
    assert "a/b" in results[2]["error_message"]
    assert members(client) == [("ann", None), ("bob", "acme")]
    removed = call(client, path, "sync_batch", sync_plan={"operation": "delete"}, records=rows[:2])
    assert [r["success"] for r in removed["result"]["record_results"]] == [True, True]
    assert members(client) == []


def test_hightouch_names_the_audience_once_for_all_rows(client: httpx.Client) -> None:
    rows = [{"user_id": "ann"}, {"user_id": "bob"}]
    options = {"audience_key": "vip"}
    call(client, HIGHTOUCH, "sync_batch", operation="add", rows=rows, options=options)
    assert members(client) == [("ann", None), ("bob", None)]
    call(client, HIGHTOUCH, "sync_batch", operation="remove", rows=rows[:1], config=options)
    assert members(client) == [("bob", None)]


@BOTH
def test_an_unknown_method_is_an_error_of_json_rpc(client: httpx.Client, path: str) -> None:
    error = call(client, path, "explode")["error"]
    assert error["code"] == -32601
    assert "test_connection" in error["message"]


@BOTH
@pytest.mark.parametrize(
    "params",
    [
        {"records": []} | {"operation": "explode"},
        {"records": "none"},
        {"records": [{}] * 1001},
        {},
        {"sync_plan": {"operation": ["add"]}, "records": []},
    ],
)
def test_a_sync_that_makes_no_sense_is_an_error_of_json_rpc(
    client: httpx.Client, path: str, params: dict[str, Any]
) -> None:
    assert call(client, path, "sync_batch", **params)["error"]["code"] == -32602


@BOTH
def test_what_is_no_call_is_refused(client: httpx.Client, path: str) -> None:
    answer = client.post(path, json={"id": "1", "method": "test_connection"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "jsonrpc"
