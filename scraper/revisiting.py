"""Looking at archived decisions again: equal counts hide an amended text.

A night has a budget. Where the server gave a validator the request is conditional, so that an
unchanged page costs it a few bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from archive.errors import DatabaseUnusable
from archive.presence import Presence, Standing
from archive.records import Page, SourceInfo
from scraper.collecting import MISSING, Collector
from scraper.errors import FetchError
from scraper.missing import years_after

YOUNG_SHARE, LEAVING_SHARE = 0.4, 0.2
"""Of the budget: decided in the last half year; about to reach the end of their time. The rest is
for the longest unseen; what one does not use goes to the next."""

YOUNG_DAYS, UNSEEN_DAYS, NEAR_DAYS = 183, 7, 60

UNSEEN_HOURS = 20
"""What was fetched within these hours is not asked for again: a first fill revisits nothing."""


def choose(
    presence: Presence, source_id: int, info: SourceInfo, budget: int, now: datetime
) -> list[Standing]:
    """The decisions to look at tonight, at most ``budget``."""
    today = now.date()
    lately = now - timedelta(hours=UNSEEN_HOURS)
    chosen: dict[int, Standing] = {}

    def take(candidates: Sequence[Standing], most: int) -> int:
        """Add at most so many that are not chosen yet; gives how many of the share are left."""
        fresh = [item for item in candidates if item.id not in chosen][:most]
        chosen.update((item.id, item) for item in fresh)
        return most - len(fresh)

    young = int(budget * YOUNG_SHARE)
    left = take(
        presence.young(
            source_id,
            decided_from=today - timedelta(days=YOUNG_DAYS),
            not_seen_since=now - timedelta(days=UNSEEN_DAYS),
            limit=young,
        ),
        young,
    )
    left += int(budget * LEAVING_SHARE)
    for kind, years in info.retention_years:
        first, last = _near_end(today, years)
        limit = left + len(chosen)
        left = take(
            presence.leaving(
                source_id, kind=kind, first=first, last=last, not_seen_since=lately, limit=limit
            ),
            left,
        )
    take(
        presence.longest_unseen(source_id, not_seen_since=lately, limit=budget),
        budget - len(chosen),
    )
    return list(chosen.values())


def _near_end(today: date, years: int) -> tuple[date, date]:
    """Decision dates whose time on the site ends within sixty days, or ended in the last sixty."""
    end = years_after(today, -years)
    return end - timedelta(days=NEAR_DAYS), end + timedelta(days=NEAR_DAYS)


@dataclass(slots=True)
class Revisits:
    """Looks at chosen decisions again. Gives the dates of those whose page is missing."""

    collector: Collector

    def run(self, chosen: Sequence[Standing], step: Callable[[], None]) -> set[date]:
        """Look at each. A missing page is no miss yet: its window must be listed in full first."""
        missing = set()
        for standing in chosen:
            self.collector.check()
            if self._one(standing):
                missing.add(standing.decided_on)
            step()
        return missing

    def _one(self, standing: Standing) -> bool:
        collector = self.collector
        known = self._known(standing)
        etag, modified = (None, None) if known is None else _validators(known)
        try:
            page = collector.fetcher.get(
                standing.url, purpose="revisit", etag=etag, last_modified=modified
            )
        except FetchError as error:
            collector.watch.failed(error)
            return False
        collector.report.revisited += 1
        if page.status == 304:
            collector.archive.presence.seen(standing.id, collector.now())
            collector.watch.good()
            return False
        if page.status in MISSING:
            return True
        if known is not None and page.sha256 == known.sha256:
            collector.archive.presence.seen(standing.id, collector.now())
            collector.watch.good()
            return False
        collector.reread(standing, page)
        return False

    def _known(self, standing: Standing) -> Page | None:
        """The newest capture that is held, if it alone is the text."""
        archive = self.collector.archive
        try:
            _, pages = archive.current_pages(standing.id)
        except DatabaseUnusable as error:
            # Told, and no reason to end the night: the site still has it.
            self.collector.report.warnings.append(
                f"{standing.reference}: {error}; `decisions verify` tells what else is"
            )
            pages = []
        try:
            last = archive.latest_page(standing.url)
        except DatabaseUnusable:
            return None
        # A text in several chapters is read whole: one validator cannot speak for all of it.
        return last if len(pages) < 2 else None


def _validators(page: Page) -> tuple[str | None, str | None]:
    return page.header("etag"), page.header("last-modified")
