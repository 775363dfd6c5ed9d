"""What a declared workflow asks of a trigger's `data` (Knock docs: validating trigger data)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_knock.world.errors import Detail, InvalidParamsError

DataCheck = Callable[[Mapping[str, Any]], tuple[Detail, ...]]
"""Says what is wrong with the data, by fields named from `data` on; nothing when all is well.

It is a pure function: the same data, the same answer.
"""


def check_trigger_data(key: str, check: DataCheck | None, data: object) -> None:
    """Raise InvalidParamsError, with each fault, for data that the workflow `key` does not take."""
    if check is None:
        return
    found = check(data if isinstance(data, Mapping) else {})
    if found:
        shown = "; ".join(f"{d.field} {d.message}" for d in found[:3])
        more = f" (and {len(found) - 3} more)" if len(found) > 3 else ""
        raise InvalidParamsError(
            f"The workflow {key!r} does not take this data: {shown}{more}. No run was started",
            details=found,
        )
