"""The version of a decision that the archive holds, as today's parser reads it.

What a new capture is held against to see whether the publisher amended the text. Whoever saves
another capture of a decision that is held asks here, so that there is one answer.
"""

from __future__ import annotations

from dataclasses import replace

from archive.corrections import parsers_own
from archive.errors import DatabaseUnusable
from archive.records import Decision
from archive.store import Archive
from scraper.errors import ParseError, Refused
from scraper.sources import Source


def as_read_now(archive: Archive, source: Source, decision_id: int) -> Decision:
    """The version held, read again; the stored reading if its pages can be read no longer.

    A page that is damaged in the archive must not keep another from being taken. The stored
    reading is given without what persons corrected: it is to be what the parser said.
    """
    try:
        _, pages = archive.current_pages(decision_id)
        return source.parse_decision(pages)
    except (Refused, ParseError, DatabaseUnusable):
        held = next(iter(archive.stored([decision_id])))
        own = parsers_own(held.decision.remedies, held.corrections)
        return replace(held.decision, remedies=tuple(own))
