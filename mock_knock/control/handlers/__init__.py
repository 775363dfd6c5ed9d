"""The control plane's operations, a module for each tag; each function bears its operation id."""

from __future__ import annotations

from mock_knock.api.handler_modules import HandlerModules

HANDLERS = HandlerModules(__name__, __path__)
