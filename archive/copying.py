"""A whole archive from one database into another: SQLite to PostgreSQL, or back.

Every row goes over with its number, so the copy *is* the archive: the same identity, and an index
that follows the one fits the other. The schema, the rows and the looking over of both are one
transaction of the target: a copy that was interrupted, or did not come out the same, has left
nothing. The source is only read, in one view of it, and may be written to meanwhile; whoever moves
an archive stops what writes first, and is told when something did.

Knows no table by name but ``page``, whose bytes are held against their own hashes on the way.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Integer, Table, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from archive import captures
from archive.config import scrubbed, shown_url, sqlite_path, sqlite_url
from archive.database import (
    check_revision,
    migrate_within,
    migration_engine,
    reading_engine,
    revision_of,
)
from archive.dictionary import METADATA
from archive.errors import ArchiveError, DatabaseUnusable, Unstorable, UsageError
from archive.ledger import ArchiveMetaRow, ChangeRow, DataDictionaryRow, PageRow
from archive.models import SCHEMA_REVISION
from archive.server import cause, hold
from archive.tables import table_of
from archive.unfinished import workplace

BATCH = 200
"""Rows read at once. A row is some kilobytes, a page at most a few megabytes."""

Row = tuple[Any, ...]
Tell = Callable[[str, int, int], None]
"""Hears how far it is: table, rows done, rows in all."""


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """One table that came out the same on both sides: rows, and the hash over all of them."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied. ``change`` is the newest change id, ``since`` what the source has more by
    now; ``damaged`` are pages whose bytes did not have their hash in the source already."""

    tables: tuple[CopiedTable, ...]
    archive_id: str
    change: int
    since: int
    damaged: tuple[int, ...]


def copy(source_url: str, target_url: str, *, tell: Tell) -> Copied:
    """Copy an archive into a database that is empty, or a file that is not there yet.

    Raises UsageError for a target that is not, LockedError when somebody writes to the target,
    SchemaMismatch when the source needs an upgrade first, Unstorable for a value that the target
    cannot hold, DatabaseUnusable when either fails. The target is untouched then.
    """
    source = reading_engine(source_url)
    try:
        check_revision(source, SCHEMA_REVISION)
        with ExitStack() as stack:
            stack.enter_context(_plain_errors(source_url, target_url))
            made_url = stack.enter_context(_new_target(target_url))
            target = migration_engine(made_url)
            stack.callback(target.dispose)
            if revision_of(target) is not None:
                raise UsageError(
                    f"{shown_url(target_url)} holds an archive already; an archive is copied into "
                    "an empty database only. Make a new one, or name another with --to"
                )
            with source.connect() as reading, target.begin() as writing:
                copied = _copy(reading, writing, tell)
        return _with_what_came(copied, source)
    finally:
        source.dispose()


@contextmanager
def _new_target(target_url: str) -> Iterator[str]:
    """The URL to write to. A file gets its own name only when it is whole."""
    path = sqlite_path(target_url)
    if path is None:
        with hold(target_url):
            yield target_url
        return
    if path.exists():
        raise UsageError(
            f"{path} is there already; an archive is copied into a new file only. Name another "
            "with --to"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with workplace(path.parent) as place:
        partial = place / path.name
        yield sqlite_url(partial)
        _close_file(partial)
        if path.exists():
            raise UsageError(f"{path} has come meanwhile; name another with --to")
        partial.replace(path)


def _close_file(path: Path) -> None:
    """One file, without a WAL, which cannot be opened on read-only media."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


@contextmanager
def _plain_errors(*urls: str) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        words = cause(error, urls[0]) if isinstance(error, DBAPIError) else str(error)
        for url in urls[1:]:
            words = scrubbed(words, url)
        raise DatabaseUnusable(
            f"the copy could not be made ({words}); nothing was left behind, and the source is as "
            "it was"
        ) from error
    except OSError as error:
        raise ArchiveError(
            f"the copy could not be written ({error}); nothing was left behind"
        ) from error


# --- the rows -------------------------------------------------------------------------------------


def _copy(reading: Connection, writing: Connection, tell: Tell) -> Copied:
    migrate_within(writing, None, SCHEMA_REVISION)
    # The migration wrote the dictionary: it is part of the schema, and the same for the same one.
    tables = [t for t in METADATA.sorted_tables if t is not table_of(DataDictionaryRow)]
    copied = []
    damaged: list[int] = []
    for table in tables:
        total = reading.execute(select(func.count()).select_from(table)).scalar_one()
        tell(table.name, 0, total)
        sent = _Digest()
        rows = sent.over(_told(_rows(reading, table), table.name, total, tell))
        if table is table_of(PageRow):
            rows = _pages(rows, table, damaged)
        # A migration may write a row of its own (the version of the views): the source has it.
        writing.execute(delete(table))
        _put(writing, table, rows)
        _keep_counting(reading, writing, table)
        there = _Digest()
        for _ in there.over(_rows(writing, table)):
            pass
        if there != sent or sent.rows != total:
            raise ArchiveError(
                f"the table {table.name} did not come out the same ({sent.rows} rows of {total} "
                f"were read, {there.rows} are there); nothing was left behind. This is a fault in "
                "decisions, please report it"
            )
        copied.append(CopiedTable(table.name, sent.rows, sent.hex()))
    _settle(writing)
    return Copied(
        tables=tuple(copied),
        archive_id=reading.execute(
            select(ArchiveMetaRow.value).where(ArchiveMetaRow.key == "archive_id")
        ).scalar_one(),
        change=_last_change(reading),
        since=0,
        damaged=tuple(damaged),
    )


def _rows(connection: Connection, table: Table) -> Iterator[Row]:
    """Every row by its key, a batch at a time: nothing is held in memory on either side."""
    every = select(table).order_by(*table.primary_key.columns)
    for row in connection.execute(every, execution_options={"yield_per": BATCH}):
        yield tuple(row)


def _told(rows: Iterable[Row], name: str, total: int, tell: Tell) -> Iterator[Row]:
    done = 0
    for done, row in enumerate(rows, start=1):
        yield row
        if done % 1000 == 0 and done < total:
            tell(name, done, total)
    if done:
        tell(name, done, total)


class _Digest:
    """A hash over rows in order, each in one spelling whatever the database gives."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = hashlib.sha256()

    def over(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows again, counted and hashed as they pass."""
        for row in rows:
            line = json.dumps([_spelt(value) for value in row], ensure_ascii=True)
            self._hash.update(line.encode("ascii") + b"\n")
            self.rows += 1
            yield row

    def hex(self) -> str:
        return self._hash.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Digest) and (self.rows, self.hex()) == (other.rows, other.hex())

    __hash__ = None  # type: ignore[assignment]  # it changes


def _spelt(value: object) -> object:
    if isinstance(value, bytes):
        return ["bytes", hashlib.sha256(value).hexdigest()]
    if isinstance(value, datetime):
        return ["instant", value.astimezone(UTC).isoformat()]
    return ["day", value.isoformat()] if isinstance(value, date) else value


def _pages(rows: Iterable[Row], table: Table, damaged: list[int]) -> Iterator[Row]:
    """The rows of ``page`` again, with those noted whose bytes do not have their hash."""
    names = [column.name for column in table.columns]
    number, body, sha256 = (names.index(name) for name in ("id", "body_zstd", "sha256"))
    for row in rows:
        if row[body] is not None and not _intact(row[body], row[sha256]):
            damaged.append(row[number])
        yield row


def _intact(packed: bytes, sha256: str) -> bool:
    try:
        return hashlib.sha256(captures.unpack(packed)).hexdigest() == sha256
    except DatabaseUnusable:
        return False


# --- into the target ------------------------------------------------------------------------------


def _put(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    if connection.dialect.name == "postgresql":
        _put_on_server(connection, table, rows)
        return
    names = [column.name for column in table.columns]
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(dict(zip(names, row, strict=True)))
        if len(batch) == BATCH:
            connection.execute(insert(table), batch)
            batch.clear()
    if batch:
        connection.execute(insert(table), batch)


def _put_on_server(connection: Connection, table: Table, rows: Iterator[Row]) -> None:
    """By COPY: quick, and a row may point to a later one of its own table."""
    import psycopg

    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise ArchiveError("the target is on no server that decisions knows")
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    names = [column.name for column in table.columns]
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f'COPY "{table.name}" ({columns}) FROM STDIN'.encode()) as sink,
        ):
            for row in rows:
                _without_nul(table.name, names, row)
                sink.write_row(row)
    except psycopg.DataError as error:
        # The server names table, line and column, and quotes the value: its beginning will do.
        said = [str(error).splitlines()[0], *(str(error.diag.context or "").splitlines()[:1])]
        raise Unstorable(
            f"the table {table.name} holds a value that PostgreSQL cannot ({'; '.join(said)[:300]})"
            "; nothing was left behind. The archive must stay where it is, or lose that row"
        ) from error
    except psycopg.Error as error:
        said = [*str(error).splitlines(), type(error).__name__]
        raise DatabaseUnusable(
            f"the table {table.name} could not be copied ({said[0][:300]}); nothing was left "
            "behind, and the source is as it was"
        ) from error


def _without_nul(table: str, names: Sequence[str], row: Row) -> None:
    for name, value in zip(names, row, strict=True):
        if isinstance(value, str) and "\x00" in value:
            raise Unstorable(
                f"{table}.{name} of the row {row[0]} holds a NUL character, which PostgreSQL "
                "cannot; nothing was left behind. `decisions reparse` may read it without"
            )


def _keep_counting(reading: Connection, writing: Connection, table: Table) -> None:
    """Let new numbers go on where the source was: a number of a row that is gone never returns."""
    keys = list(table.primary_key.columns)
    if len(keys) != 1 or not isinstance(keys[0].type.dialect_impl(writing.dialect), Integer):
        return
    highest = writing.execute(select(func.max(keys[0]))).scalar_one() or 0
    last = max(highest, _last_number(reading, table.name, keys[0].name))
    if not last:
        return
    if writing.dialect.name == "postgresql":
        counter = _counter(writing, table.name, keys[0].name)
        if counter is not None:
            writing.execute(
                text("SELECT setval(:counter, :last)"), {"counter": counter, "last": last}
            )
        return
    if table.dialect_options["sqlite"]["autoincrement"]:
        values = {"table": table.name, "last": last}
        found = writing.execute(
            text("UPDATE sqlite_sequence SET seq = :last WHERE name = :table"), values
        )
        if not found.rowcount:
            writing.execute(
                text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :last)"), values
            )


def _last_number(connection: Connection, table: str, key: str) -> int:
    """The highest number that was ever given in the source, as far as it keeps count."""
    if connection.dialect.name == "postgresql":
        counter = _counter(connection, table, key)
        if counter is None:
            return 0
        last = connection.execute(
            text("SELECT pg_sequence_last_value(CAST(:counter AS regclass))"), {"counter": counter}
        ).scalar_one()
    else:
        last = connection.execute(
            text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table}
        ).scalar_one_or_none()
    return int(last or 0)


def _counter(connection: Connection, table: str, key: str) -> str | None:
    found = connection.execute(
        text("SELECT pg_get_serial_sequence(:table, :key)"), {"table": f'"{table}"', "key": key}
    ).scalar_one()
    return None if found is None else str(found)


def _settle(connection: Connection) -> None:
    """What a database wants after many rows came at once."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("ANALYZE")
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise ArchiveError(
            f"{len(broken)} rows point to what is not there (first in {broken[0][0]}); the source "
            "is damaged, `decisions verify` says where. Nothing was left behind"
        )


def _last_change(connection: Connection) -> int:
    return connection.execute(select(func.max(ChangeRow.id))).scalar_one() or 0


def _with_what_came(copied: Copied, source: Engine) -> Copied:
    with source.connect() as connection:
        return replace(copied, since=_last_change(connection) - copied.change)
