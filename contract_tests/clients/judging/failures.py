"""Which rows a client can know to have failed."""

from __future__ import annotations

from contract_tests.clients.record import Record


def known_failures(record: Record) -> frozenset[str]:
    """Users whose rows failed; not those whose operation was shown completed without its rows.

    An answer may be null where they stand, and then a client cannot spare or name them.
    """
    unnamed = {
        row
        for operation in record.rows
        if _is_without_rows(record, operation)
        for row in record.failed_rows(operation)
    }
    return record.all_failed_rows - unnamed


def _is_without_rows(record: Record, operation: str) -> bool:
    shown = [
        one.answer.get("error_items")
        for one in record.sent
        if one.operation == operation and one.shown == "completed"
    ]
    return bool(shown) and all(items is None for items in shown)
