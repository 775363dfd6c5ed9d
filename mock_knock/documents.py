"""The project's documents: OpenAPI descriptions and Arazzo flows, in a checkout or a wheel."""

from __future__ import annotations

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
