"""From a listed entry to an archived decision: fetch, keep, recognise, read, save; in that order.

A capture is in the archive before anyone tries to read it. What is not a decision is kept as a
refused capture and never overwrites anything; the entry stays open and is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from archive.errors import DecisionsError, Unstorable, WasErased
from archive.listings import Listed
from archive.ports import Fetch
from archive.presence import Standing
from archive.records import ChangeKind, Decision, Page, reference_key
from archive.store import Archive
from scraper.errors import FetchError, ParseError, Refused
from scraper.report import CrawlReport
from scraper.sources import Source
from scraper.version_held import as_read_now
from scraper.watch import Watch

MISSING = (404, 410)

INDEX_EVERY = 500
"""Fetches after which the index is brought in step: a first fill takes days, and is searchable."""


@dataclass(slots=True)
class Collector:
    """Fetches entries of one source into one archive. ``check`` is asked before each fetch."""

    source: Source
    source_id: int
    fetcher: Fetch
    archive: Archive
    now: Callable[[], datetime]
    report: CrawlReport
    watch: Watch
    check: Callable[[], None]
    crawl_id: int | None = None
    keep_up: Callable[[], None] = lambda: None
    missing: set[str] = field(default_factory=set)
    _since_index: int = 0

    def collect(self, entries: Iterable[Listed], step: Callable[[], None]) -> None:
        """Fetch each entry once. Raises SourceBlocked or RunStopped when too many go wrong."""
        for entry in entries:
            self.check()
            self._one(entry)
            step()
            self._since_index += 1
            if self._since_index >= INDEX_EVERY:
                self._since_index = 0
                self.keep_up()

    def _one(self, entry: Listed) -> None:
        try:
            page = self.fetcher.get(entry.url, purpose="decision")
        except FetchError as error:
            self._failed(entry, str(error))
            self.watch.failed(error)
            return
        try:
            page_ids = [self.archive.save_page(page)]
        except WasErased as error:  # It was led to the page of an erased decision.
            self._failed(entry, str(error))
            return
        if page.status in MISSING:
            self._missing(entry, page, page_ids)
            return
        self._take(entry.url, entry.reference, page, page_ids, entry)

    def reread(self, standing: Standing, page: Page) -> None:
        """A page of a decision that is held came again, with other bytes."""
        try:
            page_ids = [self.archive.save_page(page)]
        except WasErased as error:
            self.report.failures[standing.url] = str(error)
            return
        self._take(standing.url, standing.reference, page, page_ids, None)

    def _take(
        self, url: str, reference: str, page: Page, page_ids: list[int], entry: Listed | None
    ) -> None:
        """Read a capture that is stored, with its chapters, and save what it says."""
        pages = [page]
        try:
            for chapter in self.source.chapter_urls(page):
                part = self.fetcher.get(chapter, purpose="chapter")
                page_ids.append(self.archive.save_page(part))
                pages.append(part)
            decision = self.source.parse_decision(pages)
            if reference_key(decision.reference) != reference_key(reference):
                if self.archive.was_erased(self.source_id, decision.reference):
                    raise WasErased(f"{url} leads to the page of a decision that was erased")
                raise Refused(
                    url,
                    "wrong_reference",
                    f"the page is about {decision.reference}, not {reference}",
                )
        except Refused as error:
            self._not_taken(url, page_ids, error.reason, error, entry)
            self.watch.refused(str(error))
        except ParseError as error:
            self._not_taken(url, page_ids, "unreadable", error, entry)
            self.watch.refused(str(error))
        except FetchError as error:
            self._not_taken(url, page_ids, "chapter_missing", error, entry)
            self.watch.failed(error)
        except WasErased as error:
            self._not_taken(url, page_ids, "erased", error, entry)
        else:
            try:
                self._save(url, decision, page_ids, entry)
            except WasErased as error:
                self._not_taken(url, page_ids, "erased", error, entry)
            except Unstorable as error:
                # One absurd page must not keep all the others out.
                self._not_taken(url, page_ids, "unstorable", error, entry)
                self.watch.refused(str(error))
            else:
                self.watch.good()

    def _not_taken(
        self,
        url: str,
        page_ids: list[int],
        reason: str,
        error: DecisionsError,
        entry: Listed | None,
    ) -> None:
        self.archive.refuse_page(page_ids, reason)
        if entry is not None:
            self._failed(entry, str(error))
        else:
            self.report.failures[url] = str(error)

    def _save(
        self, url: str, decision: Decision, page_ids: list[int], entry: Listed | None
    ) -> None:
        known = self.archive.known_id(self.source_id, decision.reference)
        saved = self.archive.save_decision(
            self.source_id,
            decision,
            page_ids,
            at=self.now(),
            previous=None if known is None else as_read_now(self.archive, self.source, known),
            listed_id=None if entry is None else entry.id,
            crawl_id=self.crawl_id,
        )
        self.report.failures.pop(url, None)
        self.report.unfit += saved.unfit
        match saved.change:
            case ChangeKind.ADDED:
                self.report.new += 1
            case ChangeKind.AMENDED:
                self.report.changed += 1
            case ChangeKind.RESTORED:
                self.report.restored += 1
            case ChangeKind.DERIVED:
                self.report.derived += 1
            case _:
                self.report.unchanged += 1

    def _missing(self, entry: Listed, page: Page, page_ids: list[int]) -> None:
        """A listed page that is not there: once may be an accident, in two runs it is so."""
        self.archive.refuse_page(page_ids, f"http_{page.status}")
        why = f"{entry.url}: listed, but its page answers {page.status}"
        first_in_this_run = entry.url not in self.missing
        self.missing.add(entry.url)
        runs = self.archive.listings.mark_missing(
            entry.id, why, self.now(), count=first_in_this_run
        )
        again = runs > 1
        if again:
            self.report.failures.pop(entry.url, None)
            self.report.unavailable += first_in_this_run
        else:
            self.report.failures[entry.url] = why

    def _failed(self, entry: Listed, why: str) -> None:
        self.archive.listings.mark_failed(entry.id, why, self.now())
        self.report.failures[entry.url] = why
