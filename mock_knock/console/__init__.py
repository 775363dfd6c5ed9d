"""The web console: pages that show a server's environments and steer them by its control plane.

Flask renders the pages, which are loaded when the first of them is asked for, so that a server
nobody looks at neither starts later nor grows. The console keeps no state of its own.
"""

from __future__ import annotations

from mock_knock.console.mount import Console

__all__ = ["Console"]
