"""The frozen archives of every released schema, and what of a database must stay as it is.

Also run as a program by ``test_archive_migrations``: ``python -m tests.released_schemas DATABASE
REVISION STATEMENTS MOST`` brings a database there again and again, each time in a child that kills
itself at another of so many statements (at most so many of them, evenly spread), then once more to
the end; prints how many there were and which of them left something changed.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from archive import database
from archive.config import sqlite_url

SCHEMAS = Path(__file__).parent / "schemas"


def fixtures() -> list[str]:
    """The revisions there is a frozen archive of, oldest first."""
    return sorted(path.stem for path in SCHEMAS.glob("*.sql"))


def thaw(revision: str, path: Path) -> Path:
    """Make the frozen archive a database file."""
    text = (SCHEMAS / f"{revision}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA foreign_keys=OFF")
        plain.executescript(text)
        plain.execute("PRAGMA journal_mode=WAL")
    return path


def everything(path: Path) -> list[str]:
    """The schema's text and every row, as SQL."""
    with closing(sqlite3.connect(path)) as plain:
        return list(plain.iterdump())


def migrate(path: Path, revision: str) -> None:
    engine = database.migration_engine(sqlite_url(path))
    try:
        database.migrate(engine, revision)
    finally:
        engine.dispose()


class FullDisk:
    """No database that SQLAlchemy writes grows beyond so many pages."""

    def __init__(self, pages: int) -> None:
        self.pages = pages

    def __enter__(self) -> None:
        event.listen(Engine, "before_cursor_execute", self._hear)

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement == "BEGIN IMMEDIATE":
            cursor.execute(f"PRAGMA max_page_count={self.pages}")


class AtStatement:
    """Does something at the n-th statement that SQLAlchemy sends; 0: only counts them."""

    def __init__(self, number: int, deed: Any) -> None:
        self.number, self.deed, self.seen = number, deed, 0

    def __enter__(self) -> AtStatement:
        event.listen(Engine, "before_cursor_execute", self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._hear)

    def _hear(self, _connection: Any, cursor: Any, *_: Any) -> None:
        self.seen += 1
        if self.seen == self.number:
            self.deed(cursor)


def count_statements(path: Path, revision: str) -> int:
    """How many statements a migration takes; the database is migrated by that."""
    with AtStatement(0, None) as counted:
        migrate(path, revision)
    return counted.seen


def _kill(_cursor: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    path, revision = Path(sys.argv[1]), sys.argv[2]
    statements, most = int(sys.argv[3]), int(sys.argv[4])
    before = everything(path)
    # The last statements are always among them: there is most to lose.
    points = sorted(set(range(statements, 0, -max(1, -(-statements // most)))))
    bad = []
    for point in points:
        child = os.fork()
        if child == 0:
            with AtStatement(point, _kill):
                migrate(path, revision)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0 or everything(path) != before:
            bad.append(point)
            break
    migrate(path, revision)
    print(json.dumps({"points": len(points), "bad": bad}))


if __name__ == "__main__":
    main()
