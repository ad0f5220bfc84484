"""The write-ahead log of a SQLite archive: how long it is, who is told, and emptying it.

While somebody keeps one read transaction open, nothing can be taken out of the log, and every
change of a crawl makes it longer. That hurts nobody but the disk; so it is told once, and the log
is emptied when a run ends, if nobody needs it any more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from archive.sizes import plain_size

LONG = 256_000_000
"""Bytes from which on a log is told of. SQLite itself keeps it at about 4 MB when nobody reads."""

PATIENCE_MS = 1000
"""How long emptying waits for those who are just reading, in milliseconds."""


def length(path: Path) -> int:
    """Bytes in the log beside a database, 0 when there is none."""
    with suppress(OSError):
        return path.with_name(path.name + "-wal").stat().st_size
    return 0


@dataclass(slots=True)
class Watch:
    """Tells once that the log of a database has become long. ``path`` None: there is no log."""

    path: Path | None
    tell: Callable[[str], None]
    told: bool = field(default=False)

    def look(self) -> None:
        """To be called now and then."""
        if self.path is None or self.told:
            return
        size = length(self.path)
        if size >= LONG:
            self.told = True
            self.tell(
                f"the write-ahead log beside {self.path} has grown to {plain_size(size)}, because "
                "another program has been reading the archive in one transaction all this time; it "
                "is emptied when that has ended and the next run ends"
            )


def empty(path: Path) -> str | None:
    """Bring everything home and cut the log to nothing; what stands in the way, or None.

    For whoever holds the writer's lock, at the end. A reader in the way is no error: the log stays
    whole and is emptied another time. Only a log that is long is worth a sentence.
    """
    if not length(path):
        return None
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
            connection.execute("PRAGMA trusted_schema=OFF")
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        return f"the write-ahead log beside {path} could not be emptied ({error})"
    size = length(path)
    if busy and size >= LONG:
        return (
            f"the write-ahead log beside {path} stays {plain_size(size)} long, because another "
            "program is still reading the archive; any writing command empties it afterwards"
        )
    return None
