"""The OpenAPI documents, to be read and tried in Swagger UI, from Connexion's package of it."""

from __future__ import annotations

from typing import Any

import orjson
from connexion.options import SwaggerUIConfig, SwaggerUIOptions
from flask import Response, abort, render_template, request, send_from_directory

from mock_knock.api.served_document import read_document
from mock_knock.console.desk import Desk
from mock_knock.console.mount import PAGES_PATH
from mock_knock.documents import control_file, openapi_files

FOLDER = f"{PAGES_PATH}/documents"

_NAMES = {"knock": "Knock's API", "control": "The control plane"}
_FILES = frozenset({"swagger-ui.css", "swagger-ui-bundle.js"})


def browse(desk: Desk, name: str) -> str:
    """Swagger UI over one of the documents."""
    if name not in _NAMES:
        abort(404, f"There are two documents: {' and '.join(_NAMES)}.")
    return render_template("document.html", name=name, title=_NAMES[name], names=_NAMES)


def document(desk: Desk, name: str) -> Response:
    """A document as it is served, as JSON, for the address by which the browser came here."""
    if name not in _NAMES:
        abort(404, f"There are two documents: {' and '.join(_NAMES)}.")
    files = openapi_files() if name == "knock" else [control_file()]
    served = read_document(files).document
    base_url = request.host_url.rstrip("/")
    # Swagger UI puts addresses together as texts: one of a server that ends in / gives two.
    servers = [{"url": base_url + server["url"].rstrip("/")} for server in served["servers"]]
    return Response(orjson.dumps({**served, "servers": servers}), content_type="application/json")


def swagger_file(desk: Desk, file: str) -> Any:
    """A file of Swagger UI."""
    if file not in _FILES:
        abort(404, "Swagger UI has no such file here.")
    config = SwaggerUIConfig(SwaggerUIOptions(), oas_version=(3, 0, 3))
    return send_from_directory(config.swagger_ui_template_dir, file, max_age=3600)


ROUTES = {
    "/documents/<name>": browse,
    "/documents/<name>.json": document,
    "/documents/swagger/<file>": swagger_file,
}
