"""Reading the stored pages again with this version's parser: a better parser needs no new crawl."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from archive.records import ChangeKind
from archive.store import Archive
from scraper.errors import ParseError, Refused
from scraper.progress import Progress
from scraper.sources import Source


@dataclass(slots=True)
class ReparseReport:
    """What a reparse did, in decisions."""

    read: int = 0
    changed: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def reparse(
    archive: Archive,
    source: Source,
    *,
    now: Callable[[], datetime],
    progress: Progress,
) -> ReparseReport:
    """Read every decision's current captures again. What can no longer be read is left as it is.

    A different reading is a ``derived`` change: the publisher changed nothing.
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
    return report
