"""The hosted preference center: what a user's page looks like, and the link to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_knock.world.identity import Identity
from mock_knock.world.merging import merged
from mock_knock.world.recipient_preferences import RecipientPreferences
from mock_knock.world.users import Users

_HOST = "https://p.knock.app/p/"
"""Knock docs: hosted preference center. The link leads to Knock's own host, not to this server."""


class PreferenceCenter:
    """The preference center of one environment. Knock's dashboard configures it.

    `rows` are the rows to show; None makes one for each category and workflow of the environment's
    default preferences, one for the channel types and one for commercial messages.
    """

    def __init__(self, users: Users, preferences: RecipientPreferences, identity: Identity) -> None:
        self._users = users
        self._preferences = preferences
        self._identity = identity
        self.enabled = True
        self.title = "Notification preferences"
        self.body = "Choose which notifications you get, and where."
        self.rows: list[dict[str, Any]] | None = None
        self.account_name: str | None = None
        self.branding: dict[str, Any] = {
            "icon_url": None,
            "logo_url": None,
            "primary_color": "#000000",
            "primary_color_contrast": "#FFFFFF",
            "dark": {
                "icon_url": None,
                "logo_url": None,
                "primary_color": "#FFFFFF",
                "primary_color_contrast": "#000000",
            },
        }

    def configure(self, given: Mapping[str, Any]) -> None:
        """Take over `enabled`, `title`, `body`, `rows`, `account_name`, `branding`, where given.

        Of a row only `type` and `name` are needed; branding is laid over what is there.
        """
        self.enabled = given.get("enabled", self.enabled)
        self.title = given.get("title", self.title)
        self.body = given.get("body", self.body)
        self.account_name = given.get("account_name", self.account_name)
        self.branding = merged(self.branding, given.get("branding", {}))
        if "rows" in given:
            usual = {"identifier": None, "channel_types": None}
            self.rows = [{**usual, "description": row["name"], **row} for row in given["rows"]]

    def config(self, user_id: str) -> dict[str, Any]:
        """The page of a user, in Knock's form. Raises MissingError for an unknown user."""
        user = self._users.get(user_id)
        email = user.properties.get("email")
        return {
            "enabled": self.enabled,
            "config": {
                "title": self.title,
                "body": self.body,
                "rows": self._default_rows() if self.rows is None else self.rows,
                "show_account_name": self.account_name is not None,
            },
            "branding": self.branding,
            "account_name": self.account_name,
            "user_email": email if isinstance(email, str) and email else user.id,
            "knock_branding_required": False,
        }

    def signed_url(self, user_id: str) -> dict[str, str]:
        """The link to a user's page and its token, the same at every call: it never expires.

        Raises MissingError for an unknown user.
        """
        user = self._users.get(user_id)
        token = self._identity.derived_uuid("preference_center", user.id).replace("-", "")
        return {"url": f"{_HOST}{token}", "token": token}

    def _default_rows(self) -> list[dict[str, Any]]:
        defaults = self._preferences.environment_default
        rows: list[dict[str, Any]] = [
            {
                "type": type,
                "name": key,
                "description": f"Messages of the {type} {key}",
                "identifier": key,
                "channel_types": None,
            }
            for group, type in (("categories", "category"), ("workflows", "workflow"))
            for key in (defaults.get(group) or ())
        ]
        rows.append(
            {
                "type": "channel_types",
                "name": "Channels",
                "description": "Where messages may reach you",
                "identifier": None,
                "channel_types": None,
            }
        )
        rows.append(
            {
                "type": "commercial_subscribed",
                "name": "Promotional messages",
                "description": "News and offers",
                "identifier": None,
                "channel_types": None,
            }
        )
        return rows
