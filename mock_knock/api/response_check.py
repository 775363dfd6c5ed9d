"""Our own answers against the documents: status, content type, shape. On while tests run."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import orjson

from mock_knock.api.exchange import Answer
from mock_knock.api.schemas import Schemas, to_json_schema
from mock_knock.api.violations import details


class ResponseCheck:
    """Checks the answers of one operation. Validators are made when a status first comes up.

    Raises SchemaError at once for a schema that is not understood.
    """

    def __init__(self, operation_id: str, responses: dict[str, Any], schemas: Schemas) -> None:
        self._operation_id = operation_id
        self._responses = responses
        self._schemas = schemas
        self._validators: dict[str, jsonschema_rs.Validator] = {}
        for status, response in responses.items():
            for media in response.get("content", {}).values():
                to_json_schema(media["schema"], f"{operation_id}/{status}")

    def problem(self, answer: Answer) -> str | None:
        """What the documents do not allow in the answer; None when it is as documented."""
        status = str(answer.status)
        response = self._responses.get(status)
        label = f"{self._operation_id} answered {status}"
        if response is None:
            return f"{label}, which the document does not list; the body is {answer.body[:300]!r}"
        content = response.get("content")
        if content is None:
            return f"{label} with a body where the document has none" if answer.body else None
        media_type = next((v for n, v in answer.headers if n == b"content-type"), b"").decode()
        if media_type.partition(";")[0] not in content:
            return f"{label} without the content type {' or '.join(content)}"
        if answer.partial or media_type != "application/json":
            return None
        if status not in self._validators:
            schema = content["application/json"]["schema"]
            place = f"{self._operation_id}/{status}"
            self._validators[status] = self._schemas.validator(schema, place)
        validator = self._validators[status]
        value = orjson.loads(answer.body)
        if validator.is_valid(value):
            return None
        faults = "; ".join(f"{d.field} {d.message}" for d in details(validator, value))
        return f"{label} with a body that the document does not allow: {faults}"
