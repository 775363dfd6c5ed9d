"""What reverse ETL tools call: rows of a data warehouse become members of audiences.

Census and Hightouch speak JSON-RPC; Knock documents only that there is one object, Audiences, that
rows can be added to and removed from. The methods are those of Census's Custom Destination API and
of Hightouch's Embedded Destination; details beyond their documents are this server's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_knock.world.audiences import MAX_MEMBERS, Audiences
from mock_knock.world.errors import WorldError
from mock_knock.world.instants import Instant

METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
"""Error codes of JSON-RPC 2.0."""

_ADDING = frozenset({"upsert", "insert", "update", "mirror", "add", "added", "change", "changed"})
_REMOVING = frozenset({"delete", "remove", "removed"})
_OBJECT = {"object_api_name": "audience", "label": "Audiences"}
_FIELDS = (
    ("user_id", "User ID", True),
    ("audience_key", "Audience key", False),
    ("tenant", "Tenant", False),
)


class RpcError(Exception):
    """A call that is answered with an error. `code` is JSON-RPC's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class WarehouseSync:
    """The methods of one environment, for one tool: `census` or `hightouch`."""

    audiences: Audiences
    tool: str = "census"
    _methods: dict[str, Callable[[Mapping[str, Any], Instant], dict[str, Any]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self._methods.update(
            test_connection=lambda params, now: {"success": True},
            list_objects=lambda params, now: {"objects": [self._named(_OBJECT)]},
            list_fields=lambda params, now: {"fields": self._fields()},
            sync_batch=self._sync,
        )
        if self.tool == "census":
            self._methods.update(
                supported_operations=lambda params, now: {"operations": ["insert", "mirror"]},
                get_sync_speed=lambda params, now: {
                    "maximum_batch_size": MAX_MEMBERS,
                    "maximum_parallel_batches": 1,
                    "maximum_records_per_second": 60 * MAX_MEMBERS,
                },
            )
        else:
            modes = [{"label": "Insert only", "value": "insert"}]
            modes.append({"label": "Mirror", "value": "mirror"})
            self._methods.update(
                list_modes=lambda params, now: {"modes": modes},
                list_options=lambda params, now: {"options": _OPTIONS},
                validate=lambda params, now: {"success": True, "errors": []},
            )

    def call(self, method: str, params: Mapping[str, Any], now: Instant) -> dict[str, Any]:
        """Do what the method asks. Raises RpcError for an unknown method or wrong parameters."""
        found = self._methods.get(method)
        if found is None:
            known = ", ".join(sorted(self._methods))
            raise RpcError(
                METHOD_NOT_FOUND, f"There is no method {method[:80]!r}; there are {known}"
            )
        return found(params, now)

    def _named(self, described: Mapping[str, str]) -> dict[str, str]:
        """An object or field as the tool wants it named: Hightouch says `value` for its name."""
        if self.tool == "census":
            return dict(described)
        name = next(value for key, value in described.items() if key.endswith("_api_name"))
        return {"label": described["label"], "value": name}

    def _fields(self) -> list[dict[str, Any]]:
        return [
            {
                **self._named({"field_api_name": name, "label": label}),
                "identifier": identifier,
                "required": name != "tenant",
                "createable": True,
                "updateable": True,
                "type": "string",
                "array": False,
            }
            for name, label, identifier in _FIELDS
            # Hightouch asks for the audience's key once for each sync, in a form.
            if self.tool == "census" or name != "audience_key"
        ]

    def _sync(self, params: Mapping[str, Any], now: Instant) -> dict[str, Any]:
        """Add or remove the members that the rows name. Each row succeeds or fails by itself."""
        plan = _mapping(params, "sync_plan")
        operation = plan.get("operation", params.get("operation", "upsert"))
        if not isinstance(operation, str) or operation not in _ADDING | _REMOVING:
            raise RpcError(INVALID_PARAMS, f"the operation {operation!r} is neither add nor remove")
        rows = params.get("records", params.get("rows"))
        if not isinstance(rows, list) or len(rows) > MAX_MEMBERS:
            raise RpcError(INVALID_PARAMS, f"records must be a list of at most {MAX_MEMBERS} rows")
        common = {**_mapping(params, "options"), **_mapping(params, "config")}
        results = [self._sync_row(row, common, operation in _ADDING, now) for row in rows]
        return {"record_results": results}

    def _sync_row(
        self, row: object, common: Mapping[str, Any], adding: bool, now: Instant
    ) -> dict[str, Any]:
        values = {**common, **row} if isinstance(row, Mapping) else {}
        user_id, key, tenant = (values.get(name) for name, _, _ in _FIELDS)
        result = {"identifier": user_id, "success": False}
        if not isinstance(user_id, str) or not isinstance(key, str):
            return {**result, "error_message": "user_id and audience_key must be texts"}
        if not (tenant is None or isinstance(tenant, str)):
            return {**result, "error_message": "tenant must be a text"}
        members = [{"user": {"id": user_id}, "tenant": tenant or None}]
        try:
            if adding:
                # Knock docs, Hightouch: an audience that is not there yet is created by the sync.
                self.audiences.add(key, members, now, create=True)
            else:
                self.audiences.remove(key, members, now)
        except WorldError as error:
            return {**result, "error_message": error.message}
        return {**result, "success": True}


_OPTIONS = {
    "type": "object",
    "properties": {"audience_key": {"type": "string", "title": "Audience key"}},
    "required": ["audience_key"],
}


def _mapping(params: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = params.get(name)
    return value if isinstance(value, Mapping) else {}
