"""A writer that never rests, in a process of its own: what ``reading.py`` searches against.

``python -m tests.faults.committing HOME`` fills a home with a hundred decisions, then gives one
after the other another text, with or without the word *signal*, each in a change of its own; after
a few changes the index follows, now and then it is made anew. Which decisions have the word after a
change can be worked out from its number (``with_signal``), so an answer mixed of two states shows.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive.config import Config, sqlite_url
from archive.opening import open_to_write
from archive.records import Decision, Paragraph, Section, SectionKind
from archive.store import Archive
from search.index import Index
from tests.specimens import SOURCE, decision, page

DECISIONS = 100
START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
REBUILD_EVERY = 40
"""Times that the index follows between two rebuilds."""


def config_of(home: Path) -> Config:
    """The settings of such a home."""
    return Config(home=home, database_url=sqlite_url(home / "decisions.db"))


def with_signal(change: int) -> frozenset[int]:
    """The numbers of the decisions that have the word once a change is made (from DECISIONS on).

    They get it one after the other, then lose it in the same order, and so on: no two states within
    two rounds are the same.
    """
    done = change - DECISIONS
    turn, place = divmod(done, DECISIONS)
    fresh, old = range(1, place + 1), range(place + 1, DECISIONS + 1)
    return frozenset(fresh if turn % 2 == 0 else old)


def text_after(number: int, change: int) -> str:
    """What a decision says after the change that is its turn."""
    turn = (change - DECISIONS - 1) // DECISIONS
    word = "signal" if turn % 2 == 0 else "silence"
    return f"The Council gave a {word} to Mr {number} in round {turn}, at change {change}."


def reading(number: int, text: str) -> Decision:
    """A decision with one paragraph."""
    section = Section(
        SectionKind.COMPLAINT, "The complaint", 1, None, (Paragraph(1, 1, None, 0, text),)
    )
    base = decision(f"24 {number:03} {number:03}")
    bare = replace(base, citations=(), remedies=(), cross_references=(), warnings=())
    return replace(bare, sections=(section,), summary=None)


def write(archive: Archive, source_id: int, change: int) -> None:
    """Make the change of this number."""
    number = (change - 1) % DECISIONS + 1
    text = f"Nothing yet for Mr {number}." if change <= DECISIONS else text_after(number, change)
    now = reading(number, text)
    at = START + timedelta(seconds=change)
    capture = page(now.reference, body=text.encode(), fetched_at=at)
    earlier = None if change <= DECISIONS else reading(number, "something else")
    saved = archive.save_decision(
        source_id, now, [archive.save_page(capture)], at=at, previous=earlier
    )
    assert archive.last_change_id() == change, (saved, archive.last_change_id())


@contextmanager
def filled(home: Path) -> Iterator[tuple[Archive, int, Index]]:
    """The archive with its first hundred decisions, all indexed."""
    with open_to_write(config_of(home), now=START, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        for change in range(1, DECISIONS + 1):
            write(archive, source_id, change)
        index = Index(home / "index")
        index.follow(archive)
        yield archive, source_id, index


def main(home: Path) -> None:
    """Write until somebody ends the process. Says ``ready`` when the home is filled."""
    chance = random.Random(1)
    with filled(home) as (archive, source_id, index):
        print("ready", flush=True)
        change = DECISIONS
        follows = 0
        while True:
            for _ in range(chance.randint(1, 6)):
                change += 1
                write(archive, source_id, change)
            follows += 1
            if follows % REBUILD_EVERY:
                index.follow(archive)
            else:
                index.rebuild(archive)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
