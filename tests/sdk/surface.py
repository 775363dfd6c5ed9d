"""The surface of an SDK, found by looking at it, and how its methods are called."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from knockapi import AsyncKnock, Knock
from knockapi._resource import AsyncAPIResource, SyncAPIResource

# What every method takes: options of the request, and no parameters of the operation.
OPTIONS = frozenset({"extra_headers", "extra_query", "extra_body", "timeout", "idempotency_key"})


def methods(client: Knock | AsyncKnock) -> dict[str, Callable[..., Any]]:
    """Every method of every resource of the client, by its path, such as `users.bulk.delete`."""
    return dict(_methods(client, ""))


def _methods(owner: object, path: str) -> list[tuple[str, Callable[..., Any]]]:
    found = []
    for name in dir(type(owner)):
        if name.startswith(("_", "with_")):
            continue
        value = getattr(owner, name)
        if isinstance(value, SyncAPIResource | AsyncAPIResource):
            found += _methods(value, f"{path}{name}.")
        elif isinstance(owner, SyncAPIResource | AsyncAPIResource) and callable(value):
            found.append((f"{path}{name}", value))
    return found


def parameters(method: Callable[..., Any]) -> tuple[list[str], list[str], list[str]]:
    """The names of its path parameters, and of its other ones: required, optional."""
    path, required, optional = [], [], []
    for name, parameter in inspect.signature(method).parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            path.append(name)
        elif parameter.default is inspect.Parameter.empty:
            required.append(name)
        elif name not in OPTIONS:
            optional.append(name)
    return path, required, optional


def paginated(method: Callable[..., Any]) -> bool:
    """Whether it answers pages that the SDK goes through by itself."""
    returned = str(inspect.signature(method).return_annotation)
    return "Cursor[" in returned or "Pagination[" in returned


def in_node(name: str) -> str:
    """What `@knocklabs/node` calls a method of `knockapi`."""
    camel = re.sub(r"_([a-z])", lambda match: match[1].upper(), name)
    return camel.removesuffix("Url") + "URL" if camel.endswith("Url") else camel


# knockapi has names of its own for what Python does not allow in keywords, or reads as private.
_ON_THE_WIRE = {
    "_persistence_strategy": "__persistence_strategy__",
    "filter": "$filter",
    "select": "$select",
    "skiptoken": "$skiptoken",
    "top": "$top",
}


def for_node(method: Callable[..., Any], arguments: Mapping[str, Any]) -> list[Any]:
    """The arguments of a Python method as the Node method of that name takes them.

    Path parameters come one by one; all others are one object, which is there (if only empty)
    when the method has any.
    """
    path, required, optional = parameters(method)
    words = {name: value for name, value in arguments.items() if name not in path}
    return [arguments[name] for name in path] + ([_wire(words)] if required or optional else [])


def _wire(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_ON_THE_WIRE.get(name, name): _wire(inner) for name, inner in value.items()}
    return [_wire(inner) for inner in value] if isinstance(value, list) else value
