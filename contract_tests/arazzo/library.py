"""Finds and reads the files that documents refer to, each once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from contract_tests.arazzo import loading
from contract_tests.arazzo.errors import LinkError


@dataclass(frozen=True, slots=True)
class Located:
    """A file that was found; `substitute` when it is not where the reference says."""

    file: Path
    substitute: bool


class Library:
    """Files by reference.

    A reference is looked for relative to the file that makes it, and then, by its bare file name,
    in `openapi_dirs`, in order. Nothing is ever fetched from a network.
    """

    def __init__(self, openapi_dirs: Iterable[str | Path] = ()) -> None:
        self._folders = [Path(folder) for folder in openapi_dirs]
        self._values: dict[Path, Any] = {}

    def locate(self, url: str, folder: str) -> Located:
        """Where the file of a reference is. Raises LinkError that says where it was looked for."""
        remote = "://" in url
        if not remote:
            beside = Path(folder, url)
            if beside.is_file():
                return Located(beside, substitute=False)
        name = PurePosixPath(url).name
        for other in self._folders:
            if (other / name).is_file():
                return Located(other / name, substitute=True)
        looked = ", ".join(str(place) for place in ([] if remote else [beside]) + self._folders)
        if remote:
            raise LinkError(
                f"{url} is remote and is not fetched; no {name} in {looked or 'any folder given'}"
            )
        raise LinkError(f"{url} was not found (looked at {looked})")

    def load(self, file: Path) -> Any:
        """The JSON value of a file. Raises DocumentError."""
        key = file.resolve()
        if key not in self._values:
            self._values[key] = loading.load_file(file)
        return self._values[key]
