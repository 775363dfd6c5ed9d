"""Identify -> poll -> trigger with `@knocklabs/node`, the official Node SDK."""

from __future__ import annotations

import json
from pathlib import Path

from mock_knock import MockKnock
from tests.sdk import node_runtime


def test_the_whole_flow(mock_knock: MockKnock, node_project: Path) -> None:
    told = node_runtime.run(
        node_project, "flow.mjs", KNOCK_BASE_URL=mock_knock.url, KNOCK_API_KEY=mock_knock.api_key
    )
    ids = [f"node-{n}" for n in range(60)]
    assert told["states"] == ["queued", "queued", "processing", "completed"]
    assert told["users"] == ids
    assert sorted(told["runs"]) == sorted(ids)
    assert told["refused"] == [
        ["NotFoundError", 404, "resource_missing"],
        ["UnprocessableEntityError", 422, "invalid_params"],
        ["UnprocessableEntityError", 422, "invalid_params"],
    ]
    [trigger] = mock_knock.requests.of("triggerWorkflow")
    assert trigger.answer == {"workflow_run_id": told["workflow_run_id"]}
    assert set(mock_knock.users) == set(ids) - {"node-1", "node-2"}


def test_the_lock_names_no_registry() -> None:
    # npm then asks the one that the machine is set up for.
    lock = json.loads((node_runtime.PROJECT / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"]["node_modules/@knocklabs/node"]["version"] == "1.35.0"
    assert lock["packages"]["node_modules/@knocklabs/client"]["version"] == "0.22.2"
    for name, package in lock["packages"].items():
        assert "resolved" not in package
        assert name == "" or package["integrity"].startswith("sha512-")
