"""Clocks that jump, and the nights on which summer time begins and ends.

A night belongs to a day by the clock of whoever runs it; no jump may skip a window for good, and
nothing that is held may be called gone because a clock is wrong.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from functools import partial
from unittest import mock
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import decisions
from scraper.order import EARLIEST
from scraper.report import EXIT_DONE
from scraper.windows import Span, gaps, outermost, to_block_end
from tests.faults.trials import (
    FRESH,
    HELD,
    Fault,
    FaultWorld,
    Ground,
    Skipped,
    aged,
    settles,
)
from tests.site import Case

JUMPS = (1, -1, 40, -40, 400, -400, 4000, -4000)
"""Days by which the clock jumps for one night, and back."""

LONDON = "Europe/London"
SPRING = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
"""When summer time begins and ends there."""


def jumps(days: int, ground: Ground) -> None:
    """The clock is wrong for one night; the nights before and after know nothing of it."""
    late = aged(HELD[0], 37, "26 900 001")
    with ground.world() as world:
        assert world.night().exit_code() == EXIT_DONE
        right, today = world.now, world.today
        world.now += timedelta(days=days)
        world.today += timedelta(days=days)
        report = world.crawl(revisit=0)
        assert report.exit_code() == EXIT_DONE, report.lines()
        world.now, world.today = right, today
        world.site.publish(late)
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        covers_everything(world)
        settles(world, HELD, FRESH, (late,))


def jumps_in_a_run(days: int, ground: Ground) -> None:
    """The clock jumps in the middle of a run."""
    with ground.world() as world:

        def jump(_: object) -> None:
            world.now += timedelta(days=days)

        world.site.at(5, jump)
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        world.now -= timedelta(days=days)
        covers_everything(world)
        settles(world)


def covers_everything(world: FaultWorld) -> None:
    """Every day up to the end of today's block stands in a window that was proven."""
    with world.archive() as archive:
        windows = [
            Span(window.first_day, window.last_day)
            for window in archive.windows.all(1)
            if window.state == "proven"
        ]
        assert not gaps(Span(EARLIEST, to_block_end(world.today)), outermost(windows))
        assert {stored.status.value for stored in archive.stored_all()} == {"live"}


def summer_time(change: datetime, ground: Ground) -> None:
    """Runs every half hour through the night, in London: each finds what was published before."""
    if not hasattr(time, "tzset"):
        raise Skipped("this system cannot change a process's time zone")
    try:
        ZoneInfo(LONDON)
    except ZoneInfoNotFoundError:
        raise Skipped("this system has no time zones") from None
    published: list[Case] = []
    with ground.world() as world, london():
        for step in range(-3, 4):
            now = change + timedelta(minutes=30 * step)
            case = aged(HELD[step], 40 + (world.today - now.date()).days, f"26 900 {step + 103}")
            world.site.publish(case)
            published.append(case)
            with mock.patch("scraper.cli._now", return_value=now), quiet():
                words = ("crawl", "--base-url", world.site.url, "--delay", "0", "--revisit", "0")
                code = decisions.main(["--home", str(world.home), *words])
            assert code == EXIT_DONE
            assert case.reference in world.references()
        world.now, world.today = change + timedelta(days=1), change.date() + timedelta(days=1)
        covers_everything(world)
        settles(world, HELD, FRESH, published)


@contextmanager
def quiet() -> Iterator[None]:
    """What a command says in this process goes nowhere."""
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        yield


@contextmanager
def london() -> Iterator[None]:
    """This process in London."""
    try:
        with mock.patch.dict(os.environ, {"TZ": LONDON}):
            time.tzset()
            yield
    finally:
        time.tzset()


FAULTS = (
    *(
        Fault(f"clock wrong by {days:+} days for a night", partial(jumps, days))
        for days in JUMPS
    ),
    *(
        Fault(f"clock jumps {days:+} days within a run", partial(jumps_in_a_run, days))
        for days in (1, -1, 400, -400)
    ),
    Fault("summer time begins", partial(summer_time, SPRING)),
    Fault("summer time ends", partial(summer_time, AUTUMN)),
)  # fmt: skip
