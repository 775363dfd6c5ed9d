"""Arguments of every method of the SDKs, of the kind that the SDKs' own suites send: text where a
UUID, a time or JSON belongs, for instance.

Each method has all of its parameters here. Nothing that is named exists: the calls are for a fresh
server. Paths are those of `knockapi`.
"""

from __future__ import annotations

from typing import Any

UUID = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"
OTHER_UUID = "97c5837d-c65c-4d54-aa39-080eeb81c69d"
TIME = "2019-12-27T18:11:19.117Z"

_PAGE = {"after": "after", "before": "before", "page_size": 0}
_BETWEEN = {"gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte"}
_CONDITIONS = {
    "conditions": [{"argument": "US", "operator": "equal_to", "variable": "recipient.country_code"}]
}
_TYPES = {
    "chat": True, "email": False, "http": True, "in_app_feed": True, "push": True,
    "sms": _CONDITIONS,
}  # fmt: skip
_SETTING = {"channel_types": _TYPES, "channels": {OTHER_UUID: True}, **_CONDITIONS}
_PREFERENCES: dict[str, Any] = {
    "_persistence_strategy": "merge",
    "categories": {"marketing": False, "transactional": _SETTING},
    "channel_types": _TYPES,
    "channels": {UUID: _CONDITIONS, OTHER_UUID: True},
    "commercial_subscribed": True,
    "workflows": {"dinosaurs-loose": _SETTING},
}
_CHANNEL_DATA = {OTHER_UUID: {"tokens": ["push_token_123"]}}
_USER_FIELDS = {
    "avatar": "avatar",
    "channel_data": _CHANNEL_DATA,
    "created_at": TIME,
    "email": "jane@ingen.net",
    "locale": "locale",
    "name": "Jane Doe",
    "phone_number": "phone_number",
    "preferences": {"default": _PREFERENCES},
    "timezone": "America/New_York",
}
_USER = {"id": "user_1", **_USER_FIELDS}
_OBJECT_FIELDS = {
    "channel_data": _CHANNEL_DATA,
    "locale": "en-US",
    "name": "My object",
    "preferences": {"default": _PREFERENCES},
    "timezone": "America/New_York",
}
_OBJECT = {"collection": "assets", "id": "asset_1"}
_TENANT_FIELDS = {
    "channel_data": _CHANNEL_DATA,
    "name": "Jurassic Park",
    "settings": {
        "branding": {
            "icon_url": "https://example.com/icon.png",
            "logo_url": "https://example.com/logo.png",
            "primary_color": "#33FF5B",
            "primary_color_contrast": "#FFFFFF",
        },
        "preference_set": _PREFERENCES,
    },
}
_REPEATS = [
    {
        "frequency": "daily",
        "day_of_month": None,
        "days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        "hours": None,
        "interval": 1,
        "minutes": None,
    }
]
_SCHEDULE = {
    "actor": _USER,
    "data": {"key": "bar"},
    "ending_at": None,
    "repeats": _REPEATS,
    "scheduled_at": TIME,
    "tenant": "acme_corp",
}
_MESSAGES: dict[str, Any] = {
    **_PAGE,
    "channel_id": "channel_id",
    "engagement_status": ["seen"],
    "inserted_at": _BETWEEN,
    "message_ids": ["1jNaXzB2RZX3LY8wVQnfCKyPnv7"],
    "source": "source",
    "status": ["queued"],
    "tenant": "tenant",
    "trigger_data": "trigger_data",
    "workflow_categories": ["string"],
    "workflow_recipient_run_id": UUID,
    "workflow_run_id": UUID,
}
_IDS: dict[str, Any] = {"message_ids": ["1jNaXzB2RZX3LY8wVQnfCKyPnv7"]}
_MESSAGE = {"message_id": "1jNaXzB2RZX3LY8wVQnfCKyPnv7"}
_MEMBERS = {
    "members": [{"user": {"id": "dr_sattler", "email": "ellie@ingen.net"}, "tenant": "ingen"}]
}
_SUBSCRIPTIONS = [{"id": "project-1", "recipients": ["user_1", _OBJECT], "properties": {"k": "v"}}]
_GUIDE: dict[str, Any] = {
    "channel_id": "123e4567-e89b-12d3-a456-426614174000",
    "guide_id": "7e9dc78c-b3b1-4127-a54e-71f1899b831a",
    "guide_key": "tour_notification",
    "guide_step_ref": "lab_tours",
    "tenant": "ingen_isla_nublar",
}
_SLACK = {"channel_id": "channel_id", "access_token_object": "access_token_object"}
_TEAMS = {"channel_id": "channel_id", "ms_teams_tenant_object": "ms_teams_tenant_object"}
_RPC = {"id": "id", "jsonrpc": "2.0", "method": "method", "params": {"foo": "bar"}}

ARGUMENTS: dict[str, dict[str, Any]] = {
    "audiences.add_members": {"key": "key", **_MEMBERS, "create_audience": True},
    "audiences.list_members": {"key": "key"},
    "audiences.remove_members": {"key": "key", **_MEMBERS},
    "bulk_operations.get": {"id": UUID},
    "channels.bulk.update_message_status": {
        "channel_id": UUID,
        "action": "seen",
        "archived": "include",
        "delivery_status": "delivered",
        "engagement_status": "seen",
        "has_tenant": True,
        "newer_than": TIME,
        "older_than": TIME,
        "recipient_ids": ["recipient1", "recipient2"],
        "tenants": ["tenant1", "tenant2"],
        "trigger_data": '{"key":"value"}',
        "workflows": ["workflow1", "workflow2"],
    },
    "integrations.census.custom_destination": _RPC,
    "integrations.hightouch.embedded_destination": _RPC,
    "messages.archive": _MESSAGE,
    "messages.batch.archive": _IDS,
    "messages.batch.get_content": _IDS,
    "messages.batch.mark_as_interacted": {**_IDS, "metadata": {"key": "bar"}},
    "messages.batch.mark_as_read": _IDS,
    "messages.batch.mark_as_seen": _IDS,
    "messages.batch.mark_as_unread": _IDS,
    "messages.batch.mark_as_unseen": _IDS,
    "messages.batch.unarchive": _IDS,
    "messages.get": _MESSAGE,
    "messages.get_content": _MESSAGE,
    "messages.list": _MESSAGES,
    "messages.list_activities": {**_MESSAGE, **_PAGE, "trigger_data": "trigger_data"},
    "messages.list_delivery_logs": {**_MESSAGE, **_PAGE},
    "messages.list_events": {**_MESSAGE, **_PAGE},
    "messages.mark_as_interacted": {**_MESSAGE, "metadata": {"key": "bar"}},
    "messages.mark_as_read": _MESSAGE,
    "messages.mark_as_seen": _MESSAGE,
    "messages.mark_as_unread": _MESSAGE,
    "messages.mark_as_unseen": _MESSAGE,
    "messages.unarchive": _MESSAGE,
    "objects.add_subscriptions": {
        "collection": "collection",
        "object_id": "object_id",
        "recipients": ["user_1", _OBJECT, _USER],
        "properties": {"key": "bar"},
    },
    "objects.bulk.add_subscriptions": {
        "collection": "projects", "subscriptions": _SUBSCRIPTIONS,
    },
    "objects.bulk.delete": {"collection": "collection", "object_ids": ["obj_123", "obj_456"]},
    "objects.bulk.delete_subscriptions": {
        "collection": "projects",
        "subscriptions": [{"id": "project-1", "recipients": ["user_1", _OBJECT, {}]}],
    },
    "objects.bulk.set": {
        "collection": "collection", "objects": [{"id": "project_1", **_OBJECT_FIELDS}],
    },
    "objects.delete": {"collection": "collection", "id": "id"},
    "objects.delete_subscriptions": {
        "collection": "collection", "object_id": "object_id", "recipients": ["user_123", _OBJECT],
    },
    "objects.get": {"collection": "collection", "id": "id"},
    "objects.get_channel_data": {
        "collection": "collection", "object_id": "object_id", "channel_id": UUID,
    },
    "objects.get_preferences": {
        "collection": "collection", "object_id": "object_id", "id": "default",
    },
    "objects.list": {"collection": "collection", **_PAGE, "include": ["preferences"]},
    "objects.list_messages": {"collection": "projects", "id": "project-123", **_MESSAGES},
    "objects.list_preferences": {"collection": "collection", "object_id": "object_id"},
    "objects.list_schedules": {
        "collection": "collection", "id": "id", **_PAGE, "tenant": "tenant", "workflow": "workflow",
    },
    "objects.list_subscriptions": {
        "collection": "collection",
        "object_id": "object_id",
        **_PAGE,
        "include": ["preferences"],
        "mode": "recipient",
        "objects": [_OBJECT],
        "recipients": [_OBJECT],
    },
    "objects.set": {"collection": "collection", "id": "id", **_OBJECT_FIELDS},
    "objects.set_channel_data": {
        "collection": "collection",
        "object_id": "object_id",
        "channel_id": UUID,
        "data": {"tokens": ["push_token_1"]},
    },
    "objects.set_preferences": {
        "collection": "collection", "object_id": "object_id", "id": "default", **_PREFERENCES,
    },
    "objects.unset_channel_data": {
        "collection": "collection", "object_id": "object_id", "channel_id": UUID,
    },
    "objects.unset_preferences": {
        "collection": "collection", "object_id": "object_id", "id": "default",
    },
    "providers.ms_teams.check_auth": _TEAMS,
    "providers.ms_teams.list_channels": {
        **_TEAMS,
        "team_id": "team_id",
        "query_options": {"filter": "$filter", "select": "$select"},
    },
    "providers.ms_teams.list_teams": {
        **_TEAMS,
        "query_options": {
            "filter": "$filter", "select": "$select", "skiptoken": "$skiptoken", "top": 0,
        },
    },
    "providers.ms_teams.revoke_access": _TEAMS,
    "providers.slack.check_auth": _SLACK,
    "providers.slack.list_channels": {
        **_SLACK,
        "query_options": {
            "cursor": "cursor",
            "exclude_archived": True,
            "limit": 0,
            "team_id": "team_id",
            "types": "types",
        },
    },
    "providers.slack.revoke_access": _SLACK,
    "schedules.bulk.create": {
        "schedules": [
            {"workflow": "comment-created", "recipient": "user_123", **_SCHEDULE},
            {"workflow": "comment-created"},
        ]
    },
    "schedules.create": {"recipients": ["user_123"], "workflow": "comment-created", **_SCHEDULE},
    "schedules.delete": {"schedule_ids": [UUID]},
    "schedules.list": {
        "workflow": "workflow", **_PAGE, "recipients": ["user_123"], "tenant": "tenant",
    },
    "schedules.update": {"schedule_ids": [UUID], **_SCHEDULE},
    "tenants.bulk.delete": {"tenant_ids": ["tenant_1", "tenant_2"]},
    "tenants.bulk.set": {"tenants": ["acme_corp", {"id": "tenant_1", **_TENANT_FIELDS}]},
    "tenants.delete": {"id": "id"},
    "tenants.get": {"id": "id", "resolve_full_preference_settings": True},
    "tenants.list": {**_PAGE, "name": "name", "tenant_id": "tenant_id"},
    "tenants.set": {"id": "id", "resolve_full_preference_settings": True, **_TENANT_FIELDS},
    "users.bulk.delete": {"user_ids": ["user_1", "user_2"]},
    "users.bulk.identify": {"users": [_USER, {"id": "user_2"}]},
    "users.bulk.set_preferences": {
        "preferences": {
            **{name: value for name, value in _PREFERENCES.items() if not name.startswith("_")},
            "id": "default",
        },
        "user_ids": ["user_1", "user_2"],
    },
    "users.delete": {"user_id": "user_id"},
    "users.feeds.get_settings": {"user_id": "user_id", "id": UUID},
    "users.feeds.list_items": {
        "user_id": "user_id",
        "id": UUID,
        **_PAGE,
        "archived": "exclude",
        "exclude": "exclude",
        "has_tenant": True,
        "inserted_at": _BETWEEN,
        "locale": "locale",
        "mode": "compact",
        "source": "source",
        "status": "unread",
        "tenant": "tenant",
        "trigger_data": "trigger_data",
        "workflow_categories": ["string"],
    },
    "users.get": {"user_id": "user_id"},
    "users.get_channel_data": {"user_id": "user_id", "channel_id": UUID},
    "users.get_preferences": {"user_id": "user_id", "id": "default", "tenant": "tenant"},
    "users.guides.get_channel": {
        "user_id": "user_id",
        "channel_id": UUID,
        "data": "data",
        "tenant": "tenant",
        "type": "type",
    },
    "users.guides.mark_message_as_archived": {
        "user_id": "user_id", **_GUIDE, "is_final": True, "unthrottled": True,
    },
    "users.guides.mark_message_as_interacted": {
        "user_id": "user_id", **_GUIDE, "metadata": {"cta": "view_schedule"},
    },
    "users.guides.mark_message_as_seen": {
        "user_id": "user_id", **_GUIDE, "content": {"foo": "bar"}, "data": {"foo": "bar"},
    },
    "users.guides.reset_guide_engagements": {
        "user_id": "user_id", "guide_key": "tour_notification", "tenant": "ingen_isla_nublar",
    },
    "users.guides.unarchive_guide_message": {
        "user_id": "user_id", "guide_key": "tour_notification", "tenant": "ingen_isla_nublar",
    },
    "users.list": {**_PAGE, "include": ["preferences"], "order": "asc"},
    "users.list_messages": {"user_id": "user-123", **_MESSAGES},
    "users.list_preferences": {"user_id": "user_id"},
    "users.list_schedules": {
        "user_id": "user_id", **_PAGE, "tenant": "tenant_123", "workflow": "workflow_123",
    },
    "users.list_subscriptions": {
        "user_id": "user_id", **_PAGE, "include": ["preferences"], "objects": [_OBJECT],
    },
    "users.merge": {"user_id": "user_id", "from_user_id": "user_1"},
    "users.preference_center.generate_signed_url": {"user_id": "user_id"},
    "users.preference_center.get_config": {"user_id": "user_id"},
    "users.set_channel_data": {
        "user_id": "user_id", "channel_id": UUID, "data": {"tokens": ["push_token_1"]},
    },
    "users.set_preferences": {"user_id": "user_id", "id": "default", **_PREFERENCES},
    "users.unset_channel_data": {"user_id": "user_id", "channel_id": UUID},
    "users.unset_preferences": {"user_id": "user_id", "id": "default"},
    "users.update": {"user_id": "user_id", **_USER_FIELDS},
    "workflow_recipient_runs.get": {"id": "id"},
    "workflow_recipient_runs.list": {
        **_PAGE,
        "ending_at": TIME,
        "has_errors": True,
        "recipient": "user_123",
        "starting_at": TIME,
        "status": ["queued"],
        "tenant": "tenant",
        "workflow": "workflow",
    },
    "workflows.cancel": {
        "key": "key", "cancellation_key": "cancel-user-123", "recipients": ["jhammond", _OBJECT],
    },
    "workflows.trigger": {
        "key": "key",
        "recipients": ["dr_grant", "dr_sattler", _OBJECT],
        "actor": "mr_dna",
        "cancellation_key": "cancel-user-123",
        "data": {"foo": "bar"},
        "settings": {"sandbox_mode": True, "skip_delay": True},
        "tenant": "ingen_isla_nublar",
    },
}  # fmt: skip
