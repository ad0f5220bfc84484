"""Reading the stored pages again with this version's parser: a better parser needs no new crawl.

Who reads (this process, or workers) is handed in; this process alone writes, in the order of the
decisions, so that the archive comes out the same either way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime

from archive.errors import DatabaseUnusable, Unstorable
from archive.listings import Listed
from archive.records import ChangeKind, Decision, reference_key
from archive.rereading import Kept, Reread, Rereading
from archive.store import Archive
from scraper.page_reader import OneByOne, Reader, Task, Unread
from scraper.progress import Progress
from scraper.sources import Source
from scraper.version_held import as_read_now

TOGETHER = 64
"""Readings stored in one transaction: a commit waits for the disk, and costs more than they do."""


@dataclass(slots=True)
class ReparseReport:
    """What a reparse did, in decisions. ``unfit`` are numbers of corrections by persons whose words
    are in no reading any more."""

    read: int = 0
    changed: int = 0
    rescued: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    unfit: list[int] = field(default_factory=list)


def reparse(
    archive: Archive,
    source: Source,
    *,
    now: Callable[[], datetime],
    progress: Progress,
    reader: Reader | None = None,
) -> ReparseReport:
    """Read every decision's current captures again. What can no longer be read is left as it is.

    A different reading is a ``derived`` change: the publisher changed nothing. Captures that were
    refused when they came are tried too: what can be read now is saved as if it had just come.
    ``reader`` reads elsewhere; without one the pages are read here.
    """
    reader = OneByOne(source) if reader is None else reader
    report = ReparseReport()
    source_id = archive.register(source.info)
    _again(archive, source, source_id, now, progress, reader, report)
    _rescue(archive, source, source_id, now, progress, reader, report)
    return report


def _again(
    archive: Archive,
    source: Source,
    source_id: int,
    now: Callable[[], datetime],
    progress: Progress,
    reader: Reader,
    report: ReparseReport,
) -> None:
    """Every decision's current captures, in order."""
    ids = archive.decision_ids(source_id)
    progress.stage("reading pages again", len(ids))
    rereading = archive.rereading(source_id)
    sent: deque[Kept] = deque()

    def tasks() -> Iterator[Task]:
        for kept in rereading.kept(ids):
            if kept.damage is not None:
                report.failures[kept.url] = f"{kept.url}: {kept.damage}"
                progress.step()
            else:
                sent.append(kept)
                yield Task(kept.pages, kept.reading_sha256)

    waiting: list[Reread] = []
    with closing(reader.read(tasks())) as answers:
        for found in answers:
            kept = sent.popleft()
            if isinstance(found, Unread):
                report.failures[kept.pages[0].url] = found.why
                progress.step()
                continue
            waiting.append(Reread(kept, source.parser_version, found.decision, found.hashed))
            if len(waiting) == TOGETHER:
                _store(rereading, waiting, now(), report, progress)
        _store(rereading, waiting, now(), report, progress)


def _store(
    rereading: Rereading,
    waiting: list[Reread],
    at: datetime,
    report: ReparseReport,
    progress: Progress,
) -> None:
    """Store what has come and count it; ``waiting`` is empty afterwards."""
    saved = rereading.save(waiting, at=at) if waiting else []
    for reread, done in zip(waiting, saved, strict=True):
        if isinstance(done, Unstorable):
            url = reread.kept.pages[0].url
            report.failures[url] = f"{url}: {done}"
        else:
            report.read += 1
            report.changed += done.change is ChangeKind.DERIVED
            report.unfit += done.unfit
    progress.step(len(waiting))
    waiting.clear()


def _rescue(
    archive: Archive,
    source: Source,
    source_id: int,
    now: Callable[[], datetime],
    progress: Progress,
    reader: Reader,
    report: ReparseReport,
) -> None:
    """Take refused captures that are listed decisions and can be read now."""
    unread = archive.unread_pages()
    progress.stage("refused pages", len(unread))
    sent: deque[tuple[int, Listed]] = deque()

    def tasks() -> Iterator[Task]:
        for page_id in unread:
            try:
                page = archive.page(page_id)
            except DatabaseUnusable as error:
                report.failures[f"capture {page_id}"] = str(error)
                continue
            finally:
                progress.step()
            entry = archive.listings.at(source_id, page.url)
            if entry is not None:  # Else no decision's address.
                sent.append((page_id, entry))
                yield Task((page,), whole=True)  # Of a part, the next crawl asks for all.

    with closing(reader.read(tasks())) as answers:
        for found in answers:
            page_id, entry = sent.popleft()
            if isinstance(found, Unread) or found.decision is None:
                continue
            if reference_key(found.decision.reference) == reference_key(entry.reference):
                _take(archive, source, source_id, found.decision, page_id, entry, now(), report)


def _take(
    archive: Archive,
    source: Source,
    source_id: int,
    decision: Decision,
    page_id: int,
    entry: Listed,
    at: datetime,
    report: ReparseReport,
) -> None:
    known = archive.known_id(source_id, decision.reference)
    previous = None if known is None else as_read_now(archive, source, known)
    try:
        saved = archive.save_decision(
            source_id, decision, [page_id], at=at, previous=previous, listed_id=entry.id
        )
    except Unstorable as error:
        report.failures[entry.url] = f"{entry.url}: {error}"
        return
    archive.accept_page(page_id)
    report.rescued += 1
    report.unfit += saved.unfit
