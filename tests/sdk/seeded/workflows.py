"""Workflows that are triggered and cancelled, their runs, and bulk operations."""

from __future__ import annotations

from tests.sdk.seed import PARK, Seed
from tests.sdk.stories import Story, calling


@calling("workflows.trigger")
def trigger(seed: Seed) -> Story:
    before = set(seed.messages("ian"))
    answer = yield {
        "key": "welcome",
        "recipients": ["ian", PARK],
        "actor": "ellie",
        "tenant": "ingen",
        "data": {"park": "Sorna"},
        "cancellation_key": "k",
        "settings": {"sandbox_mode": False, "skip_delay": True},
    }
    runs = [
        run
        for run in seed.mock.workflows.runs
        if run["workflow_run_id"] == answer["workflow_run_id"]
    ]
    # The park's subscribers are told too: Alan, and the lab, but not Ellie, who is the actor.
    assert [run["recipient"] for run in reversed(runs)][:1] == ["ian"]
    assert len(runs) == 4
    assert {(run["tenant"], run["actor"]) for run in runs} == {("ingen", "ellie")}
    [message] = set(seed.messages("ian")) - before
    content = seed.read(f"/v1/messages/{message}/content")["data"]
    assert content["blocks"][0]["rendered"] == "<p>Welcome to Sorna</p>"


@calling("workflows.cancel")
def cancel(seed: Seed) -> Story:
    answer = yield {"key": "later", "cancellation_key": "change-of-mind", "recipients": ["ellie"]}
    assert answer is None
    [run] = [run for run in seed.mock.workflows.runs if run["workflow"] == "later"]
    assert run["status"] == "cancelled"


@calling("workflow_recipient_runs.list")
def runs(seed: Seed) -> Story:
    runs = yield {"workflow": "welcome", "recipient": "ellie", "page_size": 2, "has_errors": False}
    assert [run["workflow_run_id"] for run in runs] == seed.workflow_runs[2::-1]
    assert {run["status"] for run in runs} == {"completed"}


@calling("workflow_recipient_runs.get")
def run(seed: Seed) -> Story:
    newest = next(
        r
        for r in seed.mock.workflows.runs
        if r["recipient"] == "ellie" and r["workflow"] == "welcome"
    )
    run = yield {"id": newest["id"]}
    assert (run["workflow"], run["status"]) == ("welcome", "completed")
    sent = [e["data"]["message_id"] for e in run["events"] if "message_id" in (e["data"] or {})]
    assert seed.messages("ellie")[0] in sent


@calling("bulk_operations.get")
def bulk_operation(seed: Seed) -> Story:
    with seed.mock.client() as client:
        body = {"user_ids": ["ian", "nobody"]}
        begun = client.post("/v1/users/bulk/delete", json=body).json()
    seed.mock.bulk_operations.finish(begun["id"])
    operation = yield {"id": begun["id"]}
    assert (operation["status"], operation["processed_rows"]) == ("completed", 2)
    assert (operation["success_count"], operation["error_count"]) == (1, 1)
    assert [item["id"] for item in operation["error_items"]] == ["nobody"]
