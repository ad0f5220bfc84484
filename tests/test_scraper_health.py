"""Floors and ceilings on what appears; a first fill and a small archive never trip them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from archive.firsts import NOTHING, Firsts, read_firsts
from scraper.health import look, sentences, usual_month
from scraper.report import EXIT_DONE, EXIT_PARTIAL, CrawlReport
from tests.crawling import TODAY, World
from tests.site import Site, invent

YEAR_AGO = TODAY - timedelta(days=365)
CASES = invent(24, seed=5, today=TODAY)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def weekly(number: int, *, first: int = 364, last: int = 0) -> dict[date, int]:
    """So many each week, from so many days ago to so many days ago."""
    return {ago(days): number for days in range(first, last - 1, -7)}


def firsts(new: Mapping[date, int], since: date | None = YEAR_AGO, **changes: object) -> Firsts:
    runs = tuple(ago(days) for days in range(365, -1, -1) if since and ago(days) >= since)
    return replace(Firsts(since, new, new, runs, ()), **changes)  # type: ignore[arg-type]  # named fields


def test_an_ordinary_year_is_no_news() -> None:
    assert sentences(firsts(weekly(200)), TODAY) == []


def test_nothing_new_in_a_fortnight_is_said() -> None:
    (told,) = sentences(firsts(weekly(200, last=14)), TODAY)
    assert "Nothing new has appeared for 14 days" in told
    assert "decisions doctor" in told
    assert sentences(firsts(weekly(200, last=14) | {ago(13): 1}), TODAY) == []


def test_half_of_the_usual_month_is_the_floor() -> None:
    usual = weekly(200, last=30)
    half = usual | {ago(days): 100 for days in (28, 21, 14, 7, 0)}
    assert sentences(firsts(half), TODAY) == []
    less = usual | {ago(days): 60 for days in (28, 21, 14, 7, 0)}
    (told,) = sentences(firsts(less), TODAY)
    assert "Only 300 new decisions in the last 30 days" in told


def test_three_times_the_usual_is_the_ceiling() -> None:
    flood = weekly(200) | {TODAY: 4_000}
    (told,) = sentences(firsts(flood), TODAY)
    assert "under other addresses" in told


def test_catching_up_after_a_pause_is_no_flood() -> None:
    pause = weekly(200, last=150) | {TODAY: 4_000}
    seen = firsts(pause)
    runs = (*(day for day in seen.runs if day <= ago(150)), TODAY)
    assert sentences(replace(seen, runs=runs), TODAY) == []


def test_older_decisions_asked_for_later_are_no_flood() -> None:
    """A second fill (``--since all`` after a small beginning) finds much that is not new."""
    fill = weekly(200) | {TODAY: 50_000}
    assert sentences(firsts(fill, published=weekly(200)), TODAY) == []


def test_a_first_fill_never_trips() -> None:
    assert sentences(NOTHING, TODAY) == []
    assert sentences(firsts({}, since=None, decided=(900,) * 12), TODAY) == []
    assert sentences(firsts({}, since=ago(13), decided=(900,) * 12), TODAY) == []


def test_silence_right_after_the_first_fill_is_noticed_by_what_is_held() -> None:
    (told,) = sentences(firsts({}, since=ago(14), decided=(900,) * 12), TODAY)
    assert "for 14 days; usually some 900" in told


def test_a_small_archive_may_be_quiet() -> None:
    assert sentences(firsts({}, since=ago(40), decided=(4,) * 12), TODAY) == []
    assert sentences(firsts(weekly(1, last=20)), TODAY) == []


def test_what_is_usual_comes_from_watching_once_that_is_long_enough() -> None:
    young = firsts(weekly(10), since=ago(60), decided=(900,) * 12)
    assert usual_month(young, TODAY) == 900
    assert usual_month(firsts(weekly(10), decided=(900,) * 12), TODAY) == 40
    assert usual_month(firsts({}, since=ago(60), decided=(900,)), TODAY) is None


# --- the counts, from an archive ----------------------------------------------------------------


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Site(CASES) as site:
        yield World(site, tmp_path)


def read(world: World, body: str = "") -> Firsts:
    with world.archive() as archive:
        return read_firsts(archive, archive.source_id("lgsco"), body, today=world.today)


def move(world: World, days: int) -> None:
    world.now += timedelta(days=days)
    world.today = world.now.date()


def test_what_the_first_fill_finds_is_not_counted(world: World) -> None:
    world.crawl(max_requests=15)
    assert read(world) == NOTHING, "stopped early: the fill goes on"
    world.crawl()
    filled = read(world)
    assert (filled.watched_since, filled.new) == (TODAY, {})
    assert sum(filled.decided) == sum(
        date(2025, 7, 1) <= case.decided_on < date(2026, 7, 1) for case in CASES
    )
    move(world, 3)
    fresh = replace(CASES[0], reference="26 900 001", decided_on=TODAY - timedelta(days=60))
    world.site.publish(fresh)
    world.crawl()
    later = read(world)
    assert later.new == {world.today: 1}
    assert later.published == {world.today: 1}
    assert later.runs == (TODAY, world.today)


def test_an_archive_of_one_council_counts_its_own(world: World) -> None:
    body = CASES[3].body
    world.crawl(body=body)
    assert read(world, body).watched_since == TODAY
    world.crawl(since=date(1974, 4, 1))
    assert read(world, body) == NOTHING, "whose decisions are whose is not known any more"


def test_a_warning_makes_a_run_partial(world: World) -> None:
    world.crawl()
    with world.archive() as archive:
        source_id = archive.source_id("lgsco")
        assert look(archive, source_id, "", TODAY + timedelta(days=20)) == []
    report = CrawlReport("lgsco", "all", datetime(2026, 1, 1))  # noqa: DTZ001 - not used
    assert report.exit_code() == EXIT_DONE
    report.warnings.append("Nothing new has appeared.")
    assert report.exit_code() == EXIT_PARTIAL
    assert "attention: Nothing new has appeared." in report.lines()
