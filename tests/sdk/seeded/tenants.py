"""Tenants, one by one and in bulk."""

from __future__ import annotations

from typing import Any

from tests.sdk.seed import Seed
from tests.sdk.stories import Story, calling

SETTINGS: dict[str, Any] = {
    "branding": {
        "icon_url": "https://example.com/icon.png",
        "logo_url": "https://example.com/logo.png",
        "primary_color": "#33FF5B",
        "primary_color_contrast": "#FFFFFF",
    },
    "preference_set": {"_persistence_strategy": "merge", "channel_types": {"chat": False}},
}


@calling("tenants.set")
def set_(seed: Seed) -> Story:
    tenant = yield {"id": "ingen", "name": "InGen Ltd", "settings": SETTINGS}
    assert (tenant["id"], tenant["name"]) == ("ingen", "InGen Ltd")
    given = SETTINGS["branding"]
    assert {name: tenant["settings"]["branding"][name] for name in given} == given
    types = tenant["settings"]["preference_set"]["channel_types"]
    assert types == {"push": False, "chat": False}
    assert tenant == seed.read("/v1/tenants/ingen")


@calling("tenants.get")
def get(seed: Seed) -> Story:
    tenant = yield {"id": "ingen", "resolve_full_preference_settings": True}
    assert tenant["name"] == "InGen"
    preferences = tenant["settings"]["preference_set"]
    assert preferences["channel_types"] == {"push": False}
    assert preferences["categories"] == {"onboarding": True}, "the environment's default, below"


@calling("tenants.list")
def list_(seed: Seed) -> Story:
    tenants = yield {"page_size": 1}
    assert [tenant["name"] for tenant in tenants] == ["InGen", "BioSyn", "Mantah"]


@calling("tenants.delete")
def delete(seed: Seed) -> Story:
    answer = yield {"id": "ingen"}
    assert answer is None
    assert seed.is_missing("/v1/tenants/ingen")


@calling("tenants.bulk.set")
def bulk_set(seed: Seed) -> Story:
    operation = yield {"tenants": ["hammond", {"id": "ingen", "name": "InGen Ltd"}]}
    seed.finish(operation, "tenants.set", 2)
    assert seed.read("/v1/tenants/hammond")["name"] is None
    assert seed.read("/v1/tenants/ingen")["name"] == "InGen Ltd"


@calling("tenants.bulk.delete")
def bulk_delete(seed: Seed) -> Story:
    operation = yield {"tenant_ids": ["ingen", "biosyn"]}
    seed.finish(operation, "tenants.delete", 2)
    assert [tenant["id"] for tenant in seed.read("/v1/tenants")["entries"]] == ["mantah"]
