"""What leaves the site, comes back, or changes quietly: marked rightly, and never on a guess."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.records import ChangeKind, DecisionKind, Status
from scraper.missing import years_after
from scraper.planning import front_of
from scraper.report import EXIT_CHANGED, EXIT_DONE, CrawlReport
from scraper.windows import Span
from tests.crawling import ALL, TODAY, World
from tests.site import Case, Fault, Site, invent
from tests.test_scraper_crawl import CASES

STATEMENTS = [case for case in CASES if case.kind == DecisionKind.STATEMENT]
YOUNG = next(c for c in STATEMENTS if timedelta(200) < TODAY - c.decided_on < timedelta(1400))
OLD = replace(YOUNG, reference="20 900 001", decided_on=years_after(TODAY, -5) + timedelta(days=30))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Site([*CASES, OLD]) as site:
        world = World(site, tmp_path)
        assert world.crawl().exit_code() == EXIT_DONE
        yield world
        world.check_inv()


def night(world: World, days: int = 1, **order: Any) -> CrawlReport:
    """The next run, so many days later, that lists every window in full."""
    world.now += timedelta(days=days)
    world.today = world.now.date()
    asked: dict[str, Any] = {"since": ALL, "revisit": 0} | order
    return world.crawl(**asked)


def status(world: World, case: Case) -> Status:
    with world.archive() as archive:
        return archive.find(case.reference).status


def kinds(world: World, case: Case) -> list[ChangeKind]:
    with world.archive() as archive:
        number = archive.find(case.reference).id
        return [change.kind for change in archive.changes(0) if change.decision_id == number]


@pytest.mark.parametrize(
    ("case", "gone", "answer"),
    [(YOUNG, Status.WITHDRAWN, 404), (OLD, Status.EXPIRED, 404), (YOUNG, Status.WITHDRAWN, 410)],
)
def test_missed_in_two_runs_it_has_left_and_its_text_stays(
    world: World, case: Case, gone: Status, answer: int
) -> None:
    world.site.withdraw(case.reference, status=answer)
    assert night(world).exit_code() == EXIT_DONE
    assert status(world, case) is Status.LIVE
    report = night(world)
    assert (report.expired, report.withdrawn) == (int(case is OLD), int(case is YOUNG))
    assert status(world, case) is gone
    with world.archive() as archive:
        stored = archive.find(case.reference)
        assert stored.decision.title == case.title
        assert stored.status_since == world.now
    assert kinds(world, case) == [ChangeKind.ADDED, ChangeKind(gone.value)]


def test_runs_a_minute_apart_are_two_runs(world: World) -> None:
    world.site.withdraw(YOUNG.reference)
    night(world)
    night(world, days=0)
    assert status(world, YOUNG) is Status.WITHDRAWN


def test_missed_once_and_there_again_it_never_left(world: World) -> None:
    world.site.withdraw(YOUNG.reference)
    night(world)
    world.site.publish(YOUNG)
    night(world)
    world.site.withdraw(YOUNG.reference)
    night(world)
    assert kinds(world, YOUNG) == [ChangeKind.ADDED]


def test_a_plain_night_looks_again_where_something_was_missed(world: World) -> None:
    world.site.withdraw(OLD.reference)
    night(world)
    report = night(world, since=None)
    assert report.expired == 1


@pytest.mark.parametrize("fault", ["unavailable", "captcha", "shell", "login", "redirect-home"])
def test_what_only_fails_to_answer_is_no_miss(world: World, fault: str) -> None:
    """Not listed any more, but its own address does not say that it is gone."""
    world.site.withdraw(YOUNG.reference)
    pattern = "^" + YOUNG.path.lower() + "$"
    for _ in range(3):
        world.site.faults.add(Fault(fault, pattern))
        night(world)
        world.site.faults.clear()
    assert kinds(world, YOUNG) == [ChangeKind.ADDED]


def test_an_empty_shell_in_place_of_the_list_marks_nothing(world: World) -> None:
    world.site.withdraw(YOUNG.reference)
    world.site.faults.add(Fault("shell", "searchresults"))
    night(world)
    night(world)
    world.site.faults.clear()
    assert kinds(world, YOUNG) == [ChangeKind.ADDED]


def test_back_again_it_is_restored(world: World) -> None:
    world.site.withdraw(YOUNG.reference)
    night(world)
    night(world)
    world.site.publish(YOUNG)
    report = night(world)
    assert report.restored == 1
    assert status(world, YOUNG) is Status.LIVE
    assert kinds(world, YOUNG)[-1] is ChangeKind.RESTORED


def test_back_with_a_new_date_and_text_it_is_amended_and_restored(world: World) -> None:
    world.site.withdraw(YOUNG.reference)
    night(world)
    night(world)
    again = YOUNG.amended(after=timedelta(days=40))
    world.site.publish(again)
    night(world)
    with world.archive() as archive:
        stored = archive.find(YOUNG.reference)
    assert (stored.status, stored.revision) == (Status.LIVE, 2)
    assert stored.decision.decided_on == again.decided_on
    assert kinds(world, YOUNG)[-2:] == [ChangeKind.AMENDED, ChangeKind.RESTORED]


def test_hundreds_that_vanish_in_one_night_mark_nothing(tmp_path: Path) -> None:
    cases = [
        replace(YOUNG, reference=f"24 800 {n:03}", decided_on=TODAY - timedelta(days=300 + n % 40))
        for n in range(60)
    ]
    with Site(cases) as site:
        world = World(site, tmp_path)
        world.crawl()
        site.withdraw(*[case.reference for case in cases[:30]])
        report = night(world)
        assert report.exit_code() == EXIT_CHANGED
        assert "nothing was marked" in (report.stopped or "")
        night(world)
        with world.archive() as archive:
            assert {stored.status for stored in archive.stored_all()} == {Status.LIVE}
        site.publish(*cases)
        assert night(world).exit_code() == EXIT_DONE
        world.check_inv()


def test_gone_under_one_category_it_is_still_there_under_the_other(world: World) -> None:
    twin = replace(YOUNG, category="Planning", subcategory="Enforcement")
    world.site.publish(twin)
    night(world)
    world.site.withdraw(YOUNG.reference)
    world.site.publish(twin)
    night(world)
    night(world)
    assert status(world, YOUNG) is Status.LIVE
    with world.archive() as archive:
        assert archive.find(YOUNG.reference).decision.url == world.site.url_of(twin)


# --- revisits -------------------------------------------------------------------------------


def test_a_quietly_amended_text_is_found_by_a_revisit(world: World) -> None:
    changed = YOUNG.amended(words="The Council has since said that it disagrees.")
    world.site.amend(changed)
    assert night(world, revisit=0).changed == 0
    report = night(world, days=9, revisit=100, since=None)
    assert (report.changed, report.exit_code()) == (1, EXIT_DONE)
    assert kinds(world, YOUNG) == [ChangeKind.ADDED, ChangeKind.AMENDED]


def test_nothing_is_revisited_right_after_a_first_fill(world: World) -> None:
    report = night(world, days=0, since=None, revisit=100)
    assert report.revisited == 0


def test_a_revisit_keeps_to_its_budget_and_turns_to_the_longest_unseen(world: World) -> None:
    first = night(world, days=10, since=None, revisit=10)
    assert first.revisited == 10
    seen = set()
    for _ in range(5):
        before = len(world.site.log)
        night(world, since=None, revisit=10)
        seen |= {entry.reference for entry in world.site.log[before:] if entry.kind == "decision"}
    assert len(seen) > len(CASES) * 0.8


def test_an_unchanged_page_costs_a_304_where_the_server_gives_a_validator(tmp_path: Path) -> None:
    with Site(CASES[:12], validators=True) as site:
        world = World(site, tmp_path)
        world.crawl()
        site.clear_log()
        report = night(world, days=10, since=None, revisit=20)
        assert report.revisited == 12
        assert {e.status for e in site.log if e.kind == "decision"} == {304}
        with world.archive() as archive:
            assert {s.last_seen_at for s in archive.stored_all()} == {world.now}


def test_a_revisit_that_finds_a_captcha_overwrites_nothing(world: World) -> None:
    world.site.faults.add(Fault("captcha", "^" + YOUNG.path.lower() + "$"))
    night(world, days=10, since=None, revisit=100)
    world.site.faults.clear()
    with world.archive() as archive:
        stored = archive.find(YOUNG.reference)
    assert (stored.revision, stored.decision.title) == (1, YOUNG.title)


def test_a_page_that_a_revisit_misses_is_searched_for_in_the_list(world: World) -> None:
    world.site.withdraw(OLD.reference)
    first = night(world, days=10, since=None, revisit=100)
    assert first.expired == 0
    second = night(world, since=None, revisit=0)
    assert second.expired == 1


# --- publication lag ------------------------------------------------------------------------


def test_the_lag_is_known_for_what_appears_while_we_watch_and_for_nothing_else(
    world: World,
) -> None:
    fresh = replace(YOUNG, reference="26 900 009", decided_on=TODAY - timedelta(days=50))
    world.site.publish(fresh)
    night(world, since=None)
    with world.archive() as archive:
        source_id = archive.source_id("lgsco")
        assert list(archive.presence.lags(source_id)) == [51]


def test_the_front_follows_the_lags_once_there_are_enough() -> None:
    today = date(2026, 11, 22)
    assert front_of(today, [50] * 199) == Span(date(2026, 7, 25), date(2026, 10, 18))
    lags = [45] * 100 + [80] * 100
    assert front_of(today, lags) == Span(today - timedelta(days=94), today - timedelta(days=35))
    early = [20] * 300
    assert front_of(today, early) == Span(today - timedelta(days=41), today - timedelta(days=13))


def test_a_year_later_on_a_leap_day() -> None:
    assert years_after(date(2024, 2, 29), 5) == date(2029, 3, 1)
    assert years_after(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_invented_cases_have_what_these_tests_need() -> None:
    assert invent(36, seed=7, today=TODAY) == CASES
    assert YOUNG.kind == DecisionKind.STATEMENT
