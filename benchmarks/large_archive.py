"""A large archive to measure on: ``python -m benchmarks.large_archive HOME [--decisions 60000]``.

Invented decisions in the publisher's form, of the real ones' size: some sixty paragraphs, 1,500
words, pages that compress to about 12 KB. Their stories repeat (so there is standard wording to
find); the paragraphs in between are each decision's own. Every page is read by the real parser and
stored by the archive's own code, many to a transaction, with entries of the listing, proven
windows, a run, second versions and decisions that left the site: so ``verify`` has nothing to say
against it. The same numbers give the same archive but for its identity.

Not made: the index and the marks of standard wording (``decisions index --rebuild`` makes both) and
corrections by persons.
"""

from __future__ import annotations

import argparse
import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import select

from archive import captures, writing
from archive.config import Config, sqlite_url
from archive.ledger import ListedRow
from archive.records import Decision, DecisionKind, ListingEntry, Page, SectionKind, Status
from archive.store import Archive
from benchmarks.parse import capture
from benchmarks.search_corpus import vocabulary
from scraper.sources.lgsco import Lgsco
from tests.site.cases import Block, Case, listing_day, words
from tests.site.invention import invent
from tests.site.markups import MARKUPS, render

STORIES = 2_000
"""Cases that are told; every decision is one of them with paragraphs of its own."""
WORDS, PARAGRAPHS = 1_500, 60
SIZE, NOISE = 48_000, 4_500
"""Bytes of a page, and how many characters in it are as good as random: tokens of forms, hashes of
scripts. They bring a page to about 12 KB when compressed."""
AMENDED_EVERY, LEFT_EVERY = 97, 53
BATCH, AHEAD = 200, 4
WINDOW_DAYS = 2
NOW = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=3)

_OWN = (SectionKind.BACKGROUND, SectionKind.ANALYSIS, SectionKind.FINDINGS)


@dataclass(frozen=True, slots=True)
class Made:
    """One decision to be stored: its entry in the listing, its capture as read, and perhaps a
    second capture with another text."""

    entry: ListingEntry
    page: Page
    decision: Decision
    amended: tuple[Page, Decision] | None


@cache
def _stories(seed: int) -> tuple[Case, ...]:
    return invent(STORIES, seed=seed)


@cache
def _words(seed: int) -> tuple[list[str], list[float]]:
    known = vocabulary(seed)
    weights = itertools.accumulate(1 / (rank + 2.7) ** 1.07 for rank in range(len(known)))
    return known, list(weights)


def case(number: int, seed: int) -> Case:
    """The decision of a number, from 1: a told story, longer by paragraphs of its own."""
    told = _stories(seed)
    base = told[number % len(told)]
    reference = f"{10 + number // 1_000_000:02d} {number // 1000 % 1000:03d} {number % 1000:03d}"
    draw = random.Random(f"{seed}/{number}")
    known, weights = _words(seed)
    missing = WORDS * draw.lognormvariate(0, 0.35) - len(words(base))
    blocks = max(1, PARAGRAPHS - sum(len(part.blocks) for part in base.parts))
    each = max(12, round(missing / blocks))
    own = []
    for _ in range(max(1, round(missing / each))):
        text = " ".join(draw.choices(known, cum_weights=weights, k=each))
        own.append(Block(text[0].upper() + text[1:] + ".", numbered=_numbered(base)))
    at = next((at for at, part in enumerate(base.parts) if part.kind in _OWN), len(base.parts) // 2)
    fuller = replace(base.parts[at], blocks=(*base.parts[at].blocks, *own))
    return replace(
        base,
        reference=reference,
        same_report=(),
        parts=(*base.parts[:at], fuller, *base.parts[at + 1 :]),
    )


def _numbered(base: Case) -> bool:
    return base.kind is DecisionKind.STATEMENT


def page(made: Case, seed: int) -> Page:
    """Its page, with furniture and tokens up to the size wanted."""
    html = render(made, MARKUPS["article"])
    noise = random.Random(f"{seed}/{made.reference}").randbytes(NOISE).hex()
    script = "window.visits.push({page: 1});\n" * max(0, (SIZE - len(html) - len(noise)) // 31)
    html = html.replace(
        "</head>", f'<script>{script}</script><meta name="token" content="{noise}"></head>', 1
    )
    return capture(made, html)


def batch(first: int, last: int, seed: int) -> list[Made]:
    """The decisions of these numbers, read by the real parser."""
    source = Lgsco.at(None)
    return [_made(source, number, seed) for number in range(first, last)]


def _made(source: Lgsco, number: int, seed: int) -> Made:
    told = case(number, seed)
    captured = page(told, seed)
    decision = source.parse_decision([captured])
    amended = None
    if number % AMENDED_EVERY == 0:
        other = replace(page(told.amended(), seed), fetched_at=LATER)
        amended = other, source.parse_decision([other])
    entry = ListingEntry(
        reference=decision.reference,
        url=decision.url,
        title=told.title,
        kind=told.kind,
        outcome_raw=told.outcome,
        subcategory=told.subcategory,
        decided_on=told.decided_on,
        decided_on_raw=listing_day(told.decided_on),
        summary=told.summary,
    )
    return Made(entry, captured, decision, amended)


def batches(count: int, seed: int, jobs: int) -> Iterator[list[Made]]:
    """All decisions in order, made in other processes while the ones before are stored."""
    spans = [(first, min(first + BATCH, count + 1), seed) for first in range(1, count + 1, BATCH)]
    if jobs == 0:
        yield from itertools.starmap(batch, spans)
        return
    with ProcessPoolExecutor(jobs) as pool:
        waiting: list[Future[list[Made]]] = []
        for span in spans:
            waiting.append(pool.submit(batch, *span))
            if len(waiting) == AHEAD:
                yield waiting.pop(0).result()
        for last in waiting:
            yield last.result()


def store(archive: Archive, source_id: int, crawl_id: int, made: Sequence[Made]) -> None:
    """Put decisions into the archive as a crawl would, but in one transaction."""
    archive.listings.note(source_id, [each.entry for each in made], NOW)
    with archive.engine.begin() as connection:
        urls = [each.entry.url for each in made]
        listed = dict(
            connection.execute(
                select(ListedRow.url, ListedRow.id).where(ListedRow.url.in_(urls))
            ).all()
        )
        for each in made:
            readings = [(each.page, each.decision), *([each.amended] if each.amended else ())]
            previous = None
            for captured, decision in readings:
                page_id = captures.save(connection, captured)
                writing.save(
                    connection,
                    source_id,
                    decision,
                    [page_id],
                    at=captured.fetched_at if previous else NOW,
                    previous=previous,
                    listed_id=listed[each.entry.url],
                    crawl_id=crawl_id,
                )
                previous = decision


def prove(archive: Archive, source_id: int, days: Counter[date]) -> None:
    """A window over every pair of days, proven complete."""
    day, last = min(days), max(days)
    while day <= last:
        end = day + timedelta(days=WINDOW_DAYS - 1)
        found = days[day] + days[end]
        archive.windows.save(
            source_id, day, end, body="", state="proven", stated=found, found=found, at=NOW
        )
        day = end + timedelta(days=1)


def leave(archive: Archive, source_id: int, days: Counter[date]) -> int:
    """Some decisions are missed twice, so that they have left the site; gives how many."""
    held = archive.presence.held_between(source_id, min(days), max(days))[::LEFT_EVERY]
    left = 0
    for turn in (1, 2):
        misses = [
            (
                replace(entry, misses=turn - 1),
                Status.EXPIRED if entry.id % 2 else Status.WITHDRAWN,
            )
            for entry in held
        ]
        left += len(archive.presence.record_misses(misses, LATER + timedelta(days=turn)))
    return left


def fill(home: Path, count: int, *, seed: int = 1, jobs: int = 1) -> Path:
    """Make the archive; gives the path of its database. A home that has one is refused."""
    from archive.opening import open_to_write

    database = home / "decisions.db"
    if database.exists():
        raise SystemExit(f"{database} is there already; name another directory, or remove it")
    config = Config(home=home, database_url=sqlite_url(database))
    begin = time.perf_counter()
    days: Counter[date] = Counter()
    with open_to_write(config, now=NOW, tell=lambda _: None) as archive:
        source_id = archive.register(Lgsco.at(None).info)
        crawl_id = archive.runs.start(
            source_id, at=NOW, first_day=date(2016, 1, 1), last_day=NOW.date(), body=""
        )
        done = 0
        for made in batches(count, seed, jobs):
            store(archive, source_id, crawl_id, made)
            days.update(each.decision.decided_on for each in made)
            done += len(made)
            if done % (10 * BATCH) == 0:
                print(f"{done:,} of {count:,}, {time.perf_counter() - begin:.0f} s", flush=True)
        prove(archive, source_id, days)
        left = leave(archive, source_id, days)
        archive.runs.finish(
            crawl_id, at=LATER, requests=count, listed=count, added=count, exit_code=0
        )
    print(
        f"{count:,} decisions ({left:,} of them left the site), "
        f"{database.stat().st_size / 1e6:,.0f} MB, {time.perf_counter() - begin:.0f} s"
    )
    return database


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("home", type=Path, help="directory for the archive")
    options.add_argument("--decisions", type=int, default=60_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--jobs", type=int, default=1, help="processes that make pages; 0: none")
    chosen = options.parse_args()
    fill(chosen.home, chosen.decisions, seed=chosen.seed, jobs=chosen.jobs)


if __name__ == "__main__":
    main()
