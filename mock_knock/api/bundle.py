"""One OpenAPI document from several: references to other files become local ones."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_INFO = {
    "title": "Knock API, as mock-knock serves it",
    "version": "1.0",
    "description": "Every surface of Knock's runtime API that this server has.",
    "license": {"name": "MIT"},
}


# The vendor's document does not declare some path parameters of older operations. Under this name
# they are no part of the documented structure; the server has them as if they were.
_UNDECLARED = "x-mock-knock-path-parameters"


class BundleError(ValueError):
    """Raised when documents contradict each other or point to what is not there."""


def bundle(files: Iterable[Path]) -> dict[str, Any]:
    """The documents' operations under one roof, with every component they use.

    Raises BundleError for a reference that leads nowhere, a component or path defined in two ways,
    or an operation id used twice.
    """
    return _Bundler().bundle(list(files))


class _Bundler:
    def __init__(self) -> None:
        self._loaded: dict[Path, dict[str, Any]] = {}
        self._homes: dict[tuple[str, str], Path] = {}
        self._components: dict[str, dict[str, Any]] = {}

    def bundle(self, files: list[Path]) -> dict[str, Any]:
        if not files:
            raise BundleError("there is no OpenAPI document to serve")
        first = self._load(files[0].resolve())
        paths: dict[str, Any] = {}
        tags: dict[str, Any] = {}
        for file in files:
            path = file.resolve()
            document = self._load(path)
            for url, item in document["paths"].items():
                for member, value in item.items():
                    if member in paths.setdefault(url, {}):
                        raise BundleError(f"{member} {url} is in {file.name} and another document")
                    paths[url][member] = self._local(value, path)
            for tag in document.get("tags", []):
                tags.setdefault(tag["name"], tag)
            for section, members in document.get("components", {}).items():
                for name in members:
                    self._take(section, name, path)
        _check_operation_ids(paths)
        return {
            "openapi": first["openapi"],
            "info": first["info"] if len(files) == 1 else _INFO,
            "servers": first["servers"],
            "security": first.get("security", []),
            "tags": list(tags.values()),
            "paths": paths,
            "components": self._components,
        }

    def _load(self, path: Path) -> dict[str, Any]:
        if path not in self._loaded:
            try:
                text = path.read_text(encoding="utf-8")
            except OSError as error:
                raise BundleError(f"cannot read {path}: {error.strerror}") from None
            # The C loader reads the whole API in a seventh of the time.
            self._loaded[path] = yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader)
        return self._loaded[path]

    def _local(self, node: Any, base: Path) -> Any:
        """The node with references rewritten; what they lead to is taken over."""
        if isinstance(node, list):
            return [self._local(item, base) for item in node]
        if not isinstance(node, dict):
            return node
        target = node.get("$ref")
        if isinstance(target, str):
            return {"$ref": self._follow(target, base)}
        result = {name: self._local(value, base) for name, value in node.items()}
        if _UNDECLARED in result:
            result["parameters"] = [*result.get("parameters", []), *result.pop(_UNDECLARED)]
        operation = node.get("operationRef")
        if isinstance(operation, str):
            del result["operationRef"]
            result["operationId"] = self._operation_id(operation, base)
        return result

    def _follow(self, target: str, base: Path) -> str:
        file, _, pointer = target.partition("#")
        path = (base.parent / file).resolve() if file else base
        parts = pointer.split("/")
        if len(parts) != 4 or parts[:2] != ["", "components"]:
            raise BundleError(f"{target} in {base.name}: only components can be referred to")
        self._take(parts[2], parts[3], path)
        return f"#{pointer}"

    def _take(self, section: str, name: str, path: Path) -> None:
        home = self._homes.get((section, name))
        if home == path:
            return
        try:
            found = self._load(path)["components"][section][name]
        except KeyError:
            raise BundleError(f"{path.name} has no components/{section}/{name}") from None
        alias = found.get("$ref") if isinstance(found, dict) else None
        if isinstance(alias, str) and alias.endswith(f"#/components/{section}/{name}"):
            # A component that only stands for the one of the same name in another file.
            self._follow(alias, path)
            return
        if home is not None:
            raise BundleError(f"components/{section}/{name}: in {home.name} and in {path.name}")
        self._homes[section, name] = path
        members = self._components.setdefault(section, {})
        members[name] = None  # keeps the place while a schema refers to itself
        members[name] = self._local(found, path)

    def _operation_id(self, operation_ref: str, base: Path) -> str:
        file, _, pointer = operation_ref.partition("#")
        node: Any = self._load((base.parent / file).resolve() if file else base)
        try:
            for part in filter(None, pointer.split("/")):
                node = node[part.replace("~1", "/").replace("~0", "~")]
            return str(node["operationId"])
        except KeyError:
            raise BundleError(
                f"operationRef {operation_ref} in {base.name} leads nowhere"
            ) from None


def _check_operation_ids(paths: dict[str, Any]) -> None:
    seen: dict[str, str] = {}
    for url, item in paths.items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "operationId" in operation:
                id = operation["operationId"]
                if id in seen:
                    raise BundleError(f"operationId {id}: {seen[id]} and {method} {url}")
                seen[id] = f"{method} {url}"
