"""Tag `Feeds`: a user's in-app feed, as Knock's browser client reads it."""

from __future__ import annotations

from typing import Any

from mock_knock.api.exchange import Reply, Request
from mock_knock.api.exclusion import without
from mock_knock.api.message_query import feed_filter
from mock_knock.api.pagination import cursor_of, page_info, page_request


def listUserInAppFeedItems(request: Request) -> dict[str, Any] | Reply:
    """GET /v1/users/{user_id}/feeds/{id}"""
    query, feeds = request.query, request.world.feeds
    wanted = page_request(query, "feed")
    user_id, channel_id = request.path["user_id"], request.path["id"]
    found = feeds.page(user_id, channel_id, wanted, feed_filter(query))
    compact = query.get("mode") == "compact"
    value = {
        "entries": [
            {
                **feeds.item(message, compact=compact),
                "__cursor": cursor_of(message.place, "feed"),
            }
            for message in found.page.rows
        ],
        "meta": found.meta(),
        "page_info": page_info(found.page, "feed"),
        "vars": {},
    }
    exclude = query.get("exclude")
    return value if exclude is None else Reply(without(value, exclude), partial=True)


def getUserInAppFeedSettings(request: Request) -> dict[str, Any]:
    """GET /v1/users/{user_id}/feeds/{id}/settings"""
    request.world.channels.feed(request.path["id"])
    return {"features": {"branding_required": False}}
