"""A short token of everything an archive says, for whoever keeps answers made from it.

Two equal tokens mean that the archive says the same. The change log, the restrictions and the
identity are read out of the database, exactly: a restriction or an erasure always makes another
token, and no earlier one comes back when it is lifted. What is written without a row in the change
log (crawls, lists, facts of a council) is seen by the database itself: on a server by its snapshot
of transactions, of a SQLite file by the size and the time of the file and its write-ahead log.
"""

from __future__ import annotations

from pathlib import Path

from archive.config import sqlite_path
from archive.reader import open_run

_META = "SELECT key, value FROM archive_meta WHERE key IN ('archive_id', 'epoch') ORDER BY key"
_NEWEST = "SELECT COALESCE(MAX(id), 0) FROM change"
_RESTRICTIONS = "SELECT COUNT(*), COALESCE(MAX(id), 0), COUNT(lifted_at) FROM restriction"
_SNAPSHOT = "SELECT CAST(pg_current_snapshot() AS TEXT)"


def state_token(database_url: str) -> str:
    """The token, as text of no meaning. A few milliseconds. Raises DatabaseUnusable."""
    path = sqlite_path(database_url)
    # The files are asked first: what is written meanwhile makes the next token another one.
    files = "" if path is None else _files(path)
    run, close = open_run(database_url)
    try:
        told = [run(statement, {}) for statement in (_META, _NEWEST, _RESTRICTIONS)]
        if path is None:
            told.append(run(_SNAPSHOT, {}))
    finally:
        close()
    return f"{told!r} {files}"


def _files(path: Path) -> str:
    return " ".join(_stamp(each) for each in (path, path.with_name(path.name + "-wal")))


def _stamp(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return "-"
    # A log of no size is as good as none: it comes and goes with whoever reads.
    return f"{found.st_ino}:{found.st_size}:{found.st_mtime_ns}" if found.st_size else "-"
