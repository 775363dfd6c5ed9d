"""Clients under test: programs that identify users in bulk, wait, and trigger a workflow for them.

The kit drives a client through everything that may become of that, and judges it by what it sent
and what it says; see docs/clients.md.
"""

from __future__ import annotations

from contract_tests.clients.report import Outcome, Report, ReportError
from contract_tests.clients.task import PROTOCOL, Task

__all__ = ["PROTOCOL", "Outcome", "Report", "ReportError", "Task"]
