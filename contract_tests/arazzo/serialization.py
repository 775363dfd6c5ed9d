"""How parameter values and bodies are written on the wire.

Arazzo leaves this to OpenAPI: 3.0.3, Parameter Object, style and explode, with their defaults.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from contract_tests.arazzo.errors import RequestError
from contract_tests.arazzo.expressions import text_of
from contract_tests.arazzo.openapi import OperationParameter

_SEPARATORS = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
_COOKIE_VALUE = re.compile(r"[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*")


def path_segment(value: Any, parameter: OperationParameter) -> str:
    """One path parameter, percent-encoded so that it stays one segment.

    Raises RequestError for values that would change the route: "", "." and "..".
    """
    _style(parameter, "simple")
    text = _joined(value, parameter)
    if text in ("", ".", ".."):
        raise RequestError(f"the path parameter {parameter.name!r} cannot be {text!r}")
    return quote(text, safe=",=" if isinstance(value, (list, dict)) else "")


def query_pairs(value: Any, parameter: OperationParameter) -> list[tuple[str, str]]:
    """The name=value pairs of one query parameter, not yet percent-encoded."""
    name = parameter.name
    if parameter.json:
        return [(name, compact(value))]
    if isinstance(value, dict) and parameter.style == "deepObject":
        return [(f"{name}[{key}]", text_of(item)) for key, item in value.items()]
    _style(parameter, "form", "spaceDelimited", "pipeDelimited")
    if isinstance(value, dict) and parameter.explode and parameter.style == "form":
        return [(key, text_of(item)) for key, item in value.items()]
    if isinstance(value, list) and parameter.explode:
        return [(name, text_of(item)) for item in value]
    return [(name, _joined(value, parameter))]


def header_value(value: Any, parameter: OperationParameter) -> str:
    """A header's value. Raises RequestError for what no header can carry."""
    _style(parameter, "simple")
    if not _HEADER_NAME.fullmatch(parameter.name):
        raise RequestError(f"{parameter.name!r} is no header name")
    text = _joined(value, parameter)
    if not _HEADER_VALUE.fullmatch(text):
        raise RequestError(f"the header {parameter.name!r} has characters no header can carry")
    return text


def cookie_pair(value: Any, parameter: OperationParameter) -> str:
    """`name=value` for the Cookie header. Raises RequestError for what no cookie can carry."""
    _style(parameter, "form")
    text = _joined(value, parameter)
    if not _HEADER_NAME.fullmatch(parameter.name) or not _COOKIE_VALUE.fullmatch(text):
        raise RequestError(f"the cookie {parameter.name!r} has characters no cookie can carry")
    return f"{parameter.name}={text}"


def query_string(pairs: list[tuple[str, str]]) -> str:
    """Pairs as a query string, percent-encoded."""
    return "&".join(f"{quote(name, safe='')}={quote(text, safe='')}" for name, text in pairs)


def compact(value: Any) -> str:
    """A value as JSON without spaces. Raises RequestError for what is not JSON."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestError(f"the value cannot be written as JSON: {error}") from None


def is_json(content_type: str) -> bool:
    """Whether a media type is JSON: `application/json` or anything `+json`."""
    essence = content_type.partition(";")[0].strip().lower()
    return essence.endswith(("/json", "+json"))


def is_form(content_type: str) -> bool:
    """Whether a media type is a URL-encoded form."""
    return content_type.partition(";")[0].strip().lower() == "application/x-www-form-urlencoded"


def renderer(content_type: str) -> Callable[[Any], str]:
    """How a value is written into a body that the document gives as text.

    It is escaped for that text: a quote in an input must not end a JSON string early.
    """
    if is_json(content_type):
        return lambda value: compact(value)[1:-1] if isinstance(value, str) else compact(value)
    if is_form(content_type):
        return lambda value: quote_plus(text_of(value))
    if "xml" in content_type.lower():
        return lambda value: html.escape(text_of(value))
    return text_of


def body_bytes(payload: Any, content_type: str) -> bytes:
    """A payload as bytes of a media type. Raises RequestError for one that cannot be written."""
    if is_json(content_type):
        return compact(payload).encode()
    if isinstance(payload, dict) and is_form(content_type):
        fields = {
            key: [text_of(v) for v in value] if isinstance(value, list) else text_of(value)
            for key, value in payload.items()
        }
        return urlencode(fields, doseq=True).encode()
    if isinstance(payload, (dict, list)):
        raise RequestError(f"a body of type {content_type} cannot be made of an object or a list")
    return text_of(payload).encode()


def _joined(value: Any, parameter: OperationParameter) -> str:
    if parameter.json:
        return compact(value)
    separator = _SEPARATORS[parameter.style]
    if isinstance(value, list):
        return separator.join(text_of(item) for item in value)
    if isinstance(value, dict):
        between = "=" if parameter.explode else separator
        return separator.join(f"{key}{between}{text_of(item)}" for key, item in value.items())
    return text_of(value)


def _style(parameter: OperationParameter, *supported: str) -> None:
    if parameter.style not in supported:
        raise RequestError(
            f"the parameter {parameter.name!r} has the style {parameter.style}, which is not "
            "supported here"
        )
