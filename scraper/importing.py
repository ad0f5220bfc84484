"""Saved pages into the archive: the crawl's own recognition and parser, the captures' own dates.

Everything is surveyed first and taken in by decision and date, oldest first, so that the versions
of a text come in their order whatever the order of the files. A page that is no decision is told
and never stored. Running it again changes nothing; a run that was cut short goes on so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from archive.errors import DecisionsError, Unstorable, WasErased
from archive.imports import Departure, Import, Taken
from archive.records import Decision, Status, reference_key
from archive.store import Archive
from scraper.errors import FetchError, ParseError, Refused
from scraper.missing import EARLY_DAYS, years_after
from scraper.progress import Progress
from scraper.saved import QUIET, Collection, Found, Passed, SavedUnreadable
from scraper.sources import Source
from scraper.version_held import as_read_now

UNPARSED = "unparsed"
FUTURE = timedelta(days=1)
"""A clock may be a little off; a capture from further in the future has no date."""


@dataclass(slots=True)
class ImportReport:
    """What an import did. ``refused`` are those that look like a decision's page by their address
    and were not taken; ``passed`` counts what was left out before, by reason."""

    taken: Counter[Taken] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    refused: list[Passed] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    chapters: int = 0
    erased: int = 0

    @property
    def new(self) -> int:
        """Decisions that the archive did not have."""
        return self.taken[Taken.ADDED]


def survey(
    collections: Iterable[Collection], report: ImportReport, progress: Progress
) -> list[Found]:
    """What the collections hold, by address and date. One that cannot be read is told; the others
    are read all the same."""
    found: list[Found] = []
    progress.stage("looking through", None)
    for collection in collections:
        try:
            for each in collection.survey():
                progress.step()
                if isinstance(each, Found):
                    found.append(each)
                else:
                    report.passed[each.reason] += 1
                    if each.reason not in QUIET:
                        report.refused.append(each)
        except SavedUnreadable as error:
            report.unreadable.append(str(error))
    found.sort(key=lambda each: (each.url, each.captured_at, each.where))
    return found


@dataclass(slots=True)
class Importer:
    """Takes found pages into one archive, with the clock and the progress of one run."""

    archive: Archive
    source: Source
    source_id: int
    now: Callable[[], datetime]
    progress: Progress
    report: ImportReport
    dry: bool = False

    def run(self, found: Sequence[Found]) -> None:
        """Take every page in, decision by decision, oldest first."""
        self.progress.stage("taking in", len(found))
        for _, group in groupby(found, key=lambda each: each.url.partition("?")[0]):
            captures = list(group)
            for main, chapters in _by_date(captures):
                self._one(main, chapters)
                self.progress.step()
            self.progress.step(sum("?" in each.url for each in captures))

    def _one(self, found: Found, chapters: Sequence[Found]) -> None:
        try:
            read = self._read(found, chapters)
            if isinstance(read, Taken):
                self.report.taken[read] += 1
                return
            if self.dry:
                known = self.archive.known_id(self.source_id, read.decision.reference)
                self.report.taken[Taken.ADDED if known is None else Taken.SAME] += 1
                return
            taken = self.archive.imports.take(
                self.source_id,
                read,
                at=self.now(),
                as_read_now=lambda number: as_read_now(self.archive, self.source, number),
            )
            self.report.taken[taken] += 1
            self.report.chapters += len(read.pages) - 1
        except WasErased:
            self.report.erased += 1
        except Refused as error:
            self._refuse(found, error.reason, error)
        except ParseError as error:
            self._refuse(found, UNPARSED, error)
        except FetchError as error:
            self._refuse(found, "damaged", error)
        except Unstorable as error:
            self._refuse(found, "unstorable", error)
        except OSError as error:
            self._refuse(found, "unreadable", error)

    def _read(self, found: Found, chapters: Sequence[Found]) -> Import | Taken:
        page = found.load()
        if self.archive.imports.holds(page):
            return Taken.HELD
        if found.captured_at > self.now() + FUTURE:
            raise Refused(found.url, "no_date", "its date lies in the future")
        pages, origins = [page], [found.origin]
        for wanted in self.source.chapter_urls(page):
            chapter = _nearest(wanted, found.captured_at, chapters)
            if chapter is None:
                raise Refused(found.url, "chapter_missing", f"{wanted} is not among the pages")
            pages.append(chapter.load())
            origins.append(chapter.origin)
        decision = self.source.parse_decision(pages)
        if reference_key(decision.reference) != reference_key(found.reference):
            raise Refused(
                found.url,
                "wrong_reference",
                f"the page is about {decision.reference}, not {found.reference}",
            )
        if found.captured_at.date() < decision.decided_on:
            raise Refused(
                found.url,
                "no_date",
                f"its date, {found.captured_at.date().isoformat()}, lies before the decision's, "
                f"{decision.decided_on.isoformat()}",
            )
        left = found.left
        if left is None and self._long_over(decision):
            # By the publisher's rule, so without a day on which it was seen to be gone.
            left = Departure(Status.EXPIRED)
        return Import(decision, tuple(pages), tuple(origins), left)

    def _long_over(self, decision: Decision) -> bool:
        """Whether the decision's time on the site is over for certain, by the publisher's rule."""
        years = dict(self.source.info.retention_years).get(decision.kind)
        if years is None:
            return False
        over = years_after(decision.decided_on, years) + timedelta(days=EARLY_DAYS)
        return self.now().date() > over

    def _refuse(self, found: Found, reason: str, error: DecisionsError | OSError) -> None:
        why = str(error)
        self.report.refused.append(Passed(found.where, reason, why))
        self.progress.note("refused", found.where, why)


def _by_date(captures: Sequence[Found]) -> Iterator[tuple[Found, Sequence[Found]]]:
    """Each capture of a decision's own address, oldest first, with those of its chapters."""
    chapters = [each for each in captures if "?" in each.url]
    for each in captures:
        if "?" not in each.url:
            yield each, chapters


def _nearest(url: str, at: datetime, chapters: Sequence[Found]) -> Found | None:
    """The capture of a chapter that was made nearest in time."""
    there = [each for each in chapters if each.url == url]
    return min(there, key=lambda each: abs(each.captured_at - at), default=None)
