"""Users, objects and tenants: lists with search, and each with all that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request

from mock_knock.api.environments import ApiEnvironment
from mock_knock.console.desk import Desk
from mock_knock.console.paging import asked, searching, shown_page, wanted
from mock_knock.console.shown import as_json
from mock_knock.console.views.messages import brief_message
from mock_knock.console.views.runs import brief_run
from mock_knock.world.environment import Environment
from mock_knock.world.listing import PageRequest
from mock_knock.world.objects import TENANTS, Object
from mock_knock.world.recipient_runs import RunFilter
from mock_knock.world.recipients import Recipient
from mock_knock.world.references import RecipientKey
from mock_knock.world.tenants import tenant_json
from mock_knock.world.users import User

_FEW = PageRequest(size=10)


def users(desk: Desk, id: str) -> str:
    """Every user, the newest first."""
    words, page = asked(), wanted()

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        keep = searching(words, _text)
        rows = found.world.users.page(page, keep, newest_first=True)
        return {**shown_page(rows, _brief), "what": "users", "title": "Users"}

    return desk.page("recipients.html", id, extract)


def objects(desk: Desk, id: str) -> str:
    """The objects of one collection, the newest first; the collections beside them."""
    words, page = asked(), wanted()
    chosen = request.args.get("collection")

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        collections = found.world.objects.collections()
        collections.pop(TENANTS, None)
        collection = chosen if chosen is not None else next(iter(collections), "")
        keep = searching(words, _text)
        rows = found.world.objects.page(collection, page, keep, newest_first=True)
        return {
            **shown_page(rows, _brief),
            "what": "objects",
            "title": "Objects",
            "collections": collections,
            "collection": collection,
        }

    return desk.page("recipients.html", id, extract)


def tenants(desk: Desk, id: str) -> str:
    """Every tenant, the newest first."""
    words, page = asked(), wanted()

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        keep = searching(words, _text)
        rows = found.world.objects.page(TENANTS, page, keep, newest_first=True)
        return {**shown_page(rows, _brief), "what": "tenants", "title": "Tenants"}

    return desk.page("recipients.html", id, extract)


def user(desk: Desk, id: str) -> str:
    """One user; its id is in the query, since a path would lose ids such as `..`."""
    user_id = request.args.get("id", "")

    def extract(found: ApiEnvironment) -> dict[str, Any] | None:
        there = found.world.users.find(user_id)
        if there is None:
            return None
        return _detail(found.world, there, (user_id, None), "User", there.to_json())

    return desk.page("recipient.html", id, extract)


def object_(desk: Desk, id: str) -> str:
    """One object, or one tenant."""
    object_id, collection = request.args.get("id", ""), request.args.get("collection", "")

    def extract(found: ApiEnvironment) -> dict[str, Any] | None:
        there = found.world.objects.find(collection, object_id)
        if there is None:
            return None
        is_tenant = collection == TENANTS
        shape = tenant_json(there) if is_tenant else there.to_json()
        kind = "Tenant" if is_tenant else "Object"
        return _detail(found.world, there, (object_id, collection), kind, shape)

    return desk.page("recipient.html", id, extract)


def _detail(
    world: Environment,
    recipient: Recipient,
    key: RecipientKey,
    kind: str,
    shape: Mapping[str, Any],
) -> dict[str, Any]:
    messages = world.messages.of(key).page(_FEW, newest_first=True)
    runs = world.workflows.page(_FEW, RunFilter(recipient=key))
    subscribed_to = world.subscriptions.page_of_recipient(key, _FEW)
    subscribers = [] if key[1] is None else world.subscriptions.page_of_object(key, _FEW).rows
    schedules = world.schedules.page(_FEW, recipients=[key])
    return {
        "kind": kind,
        "recipient": _brief(recipient) | {"collection": key[1]},
        "shape": as_json(shape),
        "preferences": [
            (set_id, as_json(recipient.preferences.one(set_id))) for set_id in recipient.preferences
        ],
        "channel_data": [
            (channel_id, as_json(data)) for channel_id, data in recipient.channel_data.items()
        ],
        "subscribed_to": [_reference(found.object) for found in subscribed_to.rows],
        "subscribers": [_reference(found.recipient) for found in subscribers],
        "schedules": [
            {"id": found.id, "workflow": found.workflow, "next_at": found.next_at}
            for found in schedules.rows
        ],
        "messages": [brief_message(message) for message in messages.rows],
        "runs": [brief_run(run) for run in runs.rows],
    }


def _reference(key: RecipientKey) -> dict[str, str | None]:
    return {"id": key[0], "collection": key[1]}


def _brief(recipient: Recipient) -> dict[str, Any]:
    properties = recipient.properties
    return {
        "id": recipient.id,
        "collection": recipient.collection if isinstance(recipient, Object) else None,
        "name": _said(properties.get("name")),
        "email": _said(properties.get("email")),
        "updated_at": recipient.updated_at,
        "rest": len(properties),
    }


def _said(value: object) -> str:
    return value if isinstance(value, str) else ""


def _text(recipient: User | Object) -> str:
    found = recipient.properties
    return f"{recipient.id}\n{found.get('name') or ''}\n{found.get('email') or ''}"


ROUTES = {
    "/environments/<id>/users": users,
    "/environments/<id>/objects": objects,
    "/environments/<id>/tenants": tenants,
    "/environments/<id>/user": user,
    "/environments/<id>/object": object_,
}
