"""Fixtures files, written from an environment that is open, and loaded into one."""

from __future__ import annotations

from typing import Any

from mock_knock.api.errors import ApiError
from mock_knock.api.exchange import Request
from mock_knock.world.declarations import Declarations
from mock_knock.world.errors import Detail

# What reads and writes them is imported when it is asked for: a start need not wait for it.


def exportFixtures(request: Request) -> dict[str, Any]:
    """GET /_mock_knock/fixtures"""
    from mock_knock.fixtures.exporting import export

    exported = export(request.environment)
    if request.query.get("strict") and exported.left_out:
        details = [Detail(fault.field, fault.message) for fault in exported.left_out]
        shown = "; ".join(f"{fault.field} {fault.message}" for fault in exported.left_out[:3])
        message = f"A fixtures file cannot say all that is here: {shown}. A snapshot can"
        raise ApiError(409, "not_exportable", message, details=details)
    return exported.document


def loadFixtures(request: Request) -> dict[str, Any]:
    """POST /_mock_knock/fixtures"""
    from mock_knock.control.documents import FixturesRefusedError
    from mock_knock.fixtures import FixturesError, parse_fixtures

    is_yaml = isinstance(request.body, str)
    # The text itself, in JSON too: it has lines, which parsed values have not.
    text = request.body if is_yaml else request.exchange.body.decode()
    try:
        declarations = parse_fixtures("body.yml" if is_yaml else "body.json", text)
    except FixturesError as error:
        raise FixturesRefusedError(error) from None
    request.environment.declare(declarations)
    return {"loaded": _counts(declarations)}


def _counts(declarations: Declarations) -> dict[str, int]:
    sections = {
        "channels": declarations.channels,
        "workflows": declarations.workflows,
        "guides": declarations.guides,
        "audiences": declarations.audiences,
        "preference_defaults": declarations.preference_defaults,
        "signing_keys": declarations.signing_keys,
        "users": declarations.users,
        "objects": declarations.objects,
        "tenants": declarations.tenants,
    }
    return {name: len(section) for name, section in sections.items() if section}
