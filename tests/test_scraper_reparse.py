"""Stored pages read again: a better parser needs no new crawl, and rescues what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from archive.opening import open_to_write
from archive.records import ChangeKind, Decision, Page
from scraper.errors import ParseError
from scraper.progress import Silent
from scraper.reparsing import ReparseReport, reparse
from scraper.report import EXIT_PARTIAL
from scraper.sources.lgsco import Lgsco
from tests.crawling import TODAY, World
from tests.site import Site, invent

CASES = invent(12, seed=5, today=TODAY)


@dataclass(frozen=True)
class Other:
    """The real source with another way of reading decisions."""

    real: Lgsco
    blind_to: str | None = None
    sees: str | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def parse_decision(self, pages: Sequence[Page]) -> Decision:
        decision = self.real.parse_decision(pages)
        if decision.reference == self.blind_to:
            raise ParseError(pages[0].url, "a layout this parser does not know")
        if self.sees is not None:
            decision = replace(decision, warnings=(self.sees,), parser_version="better")
        return decision


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Site(CASES) as site:
        yield World(site, tmp_path)


def run(world: World, **reading: str) -> ReparseReport:
    source = Other(Lgsco.at(world.site.url), **reading)
    with open_to_write(world.config, now=world.now, tell=lambda _: None) as archive:
        return reparse(archive, source, now=lambda: world.now, progress=Silent())


def test_the_same_parser_changes_nothing(world: World) -> None:
    world.crawl()
    report = run(world)
    assert (report.read, report.changed, report.rescued) == (len(CASES), 0, 0)


def test_a_better_parser_writes_derived_changes_and_no_new_versions(world: World) -> None:
    world.crawl()
    report = run(world, sees="now it sees more")
    assert report.changed == len(CASES)
    with world.archive() as archive:
        assert {s.decision.warnings for s in archive.stored_all()} == {("now it sees more",)}
        assert {s.revision for s in archive.stored_all()} == {1}
        kinds = {change.kind for change in archive.changes(0)}
    assert kinds == {ChangeKind.ADDED, ChangeKind.DERIVED}


def test_what_a_worse_parser_cannot_read_stays_as_it_was(world: World) -> None:
    world.crawl()
    report = run(world, blind_to=CASES[3].reference)
    assert list(report.failures) == [world.site.url_of(CASES[3])]
    with world.archive() as archive:
        assert archive.find(CASES[3].reference).decision.title == CASES[3].title


def test_a_page_refused_by_an_older_parser_is_rescued_without_a_crawl(world: World) -> None:
    lost = CASES[3].reference
    world.source = Other(Lgsco.at(world.site.url), blind_to=lost)
    assert world.crawl().exit_code() == EXIT_PARTIAL
    assert lost not in world.references()
    asked = len(world.site.log)
    assert run(world).rescued == 1
    assert len(world.site.log) == asked
    assert lost in world.references()
    world.source = Lgsco.at(world.site.url)
    assert world.crawl().new == 0
    world.check_inv()
