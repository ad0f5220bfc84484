"""One run: plan the windows, list them, fetch what is missing, say what happened.

A night looks at every window of the look-back (count first), lists the publication front and a
rotating slice of all the rest in full, and fetches whatever is listed and not held. The first fill
goes from both ends: what is about to leave the site, and what is new, come first. Whatever ends the
run, the books say where it stood, and the next one carries on.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from archive.listings import OPEN_STATES
from archive.ports import Fetch
from archive.run_book import RunBook
from archive.store import Archive
from archive.window_book import Window
from scraper.collecting import Collector
from scraper.enumerating import Enumerator
from scraper.errors import (
    CrawlSetupError,
    Disallowed,
    FetchError,
    ParseError,
    Refused,
    RunStopped,
    SourceBlocked,
)
from scraper.estimate import first_fill
from scraper.health import look
from scraper.missing import Search
from scraper.order import EARLIEST, Machine, Order
from scraper.planning import front_of, span_of, tonight, watched
from scraper.progress import Progress
from scraper.report import EXIT_INTERRUPTED, CrawlReport
from scraper.revisiting import Revisits, choose
from scraper.sources import DateWindowSource, NewestFirstSource, Source
from scraper.watch import Watch
from scraper.windows import Span, from_both_ends, gaps, outermost, to_block_end

LAGS_OF = timedelta(days=365)
"""The publication front follows the lags of this last time."""


def crawl(
    source: Source,
    fetcher: Fetch,
    archive: Archive,
    order: Order,
    *,
    machine: Machine,
    progress: Progress,
    keep_up: Callable[[], None] = lambda: None,
) -> CrawlReport:
    """Run once. Every early end but an error of the archive itself is in the report.

    ``keep_up`` is called now and then, so that an index can follow a run that takes days.
    """
    started = machine.now()
    report = CrawlReport(source.info.key, order.scope(), started, tell=progress.note)
    source_id = archive.register(source.info)
    goal = _goal(archive.runs, source_id, order)
    crawl_id = archive.runs.start(
        source_id,
        at=started,
        first_day=order.since or goal or EARLIEST,
        last_day=order.until,
        body=order.body,
    )
    run = _Run(
        source, source_id, crawl_id, fetcher, archive, order, machine, progress, report, keep_up
    )
    try:
        machine.check_disk()
        run.go(goal)
        if order.since is None and order.until is None:
            report.warnings += look(archive, source_id, order.body, machine.today)
    except (SourceBlocked, RunStopped, Disallowed) as error:
        report.stopped, report.stop_code = str(error), error.exit_code
    except KeyboardInterrupt:
        report.stopped, report.stop_code = "interrupted; the next run carries on", EXIT_INTERRUPTED
    finally:
        # A connection that was cut off in the middle of a transaction still holds the write lock
        # until it is collected; the books below would wait for it in vain.
        gc.collect()
        # Also when the archive itself failed: what can still be written is written.
        report.left = len(run.open_entries() - report.failures.keys())
        traffic = fetcher.traffic()
        report.requests, report.received_bytes = dict(traffic.requests), traffic.wire_bytes
        report.seconds = (machine.now() - started).total_seconds()
        run.close()
    return report


def _goal(runs: RunBook, source_id: int, order: Order) -> date | None:
    """The first day that runs of this scope have asked for so far; None for the very first run."""
    goal = runs.first_day(source_id, order.body)
    if goal is None and order.since is None and not order.body:
        others = runs.bodies(source_id)
        if others:
            raise CrawlSetupError(
                f"this archive holds only decisions about {', '.join(others)}; say --body again, "
                "or --since all for the whole list"
            )
    return goal


class _Run:
    """The parts of one run, wired together."""

    def __init__(
        self,
        source: Source,
        source_id: int,
        crawl_id: int,
        fetcher: Fetch,
        archive: Archive,
        order: Order,
        machine: Machine,
        progress: Progress,
        report: CrawlReport,
        keep_up: Callable[[], None],
    ) -> None:
        # Lists and decisions are watched apart: a list that answers says nothing of the pages.
        self._watch = Watch()
        self._source, self._source_id, self._crawl_id = source, source_id, crawl_id
        self._archive = archive
        self._listings = archive.listings
        self._order, self._machine, self._progress = order, machine, progress
        self._report = report
        self._seen: set[str] = set()
        self._asked: set[Span] = set()
        self._presence = archive.presence
        self._leaves: list[Window] = []
        self._enumerator = Enumerator(
            source,
            source_id,
            fetcher,
            archive,
            machine.now,
            report,
            self._watch,
            order.body,
            watched(self._archive.windows.all(source_id, order.body), machine.now()),
        )
        self._collector = Collector(
            source,
            source_id,
            fetcher,
            archive,
            machine.now,
            report,
            Watch(),
            machine.check_disk,
            crawl_id,
            keep_up,
        )
        self._search = Search(self._collector, machine.today)

    def go(self, goal: date | None) -> None:
        """List and fetch everything that is due."""
        if isinstance(self._source, DateWindowSource):
            self._by_windows(self._source, goal)
        elif isinstance(self._source, NewestFirstSource):
            self._newest_first(self._source)
        else:
            raise CrawlSetupError(f"{self._source.info.key} does not say how it is listed")
        if self._report.unproven and not self._watch.any_good:
            raise SourceBlocked(
                "not one page of the list was understood; the site blocks us or has changed. The "
                "pages are kept; run `decisions doctor`"
            )
        left = self.open_entries()
        if left:
            self._progress.stage("trying again", len(left))
            self._collect(left)

    def open_entries(self) -> set[str]:
        """Addresses that are listed and not yet held; of a run for one body, only its own."""
        entries = self._listings.select(self._source_id, states=OPEN_STATES)
        return {entry.url for entry in entries if not self._order.body or entry.url in self._seen}

    def close(self) -> None:
        """Write the run's figures into the ledger."""
        report = self._report
        self._archive.runs.finish(
            self._crawl_id,
            at=self._machine.now(),
            requests=report.total_requests,
            received_bytes=report.received_bytes,
            listed=report.listed,
            added=report.new,
            amended=report.changed,
            failed=len(report.failures),
            exit_code=report.exit_code(),
            note=report.stopped or "",
        )

    # --- listing by date windows ----------------------------------------------------------

    def _by_windows(self, source: DateWindowSource, goal: date | None) -> None:
        order = self._order
        windows = self._archive.windows.all(self._source_id, order.body)
        end = order.until
        if end is None:
            # A clock that jumped back must not cut off what is known.
            end = max([to_block_end(self._machine.today), *(w.last_day for w in windows)])
        whole = Span(order.since or goal or EARLIEST, end)
        if goal is None and order.until is None:
            self._announce(source, whole)
        held = [w for w in windows if w.state != "split" and whole.contains(span_of(w))]
        kept = set(outermost(span_of(window) for window in held))
        self._leaves = [window for window in held if span_of(window) in kept]
        full = set(gaps(whole, kept))
        if order.since is not None or order.until is not None:
            full |= kept
        else:
            full |= self._due(source)
        # A run that was killed after a split did not come to add up its parts.
        halfway = [span_of(w) for w in windows if w.state == "split" and w.found is None]
        self._list_in_full(source, from_both_ends(full))
        for span in halfway:
            if whole.contains(span) and span not in self._asked:
                self._enumerator.recount(source, span)
        self._try_again(source)
        if order.revisit and not order.body:
            self._revisit(source)
        self._search.settle()

    def _due(self, source: DateWindowSource) -> set[Span]:
        """Of the windows known, those to list in full tonight; the others are counted first."""
        machine, presence = self._machine, self._presence
        lately = machine.now() - LAGS_OF
        plan = tonight(
            self._leaves,
            now=machine.now(),
            fresh=front_of(machine.today, presence.lags(self._source_id, listed_since=lately)),
            missed=presence.missed_days(self._source_id),
            lookback_days=self._order.lookback_days,
            cycle_nights=self._order.cycle_nights,
        )
        due = set(plan.full)
        known = self._listings.urls(self._source_id)
        self._progress.stage("counting", len(plan.count))
        for window in plan.count:
            span = span_of(window)
            if not self._enumerator.agrees(source, window, known):
                due.add(span)
            elif str(span) in self._report.unproven:
                # Its count could not be had: like a listing that failed, it gets one more try.
                self._asked.add(span)
            self._progress.step()
        return due

    def _list_in_full(self, source: DateWindowSource, spans: Iterable[Span]) -> None:
        """List each span, splitting where needed, and fetch what it shows before the next."""
        pending = deque(spans)
        split = []
        self._progress.stage("decisions", 0)
        while pending:
            span = pending.popleft()
            self._asked.add(span)
            look = self._enumerator.look(source, span)
            if look.parts:
                split.append(span)
                # A large span is worked on from both ends, with all that waits behind it.
                pending = deque(from_both_ends([*look.parts, *pending]))
                continue
            self._seen |= look.urls
            self._collect(look.urls, (*OPEN_STATES, "unavailable"))
            if look.proven and not self._order.body:
                self._search.after_listing(span, look.urls)
        for span in split:
            self._enumerator.recount(source, span)

    def _try_again(self, source: DateWindowSource) -> None:
        """Windows that could not be listed in this run get one more try at its end."""
        spans = [span for span in self._asked if str(span) in self._report.unproven]
        if spans:
            self._list_in_full(source, spans)

    def _revisit(self, source: DateWindowSource) -> None:
        """Look at archived decisions again; where a page is missing, list its window in full."""
        chosen = choose(
            self._presence,
            self._source_id,
            source.info,
            self._order.revisit,
            self._machine.now(),
        )
        self._progress.stage("looking again", len(chosen))
        missing = Revisits(self._collector).run(chosen, self._progress.step)
        spans = {
            span_of(leaf)
            for leaf in self._leaves
            for day in missing
            if leaf.first_day <= day <= leaf.last_day
        }
        self._list_in_full(source, from_both_ends(spans - self._asked))

    def _announce(self, source: DateWindowSource, whole: Span) -> None:
        """Before a first fill: what it will cost, so that a person can still say no."""
        try:
            stated = self._enumerator.count(source, whole).stated or 0
        except (FetchError, Refused, ParseError):
            return  # The listing itself meets the same trouble, and notes it.
        if stated:
            self._progress.say(first_fill(stated, delay=self._machine.delay))
        elif self._order.body:
            self._report.warnings.append(
                f"the site lists no decision about {self._order.body!r}; check how it spells the "
                "name (in the titles of its decisions)"
            )

    # --- listing newest first -------------------------------------------------------------

    def _newest_first(self, source: NewestFirstSource) -> None:
        complete = self._archive.runs.ever_complete(self._source_id)
        self._progress.stage("listing", None)
        self._enumerator.newest(source, until_known=complete)
        self._progress.stage("decisions", 0)
        self._collect(self.open_entries())

    # --- fetching -------------------------------------------------------------------------

    def _collect(self, urls: Iterable[str], states: Sequence[str] = OPEN_STATES) -> None:
        entries = self._listings.select(self._source_id, states=states, urls=urls)
        self._progress.widen(len(entries))
        self._collector.collect(entries, self._progress.step)
