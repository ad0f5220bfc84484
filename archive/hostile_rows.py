"""Values that no writer of ours would have stored, found in a database whose tables are ours.

SQLite keeps any kind of value in any column. A file that somebody made by hand could hold text in
place of a number, or a day that is none, and whoever reads it later would stumble.
"""

from __future__ import annotations

import sqlite3

_STORED_AS = (
    ("INT", "('integer', 'null')"),
    ("BOOL", "('integer', 'null')"),
    ("FLOAT", "('real', 'integer', 'null')"),
    ("BLOB", "('blob', 'null')"),
    ("", "('text', 'null')"),
)
"""Begin of a column's declared type → what may be stored there; the first that fits counts."""


def odd_value(connection: sqlite3.Connection) -> str | None:
    """Name the first column with a value of another kind than it is for; None: there is none."""
    tables = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
    ).fetchall()
    for (table,) in tables:
        columns = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        checks = [_check(f'"{row[1]}"', str(row[2]).upper()) for row in columns]
        # One pass over the table: which checks does any row fail?
        failing = connection.execute(
            f'SELECT {", ".join(f"MAX({check})" for check in checks)} FROM "{table}"'  # noqa: S608 - our own tables' names
        ).fetchone()
        for row, failed in zip(columns, failing, strict=True):
            if failed:
                return f"{table}.{row[1]} holds a value that does not belong there"
    return None


def _check(column: str, declared: str) -> str:
    if declared.startswith("DATETIME"):
        day = f"substr({column}, 1, 19)"
        return (
            f"{column} IS NOT NULL AND (typeof({column}) <> 'text' OR datetime({day}) IS NOT {day})"
        )
    if declared.startswith("DATE"):
        wrong = f"typeof({column}) <> 'text' OR date({column}) IS NOT {column}"
        return f"{column} IS NOT NULL AND ({wrong})"
    kinds = next(
        kinds for begin, kinds in _STORED_AS if begin in declared[: len(begin) + 3] or not begin
    )
    return f"typeof({column}) NOT IN {kinds}"
