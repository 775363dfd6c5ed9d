"""HTTP in our words, under `/_mock_knock/`: clock, plans, and bulk operations by hand.

Each call steers the environment of its API key, and no other.
"""

from __future__ import annotations

from mock_knock.api.pipeline import Surface
from mock_knock.api.served_document import read_document
from mock_knock.control.handlers import HANDLERS
from mock_knock.documents import control_file


def control_surface() -> Surface:
    """The control plane's document with its handlers. Raises BundleError."""
    return Surface(read_document([control_file()]).document, HANDLERS.find)
