"""What a SQLite file of the archive holds, in a few figures that two copies can be compared by.

Works on every released schema and needs only ``sqlite3``. The caller holds one view of the database
(``BEGIN``) if the figures are to be of one moment.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from archive.errors import DatabaseUnusable

_TABLES = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_' "
    "ORDER BY name"
)


@dataclass(frozen=True, slots=True)
class Contents:
    """``last_seen`` is the newest capture's time as stored; hashes are of rows in the order of ids.

    ``changes_sha256`` covers the whole change log, ``pages_sha256`` number, address and hash of
    every capture.
    """

    revision: str
    archive_id: str
    epoch: str
    last_change: int
    last_seen: str
    rows: tuple[tuple[str, int], ...]
    changes_sha256: str
    pages_sha256: str

    def count(self, table: str) -> int:
        """Rows of a table, 0 for one that this schema has not."""
        return dict(self.rows).get(table, 0)

    def difference(self, other: Contents) -> str | None:
        """The first thing in which another file differs, in plain words; None: in nothing."""
        for name, ours, theirs in (
            ("schema", self.revision, other.revision),
            ("archive id", self.archive_id, other.archive_id),
            ("epoch", self.epoch, other.epoch),
        ):
            if ours != theirs:
                return f"the {name} is {theirs} instead of {ours}"
        there = dict(other.rows)
        for table, number in self.rows:
            if there.get(table) != number:
                return f"{table} has {there.get(table)} rows instead of {number}"
        if self.changes_sha256 != other.changes_sha256:
            return "the change log differs"
        if self.pages_sha256 != other.pages_sha256:
            return "the captures' addresses or hashes differ"
        return None


def contents_of(connection: sqlite3.Connection) -> Contents:
    """Read the figures. Raises DatabaseUnusable for a database that is no archive.

    Database errors of ``sqlite3`` come through as they are.
    """
    tables = [str(row[0]) for row in connection.execute(_TABLES)]
    missing = {"alembic_version", "archive_meta", "change", "page", "decision"} - set(tables)
    if missing:
        raise DatabaseUnusable(f"it is no archive of decisions (no table {min(missing)})")
    meta = dict(connection.execute("SELECT key, value FROM archive_meta").fetchall())
    revisions = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if len(revisions) != 1:
        raise DatabaseUnusable("it is no archive of decisions (it does not say its schema)")
    return Contents(
        revision=str(revisions[0][0]),
        archive_id=str(meta.get("archive_id", "")),
        epoch=str(meta.get("epoch", "")),
        last_change=_one(connection, "SELECT COALESCE(MAX(id), 0) FROM change"),
        last_seen=str(connection.execute("SELECT MAX(fetched_at) FROM page").fetchone()[0] or ""),
        rows=tuple((name, _one(connection, f'SELECT COUNT(*) FROM "{name}"')) for name in tables),  # noqa: S608 - our own tables' names
        changes_sha256=_hash(
            connection.execute(
                "SELECT id, decision_id, kind, at, revision_id FROM change ORDER BY id"
            )
        ),
        pages_sha256=_hash(
            connection.execute("SELECT id, url, sha256, body_page_id FROM page ORDER BY id")
        ),
    )


def _one(connection: sqlite3.Connection, statement: str) -> int:
    return int(connection.execute(statement).fetchone()[0])


def _hash(rows: Iterable[tuple[object, ...]]) -> str:
    found = hashlib.sha256()
    for row in rows:
        found.update(repr(row).encode("utf-8", "surrogatepass"))
        found.update(b"\n")
    return found.hexdigest()
