"""Reading the stored pages again with this version's parser: a better parser needs no new crawl."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from archive.records import ChangeKind, reference_key
from archive.store import Archive
from scraper.errors import ParseError, Refused
from scraper.progress import Progress
from scraper.sources import Source


@dataclass(slots=True)
class ReparseReport:
    """What a reparse did, in decisions."""

    read: int = 0
    changed: int = 0
    rescued: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def reparse(
    archive: Archive,
    source: Source,
    *,
    now: Callable[[], datetime],
    progress: Progress,
) -> ReparseReport:
    """Read every decision's current captures again. What can no longer be read is left as it is.

    A different reading is a ``derived`` change: the publisher changed nothing. Captures that were
    refused when they came are tried too: what can be read now is saved as if it had just come.
    """
    report = ReparseReport()
    source_id = archive.register(source.info)
    ids = archive.decision_ids(source_id)
    progress.stage("reading pages again", len(ids))
    for decision_id in ids:
        page_ids, pages = archive.current_pages(decision_id)
        try:
            decision = source.parse_decision(pages)
        except (Refused, ParseError) as error:
            report.failures[pages[0].url] = str(error)
        else:
            saved = archive.save_decision(source_id, decision, page_ids, at=now())
            report.read += 1
            report.changed += saved.change is ChangeKind.DERIVED
        progress.step()
    unread = archive.unread_pages()
    progress.stage("refused pages", len(unread))
    for page_id in unread:
        _rescue(archive, source, source_id, page_id, now, report)
        progress.step()
    return report


def _rescue(
    archive: Archive,
    source: Source,
    source_id: int,
    page_id: int,
    now: Callable[[], datetime],
    report: ReparseReport,
) -> None:
    """Take a refused capture if it is a listed decision that can be read now."""
    page = archive.page(page_id)
    entry = archive.listings.at(source_id, page.url)
    if entry is None or source.chapter_urls(page):
        return  # No decision's address, or only a part of one: the next crawl asks for it again.
    try:
        decision = source.parse_decision([page])
    except (Refused, ParseError):
        return
    if reference_key(decision.reference) != reference_key(entry.reference):
        return
    known = archive.known_id(source_id, decision.reference)
    previous = None if known is None else next(iter(archive.stored([known]))).decision
    archive.save_decision(
        source_id, decision, [page_id], at=now(), previous=previous, listed_id=entry.id
    )
    archive.accept_page(page_id)
    report.rescued += 1
