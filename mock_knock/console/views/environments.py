"""The start page, with every environment, and the overview of one."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from mock_knock.api.environments import ApiEnvironment
from mock_knock.api.exchange import CONTROL_PATH
from mock_knock.console.chains import latest
from mock_knock.console.desk import Desk
from mock_knock.console.time_line import time_line
from mock_knock.console.views.operations import brief
from mock_knock.console.views.requests import brief_request


def start(desk: Desk) -> str | Response:
    """Every environment, and one click to see a bulk operation run."""
    if request.path != CONTROL_PATH:
        return redirect(CONTROL_PATH)
    return render_template("start.html", environments=desk.everywhere(_running))


def _running(found: ApiEnvironment) -> int:
    return sum(not operation.ended for operation in found.world.bulk_operations)


def overview(desk: Desk, id: str) -> str:
    """What goes on in one environment."""

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        journal, operations = found.journal, list(found.world.bulk_operations)
        return {
            "operations": [brief(operation) for operation in reversed(operations[-5:])],
            "requests": [
                brief_request(entry) for entry in reversed(journal.since(journal.last_place - 8))
            ],
            "events": latest(found.world.events, 12),
            "line": time_line(found.world, request.args.get("span", type=int)),
        }

    return desk.page("overview.html", id, extract)


ROUTES = {"/": start, "": start, "/environments/<id>": overview}
