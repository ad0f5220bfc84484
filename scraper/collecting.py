"""From a listed entry to an archived decision: fetch, keep, recognise, read, save; in that order.

A capture is in the archive before anyone tries to read it. What is not a decision is kept as a
refused capture and never overwrites anything; the entry stays open and is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from archive.listings import Listed
from archive.ports import Fetch
from archive.records import ChangeKind, Decision, Page, reference_key
from archive.store import Archive
from scraper.errors import FetchError, ParseError, Refused
from scraper.report import CrawlReport
from scraper.sources import Source
from scraper.watch import Watch

MISSING = (404, 410)


@dataclass(frozen=True, slots=True)
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
    missing: set[str] = field(default_factory=set)

    def collect(self, entries: Iterable[Listed], step: Callable[[], None]) -> None:
        """Fetch each entry once. Raises SourceBlocked or RunStopped when too many go wrong."""
        for entry in entries:
            self.check()
            self._one(entry)
            step()

    def _one(self, entry: Listed) -> None:
        try:
            page = self.fetcher.get(entry.url, purpose="decision")
        except FetchError as error:
            self._failed(entry, str(error))
            self.watch.failed(error)
            return
        page_ids = [self.archive.save_page(page)]
        if page.status in MISSING:
            self._missing(entry, page, page_ids)
            return
        pages = [page]
        try:
            for url in self.source.chapter_urls(page):
                part = self.fetcher.get(url, purpose="chapter")
                page_ids.append(self.archive.save_page(part))
                pages.append(part)
            decision = self.source.parse_decision(pages)
            if reference_key(decision.reference) != reference_key(entry.reference):
                raise Refused(
                    entry.url,
                    "wrong_reference",
                    f"the page is about {decision.reference}, not {entry.reference}",
                )
        except Refused as error:
            self.archive.refuse_page(page_ids, error.reason)
            self._failed(entry, str(error))
            self.watch.refused(str(error))
        except ParseError as error:
            self.archive.refuse_page(page_ids, "unreadable")
            self._failed(entry, str(error))
            self.watch.refused(str(error))
        except FetchError as error:
            self.archive.refuse_page(page_ids, "chapter_missing")
            self._failed(entry, str(error))
            self.watch.failed(error)
        else:
            self._save(entry, decision, page_ids)
            self.watch.good()

    def _save(self, entry: Listed, decision: Decision, page_ids: list[int]) -> None:
        known = self.archive.known_id(self.source_id, decision.reference)
        saved = self.archive.save_decision(
            self.source_id,
            decision,
            page_ids,
            at=self.now(),
            previous=None if known is None else self._as_read_now(known),
            listed_id=entry.id,
        )
        self.report.failures.pop(entry.url, None)
        match saved.change:
            case ChangeKind.ADDED:
                self.report.new += 1
            case ChangeKind.AMENDED | ChangeKind.RESTORED:
                self.report.changed += 1
            case ChangeKind.DERIVED:
                self.report.derived += 1
            case _:
                self.report.unchanged += 1

    def _as_read_now(self, decision_id: int) -> Decision:
        """The version held, as today's parser reads it; the stored reading if it no longer can."""
        _, pages = self.archive.current_pages(decision_id)
        try:
            return self.source.parse_decision(pages)
        except (Refused, ParseError):
            return next(self.archive.stored([decision_id])).decision

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
