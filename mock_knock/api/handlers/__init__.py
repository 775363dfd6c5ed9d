"""A module or more for each tag of the documents; each function bears the id of its operation.

A handler takes a valid `Request`, calls the world and shapes the answer. It neither awaits nor
raises anything but the world's errors.
"""

from __future__ import annotations

from mock_knock.api.handler_modules import HandlerModules

HANDLERS = HandlerModules(__name__, __path__)
