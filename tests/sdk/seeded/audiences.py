"""Audiences and their members."""

from __future__ import annotations

from tests.sdk.seed import Seed
from tests.sdk.stories import Story, calling


def members(seed: Seed, key: str) -> list[tuple[str, str | None]]:
    entries = seed.read(f"/v1/audiences/{key}/members")["entries"]
    return [(entry["user_id"], entry["tenant"]) for entry in entries]


@calling("audiences.add_members")
def add(seed: Seed) -> Story:
    answer = yield {
        "key": "newcomers",
        "members": [
            {"user": {"id": "ian"}},
            {"user": {"id": "sarah", "name": "S"}, "tenant": "ingen"},
        ],
        "create_audience": True,
    }
    assert answer is None
    assert members(seed, "newcomers") == [("ian", None), ("sarah", "ingen")]
    assert seed.read("/v1/users/sarah")["name"] == "S"


@calling("audiences.list_members")
def list_(seed: Seed) -> Story:
    answer = yield {"key": "testers"}
    assert [(one["user_id"], one["tenant"]) for one in answer["entries"]] == [
        ("ellie", None), ("alan", "ingen"),
    ]  # fmt: skip
    assert answer["entries"][0]["user"]["name"] == "Ellie"


@calling("audiences.remove_members")
def remove(seed: Seed) -> Story:
    answer = yield {"key": "testers", "members": [{"user": {"id": "alan"}, "tenant": "ingen"}]}
    assert answer is None
    assert members(seed, "testers") == [("ellie", None)]
