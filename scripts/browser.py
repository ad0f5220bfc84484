"""Drive the reading room with a real browser, and look at every kind of page.

    python3 scripts/browser.py                     all checks; some twelve minutes
    python3 scripts/browser.py --shots DIR         and pictures of every kind of page into DIR
    python3 scripts/browser.py -k "reading"        other words go to pytest

It needs Chromium as the system has it (``apt install chromium``); no browser is downloaded. What
drives it (Playwright, axe, a reader of PDF) is pinned in ``constraints-browser.txt`` and put into a
folder that is gone afterwards, beside the environment that all scripts share. The checks are in
``tests/browser``; they are not collected with the other tests.
"""

import shutil
import tempfile
from pathlib import Path

from environment import ROOT, arguments, python_for, run, run_script
from folder import Stopped, tell
from installer import install, pip_for, works

CONSTRAINTS = ROOT / "constraints-browser.txt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NEEDED = "import axe_playwright_python, playwright.sync_api, pypdf"
COLLECT = "python_files=check_*.py"


def main() -> int:
    options, for_pytest = arguments(
        "Drive the reading room with a browser; other words go to pytest."
    ).parse_known_args()
    if not any(map(shutil.which, BROWSERS)):
        raise Stopped(
            f"A browser is needed: none of {', '.join(BROWSERS)} is on the PATH. "
            "On Debian:  apt install chromium"
        )
    python = python_for(options.venv)
    words: list[str | Path] = [python, "-m", "pytest", "-o", COLLECT, "tests/browser", *for_pytest]
    if works([python, "-c", NEEDED]):
        return run(words)
    with tempfile.TemporaryDirectory(prefix="decisions-browser-") as folder:
        tell("Installing what drives the browser ...")
        pinned = ("--require-hashes", "-r", CONSTRAINTS)
        install(pip_for(python.parent.parent), "--target", folder, *pinned)
        return run(words, PYTHONPATH=folder)


if __name__ == "__main__":
    run_script(main)
