"""How bytes come: cut short, dripping, packed in every way, in every character set.

On decisions, on lists and on robots.txt alike. What can be read whole is read right to the letter;
what cannot is never stored as a decision, and is had when it comes whole.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial

from scraper.exchange import Limits
from scraper.report import EXIT_CHANGED, EXIT_DONE, EXIT_PARTIAL
from tests.faults.command import ROOT, crawl_words, surroundings
from tests.faults.listings import EDGES, FROM, KNOWN
from tests.faults.trials import (
    FRESH,
    HELD,
    Fault,
    FaultWorld,
    Ground,
    Skipped,
    holds_no_stranger,
    path_of,
    references,
    settles,
)
from tests.site import Fault as Spoilt
from tests.site.exchange import DECISION, LISTING, ROBOTS

READABLE = (
    "gzip",
    "deflate",
    "deflate-raw",
    "gzip-two-members",
    "gzip-trailing-zeros",
    "chunked",
)
CHARSETS = (
    "cp1252-undeclared",
    "cp1252-as-utf-8",
    "cp1252-as-latin-1",
    "cp1252-by-meta",
    "utf-8-undeclared",
    "utf-8-as-latin-1",
    "utf-8-with-mark",
)
BROKEN = (
    "gzip-cut",
    "gzip-without-end",
    "deflate-cut",
    "gzip-claimed",
    "gzip-bomb",
    "gzip-stacked",
    "unknown-coding",
    "short",
    "chunked-cut",
    "reset",
    "no-answer",
    "utf-16-undeclared",
)
SLOW = {"drip": "0.01", "stall": "5"}
NO_ANSWER = ("reset", "no-answer", *SLOW)
"""Nothing comes at all: the network is lost, which is no change of the site."""

IMPATIENT = Limits(request_seconds=0.5, connect_seconds=0.5, read_seconds=0.3)
MOST_GROWTH = 64_000_000
"""Bytes of memory by which bombs may make a run larger."""


def read_right(name: str, ground: Ground) -> None:
    """Every page comes in this way: nothing fails, and every letter is right."""
    with ground.world() as world:
        world.site.faults.add(Spoilt(name, DECISION))
        world.site.faults.add(Spoilt(name, LISTING))
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        reads_as_told(world)
        settles(world)


def reads_as_told(world: FaultWorld) -> None:
    """What the archive holds of the fresh ones is what the site told, pounds and quotes too."""
    with world.archive() as archive:
        for case in FRESH:
            found = archive.find(case.reference).decision
            told = case.expected(world.site.url)
            assert (found.title, found.summary) == (told.title, told.summary)
            assert found.sections == told.sections, f"{case.reference} was read wrong"


def broken(name: str, value: str | None, limits: Limits, ground: Ground) -> None:
    """One page is spoilt the whole night: a failure, no decision; had when it comes whole."""
    with ground.world(limits=limits) as world:
        world.site.faults.add(Spoilt(name, path_of(FRESH[0]), value=value))
        report = world.night()
        assert report.exit_code() == EXIT_PARTIAL, report.lines()
        assert world.references() == references(HELD, FRESH[1:])
        settles(world)


def broken_once(name: str, value: str | None, limits: Limits, ground: Ground) -> None:
    """Spoilt once: the next try of the same run has it."""
    with ground.world(limits=limits) as world:
        world.site.faults.add(Spoilt(name, path_of(FRESH[0]), times=1, value=value))
        report = world.night()
        assert report.exit_code() == EXIT_DONE, report.lines()
        settles(world)


def broken_list(name: str, value: str | None, limits: Limits, ground: Ground) -> None:
    """Page 2 of the list is spoilt: its window stays unproven, and nothing is lost."""
    with ground.world(held=KNOWN, fresh=EDGES, limits=limits) as world:
        fault = world.site.faults.add(Spoilt(name, f"fd={FROM}.*page=2$", value=value))
        report = world.night()
        assert fault.met
        assert report.exit_code() == EXIT_PARTIAL, report.lines()
        assert report.unproven
        holds_no_stranger(world, KNOWN, EDGES)
        settles(world, KNOWN, EDGES)


def broken_robots(name: str, value: str | None, limits: Limits, ground: Ground) -> None:
    """robots.txt is spoilt: nothing is crawled."""
    with ground.world(limits=limits) as world:
        world.site.faults.add(Spoilt(name, ROBOTS, value=value))
        report = world.night()
        wanted = EXIT_PARTIAL if name in NO_ANSWER else EXIT_CHANGED
        assert report.exit_code() == wanted, report.lines()
        assert not [entry for entry in world.site.log if entry.kind != "robots"]
        settles(world)


def bombs_and_memory(ground: Ground) -> None:
    """Each decision is a bomb: the run ends, and its memory has not grown by 64 MB."""
    if not hasattr(os, "wait4"):
        raise Skipped("this system does not tell how large a process was")
    with ground.world() as world:
        plain = _largest(crawl_words(world))
        assert references(FRESH) <= world.references()
    with ground.world() as world:
        bombs = world.site.faults.add(Spoilt("gzip-bomb", DECISION))
        grown = _largest(crawl_words(world)) - plain
        assert bombs.met > 2
        assert grown < MOST_GROWTH, f"the bombs made the run {grown:,} bytes larger"
        settles(world)


def _largest(words: list[str]) -> int:
    """The most memory, in bytes, that a command has held."""
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env=surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


WAYS: tuple[tuple[str, str | None, Limits], ...] = (
    *((name, None, Limits()) for name in BROKEN),
    *((name, value, IMPATIENT) for name, value in SLOW.items()),
)
"""Name, value and limits of each broken way."""

LIST_WAYS = tuple(way for way in WAYS if way[0] != "utf-16-undeclared")
ROBOTS_WAYS = tuple(way for way in LIST_WAYS if way[0] != "gzip-bomb")

FAULTS = (
    *(Fault(f"{name}: read right", partial(read_right, name)) for name in (*READABLE, *CHARSETS)),
    *(Fault(f"{way[0]} for a decision, a night", partial(broken, *way)) for way in WAYS),
    *(Fault(f"{way[0]} for a decision, once", partial(broken_once, *way)) for way in WAYS),
    *(Fault(f"{way[0]} for a list", partial(broken_list, *way)) for way in LIST_WAYS),
    *(Fault(f"{way[0]} for robots.txt", partial(broken_robots, *way)) for way in ROBOTS_WAYS),
    Fault("bombs and memory", bombs_and_memory),
)
