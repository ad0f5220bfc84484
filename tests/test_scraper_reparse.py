"""Stored pages read again: a better parser needs no new crawl, and rescues what was refused."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.database import migrate, migration_engine
from archive.making_corrections import at_words, of_place
from archive.opening import open_to_write
from archive.records import ChangeKind, Decision, Page
from scraper.errors import ParseError
from scraper.progress import Silent
from scraper.reparsing import ReparseReport, reparse
from scraper.report import EXIT_PARTIAL
from scraper.sources.lgsco import Lgsco
from tests.crawling import TODAY, World
from tests.site import Site, invent
from tests.test_decisions_command import run as command

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
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    with Site(CASES) as site:
        yield World(site, tmp_path, database_url=database_url)


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


def test_what_an_older_schema_had_no_place_for_is_read_again(world: World) -> None:
    world.crawl()
    with world.archive() as archive:
        before = [stored.decision for stored in archive.stored_all()]
    assert any(one.cross_references for one in before)
    assert any(item.kind != "statute" for one in before for item in one.citations)
    engine = migration_engine(world.config.database_url)
    migrate(engine, "0002")
    migrate(engine, "head")
    run(world)
    with world.archive() as archive:
        assert [stored.decision for stored in archive.stored_all()] == before


# --- corrections by a person ----------------------------------------------------------------


def corrected_last_paragraph(world: World, reference: str) -> int | None:
    """A person adds a remedy to the last paragraph of a decision."""
    with open_to_write(world.config, now=world.now, tell=lambda _: None) as archive:
        held = archive.find(reference)
        *_, last = held.decision.paragraphs()
        place = at_words(held.decision, f"o{last.ordinal}", None)
        new = of_place(held, place, lambda bare: replace(bare, kind="apology"), world.now)
        return archive.corrections.save(held.id, new=new, at=world.now)


def persons_remedies(world: World, reference: str) -> list[str]:
    with world.archive() as archive:
        remedies = archive.find(reference).decision.remedies
    return [row.kind for row in remedies if row.correction is not None]


def test_a_correction_outlives_a_reparse_that_changes_everything(world: World) -> None:
    world.crawl()
    corrected_last_paragraph(world, CASES[3].reference)
    assert run(world, sees="now it sees more").unfit == []
    assert persons_remedies(world, CASES[3].reference) == ["apology"]


def test_a_crawl_tells_of_a_correction_whose_words_were_taken_out(world: World) -> None:
    world.crawl()
    number = corrected_last_paragraph(world, CASES[3].reference)
    world.site.amend(CASES[3].amended(words="We have looked at this again."))
    world.now += timedelta(days=9)
    report = world.crawl(revisit=100)
    assert report.changed == 1
    assert report.unfit == [number]
    assert any("decisions correct --list" in line for line in report.lines())
    assert report.as_json()["corrections_unfit"] == [number]
    assert persons_remedies(world, CASES[3].reference) == []
    with world.archive() as archive:
        assert [each.correction.fits for each in archive.corrections.all()] == [False]


# --- the command ----------------------------------------------------------------------------


def test_the_command_reads_in_two_processes_and_shows_how_far_it_is(world: World) -> None:
    world.crawl()
    done = command("reparse", "--jobs", "2", "--json", home=world.home)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["read"], told["changed"], told["failures"]) == (len(CASES), 0, [])
    assert "Traceback" not in done.stderr
    assert command("reparse", "--jobs", "0", home=world.home).returncode == 2
