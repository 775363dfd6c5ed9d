"""Census and Hightouch: rows of a warehouse become members of audiences."""

from __future__ import annotations

from typing import Any

from tests.sdk.seed import Seed
from tests.sdk.stories import Story, calling


def sync(method: str, params: dict[str, Any]) -> dict[str, Any]:
    return {"id": "call-1", "jsonrpc": "2.0", "method": method, "params": params}


@calling("integrations.census.custom_destination")
def census(seed: Seed) -> Story:
    records = [{"user_id": "ian", "audience_key": "testers"}]
    plan = {"operation": "insert", "object": {"object_api_name": "audience"}}
    answer = yield sync("sync_batch", {"sync_plan": plan, "records": records})
    assert (answer["id"], answer["jsonrpc"]) == ("call-1", "2.0")
    assert [record["success"] for record in answer["result"]["record_results"]] == [True]
    entries = seed.read("/v1/audiences/testers/members")["entries"]
    assert [entry["user_id"] for entry in entries] == ["ellie", "alan", "ian"]


@calling("integrations.hightouch.embedded_destination")
def hightouch(seed: Seed) -> Story:
    params = {"operation": "removed", "options": {"audience_key": "testers"}}
    rows = [{"user_id": "ellie"}]
    answer = yield sync("sync_batch", {**params, "rows": rows})
    assert [record["success"] for record in answer["result"]["record_results"]] == [True]
    entries = seed.read("/v1/audiences/testers/members")["entries"]
    assert [entry["user_id"] for entry in entries] == ["alan"]
