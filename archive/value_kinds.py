"""What a value of each kind of column is, to SQLite and to Python.

SQLite keeps any kind of value in any column. A file that somebody made by hand could hold text in
place of a number, or a day that is none, and whoever reads it later would stumble. Here stands, in
one table, what belongs where; ``verify`` and ``restore`` look for the rest with ``wrong_values``,
``archive.damaged_rows`` with the same rules names the first that a reader stumbled over.

Not here: which words, forms or numbers a column of ours may hold beyond its kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    Table,
)

from archive.tables import UtcInstant


class Kind(NamedTuple):
    """One kind of column: what SQLite must say of its values (``{c}`` is the column), what a value
    is that is not so, and the types that Python makes of the right ones."""

    columns: tuple[type[Any], ...]
    rule: str
    wrong: str
    python: tuple[type, ...]


class Wrong(NamedTuple):
    """A value that is not of its column's kind. ``what`` as in ``no date``."""

    table: Table
    column: str
    rowid: int
    what: str


# Without a modifier some versions of SQLite give back a thirtieth of February as it stands.
_DAY = "typeof({c}) = 'text' AND {c} >= '0001' AND date({c}, '+0 days') IS {c}"
_INSTANT = (
    "typeof({c}) = 'text' AND {c} >= '0001' "
    "AND datetime(substr({c}, 1, 19), '+0 days') IS substr({c}, 1, 19) "
    "AND (substr({c}, 20) = '' OR substr({c}, 20) GLOB '.[0-9][0-9][0-9][0-9][0-9][0-9]')"
)

KINDS = (
    Kind((UtcInstant, DateTime), _INSTANT, "no instant", (datetime,)),
    Kind((Date,), _DAY, "no date", (date,)),
    Kind(
        (Boolean,),
        "typeof({c}) = 'integer' AND {c} IN (0, 1)",
        "neither true nor false",
        (bool,),
    ),
    Kind((Integer,), "typeof({c}) = 'integer'", "no whole number", (int,)),
    Kind((Float,), "typeof({c}) IN ('real', 'integer')", "no number", (float, int)),
    Kind((LargeBinary,), "typeof({c}) = 'blob'", "no bytes", (bytes,)),
)
"""The first that fits a column counts; a column that none fits is for text."""

TEXT = Kind((), "typeof({c}) = 'text'", "no text", (str,))


def kind_of(column: Column[Any]) -> Kind:
    """The kind of a column of ours, or of one that was read from a database's schema."""
    return next((kind for kind in KINDS if isinstance(column.type, kind.columns)), TEXT)


def sound_value(column: Column[Any]) -> str:
    """SQL that holds where SQLite has a value of the column's kind, and nowhere else.

    What SQLite can make nothing of is NULL there, which is neither yes nor no.
    """
    name = f'"{column.name}"'
    rule = f"COALESCE({kind_of(column).rule.format(c=name)}, 0)"
    return f"({name} IS NULL OR {rule})" if column.nullable else rule


def wrong_values(connection: Connection, tables: Iterable[Table], *, most: int) -> Iterator[Wrong]:
    """Values of another kind than their column is for, of at most so many rows of each table.

    One pass over each table. SQLite only: a server refuses them by itself.
    """
    for table in tables:
        columns = list(table.columns)
        rules = [f"NOT {sound_value(column)}" for column in columns]
        found = connection.exec_driver_sql(
            f'SELECT rowid, {", ".join(rules)} FROM "{table.name}" '  # noqa: S608 - names of our own tables
            f"WHERE {' OR '.join(rules)} LIMIT {most}"
        )
        for rowid, *bad in found:
            for column, is_bad in zip(columns, bad, strict=True):
                if is_bad:
                    yield Wrong(table, column.name, rowid, kind_of(column).wrong)
