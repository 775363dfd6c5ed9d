"""A real Chromium, and what every journey in it needs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Playwright

_MISSING = """\
There is no Chromium on this machine, and the console is tested in one. Install Debian's with

    apt-get install --no-install-recommends -y chromium

or name another in the environment variable CHROMIUM."""


def chromium() -> str:
    """The path of the browser. Fails the test, saying how to install one, when there is none."""
    found = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    if found is None:
        pytest.fail(_MISSING, pytrace=False)
    return found


def launched(playwright: Playwright) -> Browser:
    """A browser that calls nobody at home."""
    return playwright.chromium.launch(
        executable_path=chromium(),
        args=[
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    )


class Window:
    """A page in a browser, with what went wrong in it."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._said)
        self.page.on("dialog", self._asked)

    def _asked(self, dialog: Dialog) -> None:
        self.problems.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _said(self, message: Any) -> None:
        # What the frame of a message was kept from (scripts, the network) is as it should be.
        kept_out = "frame is sandboxed" in message.text or '"img-src data:"' in message.text
        # Where a page names no icon (an answer in JSON), browsers ask for one by themselves.
        icon = message.location["url"].endswith("/favicon.ico")
        if message.type == "error" and not kept_out and not icon:
            self.problems.append(message.text)


@contextmanager
def window(browser: Browser, **options: Any) -> Iterator[Window]:
    """A fresh browser profile, in which nothing may go wrong."""
    context = browser.new_context(**options)
    try:
        opened = Window(context)
        yield opened
        assert not opened.problems, opened.problems
        assert opened.page.evaluate("'pwned' in window") is False
    finally:
        context.close()
