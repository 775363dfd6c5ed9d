"""Workflow runs: the list, and one with its log and its messages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request

from mock_knock.api.environments import ApiEnvironment
from mock_knock.console.chains import chain_of
from mock_knock.console.desk import Desk
from mock_knock.console.paging import asked, searching, shown_page, wanted
from mock_knock.console.shown import as_json
from mock_knock.console.views.messages import brief_message
from mock_knock.world.errors import MissingError
from mock_knock.world.listing import PageRequest
from mock_knock.world.message_filters import MessageFilter
from mock_knock.world.recipient_run import RecipientRun
from mock_knock.world.recipient_runs import RunFilter


@dataclass(frozen=True, slots=True)
class _Found(RunFilter):
    """The runs of one trigger, or all, in which the words are found."""

    trigger: str = ""
    finds: Any = None

    def __call__(self, run: RecipientRun) -> bool:
        return (
            RunFilter.__call__(self, run)
            and (not self.trigger or run.workflow_run_id == self.trigger)
            and (self.finds is None or bool(self.finds(run)))
        )


def brief_run(run: RecipientRun) -> dict[str, Any]:
    """One run, as lists show it."""
    return {
        "id": run.id,
        "trigger": run.workflow_run_id,
        "at": run.inserted_at,
        "workflow": run.workflow.key,
        "recipient": {"id": run.recipient[0], "collection": run.recipient[1]},
        "status": run.status,
        "source": run.source.type,
        "tenant": run.tenant,
    }


def listed(desk: Desk, id: str) -> str:
    """Every run, the newest first."""
    words, page = asked(), wanted()
    trigger, status = request.args.get("trigger", ""), request.args.get("status", "")

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        keep = _Found(
            statuses=(status,) if status else (), trigger=trigger, finds=searching(words, _text)
        )
        rows = found.world.workflows.page(page, keep)
        return {**shown_page(rows, brief_run), "trigger": trigger, "status": status}

    return desk.page("runs.html", id, extract)


def one(desk: Desk, id: str, run_id: str) -> str:
    """One run."""

    def extract(found: ApiEnvironment) -> dict[str, Any] | None:
        world = found.world
        try:
            run = world.workflows.get_run(run_id)
        except MissingError:
            return None
        made = MessageFilter(workflow_recipient_run_id=run.id)
        return {
            "run": brief_run(run),
            "shape": as_json(run.to_json(with_events=True)),
            "data": as_json(run.data),
            "log": [
                {
                    "event": event.event,
                    "at": event.at,
                    "step": event.step_ref,
                    "data": as_json(event.data) if event.data else "",
                }
                for event in run.events
            ],
            "messages": [
                brief_message(message) for message in world.messages.page(PageRequest(), made).rows
            ],
            "chain": chain_of(world.events, run.id, "workflow_recipient_run.queued"),
        }

    return desk.page("run.html", id, extract)


def _text(run: RecipientRun) -> str:
    return f"{run.id}\n{run.workflow.key}\n{run.recipient[0]}\n{run.tenant or ''}"


ROUTES = {
    "/environments/<id>/runs": listed,
    "/environments/<id>/runs/<run_id>": one,
}
