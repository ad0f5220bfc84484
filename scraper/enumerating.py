"""Listing a source so that nothing is missed: full listings, checked against the stated count.

A window is *proven* only when its pages gave as many different addresses as the site says there
are, and page 1, read again after the last, still says the same: entries can shift from page to page
while one reads, and an insertion with a removal would leave the count as it was. A missing count
is a failure, never zero. Every page's entries are in the ledger before the next page is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil

from archive.ports import Fetch
from archive.records import ListingEntry, ListingPage
from archive.store import Archive
from archive.window_book import Window
from scraper.errors import FetchError, ParseError, Refused
from scraper.report import CrawlReport
from scraper.sources import DateWindowSource, NewestFirstSource, Source
from scraper.watch import Watch
from scraper.windows import MOST_ENTRIES, Span, gaps

TRIES = 3
"""How often a listing that does not add up is read in one run before it is left unproven."""

KNOWN_PAGES = 2
"""Pages of known entries in a row after which a newest-first source is taken to be caught up."""

MOST_STATED = 10_000_000
"""No ombudsman has decided more; a count above it is a broken page."""

MOST_PAGES = 20_000
"""No listing is longer; more means that the site sends one page for ever."""


@dataclass(slots=True)
class Reading:
    """What one full reading of a window gave."""

    stated: int
    entries: dict[str, ListingEntry] = field(default_factory=dict)
    steady: bool = True

    @property
    def adds_up(self) -> bool:
        """True when every listed entry was seen, with the listing unmoved meanwhile."""
        return self.steady and len(self.entries) == self.stated


@dataclass(frozen=True, slots=True)
class Look:
    """What looking at a window gave: parts to look at instead, or the addresses it shows."""

    parts: tuple[Span, ...] = ()
    urls: frozenset[str] = frozenset()
    proven: bool = False


@dataclass(frozen=True, slots=True)
class Enumerator:
    """Reads listings of one source into the ledger of one archive."""

    source: Source
    source_id: int
    fetcher: Fetch
    archive: Archive
    now: Callable[[], datetime]
    report: CrawlReport
    watch: Watch
    body: str = ""
    watched: Sequence[Span] = ()

    # --- one page -------------------------------------------------------------------------

    def page(self, url: str, purpose: str, *, watched: bool = False) -> ListingPage:
        """One listing page, its entries in the ledger. A page that is none is kept as refused.

        Raises FetchError, Refused or ParseError.
        """
        try:
            capture = self.fetcher.get(url, purpose=purpose)
        except FetchError as error:
            self.watch.failed(error)
            raise
        try:
            if capture.status != 200:
                raise Refused(
                    url, f"http_{capture.status}", f"the listing answered {capture.status}"
                )
            found = self.source.parse_listing(capture)
            if found.stated is not None and found.stated > MOST_STATED:
                raise Refused(url, "absurd_count", f"it states {found.stated} results")
        except (Refused, ParseError) as error:
            reason = error.reason if isinstance(error, Refused) else "unreadable"
            self.archive.refuse_page([self.archive.save_page(capture)], f"listing_{reason}")
            self.watch.refused(str(error))
            raise
        self.watch.good()
        entries = tuple(
            replace(entry, url=self.source.canonical_url(entry.url)) for entry in found.entries
        )
        self.archive.listings.note(self.source_id, entries, self.now(), watched=watched)
        return replace(found, entries=entries)

    # --- date windows ---------------------------------------------------------------------

    def count(self, source: DateWindowSource, span: Span) -> ListingPage:
        """Page 1 of a window: its stated count and first entries."""
        return self._page(source, span, 1, "count")

    def _page(self, source: DateWindowSource, span: Span, number: int, purpose: str) -> ListingPage:
        url = source.listing_url(span.first, span.last, number, self.body or None)
        return self.page(url, purpose, watched=not gaps(span, self.watched))

    def agrees(self, source: DateWindowSource, window: Window, known: set[str]) -> bool:
        """Count first: does page 1 say what was proven before, and show only known entries?"""
        span = Span(window.first_day, window.last_day)
        page = self._first(source, span)
        if page is None:
            return True  # Noted as unproven; a full listing now would ask the same page again.
        same = page.stated == window.stated == window.found
        return same and self.archive.listings.all_known(known, page.entries)

    def look(self, source: DateWindowSource, span: Span) -> Look:
        """List a window in full, or say into which parts it must be split first.

        What goes wrong with this window is noted as unproven and does not stop the others.
        """
        first = self._first(source, span)
        if first is None:
            return Look()
        self.report.unproven.pop(str(span), None)
        stated = self._stated(first)
        if stated > MOST_ENTRIES and span.days > 1:
            self._save(span, "split", stated, None)
            return Look(parts=span.halves())
        return self._read(source, span, first)

    def recount(self, source: DateWindowSource, split: Span) -> None:
        """A split window is whole only when its parts' counts add up to its own, asked again."""
        page = self._first(source, split)
        if page is None:
            return
        parts = [
            window
            for window in self.archive.windows.all(self.source_id, self.body)
            if window.state != "split" and split.contains(Span(window.first_day, window.last_day))
        ]
        total = sum(window.stated or 0 for window in parts)
        if self._stated(page) == total:
            self._save(split, "split", total, total)
            return
        self._save(split, "split", page.stated, total)
        self.report.unproven[str(split)] = (
            f"the site states {page.stated} decisions, its parts add up to {total}"
        )

    def _first(self, source: DateWindowSource, span: Span) -> ListingPage | None:
        try:
            return self.count(source, span)
        except (FetchError, Refused, ParseError) as error:
            self._unproven(span, None, None, str(error))
            return None

    def _read(self, source: DateWindowSource, span: Span, first: ListingPage) -> Look:
        reading = Reading(self._stated(first))
        seen: set[str] = set()
        try:
            for _ in range(TRIES):
                reading = self._read_once(source, span, first)
                seen |= reading.entries.keys()
                if reading.adds_up:
                    self._save(span, "proven", reading.stated, len(reading.entries))
                    return Look(urls=frozenset(seen), proven=True)
                first = self.count(source, span)
        except (FetchError, Refused, ParseError) as error:
            self._unproven(span, reading.stated, len(reading.entries), str(error))
            return Look(urls=frozenset(seen))
        finally:
            self.report.listed += len(seen)
            self.report.windows += 1
        why = (
            f"the site states {reading.stated} decisions and lists {len(reading.entries)}"
            if reading.steady
            else "the listing moved each time it was read"
        )
        self._unproven(span, reading.stated, len(reading.entries), why)
        return Look(urls=frozenset(seen))

    def _read_once(self, source: DateWindowSource, span: Span, first: ListingPage) -> Reading:
        reading = Reading(self._stated(first))
        self._take(reading, first)
        pages = ceil(reading.stated / source.page_size)
        for number in range(2, pages + 1):
            page = self._page(source, span, number, "listing")
            if self._stated(page) != reading.stated:
                reading.steady = False
            self._take(reading, page)
        if pages > 1:
            again = self.count(source, span)
            same = [entry.url for entry in again.entries] == [entry.url for entry in first.entries]
            if not same or self._stated(again) != reading.stated:
                reading.steady = False
        return reading

    @staticmethod
    def _take(reading: Reading, page: ListingPage) -> None:
        reading.entries.update((entry.url, entry) for entry in page.entries)

    @staticmethod
    def _stated(page: ListingPage) -> int:
        if page.stated is None:
            raise Refused("the listing", "no_count", "a listing page without a count was let pass")
        return page.stated

    def _unproven(self, span: Span, stated: int | None, found: int | None, why: str) -> None:
        state = self._save(span, "unproven", stated, found)
        told = self.report.disputed if state == "disputed" else self.report.unproven
        told[str(span)] = why

    def _save(self, span: Span, state: str, stated: int | None, found: int | None) -> str:
        return self.archive.windows.save(
            self.source_id,
            span.first,
            span.last,
            body=self.body,
            state=state,
            stated=stated,
            found=found,
            at=self.now(),
        )

    # --- newest first ---------------------------------------------------------------------

    def newest(self, source: NewestFirstSource, *, until_known: bool) -> None:
        """Walk a newest-first listing: to its end, or until it shows only what is known.

        What fails is noted as unproven; the entries seen so far are in the ledger.
        """
        known = self.archive.listings.urls(self.source_id) if until_known else set()
        seen: set[str] = set()
        quiet = 0
        for number in range(1, MOST_PAGES + 1):
            try:
                page = self.page(source.newest_url(number), "listing")
            except (FetchError, Refused, ParseError) as error:
                self.report.unproven[f"page {number} of the list"] = str(error)
                return
            urls = {entry.url for entry in page.entries}
            fresh = urls - seen
            new = [entry for entry in page.entries if entry.url in fresh]
            self.report.listed += len(fresh)
            self.report.windows += 1
            if not fresh or page.has_next is False:
                return
            seen |= urls
            caught_up = until_known and self.archive.listings.all_known(known, new)
            quiet = quiet + 1 if caught_up else 0
            if quiet >= KNOWN_PAGES:
                return
        self.report.unproven["the list"] = f"it has more than {MOST_PAGES} pages"
