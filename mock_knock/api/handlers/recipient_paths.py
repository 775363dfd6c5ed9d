"""Which recipient a path names: `/v1/users/{user_id}/...` or `/v1/objects/{collection}/...`."""

from __future__ import annotations

from mock_knock.api.exchange import Request
from mock_knock.world.references import RecipientKey


def path_recipient(request: Request) -> RecipientKey:
    """The user or object whose sub-resource the path is about."""
    path = request.path
    if "collection" in path:
        return path["object_id"], path["collection"]
    return path["user_id"], None
