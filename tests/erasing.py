"""An archive that met three versions of a decision with a word of its own in it, ready to erase."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import decisions
from tests.crawling import ALL, TODAY, World
from tests.site import Case, Site, invent

WORD = "Quibblethorpe"
CASES = invent(14, seed=11, today=TODAY)
DOOMED = next(case for case in CASES if case.parts[0].blocks and not case.same_report)
OTHERS = [case for case in CASES if case is not DOOMED]


def worded(number: int) -> Case:
    """Version so-and-so of the doomed decision: the word in title, summary and text."""
    first = DOOMED.parts[0]
    told = dataclasses.replace(
        first.blocks[0], text=f"Miss {WORD} says this {number} times, {WORD.lower()}{number}."
    )
    return dataclasses.replace(
        DOOMED,
        body=f"{WORD} Care {number} Limited",
        summary=f"Miss {WORD} complained. {DOOMED.summary}",
        parts=(
            dataclasses.replace(first, blocks=(told, *first.blocks[1:])),
            *DOOMED.parts[1:],
        ),
    )


def fill(site: Site, home: Path) -> World:
    """Crawl until the archive holds three versions; the log is written as the command does it."""
    world = World(site, home)
    home.mkdir()
    world.crawl()
    for number in (2, 3):
        site.amend(worded(number))
        world.now += timedelta(days=1)
        world.crawl(since=ALL, revisit=1000)
    line = f'{{"at":"2026-01-01","run":"a","event":"failed","url":"{site.url}{DOOMED.path}"}}\n'
    world.config.log_file.write_text(line + '{"at":"2026-01-01","run":"a","event":"end"}\n')
    return world


def command(home: Path, *arguments: str) -> int:
    """The command in this process; gives its exit code."""
    return decisions.main(["--home", str(home), *arguments])
