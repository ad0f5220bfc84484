"""Our own web archive file, taken in by an empty archive, is the same archive again.

The archive that is exported was crawled over several nights, so everything is in it that a night
can meet: versions, chapters, a statement whose time was over, one under two categories, a report
under several references, pages that are no decisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from archive.ledger import (
    DecisionLinkRow,
    DecisionUrlRow,
    PageRow,
    RevisionPageRow,
    RevisionRow,
)
from archive.models import DecisionRow
from archive.opening import open_to_read, open_to_write
from archive.records import DecisionKind, Page, Status
from tests.crawling import ALL, TODAY, World
from tests.exporting import exported, run, settings
from tests.site import Case, Fault, Site
from tests.specimens import NOON
from tests.test_export_heavy import records
from tests.test_scraper_crawl import CASES
from tests.test_scraper_importing import Home

pytest.importorskip("warcio")

STATEMENTS = [
    case
    for case in CASES
    if case.kind == DecisionKind.STATEMENT
    and timedelta(450) < TODAY - case.decided_on < timedelta(1500)
]
AMENDED, SPLIT, TWICE, WITHDRAWN, RESTRICTED, ERASED, BROKEN = STATEMENTS[:7]
SECOND = replace(TWICE, category="Planning", subcategory="Enforcement")
REPORT = next(case for case in CASES if case.kind == DecisionKind.REPORT)
SAME_REPORT = replace(REPORT, reference="23 900 002")
YEARS = timedelta(5 * 365 + 1)
EXPIRED = replace(STATEMENTS[7], reference="21 900 001", decided_on=TODAY - YEARS + timedelta(30))


@dataclass(frozen=True, slots=True)
class Kept:
    """One decision as two archives must hold it alike."""

    status: str
    content: str
    versions: tuple[tuple[int, str, str, tuple[str, ...]], ...]
    """Number, content hash, hash of the page's text, SHA-256 of each page in order."""


def kept(home: Path) -> dict[str, Kept]:
    """Every decision of an archive by its reference."""
    with open_to_read(settings(home)) as archive, archive.engine.connect() as connection:
        return {
            stored.decision.reference: Kept(
                stored.status.value,
                stored.content_sha256,
                tuple(
                    (number, content, text, tuple(_pages(connection, revision)))
                    for revision, number, content, text in connection.execute(
                        select(
                            RevisionRow.id,
                            RevisionRow.number,
                            RevisionRow.content_sha256,
                            RevisionRow.text_sha256,
                        )
                        .where(RevisionRow.decision_id == stored.id)
                        .order_by(RevisionRow.number)
                    )
                ),
            )
            for stored in archive.stored_all()
        }


def _pages(connection: Any, revision_id: int) -> list[str]:
    return list(
        connection.execute(
            select(PageRow.sha256)
            .join(RevisionPageRow, RevisionPageRow.page_id == PageRow.id)
            .where(RevisionPageRow.revision_id == revision_id)
            .order_by(RevisionPageRow.position)
        ).scalars()
    )


@dataclass(frozen=True, slots=True)
class Crawled:
    """An archive of many nights, and the site's address that it knows."""

    home: Path
    url: str


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home = tmp_path_factory.mktemp("crawled")
    with Site([*CASES, SECOND, EXPIRED, SAME_REPORT]) as site:
        site.split(SPLIT.reference, 3)
        site.faults.add(Fault("captcha", path=path_of(BROKEN), times=1))
        world = World(site, home)
        world.crawl(since=ALL)
        for word in ("Second", "Third"):
            world.now += timedelta(days=9)
            for case in (AMENDED, SPLIT):
                site.amend(case.amended(words=f"{word} thoughts."))
            world.crawl(since=ALL, revisit=200)
        site.withdraw(EXPIRED.reference)
        site.withdraw(WITHDRAWN.reference)
        for _ in range(2):
            world.now += timedelta(days=1)
            world.crawl(since=ALL, revisit=0)
        for words in (
            ("restrict", RESTRICTED.reference, "--reason", "a question", "--by", "me"),
            ("erase", ERASED.reference, "--reason", "a request", "--yes"),
        ):
            done = run(home, *words)
            assert done.exit_code == 0, done.output
        yield Crawled(home, site.url)


def path_of(case: Case) -> str:
    """A pattern for the page of a case."""
    return "^" + case.path.lower() + "$"


CLOSED = {WITHDRAWN.reference, RESTRICTED.reference}
"""What the archive holds and nobody gets."""


def taken_back(
    crawled: Crawled, tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str
) -> Home:
    """An empty archive that took in the export, twice: the second time nothing changes."""
    target = tmp_path / "x.warc.gz"
    exported(crawled.home, "warc", "--output", str(target), *words)
    home = Home(tmp_path / "home", capsys)
    first = home.take(target, more=("--base-url", crawled.url))
    assert first["refused"] == []
    once = kept(home.path)
    again = home.take(target, more=("--base-url", crawled.url))
    assert set(again["captures"]) == {"held"}
    assert kept(home.path) == once
    return home


def test_the_archive_to_be_exported_has_what_is_promised(crawled: Crawled) -> None:
    held = kept(crawled.home)
    assert len(held[AMENDED.reference].versions) == 3
    assert [len(version[3]) for version in held[SPLIT.reference].versions] == [3, 3, 3]
    assert held[EXPIRED.reference].status == Status.EXPIRED
    assert held[WITHDRAWN.reference].status == Status.WITHDRAWN
    assert ERASED.reference not in held
    with open_to_read(settings(crawled.home)) as archive, archive.engine.connect() as connection:
        twice = connection.execute(
            select(func.count())
            .select_from(DecisionUrlRow)
            .where(DecisionUrlRow.decision_id == archive.find(TWICE.reference).id)
        ).scalar_one()
        assert twice == 2
        assert connection.execute(select(func.count()).select_from(DecisionLinkRow)).scalar_one()
        assert connection.execute(
            select(func.count()).where(PageRow.refused.is_not(None))
        ).scalar_one()


def test_every_version_comes_back_hash_for_hash(
    crawled: Crawled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = taken_back(crawled, tmp_path, capsys, "--all-versions")
    before = kept(crawled.home)
    assert kept(home.path) == {ref: one for ref, one in before.items() if ref not in CLOSED}
    code, out, err = home.run("verify", "--full", "--jobs", "1")
    assert code == 0, out + err


def test_without_versions_the_text_that_stands_comes_back(
    crawled: Crawled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = taken_back(crawled, tmp_path, capsys)
    for reference, one in kept(home.path).items():
        before = kept(crawled.home)[reference]
        assert (one.status, one.content) == (before.status, before.content)
        assert [version[1:] for version in one.versions] == [before.versions[-1][1:]]


def test_reports_are_linked_again(
    crawled: Crawled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = taken_back(crawled, tmp_path, capsys)
    assert links(home.path) == links(crawled.home) > {(REPORT.reference, SAME_REPORT.reference)}


def links(home: Path) -> set[tuple[str, str]]:
    """Which references are the same report."""
    one, other = aliased(DecisionRow), aliased(DecisionRow)
    with open_to_read(settings(home)) as archive, archive.engine.connect() as connection:
        return {
            (row[0], row[1])
            for row in connection.execute(
                select(one.reference, other.reference)
                .join(DecisionLinkRow, DecisionLinkRow.decision_id == one.id)
                .join(other, DecisionLinkRow.other_id == other.id)
            )
        }


def test_pages_that_are_no_decisions_are_refused_again(
    crawled: Crawled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "x.warc.gz"
    exported(crawled.home, "warc", "--output", str(target), "--include-refused")
    home = Home(tmp_path / "home", capsys)
    report = home.take(target, code=3, more=("--base-url", crawled.url))
    assert [each["reason"] for each in report["refused"]] == ["captcha"]
    assert kept(home.path).keys() == kept(crawled.home).keys() - CLOSED


@pytest.mark.parametrize(
    "words", [(), ("--all-versions",), ("--all-versions", "--include-refused")]
)
def test_what_is_not_passed_on_is_in_no_record(
    crawled: Crawled, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Nor is a capture that was refused, of which the address alone may tell."""
    with open_to_write(settings(crawled.home), now=NOON, tell=lambda _: None) as archive:
        for case in (WITHDRAWN, RESTRICTED):
            body = f"<html>cut short: {case.title}".encode()
            url = archive.find(case.reference).urls[0]
            cut = Page.capture(url=f"{url}?chapter=2", body=body, fetched_at=NOON, status=200)
            archive.refuse_page([archive.save_page(cut)], "truncated")
    target = tmp_path / "x.warc.gz"
    exported(crawled.home, "warc", "--output", str(target), *words)
    found = records(target)
    assert len(found) > 20
    for case in (WITHDRAWN, RESTRICTED, ERASED):
        for name in (case.reference, case.path.rsplit("/", 1)[1]):
            assert not [each for each in found if name in (each["url"] or "")]
            # A report may name another complaint; a page or a note of its own may not be there.
            assert not [each for each in found if f"({name})".encode() in each["body"]]


def test_a_withdrawn_text_that_was_asked_for_stays_withdrawn(
    crawled: Crawled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever takes it in must not pass it on as if it still stood on the site."""
    home = taken_back(crawled, tmp_path, capsys, "--all-versions", "--include-withdrawn")
    with open_to_read(settings(home.path)) as archive, open_to_read(settings(crawled.home)) as old:
        for case in (WITHDRAWN, EXPIRED):
            stored, before = archive.find(case.reference), old.find(case.reference)
            assert (stored.status, stored.status_since) == (before.status, before.status_since)
    again = exported(home.path, "csv").stdout
    assert WITHDRAWN.reference in again
    assert WITHDRAWN.title not in again
