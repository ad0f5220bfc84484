"""What the database itself keeps of deleted rows: free pages, and the write-ahead log.

SQLite: rows are overwritten with zeros when they are deleted (``secure_delete``), but pages that
were rearranged before may still have old bytes in their gaps; ``VACUUM`` writes the file anew. A
server: ``VACUUM FULL`` writes the tables anew; its own write-ahead logs, their archives, replicas
and base backups are out of reach from here.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from archive.config import Config
from archive.errors import NotCleaned
from archive.readonly import BUSY_MS
from archive.server import cause, server_engine

IMPATIENT_MS = 2_000
SPARE = 64 * 1024 * 1024
"""Bytes that must be left when the file is written anew."""

SERVER_TABLES = (
    "page",
    "listed",
    "decision",
    "decision_url",
    "section",
    "paragraph",
    "citation",
    "cross_reference",
    "remedy",
    "remedy_correction",
    "finding",
    "boilerplate",
    "body",
    "body_name",
    "crawl",
)

SERVER_NOTE = (
    "the server's write-ahead logs, their archives, base backups and replicas may still hold the "
    "text; let them run out, or have whoever runs the server remove them"
)

IN_USE = (
    "another program is reading {path} and holds its write-ahead log; close it and run "
    "`decisions erase --resume`"
)


def needed(config: Config) -> tuple[int, int] | None:
    """Bytes needed to write the SQLite file anew, beside it and in SQLite's directory for temporary
    files; None on a server."""
    path = config.sqlite_path
    if path is None or not path.exists():
        return None
    size = path.stat().st_size
    return size + SPARE, size + SPARE


def shortage(config: Config) -> str | None:
    """Why the file cannot be written anew for want of room; None when it can."""
    path, wanted = config.sqlite_path, needed(config)
    if path is None or wanted is None:
        return None
    beside, aside = wanted
    temporary = temporary_directory()
    if os.stat(path.parent).st_dev == os.stat(temporary).st_dev:  # noqa: PTH116 - both alike
        places = [(path.parent, beside + aside)]
    else:
        places = [(path.parent, beside), (temporary, aside)]
    for place, least in places:
        free = shutil.disk_usage(place).free
        if free < least:
            return f"{place} has {_mb(free)} free and {_mb(least)} are needed"
    return None


def temporary_directory() -> Path:
    """Where SQLite puts its temporary files: the first of its places that can be written to."""
    names = [os.environ.get("SQLITE_TMPDIR"), os.environ.get("TMPDIR")]
    if os.name == "nt":
        names = [os.environ.get("TEMP"), os.environ.get("TMP")]
    for name in [*names, "/var/tmp", "/usr/tmp", "/tmp"]:  # noqa: S108 - SQLite's own list
        if name and Path(name).is_dir() and os.access(name, os.W_OK):
            return Path(name)
    return Path.cwd()


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


class Space:
    """The file or server of an archive. Makes nothing and opens nothing by being made."""

    def __init__(self, config: Config, *, patient: bool) -> None:
        self._config = config
        self._wait = BUSY_MS if patient else IMPATIENT_MS

    def vacuum(self, tell: Callable[[str], None]) -> None:
        """Write the database anew. Without room for it that is said, and is no failure: deleted
        rows were overwritten. Raises NotCleaned when another program is in the way."""
        path = self._config.sqlite_path
        if path is None:
            self._vacuum_server(tell)
            return
        short = shortage(self._config)
        if short is not None:
            tell(_no_room(short))
            return
        connection = self._open(path)
        try:
            connection.execute("VACUUM")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise NotCleaned(IN_USE.format(path=path)) from error
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
                tell(_no_room(str(error)))
                return
            raise NotCleaned(f"{path} could not be written anew ({error})") from error
        finally:
            connection.close()

    def truncate(self) -> None:
        """Empty the write-ahead log into the file. Raises NotCleaned while a reader holds it."""
        path = self._config.sqlite_path
        if path is None:
            return
        connection = self._open(path)
        try:
            busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError as error:
            raise NotCleaned(f"{IN_USE.format(path=path)} ({error})") from error
        finally:
            connection.close()
        if busy:
            raise NotCleaned(IN_USE.format(path=path))

    def _open(self, path: Path) -> sqlite3.Connection:
        """Raises NotCleaned where the disk refuses already here."""
        try:
            connection = sqlite3.connect(path, isolation_level=None, timeout=self._wait / 1000)
        except sqlite3.Error as error:
            raise NotCleaned(f"{path} cannot be opened ({error})") from error
        try:
            for pragma in ("secure_delete=ON", "trusted_schema=OFF", "synchronous=FULL"):
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error as error:
            connection.close()
            raise NotCleaned(f"{path} cannot be opened ({error})") from error
        return connection

    def _vacuum_server(self, tell: Callable[[str], None]) -> None:
        url = self._config.database_url
        # A connection of its own: VACUUM cannot run in a transaction.
        engine = server_engine(url, pooled=False).execution_options(isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(f"SET lock_timeout = {self._wait}")
                for table in SERVER_TABLES:
                    connection.exec_driver_sql(f"VACUUM (FULL) {table}")
        except SQLAlchemyError as error:
            raise NotCleaned(
                f"the tables could not be written anew ({cause(error, url)}); whoever owns them "
                "can, when no transaction that reads them is open"
            ) from error
        finally:
            engine.dispose()
        tell(SERVER_NOTE)


def _no_room(why: str) -> str:
    return (
        f"no room to write the database file anew ({why}): deleted rows were overwritten with "
        "zeros and the write-ahead log is emptied instead, which leaves old bytes only in gaps of "
        "pages that were rearranged before"
    )
