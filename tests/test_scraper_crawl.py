"""Whole runs against the look-alike: nothing is lost, nothing false is kept, little is asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.errors import OriginMismatch
from archive.records import ChangeKind, Decision, Page
from scraper.errors import CrawlSetupError
from scraper.report import EXIT_CHANGED, EXIT_DONE, EXIT_PARTIAL
from tests.crawling import ALL, TODAY, World
from tests.site import Fault, Site, invent

CASES = invent(36, seed=7, today=TODAY)
DECISION_PATH = r"^/decisions/[^/]+/[^/]+/"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with Site(CASES) as site:
        yield World(site, tmp_path)


def path_of(world: World, number: int) -> str:
    """A pattern for the page of one case."""
    return "^" + CASES[number].path.lower() + "$"


def test_a_first_fill_holds_everything_that_is_listed(world: World) -> None:
    report = world.crawl()
    assert report.exit_code() == EXIT_DONE, report.lines()
    assert world.references() == {case.reference for case in CASES}
    assert report.new == len({case.reference for case in CASES})
    world.check_inv()


def test_what_is_read_is_what_was_told(world: World) -> None:
    world.crawl()
    with world.archive() as archive:
        for case in CASES[:20]:
            found = archive.find(case.reference).decision
            assert (found.title, found.body) == (case.title, case.body)
            assert found.decided_on == case.decided_on
            assert found.outcome_raw == case.outcome


def test_a_second_run_fetches_no_decision_again(world: World) -> None:
    world.crawl()
    world.site.clear_log()
    report = world.crawl()
    assert report.exit_code() == EXIT_DONE
    assert (report.new, report.changed) == (0, 0)
    assert [entry for entry in world.site.log if entry.kind == "decision"] == []


def test_a_newly_published_decision_is_found_in_the_night(world: World) -> None:
    world.crawl()
    fresh = replace(CASES[0], reference="26 900 001", decided_on=TODAY - timedelta(days=60))
    world.site.publish(fresh)
    report = world.crawl()
    assert (report.new, report.exit_code()) == (1, EXIT_DONE)
    assert "26 900 001" in world.references()
    world.check_inv()


def test_since_and_until_limit_what_is_asked_for(world: World) -> None:
    first, last = TODAY - timedelta(days=700), TODAY - timedelta(days=300)
    report = world.crawl(since=first, until=last)
    wanted = {case.reference for case in CASES if first <= case.decided_on <= last}
    assert world.references() == wanted
    assert report.exit_code() == EXIT_DONE
    world.check_inv()


def test_a_later_plain_run_keeps_to_the_span_first_asked_for(world: World) -> None:
    first = TODAY - timedelta(days=700)
    world.crawl(since=first)
    report = world.crawl()
    assert world.references() == {c.reference for c in CASES if c.decided_on >= first}
    assert report.exit_code() == EXIT_DONE


def test_one_council_makes_a_small_archive(world: World) -> None:
    body = CASES[3].body
    report = world.crawl(body=body)
    assert world.references() == {case.reference for case in CASES if case.body == body}
    assert body in report.scope
    with world.archive() as archive:
        assert archive.runs.only_bodies() == [body]
    with pytest.raises(CrawlSetupError, match="--body"):
        world.crawl()
    assert world.crawl(since=ALL).exit_code() == EXIT_DONE
    assert world.references() == {case.reference for case in CASES}
    with world.archive() as archive:
        assert archive.runs.only_bodies() == []


def test_an_archive_takes_pages_from_one_site_only(world: World, tmp_path: Path) -> None:
    world.crawl(since=TODAY - timedelta(days=300))
    with Site(CASES[:3]) as other, pytest.raises(OriginMismatch):
        World(other, tmp_path).crawl()


@pytest.mark.parametrize(
    "kinds",
    [("shell", "soft-404", "captcha", "firewall"), ("login", "maintenance", "empty", "half-page")],
    ids=" ".join,
)
def test_pages_that_are_no_decisions_are_never_kept_as_such(
    world: World, kinds: tuple[str, ...]
) -> None:
    """Few enough in a run that it does not take the site for changed."""
    spoilt = {kind: 5 + 8 * number for number, kind in enumerate(kinds)}
    for kind, number in spoilt.items():
        world.site.faults.add(Fault(kind, path_of(world, number)))
    report = world.crawl()
    assert report.exit_code() == EXIT_PARTIAL, report.lines()
    missing = {CASES[number].reference for number in spoilt.values()}
    assert len(missing) == len(kinds)
    assert world.references() == {case.reference for case in CASES} - missing
    world.check_inv()
    with world.archive() as archive:
        for kind, number in spoilt.items():
            assert len(archive.refused_pages(world.site.url_of(CASES[number]))) >= 1, kind
    world.site.faults.clear()
    assert world.crawl().exit_code() == EXIT_DONE
    assert world.references() == {case.reference for case in CASES}
    world.check_inv()


def test_a_refused_page_never_overwrites_a_decision(world: World) -> None:
    world.crawl()
    with world.archive() as archive:
        before = archive.find(CASES[5].reference)
    world.site.faults.add(Fault("captcha", path_of(world, 5)))
    # Listed under another address it is fetched again.
    world.site.publish(replace(CASES[5], category="Planning", subcategory="Enforcement"))
    world.crawl(since=ALL)
    with world.archive() as archive:
        assert archive.find(CASES[5].reference).decision == before.decision


def test_five_captchas_in_a_row_end_the_run(world: World) -> None:
    world.site.faults.add(Fault("captcha", DECISION_PATH, skip=10))
    report = world.crawl()
    assert report.exit_code() == EXIT_CHANGED
    assert "doctor" in (report.stopped or "")
    asked = [entry for entry in world.site.log if "captcha" in entry.faults]
    assert len(asked) == 5
    world.check_inv()
    world.site.faults.clear()
    assert world.crawl().exit_code() == EXIT_DONE
    world.check_inv()


def test_an_empty_search_shell_is_a_failure_and_never_zero(world: World) -> None:
    world.crawl()
    world.site.faults.add(Fault("shell", "searchresults", times=3))
    report = world.crawl()
    assert report.exit_code() == EXIT_CHANGED
    assert report.unproven
    assert world.crawl().exit_code() == EXIT_DONE
    world.check_inv()


def test_a_count_that_fails_once_is_asked_again_in_the_same_run(world: World) -> None:
    """Otherwise one empty shell would hide a night's new decisions in its window."""
    early, middle = TODAY - timedelta(days=1000), TODAY - timedelta(days=150)
    for until in (early, middle, None):
        world.crawl(since=ALL, until=until)
    fresh = replace(CASES[0], reference="26 900 003", decided_on=middle - timedelta(days=10))
    world.site.publish(fresh)
    # The oldest window is tonight's slice, the newest holds the front; this one is only counted.
    fault = world.site.faults.add(Fault("shell", f"td={middle}", times=1))
    report = world.crawl(lookback_days=400, revisit=0)
    assert fault.met == 1
    assert report.exit_code() == EXIT_DONE, report.lines()
    assert "26 900 003" in world.references()


def test_a_captcha_in_place_of_every_listing_ends_the_run(world: World) -> None:
    world.crawl()
    world.site.faults.add(Fault("captcha", "searchresults"))
    assert world.crawl().exit_code() == EXIT_CHANGED


def test_a_count_that_does_not_add_up_leaves_the_window_unproven(world: World) -> None:
    world.site.faults.add(Fault("count-off", "searchresults"))
    report = world.crawl(since=TODAY - timedelta(days=200))
    assert report.exit_code() == EXIT_PARTIAL
    assert "states" in next(iter(report.unproven.values()))
    assert world.references()
    world.site.faults.clear()
    assert world.crawl().exit_code() == EXIT_DONE


def test_an_entry_inserted_while_paging_is_not_lost(world: World) -> None:
    """The listing shifts under the reader: what moves from page 2 to page 1 must not be missed."""
    fresh = replace(CASES[0], reference="26 900 002", decided_on=TODAY - timedelta(days=50))
    done: list[int] = []

    def insert(request: object) -> None:
        if "page=2" in str(getattr(request, "target", "")) and not done:
            done.append(1)
            world.site.publish(fresh)

    world.site.before_each(insert)
    report = world.crawl()
    assert done
    assert report.exit_code() == EXIT_DONE
    assert "26 900 002" in world.references()
    world.check_inv()


def test_listed_but_missing_is_a_failure_once_and_then_unavailable(world: World) -> None:
    world.site.faults.add(Fault("not-found", path_of(world, 4)))
    first = world.crawl()
    assert first.exit_code() == EXIT_PARTIAL
    second = world.crawl()
    assert (second.exit_code(), second.unavailable) == (EXIT_DONE, 1)
    world.check_inv()


def test_the_same_reference_under_two_categories_is_one_decision(world: World) -> None:
    twin = replace(CASES[6], category="Planning", subcategory="Enforcement")
    world.site.publish(twin)
    report = world.crawl()
    assert report.exit_code() == EXIT_DONE
    with world.archive() as archive:
        found = archive.find(CASES[6].reference)
        assert len(found.urls) == 2
        kinds = [c.kind for c in archive.changes(0) if c.decision_id == found.id]
    assert kinds == [ChangeKind.ADDED]
    world.check_inv()


def test_a_spent_budget_is_partial_and_the_next_run_carries_on(world: World) -> None:
    runs = 0
    while True:
        report = world.crawl(max_requests=14)
        runs += 1
        assert runs < 40
        if report.exit_code() == EXIT_DONE:
            break
        assert report.exit_code() == EXIT_PARTIAL
        assert report.total_requests <= 14
    assert runs > 2
    assert world.references() == {case.reference for case in CASES}
    world.check_inv()


def test_a_report_in_chapters_is_read_whole(tmp_path: Path) -> None:
    cases = invent(200, seed=3, today=TODAY)
    report_case = next(c for c in cases if c.kind == "report" and len(c.sections()) >= 3)
    with Site([report_case]) as site:
        site.split(report_case.reference, 3)
        world = World(site, tmp_path)
        assert world.crawl().exit_code() == EXIT_DONE
        with world.archive() as archive:
            found = archive.find(report_case.reference)
            assert [s.heading for s in found.decision.sections] == [
                s.heading for s in report_case.sections()
            ]
        world.check_inv()


def test_robots_says_no(world: World) -> None:
    world.site.faults.add(Fault("robots-disallow"))
    report = world.crawl()
    assert report.exit_code() == EXIT_CHANGED
    assert [entry for entry in world.site.log if entry.kind != "robots"] == []


def test_a_full_disk_stops_the_run_cleanly(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.crawl(since=TODAY - timedelta(days=200))
    monkeypatch.setattr("tests.crawling.MIN_FREE", 10**18)
    report = world.crawl()
    assert report.exit_code() == EXIT_PARTIAL
    assert "free" in (report.stopped or "")


def test_decision_dates_older_than_the_ombudsman_are_not_asked_for() -> None:
    assert date(1974, 4, 1) == ALL


def test_one_page_that_cannot_be_stored_does_not_keep_the_others_out(
    world: World,
) -> None:
    spoilt = CASES[0].reference

    class Absurd:
        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

        def parse_decision(self, pages: Sequence[Page]) -> Decision:
            found = real.parse_decision(pages)
            return replace(found, title="\ud800") if found.reference == spoilt else found

    real = world.source
    world.source = Absurd()
    report = world.crawl()
    assert report.exit_code() == EXIT_PARTIAL
    assert world.references() == {case.reference for case in CASES} - {spoilt}


@pytest.mark.parametrize("stated", [10**19, 10**12])
def test_an_absurd_count_is_refused_and_the_next_run_is_whole(world: World, stated: int) -> None:
    world.site.faults.add(Fault("count-off", "searchresults", value=str(stated)))
    assert world.crawl().exit_code() in (EXIT_PARTIAL, EXIT_CHANGED)
    world.site.faults.clear()
    assert world.crawl().exit_code() == EXIT_DONE
    world.check_inv()


def test_a_council_that_the_site_does_not_know_is_said(world: World) -> None:
    report = world.crawl(body="Nowhere Council")
    assert report.exit_code() == EXIT_PARTIAL
    assert "Nowhere Council" in report.warnings[0]
