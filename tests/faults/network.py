"""The network goes away: nobody listens, connections break, answers never come."""

from __future__ import annotations

import threading
from functools import partial

from scraper.report import EXIT_CHANGED, EXIT_DONE, EXIT_PARTIAL
from tests.faults.trials import (
    FRESH,
    HELD,
    Fault,
    Ground,
    holds_no_stranger,
    settles,
)
from tests.site import Fault as Spoilt

REQUESTS = 9
"""What a night asks here at least: robots.txt, pages of lists, five decisions."""


def nobody_listens(ground: Ground) -> None:
    """The site is gone from the n-th request on, and back the next night."""
    with ground.world() as world:
        number = 1 + int(ground.share * REQUESTS)
        gone = threading.Thread(target=world.site.__exit__, args=(None, None, None))

        def hang_up(_: object) -> None:
            gone.start()
            # Until every connection is cut, this one too; the thread then waits for us in turn.
            gone.join(0.2)

        world.site.at(number, hang_up)
        report = world.night()
        gone.join()
        assert report.exit_code() in (EXIT_PARTIAL, EXIT_CHANGED), report.lines()
        world.site.__enter__()
        holds_no_stranger(world, HELD, FRESH)
        settles(world)


def breaks(name: str, ground: Ground) -> None:
    """From the n-th request on every connection fails in one way."""
    with ground.world() as world:
        skip = int(ground.share * REQUESTS)
        fault = world.site.faults.add(Spoilt(name, ".", skip=skip))
        report = world.night()
        assert fault.met
        assert report.exit_code() in (EXIT_PARTIAL, EXIT_CHANGED), report.lines()
        holds_no_stranger(world, HELD, FRESH)
        settles(world)


def flickers(ground: Ground) -> None:
    """Every third request fails: the tries of one run are enough, and nothing is missed."""
    with ground.world() as world:
        for skip in range(ground.rng.randrange(3), 60, 3):
            world.site.faults.add(Spoilt("reset", ".", skip=skip, times=1))
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        settles(world)


FAULTS = (
    Fault("network lost: nobody listens", nobody_listens, 10),
    Fault("network lost: connections reset", partial(breaks, "reset"), 10),
    Fault("network lost: no answer", partial(breaks, "no-answer"), 10),
    Fault("network flickers", flickers, 3),
)
