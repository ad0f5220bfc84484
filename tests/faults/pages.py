"""Faults of single pages: what comes in place of a decision, and statuses.

Each: such a page is never taken for a decision, never overwrites one, and is had when it is there
again; once in a run it is had in the same run.
"""

from __future__ import annotations

from functools import partial

from scraper.report import EXIT_CHANGED, EXIT_DONE, EXIT_PARTIAL
from tests.faults.trials import (
    FRESH,
    HELD,
    Fault,
    Ground,
    aged,
    holds_no_stranger,
    path_of,
    references,
    settles,
)
from tests.site import Fault as Spoilt
from tests.site import invent
from tests.site.exchange import DECISION

IN_PLACE = (
    "shell",
    "soft-404",
    "captcha",
    "firewall",
    "login",
    "maintenance",
    "empty",
    "half-page",
    "large",
    "redirect-home",
)
STATUSES = ("400", "401", "403", "408", "418", "429", "451", "500", "502", "503", "504")
MISSING = ("404", "410")
NIGHTS_DOWN = 20
CLOSE = tuple(aged(case, 40 + number, f"26 600 {number:03d}") for number, case in enumerate(HELD))
"""In one window, so that no list comes between their pages."""


def for_a_night(name: str, ground: Ground) -> None:
    """One page is wrong the whole night: exit 3, everything else is had."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(name, path_of(FRESH[0])))
        report = world.night()
        assert report.exit_code() == EXIT_PARTIAL, report.lines()
        assert len(report.failures) == 1
        assert world.references() == references(HELD, FRESH[1:])
        settles(world)


def once(name: str, ground: Ground) -> None:
    """One page is wrong once: it is had in the same run."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(name, path_of(FRESH[0]), times=1))
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        assert world.references() == references(HELD, FRESH)
        settles(world)


def missing_once(name: str, ground: Ground) -> None:
    """Listed, but its page answers 404 or 410 in one run: a failure, and had the next night."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(name, path_of(FRESH[0])))
        assert world.night().exit_code() == EXIT_PARTIAL
        settles(world)


def missing_twice(name: str, ground: Ground) -> None:
    """In two runs: unavailable, no failure each night, and had when it comes back."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(name, path_of(FRESH[0])))
        assert world.night().exit_code() == EXIT_PARTIAL
        report = world.night()
        assert (report.exit_code(), report.unavailable) == (EXIT_DONE, 1), report.lines()
        assert world.night().exit_code() == EXIT_DONE
        settles(world)


def down_for_weeks(ground: Ground) -> None:
    """503 for weeks on one page: a failure each night, nothing given up, had at last."""
    with ground.world() as world:
        world.site.faults.add(Spoilt("503", path_of(FRESH[0])))
        for _ in range(NIGHTS_DOWN):
            report = world.night()
            assert report.exit_code() == EXIT_PARTIAL, report.lines()
            assert report.unavailable == 0
        settles(world)


def whole_site_down(ground: Ground) -> None:
    """503 for everything, for weeks: the runs end early, nothing is marked, all is had after."""
    with ground.world() as world:
        world.site.faults.add(Spoilt("503", "."))
        for _ in range(NIGHTS_DOWN):
            assert world.night().exit_code() == EXIT_CHANGED
        assert world.references() == references(HELD)
        settles(world)


def five_in_a_row(name: str, ground: Ground) -> None:
    """Five in a row end the run with exit 4, after five requests and not more."""
    with ground.world(fresh=CLOSE) as world:
        fault = world.site.faults.add(Spoilt(name, DECISION))
        report = world.night()
        assert report.exit_code() == EXIT_CHANGED, report.lines()
        assert fault.met == 5
        holds_no_stranger(world, HELD)
        settles(world, HELD, CLOSE)


def over_a_quarter(ground: Ground) -> None:
    """Now and then a captcha, over a quarter of the last forty: exit 4 long before the end."""
    cases = invent(90, seed=21)
    with ground.world(held=(), fresh=cases) as world:
        faults = [Spoilt("captcha", DECISION, skip=skip, times=1) for skip in range(2, 200, 3)]
        for fault in faults:
            world.site.faults.add(fault)
        report = world.night()
        assert report.exit_code() == EXIT_CHANGED, report.lines()
        assert sum(fault.met for fault in faults) <= 11
        settles(world, cases)


FAULTS = (
    *(Fault(f"{name} in place of a decision, a night", partial(for_a_night, name))
      for name in IN_PLACE),
    *(Fault(f"{name} in place of a decision, once", partial(once, name)) for name in IN_PLACE),
    *(Fault(f"status {name} for a decision, a night", partial(for_a_night, name))
      for name in STATUSES),
    *(Fault(f"status {name} for a decision, once", partial(once, name)) for name in STATUSES),
    *(Fault(f"{name} once for a listed decision", partial(missing_once, name)) for name in MISSING),
    *(Fault(f"{name} twice for a listed decision", partial(missing_twice, name))
      for name in MISSING),
    Fault("503 for weeks on one page", down_for_weeks),
    Fault("503 for weeks on everything", whole_site_down),
    *(Fault(f"five in a row: {name}", partial(five_in_a_row, name))
      for name in ("captcha", "firewall", "login", "403")),
    Fault("captchas for over a quarter of the pages", over_a_quarter),
)  # fmt: skip
