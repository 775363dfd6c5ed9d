"""The project's documents: OpenAPI descriptions and Arazzo flows, in a checkout or a wheel."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path


@cache
def documents_root() -> Path:
    """The folder that has `openapi/` and `arazzo/` side by side.

    Raises FileNotFoundError when the installation lacks them.
    """
    package = Path(__file__).resolve().parent
    for root in (package / "_documents", package.parent):
        if (root / "openapi" / "knock-shared.yml").is_file():
            return root
    raise FileNotFoundError(
        f"the OpenAPI documents are missing beside {package}: install mock-knock again"
    )


def control_file() -> Path:
    """The OpenAPI document of the control plane."""
    return documents_root() / "openapi" / "mock-knock-control-openapi.yml"


def openapi_files() -> list[Path]:
    """The OpenAPI documents of Knock's surfaces, in the order of their names."""
    return sorted((documents_root() / "openapi").glob("knock-*-api-openapi.yml"))


BUNDLES = "bundled"
"""Folder, beside `openapi/`, for the bundles that a wheel brings."""


def bundle_name(files: Iterable[Path]) -> str:
    """The name of the bundle of these documents: `knock.json`, or that of the only one."""
    names = [file.stem for file in files]
    return f"{names[0] if len(names) == 1 else 'knock'}.json"


def bundled_file(files: Iterable[Path]) -> Path | None:
    """The bundle that a wheel brings for these of its documents; None where there is none."""
    files = list(files)
    found = files[0].parent.parent / BUNDLES / bundle_name(files)
    return found if found.is_file() else None
