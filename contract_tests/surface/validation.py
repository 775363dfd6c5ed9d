"""Values against OpenAPI 3.0 schemas, by the library that knows their dialect."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from jsonschema.exceptions import UnknownType, ValidationError  # type: ignore[import-untyped, unused-ignore]
from openapi_schema_validator import OAS30Validator, OAS31Validator
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT4

from contract_tests.arazzo import loading
from contract_tests.arazzo.errors import FlowError
from contract_tests.surface.schemas import Schema


def problems(schema: Schema, value: Any) -> list[ValidationError]:
    """What is wrong with a value; each error has a path into it.

    `oneOf` is read as `anyOf`: alternatives of Knock's documents overlap (channel data of two
    providers may look alike), and a value that fits two of them is no fault of who sends it. A
    schema that cannot be used finds nothing: that is the OpenAPI document's fault and no value's.
    """
    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg, unused-ignore]
    absolute = _absolute(_loosened(schema.value), schema.file.resolve().as_uri())
    dialect = OAS31Validator if schema.document.version.startswith("3.1") else OAS30Validator
    try:
        return list(dialect(absolute, registry=registry).iter_errors(value))
    except (UnknownType, Unresolvable, FlowError, TypeError, re.error):
        return []


def _absolute(value: Any, base: str) -> Any:
    """A copy with every relative `$ref` made absolute, from the file that it stands in."""
    if isinstance(value, dict):
        copy = {key: _absolute(item, base) for key, item in value.items()}
        if isinstance(reference := value.get("$ref"), str):
            target, _, fragment = reference.partition("#")
            copy["$ref"] = f"{urljoin(base, target) if target else base}#{fragment}"
        return copy
    return [_absolute(item, base) for item in value] if isinstance(value, list) else value


def _loosened(value: Any) -> Any:
    if isinstance(value, dict):
        loose = "oneOf" in value and "anyOf" not in value
        return {
            "anyOf" if loose and key == "oneOf" else key: _loosened(item)
            for key, item in value.items()
        }
    return [_loosened(item) for item in value] if isinstance(value, list) else value


@lru_cache(maxsize=64)
def _retrieve(uri: str) -> Resource[Any]:
    contents = _loosened(loading.load_file(Path(unquote(urlsplit(uri).path))))
    return Resource.from_contents(contents, default_specification=DRAFT4)
