"""Which operations, statuses and steps of bulk operations came up: what tests went through."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from mock_knock.api.self_description import PATH
from mock_knock.api.service import Service
from mock_knock.api.tally import Call, Transition

STEPS = (
    ("queued", "processing"),
    ("queued", "failed"),
    ("processing", "completed"),
    ("processing", "failed"),
)
"""Every step that a bulk operation can take."""


def shown_coverage(
    service: Service, requests: Mapping[Call, int], transitions: Counter[Transition]
) -> dict[str, Any]:
    """The coverage of Knock's documents by these counts, every operation of them named."""
    statuses: dict[str | None, dict[str, int]] = defaultdict(dict)
    for (operation_id, status), count in sorted(requests.items(), key=lambda item: item[0][1]):
        statuses[operation_id][str(status)] = count
    operations = [
        _operation(id, method, path, node, statuses.get(id, {}))
        for path, item in service.document.get("paths", {}).items()
        for method, node in item.items()
        if isinstance(node, dict) and (id := node.get("operationId")) and path != PATH
    ]
    taken: Counter[tuple[str, str]] = Counter()
    for (_, before, after), count in transitions.items():
        taken[before, after] += count
    return {
        "requests": sum(requests.values()),
        "operations": {
            "documented": len(operations),
            "seen": sum(bool(operation["requests"]) for operation in operations),
            "items": operations,
        },
        "unrouted": statuses.get(None, {}),
        "bulk_operations": {
            "steps": [
                {"from": before, "to": after, "count": taken[before, after]}
                for before, after in STEPS
            ],
            "by_name": [
                {"name": name, "from": before, "to": after, "count": count}
                for (name, before, after), count in sorted(transitions.items())
                if count > 0
            ],
        },
    }


def _operation(
    id: str, method: str, path: str, node: Mapping[str, Any], statuses: dict[str, int]
) -> dict[str, Any]:
    return {
        "operation_id": id,
        "method": method.upper(),
        "path": path,
        "requests": sum(statuses.values()),
        "statuses": statuses,
        "not_seen": [status for status in node["responses"] if status not in statuses],
    }
