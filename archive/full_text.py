"""The full-text table of a research copy: FTS5 over paragraphs, without a text of its own.

It is declared in the spelling by which Datasette finds the table it belongs to. It follows no
change by itself: a trigger on a virtual table does not run under ``trusted_schema=OFF``, which
every connection of ours has. Whoever takes paragraphs out of a copy makes it anew with ``rebuild``,
after which no word of theirs is left in it.
"""

from __future__ import annotations

from sqlalchemy import Connection

from archive.errors import ArchiveError

TABLE = "paragraph_fts"

_MAKE = f"""
    CREATE VIRTUAL TABLE {TABLE} USING FTS5 (
        text, content="paragraph", content_rowid="id", tokenize="porter unicode61"
    )
"""
_REBUILD = f"INSERT INTO {TABLE}({TABLE}) VALUES ('rebuild')"  # noqa: S608 - a constant


def check(connection: Connection) -> None:
    """Raise ArchiveError where this SQLite has no FTS5."""
    options = connection.exec_driver_sql("PRAGMA compile_options").scalars().all()
    if "ENABLE_FTS5" not in options:
        raise ArchiveError(
            "this Python's SQLite was built without FTS5, which the copy's full text needs; use "
            "another Python, or export csv"
        )


def make(connection: Connection) -> None:
    """Make the table and fill it from ``paragraph``."""
    connection.exec_driver_sql(_MAKE)
    connection.exec_driver_sql(_REBUILD)


def rebuild(connection: Connection) -> bool:
    """Fill it anew after paragraphs have changed or gone; False where there is no such table."""
    if connection.dialect.name != "sqlite":
        return False
    asked = f"SELECT COUNT(*) FROM sqlite_master WHERE name = '{TABLE}'"  # noqa: S608 - a constant
    if not connection.exec_driver_sql(asked).scalar_one():
        return False
    connection.exec_driver_sql(_REBUILD)
    return True
