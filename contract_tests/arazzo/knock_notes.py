"""What a run says about Knock's bulk operations: how they ended, and whether the flow looked.

A flow can complete while rows failed, or while the operation had not ended at all. Arazzo has no
word for that; these notes do. They are read off the trace, after the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract_tests.arazzo.result import Visit

_TRIGGER = re.compile(r"/v1/workflows/[^/]+/trigger")
_SHOWN = 5
_REFUSED = 400


@dataclass(slots=True)
class BulkOperationSummary:
    """One bulk operation, as last seen. `polls` counts the reads of it, `statuses` each in turn.

    notes: what a person should know of it, a sentence each.
    """

    id: str
    name: str = ""
    status: str = ""
    statuses: list[str] = field(default_factory=list)
    polls: int = 0
    estimated_total_rows: int | None = None
    processed_rows: int | None = None
    success_count: int | None = None
    error_count: int | None = None
    error_items: list[Any] = field(default_factory=list)
    triggered_while: str | None = None
    notes: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The summary as a JSON value."""
        return asdict(self)


def summarize(visits: Iterable[Visit]) -> tuple[BulkOperationSummary, ...]:
    """Every bulk operation that the responses of a run show, in order of appearance, with notes."""
    visits = list(visits)
    found: dict[str, BulkOperationSummary] = {}
    recipients: dict[str, set[str]] = {}
    for visit in visits:
        for body in _bulk_operations(visit):
            summary = found.setdefault(body["id"], BulkOperationSummary(body["id"]))
            _update(summary, body)
            summary.polls += visit.request is not None and visit.request.method == "GET"
        if _triggers(visit):
            for summary in found.values():
                summary.triggered_while = summary.triggered_while or summary.status
                recipients.setdefault(summary.id, set()).update(_recipients(visit))
    looked = any(
        "error_count" in criterion.condition or "error_items" in criterion.condition
        for visit in visits
        for criterion in visit.criteria
    )
    for summary in found.values():
        summary.notes = list(_notes(summary, recipients.get(summary.id, set()), looked))
    return tuple(found.values())


def _notes(summary: BulkOperationSummary, named: set[str], looked: bool) -> Iterable[str]:
    label = f"operation {summary.id}" + (f" ({summary.name})" if summary.name else "")
    before = summary.triggered_while
    if before == "failed":
        yield f"{label} ended failed, and the workflow was triggered all the same"
    elif before not in (None, "completed"):
        yield f"the workflow was triggered while {label} was still {before}"
    elif summary.status == "failed":
        yield f"{label} ended failed; no workflow was triggered after it"
    elif summary.status != "completed":
        yield f"{label} was last seen {summary.status}; the run did not see its end"
    if summary.error_count:
        yield _rows_note(label, summary, named, looked)


def _rows_note(label: str, summary: BulkOperationSummary, named: set[str], looked: bool) -> str:
    count = summary.error_count
    rows = [str(item.get("id")) for item in summary.error_items if isinstance(item, dict)]
    shown = ", ".join(rows[:_SHOWN]) + (", ..." if len(rows) > _SHOWN else "")
    note = f"{label} {summary.status} with {count} failed row{'s' if count != 1 else ''}"
    note += f" ({shown})" if rows else ""
    note += "" if looked else "; the flow did not look"
    if summary.triggered_while is not None:
        hit = named.intersection(rows)
        note += ", and the trigger names " + (
            "none of them" if not hit else "them" if hit == set(rows) else f"{len(hit)} of them"
        )
    return note


def _bulk_operations(visit: Visit) -> Iterable[dict[str, Any]]:
    body = visit.response.body if visit.response is not None else None
    if not isinstance(body, dict) or body.get("__typename") != "BulkOperation":
        return
    if isinstance(body.get("id"), str):
        yield body


def _update(summary: BulkOperationSummary, body: dict[str, Any]) -> None:
    summary.name = str(body.get("name") or summary.name)
    summary.status = str(body.get("status", ""))
    summary.statuses.append(summary.status)
    for key in ("estimated_total_rows", "processed_rows", "success_count", "error_count"):
        if isinstance(body.get(key), int):
            setattr(summary, key, body[key])
    if isinstance(body.get("error_items"), list):
        summary.error_items = list(body["error_items"])


def _triggers(visit: Visit) -> bool:
    """Whether the visit triggered a workflow, and was not refused."""
    if visit.operation is None or visit.response is None or visit.response.status >= _REFUSED:
        return False
    return visit.operation["method"] == "POST" and bool(
        _TRIGGER.fullmatch(visit.operation["path"] or "")
    )


def _recipients(visit: Visit) -> Iterable[str]:
    return recipients_of(visit.request.body if visit.request is not None else None)


def recipients_of(body: Any) -> set[str]:
    """The ids of a trigger's recipients: users by id, objects and inline users by their `id`."""
    listed = body.get("recipients") if isinstance(body, dict) else None
    named = [
        recipient.get("id") if isinstance(recipient, dict) else recipient
        for recipient in (listed if isinstance(listed, list) else ())
    ]
    return {id for id in named if isinstance(id, str)}
