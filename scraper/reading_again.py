"""Kept pages read again for whoever looks after the archive; meets ``archive.ports.PageReader``."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import closing

from archive.ports import Again
from archive.records import Page
from scraper.page_reader import OneByOne, Reader, Task, Unread
from scraper.sources import Source


class KeptPages:
    """The pages of one source, read by today's parser, here or in workers (``reader``)."""

    def __init__(self, source: Source, reader: Reader | None = None) -> None:
        self._source = source
        self._reader = OneByOne(source) if reader is None else reader

    @property
    def parser_version(self) -> str:
        return self._source.parser_version

    def read(
        self, tasks: Iterable[tuple[tuple[Page, ...], str | None]]
    ) -> Generator[Again | str, None, None]:
        """One answer for each task, in order."""
        wanted = (Task(pages, held) for pages, held in tasks)
        with closing(self._reader.read(wanted)) as answers:
            for found in answers:
                if isinstance(found, Unread):
                    yield found.why
                else:
                    yield Again(found.hashed, found.decision)
