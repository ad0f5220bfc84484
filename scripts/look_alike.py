"""The look-alike of the publisher's site, started on loopback for as long as a block runs.

Why: the demo and the trial of the wheel need a site to crawl that is nobody's. The site itself is
``tests/site``; this only starts it, reads its address and stops it, whatever happens in between.
The site ends by itself when its stdin closes, so that even a kill of this side leaves none behind.
"""

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, cast

from environment import ROOT
from folder import Stopped
from installer import clean

SECONDS_TO_START = 60.0

PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


def apart(variables: Mapping[str, str]) -> dict[str, str]:
    """Variables for a ``decisions`` that plays: without the person's own settings, one of which
    may name the real archive, and without proxies, which know nothing of this loopback."""
    return {
        name: value
        for name, value in clean(variables).items()
        if not name.upper().startswith("DECISIONS_") and name.lower() not in PROXIES
    }


@contextlib.contextmanager
def look_alike(python: Path, log: Path) -> Iterator[str]:
    """The site's base URL; the site runs until the block ends and writes its own words to ``log``.

    Raises Stopped when the site does not say its address.
    """
    with log.open("w", encoding="utf-8") as words:
        site = subprocess.Popen(
            [str(python), "-m", "tests.site", "--port", "0"],
            cwd=ROOT,
            env={**apart(os.environ), "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            encoding="utf-8",
        )
    hold, output = cast("IO[str]", site.stdin), cast("IO[str]", site.stdout)
    reader = threading.Thread(target=_read_on, args=(output,), daemon=True)
    late = threading.Timer(SECONDS_TO_START, site.kill)
    late.start()
    try:
        url = output.readline().strip()
        late.cancel()
        if not url.startswith("http://127.0.0.1:"):
            raise Stopped(f"The look-alike site did not start; its own words are in {log}.")
        reader.start()
        yield url
    finally:
        late.cancel()
        hold.close()
        _wait_for(site)
        if reader.is_alive():
            reader.join()
        output.close()


def _read_on(output: IO[str]) -> None:
    """Read to the end, so that a site that talks is never held up by a full pipe."""
    for _ in output:
        pass


def _wait_for(site: subprocess.Popen[str]) -> None:
    """Until the site, whose stdin is closed, has ended; one that does not is made to."""
    try:
        site.wait(timeout=10)
    except subprocess.TimeoutExpired:
        site.kill()
        site.wait()
