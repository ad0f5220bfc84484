"""How many requests a crawl costs the publisher, as the archive grows.

    python benchmarks/crawl_requests.py [--sizes 10000 60000]

Lists an invented site that exists only in memory (nothing is fetched over a network, no page is
parsed), so that only the crawl's own plan is measured: the listing of a first fill, then a night on
which nothing changed, then one on which thirty decisions were published. Decision pages come on
top: one request each in the first fill, and the revisits of a night.
"""

from __future__ import annotations

import argparse
import bisect
import json
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from archive.config import Config, sqlite_url
from archive.opening import open_to_write
from archive.records import (
    Decision,
    DecisionKind,
    Enumeration,
    ListingEntry,
    ListingPage,
    Page,
    SourceInfo,
)
from scraper.crawl import crawl
from scraper.order import EARLIEST, Machine, Order
from scraper.progress import Silent
from scraper.report import CrawlReport

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PAGE_SIZE = 10


@dataclass
class MemorySite:
    """Decisions by date, newest first within a listing; counts what is asked, by purpose."""

    decisions: list[tuple[date, int]]
    requests: dict[str, int] = field(default_factory=dict)
    wire_bytes: int = 0

    def get(
        self, url: str, *, purpose: str, etag: str | None = None, last_modified: str | None = None
    ) -> Page:
        self.requests[purpose] = self.requests.get(purpose, 0) + 1
        asked = parse_qs(urlsplit(url).query)
        first, last = (date.fromisoformat(asked[name][0]) for name in ("fd", "td"))
        low = bisect.bisect_left(self.decisions, (first, 0))
        high = bisect.bisect_left(self.decisions, (last + timedelta(days=1), 0))
        start = (int(asked["page"][0]) - 1) * PAGE_SIZE
        shown = range(high - 1, low - 1, -1)[start : start + PAGE_SIZE]
        body = json.dumps([high - low, [self._shown(n) for n in shown]]).encode()
        self.wire_bytes += len(body)
        return Page.capture(url=url, body=body, fetched_at=NOW)

    def _shown(self, at: int) -> tuple[int, str]:
        day, number = self.decisions[at]
        return number, day.isoformat()

    def traffic(self) -> MemorySite:
        return self


INFO = SourceInfo(
    key="memory",
    name="Memory",
    base_url="http://127.0.0.1:1",
    licence="invented",
    attribution="invented",
    retention_years=((DecisionKind.STATEMENT, 5),),
    enumeration=Enumeration.DATE_WINDOWS,
)


@dataclass(frozen=True)
class MemorySource:
    """Reads the invented listing. There are no decision pages to read."""

    parser_version: str = "memory"
    page_size: int = PAGE_SIZE
    info: SourceInfo = INFO

    def listing_url(self, first: date, last: date, page: int, body: str | None = None) -> str:
        return f"http://127.0.0.1:1/list?fd={first}&td={last}&page={page}"

    def canonical_url(self, url: str) -> str:
        return url

    def reference_of(self, url: str) -> str | None:
        return url.rsplit("/", 1)[-1]

    def chapter_urls(self, page: Page) -> Sequence[str]:
        return ()

    def parse_listing(self, page: Page) -> ListingPage:
        stated, shown = json.loads(page.body)
        return ListingPage(
            stated, tuple(entry_of(number, date.fromisoformat(day)) for number, day in shown)
        )

    def parse_decision(self, pages: Sequence[Page]) -> Decision:
        raise NotImplementedError("the benchmark fetches no decision")


def entry_of(number: int, day: date) -> ListingEntry:
    """The entry of one invented decision; its day is a part of its address."""
    reference = f"{day:%y}{number:06}"
    return ListingEntry(
        reference=reference,
        url=f"http://127.0.0.1:1/{reference}",
        title=f"Council ({reference})",
        kind=DecisionKind.STATEMENT,
        outcome_raw="Upheld",
        subcategory="Other",
        decided_on=day,
        decided_on_raw=str(day),
        summary=None,
    )


def decided(numbers: range, today: date, nearest: int, farthest: int) -> list[tuple[date, int]]:
    """Decisions with dates so many days back, none at weekends; sorted."""
    chance = random.Random(numbers.start)
    found = []
    for number in numbers:
        day = today - timedelta(days=chance.randint(nearest, farthest))
        found.append((day - timedelta(days=max(day.weekday() - 4, 0)), number))
    return sorted(found)


def measure(count: int) -> dict[str, Mapping[str, int]]:
    """Requests by purpose of the three runs."""
    site = MemorySite(decided(range(count), NOW.date(), 42, 1826))
    source = MemorySource()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        config = Config(home=home, database_url=sqlite_url(home / "decisions.db"))
        with open_to_write(config, now=NOW, tell=lambda _: None) as archive:
            source_id = archive.register(source.info)
            _hold(archive, source_id, site.decisions)

            def run(name: str, order: Order, days: int) -> None:
                site.requests = {}
                at = NOW + timedelta(days=days)
                machine = Machine(lambda: at, at.date(), home, 0, 0)
                report: CrawlReport = crawl(
                    source, site, archive, order, machine=machine, progress=Silent()
                )
                if report.unproven or report.failures:
                    raise SystemExit(f"the benchmark's run went wrong: {report.lines()}")
                found[name] = dict(site.requests)

            found: dict[str, Mapping[str, int]] = {}
            run("first fill, listing only", Order(since=EARLIEST, revisit=0), 0)
            run("a night without change", Order(revisit=0), 1)
            fresh = decided(range(count, count + 30), NOW.date(), 45, 90)
            site.decisions = sorted([*site.decisions, *fresh])
            _hold(archive, source_id, fresh)
            run("a night with 30 new decisions", Order(revisit=0), 2)
    return found


def _hold(archive: object, source_id: int, decisions: Sequence[tuple[date, int]]) -> None:
    """Enter everything as held, so that no decision is asked for."""
    from sqlalchemy import update

    from archive.ledger import ListedRow
    from archive.store import Archive

    if not isinstance(archive, Archive):
        raise TypeError("an Archive is needed")
    archive.listings.note(source_id, (entry_of(n, day) for day, n in decisions), NOW)
    with archive.engine.begin() as connection:
        connection.execute(update(ListedRow).values(state="held"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 60_000])
    options = parser.parse_args()
    print("| decisions | run | count | listing | all | at 3 s |")
    print("|---|---|---|---|---|---|")
    for size in options.sizes:
        for name, requests in measure(size).items():
            total = sum(requests.values())
            count, listing = requests.get("count", 0), requests.get("listing", 0)
            hours = total * 3 / 60
            print(f"| {size:,} | {name} | {count:,} | {listing:,} | {total:,} | {hours:,.0f} min |")


if __name__ == "__main__":
    main()
