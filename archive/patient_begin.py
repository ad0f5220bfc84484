"""Waiting for another program that writes to the same SQLite file.

Our own commands keep each other out with a lock and never wait. But anybody may open the file with
another program and begin a transaction that writes. A run must not fail for that: it waits, says
so, and only gives up when nobody lets go for a long time. Nothing has been written then.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from archive.errors import DatabaseBusy

GIVE_UP_AFTER = 900.0
"""Seconds that a transaction waits in all for its turn."""

_LOG = logging.getLogger(__name__)


def wait_for_turn(
    begin: Callable[[], object], where: Path, *, clock: Callable[[], float] = time.monotonic
) -> None:
    """Begin a transaction that writes, on a database that was busy a moment ago.

    ``begin`` waits by itself for as long as the connection's busy timeout, then raises. Raises
    DatabaseBusy when the database never becomes free; any other error comes through as it is.
    """
    started = clock()
    _LOG.warning("another program is writing to %s; waiting until it has ended", where)
    while True:
        try:
            begin()
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            waited = clock() - started
            if waited >= GIVE_UP_AFTER:
                raise DatabaseBusy(
                    f"another program has held {where} for writing for {waited / 60:.0f} minutes; "
                    "end it, then run the command again. Nothing that was acknowledged is lost"
                ) from error
        else:
            return


def is_busy(error: BaseException | None) -> bool:
    """Whether an error means that somebody else holds the database. (Extended codes keep the
    plain one in their last byte.)"""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF == sqlite3.SQLITE_BUSY
