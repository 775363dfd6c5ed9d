"""Judges one record by every rule."""

from __future__ import annotations

from contract_tests.clients.judging.notifications import notifications
from contract_tests.clients.judging.reports import reports
from contract_tests.clients.judging.requests import requests
from contract_tests.clients.judging.verdict import Verdict
from contract_tests.clients.record import Record


def judge(record: Record) -> list[Verdict]:
    """Every rule that was broken, each once, in the order of a client's work."""
    found: dict[str, Verdict] = {}
    for part in (requests, notifications, reports):
        for verdict in part(record):
            found.setdefault(verdict.rule.id, verdict)
    return list(found.values())
