"""Freeze the newest schema as SQL text with rows in every table: tests/schemas/NNNN.sql.

Run it once, in the commit that adds a migration, and commit the file with it. A file of a released
schema is never written anew: archives of that release look as it does, whatever the code says now.
The tests bring every such file up to the newest schema. All of it is invented.
"""

from __future__ import annotations

import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "tests" / "schemas"

REFERENCES = ("24 001 234", "24 001 235", "24 001 236")

_BY_TYPE = (
    ("INT", 1),
    ("BOOL", 0),
    ("FLOAT", 0.5),
    ("DATETIME", "2026-03-02 12:00:00.000000"),
    ("DATE", "2026-03-02"),
    ("BLOB", b"invented"),
    ("", "invented"),
)
"""Begin of a column's declared type → a value for a row that no command of ours made."""


def main() -> int:
    sys.path.insert(0, str(ROOT))
    from archive.models import SCHEMA_REVISION

    target = SCHEMAS / f"{SCHEMA_REVISION}.sql"
    if target.exists():
        print(f"{target} is there already; a released schema does not change", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as directory:
        database = make(Path(directory))
        SCHEMAS.mkdir(exist_ok=True)
        target.write_text(dump(database), encoding="utf-8", newline="\n")
    print(target)
    return 0


def make(home: Path) -> Path:
    """An archive made by this code's own commands, then a row in each table left empty."""
    from archive.config import Config, sqlite_url
    from archive.opening import open_to_write
    from tests.specimens import NOON, SOURCE, decision, page

    path = home / "decisions.db"
    config = Config(home=home, database_url=sqlite_url(path))
    with open_to_write(config, now=NOON, tell=lambda _: None) as archive:
        source_id = archive.register(SOURCE)
        for reference in REFERENCES:
            body = f"<html>an invented page about {reference}</html>".encode()
            pages = [archive.save_page(page(reference, body=body))]
            archive.save_decision(source_id, decision(reference), pages, at=NOON)
    with closing(sqlite3.connect(path)) as plain:
        fill(plain)
        plain.commit()
    return path


def fill(plain: sqlite3.Connection) -> None:
    """A row in every table that has none, parents before children."""
    tables = dict(
        plain.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' "
            "AND substr(name, 1, 7) <> 'sqlite_'"
        ).fetchall()
    )
    empty = {name for name in tables if not _has_rows(plain, name)}
    while empty:
        ready = [
            name
            for name in sorted(empty)
            if not {row[2] for row in plain.execute(f'PRAGMA foreign_key_list("{name}")')}
            & (empty - {name})
        ]
        for name in ready:
            _add_row(plain, name, tables[name])
            empty.remove(name)


def _has_rows(plain: sqlite3.Connection, table: str) -> bool:
    return plain.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone() is not None  # noqa: S608 - names of our own tables


def _add_row(plain: sqlite3.Connection, table: str, sql: str) -> None:
    parents = {
        row[3]: (row[2], row[4] or "id")
        for row in plain.execute(f'PRAGMA foreign_key_list("{table}")')
    }
    allowed = dict(re.findall(r"(\w+) IN \('(\w+)'", sql))
    values: dict[str, object] = {}
    for _, name, declared, _, _, _ in plain.execute(f'PRAGMA table_info("{table}")').fetchall():
        if name in parents:
            parent, key = parents[name]
            if parent != table:
                (values[name],) = plain.execute(f'SELECT MAX("{key}") FROM "{parent}"').fetchone()  # noqa: S608 - names of our own tables
        elif name in allowed:
            values[name] = allowed[name]
        else:
            values[name] = next(value for begin, value in _BY_TYPE if begin in declared.upper())
    if table == "decision_link":
        (values["decision_id"],) = plain.execute("SELECT MIN(id) FROM decision").fetchone()
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join("?" for _ in values)
    plain.execute(f'INSERT INTO "{table}" ({names}) VALUES ({places})', tuple(values.values()))  # noqa: S608 - names of our own tables


def dump(path: Path) -> str:
    """The database as SQL text; what differs from run to run is made the same."""
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("PRAGMA foreign_keys=OFF")
        plain.execute(
            "UPDATE archive_meta SET value = '00000000-0000-4000-8000-00000000000a' "
            "WHERE key = 'archive_id'"
        )
        plain.execute(
            "UPDATE archive_meta SET value = '00000000-0000-4000-8000-00000000000e' "
            "WHERE key = 'epoch'"
        )
        plain.commit()
        return "\n".join(_lines(plain)) + "\n"


def _lines(plain: sqlite3.Connection) -> Iterator[str]:
    yield "-- Made by scripts/schema_fixture.py from the release of this schema. Never change it."
    yield from plain.iterdump()


if __name__ == "__main__":
    sys.exit(main())
