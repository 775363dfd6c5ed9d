"""Plans and faults: how things are to go, and what is to go wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mock_knock.api.environments import ApiEnvironment
from mock_knock.console.desk import Desk
from mock_knock.console.shown import as_json
from mock_knock.world.fault_book import Counted
from mock_knock.world.plans import Plan

_EFFECTS = ("latency", "status", "connection", "body")


def plans(desk: Desk, id: str) -> str:
    """The default plan, what is put up for the next operation, and the rules by kind."""

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        book = found.world.plans
        default = book.default.to_json()
        return {
            "default": default,
            "magic_ids": book.magic_ids,
            "next": [_shown_plan(name, plan, default) for name, plan in book.upcoming],
            "rules": [_shown_plan(name, plan, default) for name, plan in book.rules],
        }

    return desk.page("plans.html", id, extract)


def faults(desk: Desk, id: str) -> str:
    """The rules of the environment, those of the server, and whether rate limits are kept."""

    def extract(found: ApiEnvironment) -> dict[str, Any]:
        return {
            "rules": _shown_rules(found.world.faults),
            "server_rules": _shown_rules(desk.service.faults),
            "rate_limits": found.world.rate_limits.on,
        }

    return desk.page("faults.html", id, extract)


def _shown_plan(name: str, plan: Plan, default: Mapping[str, Any]) -> dict[str, Any]:
    """A plan by what sets it apart from the default."""
    apart = {key: value for key, value in plan.to_json().items() if value != default[key]}
    return {"name": name, "apart": ", ".join(f"{key}: {value}" for key, value in apart.items())}


def _shown_rules(book: Iterable[Counted]) -> list[dict[str, Any]]:
    return [_shown_rule(counted.to_json()) for counted in book]


def _shown_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    match = rule.get("match") or {}
    bounds = [
        f"{name} {rule[name]}"
        for name in ("skip", "times", "probability")
        if rule.get(name) not in (None, 0, 1)
    ]
    return {
        "id": rule["id"],
        "on": rule["enabled"],
        "match": ", ".join(
            f"{name} {value}" for name, value in match.items() if value not in ("*", None)
        )
        or "every request",
        "bounds": ", ".join(bounds),
        "effect": "; ".join(_effect(name, rule[name]) for name in _EFFECTS if rule.get(name)),
        "matched": rule["matched"],
        "struck": rule["struck"],
        "whole": as_json(rule),
    }


def _effect(name: str, part: Mapping[str, Any]) -> str:
    told = ", ".join(f"{key} {value}" for key, value in part.items() if value not in (None, {}, []))
    return f"{name}: {told}"


ROUTES = {"/environments/<id>/plans": plans, "/environments/<id>/faults": faults}
