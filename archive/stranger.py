"""A SQLite file that somebody hands over, looked at without trusting anything in it.

Opened read-only; nothing runs that the file brings along: its schema is not trusted, triggers and
views are never read through, and every statement passes an authorizer that knows only plain reading
of our own tables. What is not ours in shape is refused before a row is read. Nothing of the file's
schema is ever taken over: ``archive.restore`` copies rows into tables of our own making.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archive.contents import Contents, contents_of
from archive.errors import DatabaseUnusable, RestoreRefused
from archive.readonly import connect_readonly

APPLICATION_IDS = (0, 0x4C474F44)
"""Nothing (older versions of this tool wrote none), or ours (``archive.database``)."""

_OWN_TABLES = frozenset({"sqlite_master", "sqlite_schema", "sqlite_sequence", "sqlite_stat1"})
_PRAGMAS = frozenset(
    {
        "application_id",
        "encoding",
        "ignore_check_constraints",
        "index_list",
        "index_xinfo",
        "integrity_check",
        "table_list",
        "table_xinfo",
    }
)
_FUNCTIONS = frozenset({"count", "coalesce", "max", "substr"})

Shape = Mapping[str, tuple[str, ...]]
"""Table → its columns' names: what a file of one revision must have, and nothing else."""


@contextmanager
def open_stranger(path: Path) -> Iterator[sqlite3.Connection]:
    """The file in one view, under guard. Raises RestoreRefused with what is wrong with it.

    Errors of the database itself inside the block (a damaged page, bytes that are no text, a value
    beyond all limits) become RestoreRefused too.
    """
    try:
        connection = connect_readonly(path)
    except DatabaseUnusable as error:
        raise RestoreRefused(f"nothing was changed: {error}") from error
    try:
        connection.execute("PRAGMA ignore_check_constraints=ON")  # Ours are checked instead.
        connection.execute("PRAGMA cell_size_check=ON")
        connection.execute("PRAGMA mmap_size=0")
        connection.execute("BEGIN")
        connection.set_authorizer(_authorize)
        yield connection
    except DatabaseUnusable as error:
        raise _refused(path, str(error)) from error
    except (sqlite3.Error, UnicodeDecodeError, OverflowError, MemoryError) as error:
        raise _refused(path, f"it cannot be read: {error}") from error
    finally:
        connection.close()


def examine(
    connection: sqlite3.Connection, path: Path, shape_of: Callable[[str], Shape | None]
) -> Contents:
    """Hold the file's shape against its revision's, check it whole, and read its figures.

    ``shape_of`` gives the tables of a revision, None for one it does not know.
    """
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application not in APPLICATION_IDS:
        raise _refused(path, "it is marked as a file of another program")
    (encoding,) = connection.execute("PRAGMA encoding").fetchone()
    if encoding != "UTF-8":
        raise _refused(path, f"its text is {encoding}, ours is UTF-8")
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    for kind, name, sql in rows:
        if kind == "trigger":
            raise _refused(path, f"it holds a trigger ({name}); an archive has none")
        if kind == "table" and "virtual" in str(sql)[:40].lower():
            raise _refused(path, f"it holds a virtual table ({name}); an archive has none")
        if kind == "view" and not str(name).startswith("v_"):
            raise _refused(path, f"it holds a view that is not ours ({name})")
    tables = {str(n) for kind, n, _ in rows if kind == "table"} - _OWN_TABLES
    views = {str(name) for kind, name, _ in rows if kind == "view"}
    if "alembic_version" not in tables:
        raise _refused(path, "it is no archive of decisions")
    revision = _revision(connection, path)
    shape = shape_of(revision)
    if shape is None:
        raise _refused(
            path,
            f"its schema is {revision}, which this version does not know; if it is of a newer "
            "version, update decisions",
        )
    if tables != set(shape):
        odd = sorted(tables ^ set(shape))
        raise _refused(path, f"its tables are not those of schema {revision} ({', '.join(odd)})")
    if views & tables:
        raise _refused(path, "a view stands in the place of a table")
    for table, columns in shape.items():
        _check_table(connection, path, table, columns)
    verdict = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
    if verdict != ["ok"]:
        raise _refused(path, f"it is damaged ({verdict[0][:200]})")
    return contents_of(connection)


def _revision(connection: sqlite3.Connection, path: Path) -> str:
    found = connection.execute("SELECT version_num FROM alembic_version").fetchmany(2)
    if len(found) != 1 or not isinstance(found[0][0], str) or not found[0][0].isalnum():
        raise _refused(path, "it does not say its schema")
    return str(found[0][0])


def _check_table(
    connection: sqlite3.Connection, path: Path, table: str, columns: tuple[str, ...]
) -> None:
    found = connection.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
    if any(row[6] for row in found):
        raise _refused(path, f"{table} has a computed column; an archive has none")
    if {str(row[1]) for row in found} != set(columns):
        raise _refused(path, f"{table} has other columns than an archive")
    for index in connection.execute(f'PRAGMA index_list("{table}")').fetchall():
        quoted = str(index[1]).replace('"', '""')
        terms = connection.execute(f'PRAGMA index_xinfo("{quoted}")').fetchall()
        if index[4] or any(term[1] == -2 for term in terms):
            raise _refused(
                path, f"the index {index[1]} computes something; an archive has none such"
            )


def _authorize(
    action: int, first: str | None, second: str | None, _database: str | None, within: str | None
) -> int:
    """Plain reading of tables, in statements that we wrote, and nothing through a view."""
    if within is not None:
        return sqlite3.SQLITE_DENY
    if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_TRANSACTION):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and str(second).lower() in _FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _refused(path: Path, why: str) -> RestoreRefused:
    return RestoreRefused(f"{path} is not taken: {why}. Nothing was changed")


def rows_of(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> Iterator[Any]:
    """The rows of a table of the examined file, streamed."""
    names = ", ".join(f'"{name}"' for name in columns)
    return iter(connection.execute(f'SELECT {names} FROM "{table}"'))  # noqa: S608 - our own names
