"""What was erased is nowhere any more, and nothing brings it back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from archive.config import Config
from archive.erasure import carry_on, order
from archive.opening import open_to_write
from archive.records import ChangeKind
from archive.tombstone_rows import key_of
from archive.tombstones import make
from search.index import Index
from tests.crawling import ALL, TODAY, World
from tests.leftovers import leftovers
from tests.site import Case, Site, invent

WORD = "Quibblethorpe"
CASES = invent(14, seed=11, today=TODAY)


def worded(case: Case, number: int) -> Case:
    """The case with the word in title, summary and text, and a number that tells versions apart."""
    first = case.parts[0]
    told = dataclasses.replace(
        first.blocks[0], text=f"Miss {WORD} says this {number} times, {WORD.lower()}{number}."
    )
    return dataclasses.replace(
        case,
        body=f"{WORD} Care {number} Limited",
        summary=f"Miss {WORD} complained. {case.summary}",
        parts=(dataclasses.replace(first, blocks=(told, *first.blocks[1:])), *case.parts[1:]),
    )


DOOMED = next(case for case in CASES if case.parts[0].blocks and not case.same_report)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An archive that met three versions of a decision with a word of its own in it."""
    rest = [case for case in CASES if case is not DOOMED]
    with Site([*rest, worded(DOOMED, 1)]) as site:
        world = World(site, tmp_path / "home")
        world.home.mkdir()
        world.crawl()
        for number in (2, 3):
            site.amend(worded(DOOMED, number))
            world.now += timedelta(days=1)
            world.crawl(since=ALL, revisit=1000)
        yield world


def erase(world: World) -> list[str]:
    """Erase the doomed one; gives what was told."""
    told: list[str] = []
    with open_to_write(world.config, now=world.now, tell=lambda _: None) as archive:
        stored = archive.find(DOOMED.reference)
        with archive.engine.begin() as connection:
            key = key_of(connection)
        stone = make(
            "lgsco", DOOMED.reference, stored.urls, hash_key=key, at=world.now, reason="a request"
        )
        order(archive, world.config, [stone], at=world.now)
        outcome = carry_on(
            archive,
            world.config,
            at=world.now,
            index=lambda: Index(world.config.index_dir),
            tell=told.append,
        )
        assert outcome.complete, outcome.left
    return told


def test_the_scanner_finds_the_word_before(world: World) -> None:
    with world.archive() as archive:
        assert archive.find(DOOMED.reference).revision == 3
    found = leftovers(world.home, WORD)
    assert any("index/" in each for each in found)
    assert any("decisions.db" in each and "Zstandard" in each for each in found)


def test_no_file_has_the_word_afterwards(world: World) -> None:
    erase(world)
    assert leftovers(world.home, WORD) == []
