"""Opening the SQLite file to read and nothing else, on any media.

Uses only the standard library, so that a search does not pay for SQLAlchemy.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from archive.errors import DatabaseUnusable

BUSY_MS = 30_000
"""How long a connection waits for another writer, in milliseconds."""

LONGEST_VALUE = 128 * 1024 * 1024
"""Bytes of the largest value or statement that a connection to read takes; no page comes near."""

INTERRUPTED = (
    "a restore into {path} was interrupted when it was nearly done; `decisions index` finishes it"
)

MISSING = "there is no archive at {path} yet; fill it with `decisions crawl`"


def connect_readonly(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises DatabaseUnusable when there is no file or no database.

    On read-only media a database in WAL mode cannot be opened the ordinary way; if there is no WAL
    to read, the file is all there is and is opened as unchanging.
    """
    if not path.exists():
        waiting = path.with_name(path.name + ".restored")  # See archive.putting_back.
        raise DatabaseUnusable((INTERRUPTED if waiting.exists() else MISSING).format(path=path))
    if not path.is_file():
        raise DatabaseUnusable(f"{path} is no file; name another with --database")
    address = path.absolute().as_uri()
    try:
        return _open(f"{address}?mode=ro")
    except sqlite3.OperationalError as error:
        wal = path.with_name(path.name + "-wal")
        if not wal.exists() or wal.stat().st_size == 0:
            try:
                return _open(f"{address}?mode=ro&immutable=1")
            except sqlite3.Error:
                pass
        raise _unusable(path, error) from error
    except sqlite3.DatabaseError as error:
        raise _unusable(path, error) from error


def _open(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address, uri=True, isolation_level=None, timeout=BUSY_MS / 1000, check_same_thread=False
    )
    try:
        _limit(connection)
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA query_only=ON")
        connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _limit(connection: sqlite3.Connection) -> None:
    """Bounds for a file that may have been made to do harm. Extensions are never loaded."""
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 0)
    if sys.version_info >= (3, 12):
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, True)
        connection.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER, False)


def _unusable(path: Path, error: sqlite3.Error) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"{path} cannot be read as a database ({error}); restore it from a backup, or name "
        "another with --database"
    )
