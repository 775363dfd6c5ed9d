"""The Flask application: its routes, what holds for every page, and what is said on an error."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from mock_knock.api.exchange import CONTROL_PATH
from mock_knock.console import shown
from mock_knock.console.desk import Desk
from mock_knock.console.links import link_to
from mock_knock.console.mount import PAGES_PATH, Host
from mock_knock.console.views import (
    documents,
    environments,
    events,
    messages,
    operations,
    recipients,
    requests,
    runs,
    steering,
)
from mock_knock.version import __version__

POLICY = (
    "default-src 'self'; img-src 'self' data:; frame-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
TRUSTED_TYPES = "; require-trusted-types-for 'script'; trusted-types 'none'"
"""No script may turn a text into markup: the browser itself refuses."""


def build_flask(host: Host) -> Flask:
    """The console's pages over one server."""
    app = Flask(__name__, static_url_path=f"{PAGES_PATH}/static")
    app.jinja_env.finalize = shown.visible
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        instant=shown.instant,
        clock_time=shown.clock_time,
        duration=shown.duration,
        short=shown.short,
        pretty=shown.as_json,
    )
    app.jinja_env.globals.update(
        version=__version__, start=CONTROL_PATH, pages=PAGES_PATH, url=page_url, link_to=link_to
    )
    desk = Desk(host)
    for views in (
        environments,
        operations,
        recipients,
        messages,
        runs,
        requests,
        events,
        steering,
        documents,
    ):
        for path, view in views.ROUTES.items():
            rule = CONTROL_PATH if path == "/" else f"{PAGES_PATH}{path or '/'}"
            app.add_url_rule(rule, rule, partial(view, desk), methods=["GET"])
    app.after_request(_guarded)
    app.register_error_handler(HTTPException, _said)
    app.register_error_handler(Exception, partial(_failed, host))
    return app


def page_url(path: str, **query: str | int | None) -> str:
    """The address of a page of the console; a None in the query is left out."""
    given = {name: value for name, value in query.items() if value is not None}
    address = CONTROL_PATH if path == "/" else f"{PAGES_PATH}{path}"
    return f"{address}?{urlencode(given, errors='replace')}" if given else address


def _guarded(response: Response) -> Response:
    """What a browser is told about every page: nothing from elsewhere, nothing kept."""
    policy = POLICY if request.path.startswith(documents.FOLDER) else POLICY + TRUSTED_TYPES
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    if request.endpoint == "static":
        response.headers["Cache-Control"] = "no-cache"
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def _said(error: HTTPException) -> Any:
    """A page for what cannot be shown; redirects go as they are."""
    if error.code is None or error.code < 400:
        return error
    headers = [pair for pair in error.get_headers() if pair[0].lower() == "allow"]
    return render_template("error.html", error=error), error.code, headers


def _failed(host: Host, error: Exception) -> Any:
    """A page for a fault of the console itself; the reason goes to the server's log."""
    host.call(partial(host.service.record_error, error))
    return render_template("error.html", error=None), 500
