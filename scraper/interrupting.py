"""Ctrl-C and a polite kill, heard where a crawl waits and not in the middle of its books.

An interruption that strikes inside a transaction can leave it open: the run's books then find the
database locked by the run itself. While shielded, the first one is only noted and raised when the
crawl asks the site for the next page; a second one is raised at once.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from archive.ports import Fetch, Traffic
from archive.records import Page

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interruptions:
    """What is asked of this process by signals. Installs nothing until ``heard`` is entered."""

    def __init__(self) -> None:
        self._shielded = False
        self._noted = False

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Signals end the work as KeyboardInterrupt; for the main thread only."""
        before = {number: signal.signal(number, self._hear) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def shielded(self) -> Iterator[None]:
        """The first signal waits for the next ``open``, or for nothing if none comes."""
        self._shielded = True
        try:
            yield
        finally:
            self._shielded = False

    @contextmanager
    def open(self) -> Iterator[None]:
        """Signals strike here, one that was noted before as well. Raises KeyboardInterrupt."""
        shielded, self._shielded = self._shielded, False
        try:
            if self._noted:
                raise KeyboardInterrupt
            yield
        finally:
            self._shielded = shielded

    def _hear(self, number: int, frame: FrameType | None) -> None:
        waits = self._shielded and not self._noted
        self._noted = True
        if not waits:
            raise KeyboardInterrupt


class InterruptibleFetch:
    """A fetcher whose waits can be interrupted. Meets ``archive.ports.Fetch``."""

    def __init__(self, fetcher: Fetch, interruptions: Interruptions) -> None:
        self._fetcher = fetcher
        self._interruptions = interruptions

    def get(
        self,
        url: str,
        *,
        purpose: str,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> Page:
        """As the fetcher's. Raises KeyboardInterrupt for a signal before or meanwhile."""
        with self._interruptions.open():
            return self._fetcher.get(url, purpose=purpose, etag=etag, last_modified=last_modified)

    def traffic(self) -> Traffic:
        """As the fetcher's."""
        return self._fetcher.traffic()
