"""Puts the bundled OpenAPI documents into a wheel, so that a start need not read YAML.

Hatch loads this file by its path, in an environment that has the build requirements and nothing
else; so it loads the bundler by its path too, and both keep to the standard library and PyYAML.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import tempfile
from pathlib import Path
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class BundleHook(BuildHookInterface[Any]):
    """Adds `_documents/bundled/*.json` to a wheel. An editable install reads the YAML itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle, and say where the files go in the wheel. Raises BundleError."""
        if version == "editable":
            return
        package = Path(self.root, "mock_knock")
        documents = _load(package / "documents.py")
        bundler = _load(package / "api" / "bundle.py")
        self._folder = Path(tempfile.mkdtemp(prefix="mock-knock-bundle-"))
        for files in (documents.openapi_files(), [documents.control_file()]):
            name = documents.bundle_name(files)
            text = json.dumps(bundler.bundle(files), ensure_ascii=False, separators=(",", ":"))
            (self._folder / name).write_text(text, encoding="utf-8")
            place = f"mock_knock/_documents/{documents.BUNDLES}/{name}"
            build_data["force_include"][str(self._folder / name)] = place

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what `initialize` wrote."""
        if version != "editable":
            shutil.rmtree(self._folder)


def _load(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"mock_knock_build_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
