"""What is no longer on the site: told apart from what only failed to show.

A miss is an entry that a *proven full* listing does not show and whose own address answers 404 or
410. A 5xx, an empty shell, a redirect or a captcha is never a miss. Two misses in separate runs and
it has left: *expired* when the publisher's time for it was over, *withdrawn* before that. When far
more young decisions miss in one run than can be, the site is broken, and nothing is marked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from archive.listings import Listed
from archive.records import DecisionKind, SourceInfo, Status
from scraper.collecting import MISSING, Collector
from scraper.errors import FetchError, SourceBlocked
from scraper.windows import Span

EARLY_DAYS = 60
"""So many days before its time is over a text may be taken down in the ordinary way (inferred)."""

LEAST_ALARM, ALARM_SHARE = 20, 0.01
"""More new misses of younger decisions in one run than this many, and than this share, are a site
gone wrong."""


def becomes(entry: Listed, info: SourceInfo, today: date) -> Status:
    """What a decision that has left the site is: expired if its time was over, else withdrawn.

    Statements stay online for five years (the publisher's staff manual), reports for about ten
    (our inference); a kind that the listing did not tell is taken for a statement.
    """
    years = dict(info.retention_years).get(entry.kind or DecisionKind.STATEMENT)
    if years is None or entry.decided_on is None:
        return Status.WITHDRAWN
    over = years_after(entry.decided_on, years) - timedelta(days=EARLY_DAYS)
    return Status.EXPIRED if today >= over else Status.WITHDRAWN


def years_after(day: date, years: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@dataclass(slots=True)
class Search:
    """Looks for entries that a run's listings did not show, and settles them all at its end."""

    collector: Collector
    today: date
    found: dict[int, tuple[Listed, Status]] = field(default_factory=dict)
    looked: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    unlisted: set[int] = field(default_factory=set)

    def after_listing(self, span: Span, seen: Collection[str]) -> None:
        """Ask for each held entry of a proven window that its listing did not show."""
        self._unlisted(span, seen)
        collector = self.collector
        for entry in collector.archive.presence.held_between(
            collector.source_id, span.first, span.last
        ):
            if entry.url in seen or entry.id in self.looked:
                continue
            self.looked.add(entry.id)
            self._look(entry)

    def _unlisted(self, span: Span, seen: Collection[str]) -> None:
        """Ask for decisions that were imported and that no listing ever showed."""
        collector = self.collector
        presence = collector.archive.presence
        for standing in presence.unlisted_between(collector.source_id, span.first, span.last):
            if standing.url in seen or standing.id in self.asked:
                continue
            self.asked.add(standing.id)
            if self._there(standing.url) is not False:
                continue
            entry = presence.enter_unlisted(collector.source_id, standing, collector.now())
            self.looked.add(entry.id)
            # Nobody ever saw it listed, so it says nothing about the site's health tonight.
            self.found[entry.id] = (entry, becomes(entry, collector.source.info, self.today))
            self.unlisted.add(entry.id)

    def _look(self, entry: Listed) -> None:
        if (there := self._there(entry.url)) is None:
            return
        if there:
            self.collector.archive.presence.clear_miss(entry.id)
        else:
            self._missed(entry)

    def _there(self, url: str) -> bool | None:
        """Whether the page is on the site; None when it could not be asked for."""
        collector = self.collector
        collector.check()
        try:
            page = collector.fetcher.get(url, purpose="missing")
        except FetchError as error:
            collector.watch.failed(error)
            return None
        return page.status not in MISSING

    def _missed(self, entry: Listed) -> None:
        collector = self.collector
        status = becomes(entry, collector.source.info, self.today)
        self.found[entry.id] = (entry, status)
        young = sum(
            status is Status.WITHDRAWN and not entry.misses and entry.id not in self.unlisted
            for entry, status in self.found.values()
        )
        if young > self._alarm():
            count = young
            self.found.clear()
            raise SourceBlocked(
                f"{count} decisions that should still be on the site have vanished in one night; "
                "nothing was marked. The site is broken or has changed: run `decisions doctor`"
            )

    def _alarm(self) -> float:
        live = self.collector.archive.presence.live_count(self.collector.source_id)
        return max(LEAST_ALARM, live * ALARM_SHARE)

    def settle(self) -> None:
        """Write down the run's misses, all at once."""
        collector = self.collector
        departures = collector.archive.presence.record_misses(self.found.values(), collector.now())
        self.found.clear()
        for departure in departures:
            if departure.status is Status.EXPIRED:
                collector.report.expired += 1
            else:
                collector.report.withdrawn += 1
