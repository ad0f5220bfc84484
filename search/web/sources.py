"""Which ombudsman a page is about: the one that is asked for, else the first there is."""

from __future__ import annotations

from archive.records import SourceInfo
from archive.store import Archive
from search.web.errors import NoSuchPage


def chosen(archive: Archive, asked: str | None) -> SourceInfo | None:
    """The source; None while nothing was crawled. Raises NoSuchPage for one that is not here."""
    sources = archive.sources()
    if asked is not None and asked not in sources:
        there = ", ".join(sources) or "none yet"
        raise NoSuchPage(f"this archive holds nothing of {asked[:40]!r}; it has {there}")
    if not sources:
        return None
    return sources[asked] if asked is not None else next(iter(sources.values()))
