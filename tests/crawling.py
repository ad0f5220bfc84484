"""A look-alike site, a fetcher and an archive wired together, and the oracle that judges a crawl.

The oracle compares the archive with the site's own log: everything that was listed and served whole
must be archived, byte for byte; nothing else may stand there as a decision; the index must hold
exactly what the archive holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from archive.config import Config, sqlite_url
from archive.opening import open_to_read, open_to_write
from archive.records import reference_key
from archive.store import Archive
from scraper.client import Fetcher, open_fetcher
from scraper.crawl import crawl
from scraper.order import EARLIEST, Machine, Order
from scraper.progress import Silent
from scraper.report import CrawlReport
from scraper.sources import Source
from scraper.sources.lgsco import Lgsco
from search.index import Index
from tests.databases import settle
from tests.site import Site
from tests.site.exchange import LogEntry

TODAY = date(2026, 11, 22)
ALL = EARLIEST
MIN_FREE = 0


@dataclass(slots=True)
class World:
    """One site, one archive. ``now`` is the clock of the crawl and is moved by the tests.

    ``options`` go to every fetcher (limits, for instance). ``database_url`` is for an archive
    somewhere else than in the home.
    """

    site: Site
    home: Path
    now: datetime = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    today: date = TODAY
    options: dict[str, Any] = field(default_factory=dict)
    database_url: str | None = None
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        self.source = Lgsco.at(self.site.url)
        if self.database_url is not None:
            settle(self.home, self.database_url)

    @property
    def config(self) -> Config:
        return Config(self.home, self.database_url or sqlite_url(self.home / "decisions.db"))

    @contextmanager
    def fetcher(self, **options: Any) -> Iterator[Fetcher]:
        """A fetcher without delay whose waits before a further try take no time."""
        with open_fetcher(
            self.site.url,
            version="0",
            contact=None,
            base_url=self.site.url,
            delay=0,
            **self.options | options,
        ) as fetcher:
            yield fetcher

    def crawl(self, *, max_requests: int | None = None, **order: Any) -> CrawlReport:
        """One run, followed by the index as the command does it."""
        machine = Machine(
            now=lambda: self.now, today=self.today, home=self.home, min_free_bytes=MIN_FREE, delay=0
        )
        with (
            open_to_write(self.config, now=self.now, tell=lambda _: None) as archive,
            self.fetcher(max_requests=max_requests) as fetcher,
        ):
            report = crawl(
                self.source, fetcher, archive, Order(**order), machine=machine, progress=Silent()
            )
            Index(self.config.index_dir).follow(archive)
        return report

    @contextmanager
    def archive(self) -> Iterator[Archive]:
        """The archive, to read."""
        with open_to_read(self.config) as archive:
            yield archive

    def served(self) -> dict[str, list[LogEntry]]:
        """Decision pages that were answered whole, by reference; what the oracle starts from."""
        return self.site.served()

    def references(self) -> set[str]:
        """What the archive holds."""
        with self.archive() as archive:
            return {stored.decision.reference for stored in archive.stored_all()}

    def check_inv(self) -> None:
        """The oracle. Raises AssertionError that says what was lost or wrongly kept."""
        with self.archive() as archive:
            held = {reference_key(s.decision.reference): s for s in archive.stored_all()}
            served = {
                reference_key(reference): entries for reference, entries in self.served().items()
            }
            lost = served.keys() - held.keys()
            assert not lost, f"served, but not in the archive: {sorted(lost)}"
            stored_hashes = archive.page_hashes()
            for reference, entries in served.items():
                for entry in entries:
                    assert entry.sha256 in stored_hashes, f"a page of {reference} was not kept"
            invented = held.keys() - served.keys()
            assert not invented, f"in the archive, but never served: {sorted(invented)}"
            genuine = {entry.sha256 for entries in served.values() for entry in entries}
            for stored in held.values():
                _, pages = archive.current_pages(stored.id)
                assert {page.sha256 for page in pages} <= genuine, (
                    f"{stored.decision.reference} was read from a page that is no decision"
                )
            index = Index(self.config.index_dir)
            state = index.state()
            assert state.usable, state.problem
            assert index.held() == {s.id: (key, s.content_sha256) for key, s in held.items()}
            assert state.cursor == archive.last_change_id()
