"""Erasing inside other SQLite copies of the archive: automatic backups, databases put aside, a
researcher's copy.

A copy may be of any released schema, and a researcher's may lack tables or have a full-text table
of its own. An automatic backup that cannot be cleaned is deleted: it is only there for convenience.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, inspect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from archive import tombstone_rows
from archive.config import Config
from archive.erase_files import is_database
from archive.erasing import Matches, find, remove
from archive.errors import ArchiveError, NotCleaned
from archive.readonly import connect_readonly
from archive.tombstones import Erased, Tombstone

BUSY_SECONDS = 30
_SIDES = ("-wal", "-shm", "-journal")


def clean_backups(
    config: Config, stones: Sequence[Tombstone], *, at: datetime, tell: Callable[[str], None]
) -> None:
    """Clean every copy of the archive in the home and beside the database.

    Raises NotCleaned for a copy that can be neither cleaned nor, as a backup of ours, deleted.
    """
    troubles = []
    # Of runs that were killed; what SQLite keeps beside a copy may be all that is left of one.
    for unfinished in config.backup_dir.glob("*.partial*"):
        unfinished.unlink()
    for path in copies_near(config):
        ours = config.backup_dir in path.parents
        try:
            found = clean_copy(path, stones, at=at)
        except (ArchiveError, OSError) as error:
            if not ours:
                troubles.append(f"{path} cannot be cleaned ({error}); remove it")
                continue
            for name in (path.name, *(path.name + side for side in _SIDES)):
                path.with_name(name).unlink(missing_ok=True)
            tell(f"the backup {path} could not be cleaned ({error}) and was deleted")
            continue
        if found:
            tell(f"cleaned {path}")
    if troubles:
        raise NotCleaned("; ".join(troubles))


def copies_near(config: Config) -> Iterator[Path]:
    """SQLite files in the home and beside the database, but not the archive's own."""
    own = config.sqlite_path
    places = [config.home] if own is None else [config.home, own.parent]
    seen: set[Path] = set()
    for place in places:
        deep = place == config.home
        for path in sorted(place.rglob("*") if deep else place.glob("*")):
            if path in seen or path.is_symlink() or not path.is_file():
                continue
            seen.add(path)
            if path.name.endswith(_SIDES) or config.index_dir in path.parents:
                continue
            unfinished = path.suffix == ".partial" and config.backup_dir in path.parents
            if path != own and (unfinished or is_database(path)):
                yield path


def clean_copy(path: Path, stones: Sequence[Tombstone], *, at: datetime) -> Matches:
    """Delete what the tombstones stand for from one SQLite copy, and write the file anew.

    Gives what was found; a file in which nothing was found stays byte for byte as it is, and so
    does a database of something else. Raises ArchiveError when it cannot be done.
    """
    engine = create_engine("sqlite://", creator=lambda: _open(path), poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    erased = Erased(stones)
    _take_back(path)
    if not look_into(path, stones):
        return Matches()
    try:
        with engine.begin() as connection:
            found = find(connection, erased)
            numbers = remove(connection, erased, found, at)
            if "erased" in inspect(connection).get_table_names():
                known = tombstone_rows.known_tokens(connection)
                new = [stone for stone in stones if stone.token not in known]
                tombstone_rows.add(connection, new, numbers, (), at)
            _renew_full_text(connection)
        plain = _open(path)
        try:
            plain.execute("VACUUM")
            busy, *_ = plain.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            plain.close()
    except (SQLAlchemyError, sqlite3.Error, ValueError, TypeError) as error:
        cause = getattr(error, "orig", None) or error
        raise ArchiveError(f"{path}: {str(cause).splitlines()[0]}") from error
    finally:
        engine.dispose()
    if busy:
        raise ArchiveError(f"{path} is being read by another program; close it and try again")
    return found


def look_into(path: Path, stones: Sequence[Tombstone]) -> Matches:
    """What a SQLite copy holds of what is erased; nothing in a database of something else.

    Writes no byte: a copy that is on read-only media, or concerns nobody, stays as it is. Raises
    ArchiveError for a file that cannot be read.
    """
    engine = create_engine("sqlite://", creator=lambda: connect_readonly(path), poolclass=NullPool)
    try:
        with engine.connect() as connection:
            if not {"decision", "source"} <= set(inspect(connection).get_table_names()):
                return Matches()
            return find(connection, Erased(stones))
    except (SQLAlchemyError, sqlite3.Error, ValueError, TypeError) as error:
        cause = getattr(error, "orig", None) or error
        raise ArchiveError(f"{path}: {str(cause).splitlines()[0]}") from error
    finally:
        engine.dispose()


def _take_back(path: Path) -> None:
    """Undo what a killed run had begun in a copy: its journal still holds what was erased.

    Whoever only reads does not see that: a file with such a journal can be opened as it stands,
    half changed, and the next program to open it would put the text back. Raises ArchiveError.
    """
    journal = path.with_name(f"{path.name}-journal")
    try:
        if not journal.exists() or not journal.stat().st_size:
            return
        with closing(_open(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.Error, OSError) as error:
        raise ArchiveError(f"{path}: {error}") from error


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_SECONDS)
    for pragma in ("secure_delete=ON", "trusted_schema=OFF", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _renew_full_text(connection: Connection) -> None:
    """Make full-text tables of a researcher's copy anew from the rows that are left."""
    names = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE VIRTUAL TABLE%' "
        "AND sql LIKE '%fts5%'"
    ).scalars()
    for name in list(names):
        quoted = '"' + str(name).replace('"', '""') + '"'
        connection.exec_driver_sql(f"INSERT INTO {quoted}({quoted}) VALUES ('rebuild')")  # noqa: S608 - a quoted name
