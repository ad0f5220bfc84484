"""A browser that notes whatever must not happen on a page of the room."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")

BUSY = 5
"""How often a page is asked for that is answered with "come back in a moment"."""

UNASKED = "/favicon.ico"
"""What a browser asks for by itself when it shows data that is no page."""

NOTE_VIOLATIONS = """
window.__violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.__violations.push(
  event.violatedDirective + " " + event.blockedURI + " " + event.sample));
"""

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""What axe looks at: WCAG 2.2 up to AA, and what it calls best practice."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium as this machine has it; nothing is downloaded."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise AssertionError(f"a browser is needed: none of {', '.join(PROGRAMS)} is on the PATH")
    # As root Chromium starts only without its sandbox; the pages are our own.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as driver:
        found = driver.chromium.launch(
            executable_path=program, args=["--no-sandbox"] if root else []
        )
        try:
            yield found
        finally:
            found.close()


@dataclass
class Watch:
    """A page, and everything that happened on it which should not have."""

    page: Page
    origin: str
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, path: str) -> int:
        """Go to an address of the room; the status of the answer."""
        status = 503
        for _ in range(BUSY):
            answer = self.page.goto(self.origin + path, wait_until="load")
            assert answer is not None, path
            status = answer.status
            if status != 503:
                break
            # A busy machine is no finding here: the room says itself that one should come back.
            self.page.wait_for_timeout(2_000)
        return status

    def faults(self) -> list[str]:
        """What happened since the last call, and what a page left in its window."""
        left = self.page.evaluate("[window.pwned || null, window.__violations || []]")
        found = [
            *(f"a dialog: {words}" for words in self.dialogs),
            *(f"an error: {words}" for words in self.errors),
            *(f"a request to {address}" for address in self.foreign),
            *([f"the window has been marked: {left[0]}"] if left[0] else []),
            *(f"refused by the policy: {words}" for words in left[1]),
        ]
        self.dialogs.clear()
        self.errors.clear()
        self.foreign.clear()
        return found

    def _say(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        # Chromium notes the status of the page itself, too, when it is one of an error.
        missing = message.text.startswith("Failed to load resource")
        address = str(message.location.get("url"))
        if missing and (address == self.page.url or address.endswith(UNASKED)):
            return
        self.errors.append(f"{message.text} ({message.location.get('url')})")

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != self.origin and parts.scheme not in (
            "data",
            "blob",
        ):
            self.foreign.append(request.url)


@contextmanager
def watching(browser: Browser, origin: str, **how: Any) -> Iterator[Watch]:
    """A new window of a browser without a past; ``how`` as ``Browser.new_context`` takes it."""
    scripted = how.get("java_script_enabled", True)
    context = browser.new_context(**how)
    try:
        if scripted:
            context.add_init_script(NOTE_VIOLATIONS)
        page = context.new_page()
        page.set_default_timeout(30_000)
        watch = Watch(page, origin)
        page.on("dialog", lambda dialog: watch._dialog(dialog))
        page.on("console", lambda message: watch._say(message))
        page.on("pageerror", lambda error: watch.errors.append(str(error)))
        page.on("request", lambda request: watch._request(request))
        yield watch
    finally:
        context.close()


@cache
def _axe() -> str:
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("axe.min.js").read_text(encoding="utf-8")


def axe_finds(page: Page) -> list[str]:
    """What axe finds on the page that is open, one line for each place."""
    page.evaluate(_axe())
    found = page.evaluate(
        "(rules) => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", list(RULES)
    )
    return [
        f"{rule['id']} ({rule['impact']}): {' '.join(map(str, node['target']))}: "
        f"{' '.join(node['failureSummary'].split())[:200]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> list[str]:
    """What makes a page scroll sideways; regions that scroll by themselves may."""
    found: list[str] = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          const wide = [`${document.documentElement.scrollWidth} px of ${width}`];
          for (const one of document.querySelectorAll("body *")) {
            const box = one.getBoundingClientRect();
            if (box.right > width + 1 && !one.closest(".scroll, pre, .unseen"))
              wide.push(`${one.tagName}.${one.getAttribute("class")} ${box.right}`);
          }
          return wide.slice(0, 6);
        }"""
    )
    return found
