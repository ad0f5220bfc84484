"""Pages made to hurt, up to the 5 MB that are read at all (``tests.hostile_pages``).

Each: reading it takes no more than ten seconds and 400 MB, in whatever process. With those that
are small enough: the crawl goes on; the page is kept, as a decision or with the reason why it is
none; and what the site sends the next night is had.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from functools import partial

from archive.records import Page, reference_key
from scraper.confined import MEMORY, SECONDS
from scraper.errors import ParseError, Refused
from scraper.report import EXIT_DONE, EXIT_PARTIAL
from scraper.sources.lgsco import Lgsco
from tests.faults.command import ROOT
from tests.faults.trials import FRESH, HELD, Fault, Ground, Skipped, path_of, references, settles
from tests.hostile_pages import HOSTILE, capture, stuffed
from tests.site import Fault as Spoilt

LARGE = 100_000
"""Characters of a stuffing from which it is only read: a crawl does the same with any page, and
tries it twice a night, so that the longest take a minute."""

STARTING = 2.0
"""Seconds on top, for a process to be started and ended on a busy machine."""


def within_limits(name: str) -> None:
    """Reading the page, in a process of its own so that its memory can be measured."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.hostile", name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, here, apart = map(float, done.stdout.split())
    assert seconds <= SECONDS + STARTING, f"{seconds:.1f} s"
    assert here <= MEMORY, f"{here / 1e6:.0f} MB"
    assert apart <= MEMORY, f"{apart / 1e6:.0f} MB, read apart"


def measured(page: Page) -> str:
    """Seconds to read a page, and the most bytes held at once here and by what was started."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    began = time.monotonic()
    with contextlib.suppress(Refused, ParseError):
        Lgsco.at().read([page])
    seconds = time.monotonic() - began
    here = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    apart = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * unit
    return f"{seconds} {here} {apart}"


def met(name: str, ground: Ground) -> None:
    """One page of a night is stuffed with it."""
    if sys.platform == "win32":
        raise Skipped("memory cannot be measured here")
    within_limits(name)
    if len(HOSTILE[name]()) > LARGE:
        return
    with ground.world() as world:
        spoilt = Spoilt("stuffed", path_of(FRESH[0]), value=HOSTILE[name]())
        world.site.faults.add(spoilt)
        report = world.night()
        assert spoilt.met, "the page was not asked for"
        assert report.exit_code() in (EXIT_DONE, EXIT_PARTIAL), report.lines()
        assert references(HELD, FRESH[1:]) <= world.references()
        sent = [
            entry.sha256 for entry in world.site.log if entry.path.lower() == FRESH[0].path.lower()
        ]
        with world.archive() as archive:
            assert set(sent) <= archive.page_hashes(), "the page was not kept"
        key = reference_key(FRESH[0].reference)
        if key in {reference_key(reference) for reference in world.references()}:
            assert report.exit_code() == EXIT_DONE
        else:
            assert report.exit_code() == EXIT_PARTIAL
            settles(world)


FAULTS = tuple(Fault(f"hostile page: {name}", partial(met, name)) for name in HOSTILE)


if __name__ == "__main__":
    print(measured(capture(stuffed(HOSTILE[sys.argv[1]]()))))
