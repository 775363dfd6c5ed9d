"""The sections of what users did with guides: which messages stand for which steps."""

from __future__ import annotations

from typing import Any

from mock_knock.snapshots.declared import read_guides
from mock_knock.snapshots.faults import Path, reading, refused
from mock_knock.snapshots.moments import instant
from mock_knock.world.environment import Environment
from mock_knock.world.guide_engagement import GuideEngagement
from mock_knock.world.instants import to_text
from mock_knock.world.message import Message

Json = dict[str, Any]


def write_guide_engagement(world: Environment) -> Json:
    """`guide_engagement` and `guide_displays`, by user."""
    return {
        "guide_engagement": {
            user_id: [
                {
                    "guide": guide,
                    "tenant": tenant,
                    "final": None if engagement.final is None else engagement.final.id,
                    "steps": {ref: m.id for ref, m in engagement.by_step().items()},
                }
                for (guide, tenant), engagement in by_guide.items()
            ]
            for user_id, by_guide in world.guides.engagements.items()
        },
        "guide_displays": {user_id: to_text(at) for user_id, at in world.guides.displays.items()},
    }


def read_guide_engagement(document: Json, world: Environment) -> None:
    """Put guides in place, with what users did with them, behind the messages."""
    engagements: dict[str, dict[tuple[str, str | None], GuideEngagement]] = {}
    for user_id, there in document["guide_engagement"].items():
        by_guide = engagements[user_id] = {}
        for at, given in enumerate(there):
            path: Path = ("guide_engagement", user_id, at)
            engagement = GuideEngagement()
            for ref, id in given["steps"].items():
                engagement.add(ref, _message(id, (*path, "steps", ref), world))
            if given["final"] is not None:
                engagement.finish_with(_message(given["final"], (*path, "final"), world))
            by_guide[given["guide"], given["tenant"]] = engagement
    displays = {}
    for user_id, at_text in document["guide_displays"].items():
        with reading("guide_displays", user_id):
            displays[user_id] = instant(at_text)
    world.guides.display_interval = document["guide_display_interval"]
    world.guides.put_back(read_guides(document), engagements, displays)


def _message(id: str, path: Path, world: Environment) -> Message:
    found = world.messages.find(id)
    if found is None:
        raise refused(path, f"is no message of this snapshot: {id}")
    return found
