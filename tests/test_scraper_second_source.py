"""The seam for further ombudsmen, proved by an invented one.

It lists newest first, gives no dates and no count in its list, and decides two findings a case: all
that the first source does not. Nothing in the archive, the crawl or the index knows of it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from archive.config import Config, sqlite_url
from archive.opening import open_to_read, open_to_write
from archive.records import (
    Decision,
    DecisionKind,
    Enumeration,
    Finding,
    ListingEntry,
    ListingPage,
    Outcome,
    Page,
    Paragraph,
    Section,
    SectionKind,
    SourceInfo,
)
from scraper.client import open_fetcher
from scraper.crawl import crawl
from scraper.errors import Refused
from scraper.html import content_hash, utf8
from scraper.order import Machine, Order
from scraper.progress import Silent
from scraper.report import CrawlReport
from scraper.sources import NewestFirstSource
from search.index import Index

BASE = "http://127.0.0.1:9"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
OUTCOMES = {"Fault found": Outcome.UPHELD, "No fault found": Outcome.NOT_UPHELD}


@dataclass(frozen=True)
class Tenancy:
    """A source of our own invention: the Tenancy Ombudsman."""

    parser_version: str = "tenancy-1"
    info: SourceInfo = field(
        default_factory=lambda: SourceInfo(
            key="tenancy",
            name="Tenancy Ombudsman (invented)",
            base_url=BASE,
            licence="invented",
            attribution="© Tenancy Ombudsman (invented)",
            retention_years=(),
            enumeration=Enumeration.NEWEST_FIRST,
        )
    )

    def newest_url(self, page: int) -> str:
        return f"{BASE}/cases/page/{page}"

    def canonical_url(self, url: str) -> str:
        return url if url.startswith("http") else BASE + url

    def reference_of(self, url: str) -> str | None:
        found = re.search(r"/case/(t-\d+)$", url)
        return found[1].upper() if found else None

    def chapter_urls(self, page: Page) -> Sequence[str]:
        return ()

    def parse_listing(self, page: Page) -> ListingPage:
        text = utf8(page).decode()
        if "Cases, newest first" not in text:
            raise Refused(page.url, "no_list", "this is not the list of cases")
        entries = tuple(
            ListingEntry(
                reference=reference.upper(),
                url=f"/case/{reference}",
                title=title,
                kind=None,
                outcome_raw=None,
                subcategory=None,
                decided_on=None,
                decided_on_raw=None,
                summary=None,
            )
            for reference, title in re.findall(r'<a href="/case/(t-\d+)">([^<]+)</a>', text)
        )
        return ListingPage(None, entries, has_next="Older cases" in text)

    def parse_decision(self, pages: Sequence[Page]) -> Decision:
        (page,) = pages
        text = utf8(page).decode()
        found = re.search(r"<h1>(.+?) \((T-\d+)\)</h1>", text)
        if not found:
            raise Refused(page.url, "no_title", "this is not a case")
        complaints = re.findall(r"<dt>(.+?)</dt><dd>(.+?)</dd>", text)
        findings = tuple(
            Finding(position, subject, OUTCOMES[words], words)
            for position, (subject, words) in enumerate(complaints, start=1)
        )
        values = {finding.outcome for finding in findings}
        return Decision(
            source="tenancy",
            reference=found[2],
            url=page.url,
            title=html.unescape(f"{found[1]} ({found[2]})"),
            body=html.unescape(found[1]),
            category=None,
            subcategory=None,
            category_raw=None,
            kind=DecisionKind.STATEMENT,
            outcome=values.pop() if len(values) == 1 else Outcome.UNKNOWN,
            outcome_raw="; ".join(finding.outcome_raw for finding in findings),
            decided_on=date(2026, 6, 22),
            decided_on_raw="22 June 2026",
            summary=None,
            satisfied_on=None,
            satisfied_on_raw=None,
            sections=(
                Section(
                    SectionKind.FINDINGS,
                    "Assessment",
                    1,
                    None,
                    (Paragraph(1, 1, None, 0, f"We looked at damp in {found[2]}."),),
                ),
            ),
            findings=findings,
            text_sha256=content_hash(page),
            parser_version=self.parser_version,
        )


@dataclass
class Site:
    """Answers for it: four cases a page, newest first."""

    cases: list[str]
    asked: list[str] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        if path == "/robots.txt":
            return httpx.Response(404, stream=httpx.ByteStream(b""))
        if path.startswith("/cases/page/"):
            start = (int(path.rsplit("/", 1)[1]) - 1) * 4
            links = "".join(
                f'<li><a href="/case/{name}">A landlord &amp; Co ({name})</a></li>'
                for name in self.cases[start : start + 4]
            )
            more = "<a>Older cases</a>" if len(self.cases) > start + 4 else ""
            body = f"<html><body><h1>Cases, newest first</h1>{links}{more}</body></html>"
        else:
            name = path.rsplit("/", 1)[1].upper()
            body = (
                f"<html><body><main><h1>A landlord &amp; Co ({name})</h1><dl>"
                "<dt>Damp</dt><dd>Fault found</dd><dt>Rent</dt><dd>No fault found</dd></dl>"
                "</main></body></html>"
            )
        return httpx.Response(
            200,
            headers={"Content-Type": "text/html; charset=utf-8"},
            stream=httpx.ByteStream(body.encode()),
        )


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(home=tmp_path, database_url=sqlite_url(tmp_path / "decisions.db"))


@contextmanager
def run(config: Config, site: Site) -> Iterator[CrawlReport]:
    machine = Machine(lambda: NOW, NOW.date(), config.home, 0, 0)
    with (
        open_to_write(config, now=NOW, tell=lambda _: None) as archive,
        open_fetcher(
            BASE,
            version="0",
            contact=None,
            base_url=BASE,
            delay=0,
            transport=httpx.MockTransport(site),
        ) as fetcher,
    ):
        yield crawl(Tenancy(), fetcher, archive, Order(), machine=machine, progress=Silent())
        Index(config.index_dir).follow(archive)


def test_the_source_declares_how_it_is_listed() -> None:
    assert isinstance(Tenancy(), NewestFirstSource)


def test_every_case_is_archived_with_both_findings(config: Config) -> None:
    site = Site([f"t-{number}" for number in range(110, 100, -1)])
    with run(config, site) as report:
        assert (report.new, report.exit_code()) == (10, 0)
    with open_to_read(config) as archive:
        stored = archive.find("T 105")
        assert stored.decision.outcome is Outcome.UNKNOWN
        assert [(f.subject, f.outcome) for f in stored.decision.findings] == [
            ("Damp", Outcome.UPHELD),
            ("Rent", Outcome.NOT_UPHELD),
        ]
        assert stored.decision.body == "A landlord & Co"
    assert Index(config.index_dir).state().documents == 10


def test_the_next_run_stops_where_everything_is_known(config: Config) -> None:
    site = Site([f"t-{number}" for number in range(140, 100, -1)])
    with run(config, site):
        pass
    site.cases.insert(0, "t-141")
    site.asked.clear()
    with run(config, site) as report:
        assert report.new == 1
    lists = [path for path in site.asked if path.startswith("/cases")]
    assert lists == ["/cases/page/1", "/cases/page/2", "/cases/page/3"]
    assert [path for path in site.asked if path.startswith("/case/")] == ["/case/t-141"]
