"""What no call of Knock's API makes: workflows and channels, declared where there is a control
plane. Elsewhere there is the one workflow that the target was given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from contract_tests.checking.scene import Scene
from contract_tests.resources.workflows import FEED

MAIL: Final = "kit-mail"
LATE: Final = "kit-late"
LATER: Final = "kit-later"
GUIDE: Final = "kit-tour"
GUIDES: Final = "0b1f7a52-41c9-4d0e-8a63-5d2f9c7e1a34"
DELAY: Final = 3_600.0


@dataclass(frozen=True)
class Studio:
    """The workflows that can be triggered: the target's own, and more where they were declared.

    mail: sends an in-app message and an email. late: waits for an hour first.
    """

    plain: str
    mail: str | None
    late: str | None


def open_studio(scene: Scene, key: str = "KNOCK_API_KEY") -> Studio:
    """Declare workflows and channels, where that can be done."""
    workflow = scene.target.workflow
    alone = Studio(workflow, None, None)
    if not scene.target.controlled:
        return alone
    inbox = {"channel_key": "kit-inbox", "template": {"body": "Of {{ note }}"}}
    mail = {"channel_key": "kit-email", "template": {"subject_line": "Of {{ note }}"}}
    declared = {
        "channels": [
            {"key": "kit-inbox", "type": "in_app_feed", "id": FEED},
            {"key": "kit-email", "type": "email"},
            {"key": "kit-guides", "type": "in_app_guide", "id": GUIDES},
        ],
        "workflows": [
            {"key": workflow, "categories": ["kit-news"], "steps": [inbox]},
            {"key": MAIL, "categories": ["kit-mail", "kit-all"], "steps": [inbox, mail]},
            {"key": LATE, "categories": ["kit-late"], "steps": [{**inbox, "delay": DELAY}]},
            {"key": LATER, "steps": [{**inbox, "delay": DELAY}]},
        ],
        "guides": [
            {
                "key": GUIDE,
                "channel_key": "kit-guides",
                "type": "banner",
                "steps": [{"ref": "one"}],
            },
            {"key": "kit-other", "channel_key": "kit-guides", "type": "modal"},
        ],
    }
    answer = scene.control("POST", "/fixtures", declared, key=key)
    return Studio(workflow, MAIL, LATE) if answer.status < 300 else alone
