"""What the environments of these tests begin with: something of every section."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

FEED = "8f0a1c52-6f3e-4b7d-9a64-1c2d3e4f5a6b"
PUSH = "a93c5e10-72bd-4f06-8e4a-1d60f8b2c740"
SLACK = "a93c5e10-72bd-4f06-8e4a-1d60f8b2c741"
GUIDES = "a93c5e10-72bd-4f06-8e4a-1d60f8b2c739"
TOUR = "a93c5e10-72bd-4f06-8e4a-1d60f8b2c742"

FIXTURES: Json = {
    "channels": [
        {"key": "inbox", "type": "in_app_feed", "id": FEED},
        {"key": "mail", "type": "email", "provider": "email_postmark"},
        {"key": "texts", "type": "sms", "ends": "bounced"},
        {"key": "push", "type": "push", "id": PUSH, "sandbox": True},
        {"key": "chat", "type": "chat", "id": SLACK},
        {"key": "guides", "type": "in_app_guide", "id": GUIDES},
    ],
    "workflows": [
        {"key": "quick", "categories": ["news"]},
        {
            "key": "slow",
            "delay": 5,
            "steps": [
                {"channel_key": "mail", "template": {"text_body": "Hi {{ recipient.name }}"}},
                {"channel_key": "texts", "delay": 3, "ref": "reminder"},
                {"channel_key": "push"},
                {},
            ],
        },
        {"key": "silent", "steps": []},
        {"key": "off", "status": "inactive"},
        {
            "key": "checked",
            "trigger_data_json_schema": {
                "type": "object",
                "properties": {"n": {"type": "integer"}},
                "required": ["n"],
            },
        },
    ],
    "guides": [
        {
            "key": "tour", "channel_key": "guides", "id": TOUR,
            "steps": [{"ref": "one", "content": {"title": "Hi"}}, {"ref": "two"}],
        },
        {
            "key": "beta", "channel_key": "guides", "audiences": ["vip"], "unthrottled": True,
            "conditions": [{"variable": "recipient.plan", "operator": "equal_to", "argument": 1}],
            "activation_url_rules": [{"directive": "allow"}],
            "activation_url_patterns": [{"pathname": "/x"}],
        },
    ],
    "audiences": [{"key": "vip", "members": ["a", {"user": "b", "tenant": "t"}]},
                  {"key": "gold", "static": False, "members": ["a"]}],
    "webhooks": [
        {
            "id": "crm",
            "url": "http://127.0.0.1:9/hooks",
            "secret": "not-really-a-secret",
            "events": ["message.*"],
            "enabled": False,
            "description": "The customers' records",
            "signature_clock": "environment",
        }
    ],
    "preference_center": {
        "title": "Yours", "rows": [{"type": "channel_types", "name": "Channels"}],
        "branding": {"primary_color": "#123456"},
    },
    "preference_defaults": {"channel_types": {"sms": True}},
    "users": [{"id": "a", "name": "A", "email": "a@x.org", "phone_number": "+1",
               "timezone": "America/New_York", "preferences": {"t": {"categories": {}}}}],
    "objects": [{"collection": "projects", "id": "o", "name": "O"}],
    "tenants": [{"id": "t", "name": "T", "settings": {"branding": {"primary_color": "#fff"}}}],
}  # fmt: skip
