"""The forms of channel data: what each provider keeps about a recipient.

Requests give a list of tokens or a list of devices; answers carry both (Knock API reference:
PushChannelDataTokensOnly, ...DevicesOnly, ...Full). Which provider some data is for follows from
its form, where no declared channel says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeGuard, TypeVar
from urllib.parse import urlsplit

Data = dict[str, Any]
Item = TypeVar("Item")

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SLACK_KEYS = ("access_token", "channel_id", "channel_name", "user_id")
_TEAMS_KEYS = (
    "ms_teams_channel_id",
    "ms_teams_team_id",
    "ms_teams_tenant_id",
    "ms_teams_user_id",
)


def read_channel_data(data: object, provider: str | None) -> tuple[str, Data] | None:
    """The provider and the data in the form of answers; None when no provider has this form.

    `provider` is the one that the channel is declared to have, None where nothing is known.
    """
    if not isinstance(data, Mapping):
        return None
    if provider is not None and provider in _FORMS:
        shown = _FORMS[provider](data)
        return None if shown is None else (provider, shown)
    for candidate, form in (
        ("push_fcm", _tokens),
        ("push_aws_sns", _target_arns),
        ("push_one_signal", _player_ids),
    ):
        shown = form(data)
        if shown is not None:
            return candidate, shown
    shown = _connections(data)
    return None if shown is None else (_chat_provider(shown), shown)


def _devices(data: Mapping[str, Any], names: str, name: str) -> Data | None:
    """Both lists, from either one: `names` of plain texts, `devices` with each text in `name`."""
    if names not in data and "devices" not in data:
        return None
    listed, devices = data.get(names, []), data.get("devices", [])
    if not _is_list(listed, str) or not _is_list(devices, dict):
        return None
    shown = []
    for device in devices:
        if not isinstance(device.get(name), str):
            return None
        if not all(isinstance(device.get(key), str | None) for key in ("locale", "timezone")):
            return None
        shown.append({"locale": None, "timezone": None, **device})
    known = {device[name] for device in shown}
    shown += [
        {name: text, "locale": None, "timezone": None}
        for text in dict.fromkeys(listed)
        if text not in known
    ]
    return {names: [device[name] for device in shown], "devices": shown}


def _tokens(data: Mapping[str, Any]) -> Data | None:
    return _devices(data, "tokens", "token")


def _target_arns(data: Mapping[str, Any]) -> Data | None:
    return _devices(data, "target_arns", "target_arn")


def _player_ids(data: Mapping[str, Any]) -> Data | None:
    player_ids = data.get("player_ids")
    if not _is_list(player_ids, str) or not all(map(_UUID.fullmatch, player_ids)):
        return None
    return {"player_ids": list(player_ids)}


def _connections(data: Mapping[str, Any]) -> Data | None:
    """Chat data. Of a tenant it may be a credential alone (Knock docs: Slack overview)."""
    if not data.keys() & {"connections", "token", "ms_teams_tenant_id"}:
        return None
    connections = data.get("connections", [])
    if not _is_list(connections, dict):
        return None
    shown: Data = {"connections": list(connections)}
    for key in ("token", "ms_teams_tenant_id"):
        if key in data:
            shown[key] = data[key]
    readable = _is_slack(shown) or _is_teams(shown) or _is_discord(connections)
    return shown if readable else None


def _is_slack(data: Data) -> bool:
    token = data.get("token")
    if token is not None and not (
        isinstance(token, Mapping)
        and "access_token" in token
        and isinstance(token["access_token"], str | None)
    ):
        return False
    return all(
        all(isinstance(connection.get(key), str | None) for key in _SLACK_KEYS)
        or _webhook(connection) is not None
        for connection in data["connections"]
    )


def _is_teams(data: Data) -> bool:
    return _is_uuid(data.get("ms_teams_tenant_id")) and all(
        all(_is_uuid(connection.get(key)) for key in _TEAMS_KEYS)
        or _webhook(connection) is not None
        for connection in data["connections"]
    )


def _is_discord(connections: Sequence[Mapping[str, Any]]) -> bool:
    return all(
        isinstance(connection.get("channel_id"), str) or _webhook(connection) is not None
        for connection in connections
    )


def _chat_provider(data: Data) -> str:
    """Which chat provider the connections look like; Slack where nothing tells."""
    connections = data["connections"]
    keys = {key for connection in connections for key in connection} | data.keys()
    if keys & set(_TEAMS_KEYS) and _is_teams(data):
        return "chat_ms_teams"
    if not keys & {"token", "access_token", "channel_name", "user_id"}:
        hosts = [_host(url) for url in map(_webhook, connections) if url is not None]
        if any("discord" in host for host in hosts):
            return "chat_discord"
        if any("office" in host or "microsoft" in host for host in hosts):
            return "chat_ms_teams"
        if "channel_id" in keys and _is_discord(connections):
            return "chat_discord"
    return "chat_slack"


def _webhook(connection: Mapping[str, Any]) -> str | None:
    webhook = connection.get("incoming_webhook")
    url = webhook.get("url") if isinstance(webhook, Mapping) else None
    return url if isinstance(url, str) else None


def _host(url: str) -> str:
    """The host of a URL, empty for what is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_uuid(value: object) -> bool:
    return value is None or (isinstance(value, str) and _UUID.fullmatch(value) is not None)


def _is_list(value: object, kind: type[Item]) -> TypeGuard[list[Item]]:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


_FORMS: dict[str, Callable[[Mapping[str, Any]], Data | None]] = {
    "push_fcm": _tokens,
    "push_apns": _tokens,
    "push_expo": _tokens,
    "push_aws_sns": _target_arns,
    "push_one_signal": _player_ids,
    "chat_slack": _connections,
    "chat_ms_teams": _connections,
    "chat_discord": _connections,
}
