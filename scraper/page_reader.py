"""Reading one decision's pages, in this process or in a worker: the part that both share.

A page may be anything. Whatever goes wrong while it is read is an answer about that page and never
the end of a run over thousands of them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from archive.hashes import Hashes, hashes
from archive.records import Decision, Page
from scraper.errors import ParseError, Refused
from scraper.sources import Source, registry

AtRest = Callable[[], AbstractContextManager[None]]
"""Entered wherever an interruption (Ctrl-C) may strike, because nothing is half done there."""


@dataclass(frozen=True, slots=True)
class Task:
    """Pages to be read. ``held`` is the hash of the reading that the archive has of them.

    ``whole``: the pages must be all of the decision, so one with further chapters is refused.
    """

    pages: tuple[Page, ...]
    held: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Read:
    """What pages say. ``decision`` is None where it is the reading the archive has."""

    decision: Decision | None
    hashed: Hashes


@dataclass(frozen=True, slots=True)
class Unread:
    """Why pages gave no decision, in a sentence."""

    why: str


Answer = Read | Unread


class Reader(Protocol):
    """Reads many pages. One answer for each task, in order; tasks are asked for when needed."""

    def read(self, tasks: Iterable[Task]) -> Generator[Answer, None, None]: ...


def answer(source: Source, task: Task) -> Answer:
    """Read one decision. Raises MemoryError; everything else that a page can do is an answer."""
    url = task.pages[0].url
    try:
        if task.whole and source.chapter_urls(task.pages[0]):
            return Unread(f"{url}: only a part of a decision")
        decision = source.parse_decision(task.pages)
        hashed = hashes(decision)
    except (Refused, ParseError) as error:
        return Unread(str(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - a fault in the parser must cost one page, not the run
        what = f"{type(error).__name__}: {error}"
        return Unread(f"{url}: a fault of this version ({what}); please report it")
    return Read(None if hashed.reading == task.held else decision, hashed)


class OneByOne:
    """Reads in this process. Meets Reader."""

    def __init__(self, source: Source, at_rest: AtRest = nullcontext) -> None:
        self._source = source
        self._at_rest = at_rest

    def read(self, tasks: Iterable[Task]) -> Generator[Answer, None, None]:
        """One answer for each task, in order."""
        for task in tasks:
            try:
                with self._at_rest():
                    found: Answer = answer(self._source, task)
            except MemoryError:
                found = Unread(f"{task.pages[0].url}: there was not enough memory to read it")
            yield found


@dataclass(frozen=True, slots=True)
class Remake:
    """Makes a source anew in another process, from what can be sent there."""

    key: str
    base_url: str | None

    def __call__(self) -> Source:
        return registry()[self.key](self.base_url)
