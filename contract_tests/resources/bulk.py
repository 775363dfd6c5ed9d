"""Bulk calls on the way to something else: sent, and waited for."""

from __future__ import annotations

import time
from typing import Any

from contract_tests.checking.answer import Answer
from contract_tests.checking.scene import Scene
from contract_tests.lifecycle.judgement import TERMINAL

_AN_HOUR = 3_600.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0


def finish(scene: Scene, answer: Answer, *, key: str = "KNOCK_API_KEY") -> dict[str, Any]:
    """The operation that a bulk call began, when it has ended or patience has."""
    operation: dict[str, Any] = scene.ok(answer)
    path = f"/v1/bulk_operations/{operation['id']}"
    if scene.target.controlled:
        scene.pass_time(_AN_HOUR, key=key)
        ended: dict[str, Any] = scene.ok(scene.get(path, key=key))
        return ended
    waited, pause = 0.0, _FIRST_PAUSE
    while operation["status"] not in TERMINAL and waited < scene.target.patience:
        time.sleep(pause)
        waited += pause
        pause = min(2 * pause, _LONGEST_PAUSE)
        operation = scene.ok(scene.get(path, key=key))
    return operation
