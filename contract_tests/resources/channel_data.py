"""Channel data in every shape that Knock's documents have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from contract_tests.checking.capability import Capability
from contract_tests.checking.check import Check, add_check
from contract_tests.checking.examiner import Examiner
from contract_tests.checking.scene import Scene
from contract_tests.resources.narrowing import narrow
from contract_tests.resources.recipients import CHANNELS, channel_is_known, recipients
from contract_tests.rules import resources as rules

SUITE = "resources"
_DEVICES: Final = [
    {"token": "Tok-1", "locale": "en-GB", "timezone": "Europe/Oslo"},
    {"token": "tok-1", "locale": None, "timezone": None},
]
_HOOK: Final = "https://hooks.example.com/services/T0/B0/x?y=1"
SHAPES: Final[dict[str, dict[str, Any]]] = {
    "tokens": {"tokens": ["Tok-2", "tok-1", "tok-10", "tök"]},
    "devices": {"devices": _DEVICES},
    "target ARNs": {"target_arns": ["arn:aws:sns:eu-1:1:app/B", "arn:aws:sns:eu-1:1:app/A"]},
    "player ids": {
        "player_ids": [
            "c3d1f2a4-0000-4000-8000-00000000000b", "c3d1f2a4-0000-4000-8000-00000000000a",
        ]
    },
    "Slack channels": {
        "connections": [
            {"access_token": "xoxb-1", "channel_id": "C2"},
            {"access_token": "xoxb-1", "channel_id": "C1"},
            {"access_token": "xoxb-2", "user_id": "U1"},
        ],
        "token": {"access_token": "xoxb-tenant"},
    },
    "a Slack webhook": {"connections": [{"incoming_webhook": {"url": _HOOK}}]},
    "Teams channels": {
        "connections": [
            {"ms_teams_team_id": "0b1f7a52-41c9-4d0e-8a63-5d2f9c7e1a34",
             "ms_teams_channel_id": "19:abc@thread.tacv2"},
        ],
        "ms_teams_tenant_id": "0b1f7a52-41c9-4d0e-8a63-5d2f9c7e1a35",
    },
    "Discord channels": {"connections": [{"channel_id": "D2"}, {"channel_id": "D1"}]},
}  # fmt: skip


def _lacks(shown: Any, expected: Any) -> bool:
    """Whether something of what was written is missing; more may be shown."""
    if isinstance(expected, dict):
        return not isinstance(shown, dict) or any(
            _lacks(shown.get(name), value) for name, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            not isinstance(shown, list)
            or len(shown) != len(expected)
            or any(_lacks(one, other) for one, other in zip(shown, expected, strict=True))
        )
    return bool(shown != expected)


def _attempt(scene: Scene, chosen: Sequence[str]) -> None:
    """Each shape takes the place of the one before; another channel keeps its own."""
    user, thing = recipients(scene)
    if not channel_is_known(scene, user):
        return
    other = {"data": {"tokens": ["other"]}}
    for who in (user, thing):
        scene.ok(scene.put(f"{who}/channel_data/{CHANNELS[1]}", other))
    for shape in chosen:
        for who in (user, thing):
            path = f"{who}/channel_data/{CHANNELS[0]}"
            answer = scene.ok(scene.put(path, {"data": SHAPES[shape]}))
            place = scene.exchanges[-1].place
            for shown in (answer, scene.ok(scene.get(path))):
                told = f"{shape}: {SHAPES[shape]} were written, {shown['data']} is shown"
                right = not _lacks(shown["data"], SHAPES[shape])
                scene.require(rules.CHANNEL_DATA_READ_BACK, right, told, place)
                told = f"it says that it is of the channel {shown['channel_id']}"
                own = shown["channel_id"] == CHANNELS[0]
                scene.require(rules.CHANNEL_DATA_READ_BACK, own, told, place)
            kept = scene.ok(scene.get(f"{who}/channel_data/{CHANNELS[1]}"))["data"]["tokens"]
            told = f"another channel had the tokens ['other'], and has {kept}"
            scene.require(rules.CHANNEL_DATA_READ_BACK, kept == ["other"], told, place)


def _run(examiner: Examiner) -> None:
    narrow(examiner, tuple(SHAPES), _attempt)


add_check(
    Check(
        SUITE, "channel data of every shape are read back", (rules.CHANNEL_DATA_READ_BACK,),
        (Capability.STRAY_WRITES,), _run,
    )
)  # fmt: skip
