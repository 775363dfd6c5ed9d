"""In-app feeds."""

from __future__ import annotations

from tests.sdk.seed import FEED, Seed
from tests.sdk.stories import Story, calling


@calling("users.feeds.list_items")
def items(seed: Seed) -> Story:
    items = yield {
        "user_id": "ellie",
        "id": FEED,
        "page_size": 2,
        "status": "unread",
        "archived": "exclude",
        "source": "welcome",
        "workflow_categories": ["onboarding"],
        "inserted_at": {"gte": "2026-01-05T09:00:00Z"},
    }
    assert [item["id"] for item in items] == seed.messages("ellie")
    assert items[0]["blocks"][0]["rendered"] == "<p>Welcome to Nublar</p>"
    assert items[2]["tenant"] == "ingen"


@calling("users.feeds.get_settings")
def settings(seed: Seed) -> Story:
    answer = yield {"user_id": "ellie", "id": FEED}
    assert answer == {"features": {"branding_required": False}}
