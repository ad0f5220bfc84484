"""Is the database itself whole: file, schema, kinds of values, references between tables.

Knows nothing of what the rows mean. SQLite checks neither the kind of a value nor, after a fact,
what a table asks of it; a server does both, so there these checks have nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    inspect,
    text,
)

from archive.dictionary import METADATA
from archive.fault import MOST_SHOWN, REPAIR, RESTORE, Fault, Level, Mend, Scope, Tally, short
from archive.tables import UtcInstant
from archive.views import VIEWS

READINGS = frozenset(
    (
        "section",
        "paragraph",
        "finding",
        "citation",
        "cross_reference",
        "remedy",
        "boilerplate",
    )
)
"""Tables that hold nothing but our reading of a page: a row of theirs that belongs to nothing can
go, the page is the truth."""

_DAY = "{c} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date({c}) = {c}"
_KINDS: tuple[tuple[type[Any], str, str], ...] = (
    (UtcInstant, "typeof({c}) = 'text' AND datetime({c}) IS NOT NULL", "no instant"),
    (Date, "typeof({c}) = 'text' AND " + _DAY, "no date"),
    (Boolean, "typeof({c}) = 'integer' AND {c} IN (0, 1)", "neither true nor false"),
    (Integer, "typeof({c}) = 'integer'", "no whole number"),
    (Float, "typeof({c}) IN ('real', 'integer')", "no number"),
    (LargeBinary, "typeof({c}) = 'blob'", "no bytes"),
)
"""Kind of column → what SQLite must say of its values → what a value is that is not so."""

_TEXT = ("typeof({c}) = 'text'", "no text")


def database_faults(connection: Connection, scope: Scope, tally: Tally) -> Iterator[Fault]:
    """Schema, file and kinds of values. ``foreign_key_faults`` are apart."""
    yield from _schema(connection, tally)
    if connection.dialect.name == "sqlite":
        yield from _file(connection, scope, tally)
        yield from _kinds(connection, tally)
    else:
        tally.not_checked.append(
            "the database's files and the kinds of its values: the server sees to them "
            "(data checksums, pg_amcheck)"
        )
    yield from _identity(connection, tally)


def _schema(connection: Connection, tally: Tally) -> Iterator[Fault]:
    look = inspect(connection)
    present = set(look.get_table_names())
    for table in METADATA.sorted_tables:
        tally.checked["tables"] += 1
        if table.name not in present:
            yield Fault("integrity", f"the table {table.name} is missing", RESTORE)
            continue
        columns = {each["name"] for each in look.get_columns(table.name)}
        for column in table.columns:
            if column.name not in columns:
                yield Fault(
                    "integrity", f"the column {table.name}.{column.name} is missing", RESTORE
                )
        indexes = {each["name"] for each in look.get_indexes(table.name)}
        for index in table.indexes:
            if str(index.name) not in indexes:
                yield Fault("integrity", f"the index {index.name} is missing", RESTORE)
    for view in sorted(VIEWS.keys() - set(look.get_view_names())):
        yield Fault("integrity", f"the view {view} is missing", RESTORE)
    if connection.dialect.name == "sqlite":
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ):
            yield Fault(
                "integrity",
                f"a trigger {short(name)} stands in the database, which is none of ours; it could "
                "change rows behind our back",
                RESTORE,
            )


def _file(connection: Connection, scope: Scope, tally: Tally) -> Iterator[Fault]:
    pragma = "integrity_check" if scope.level is Level.FULL else "quick_check"
    tally.checked[pragma] += 1
    for (found,) in connection.exec_driver_sql(f"PRAGMA {pragma}({MOST_SHOWN})"):
        for line in str(found).splitlines():
            if line != "ok":
                yield Fault("integrity", f"SQLite says: {short(line, 200)}", RESTORE)


def _kinds(connection: Connection, tally: Tally) -> Iterator[Fault]:
    """Values that are not of their column's kind. One pass over each table."""
    for table in METADATA.sorted_tables:
        rules = [_rule(column) for column in table.columns]
        where = " OR ".join(f"NOT ({rule})" for _, rule, _ in rules)
        shown = ", ".join(f"NOT ({rule})" for _, rule, _ in rules)
        key = "reference" if table.name in ("decision", "listed") else "NULL"
        tally.checked["rows"] += connection.exec_driver_sql(
            f'SELECT COUNT(*) FROM "{table.name}"'  # noqa: S608 - our own table's name
        ).scalar_one()
        for row in connection.exec_driver_sql(
            f'SELECT rowid, {key}, {shown} FROM "{table.name}" '  # noqa: S608 - names of our own models
            f"WHERE {where} LIMIT {MOST_SHOWN}"
        ):
            for (name, _, what), bad in zip(rules, row[2:], strict=True):
                if bad:
                    yield _wrong_kind(table, name, what, row[0], row[1])


def _rule(column: Column[Any]) -> tuple[str, str, str]:
    kind = column.type
    rule, what = next(
        ((rule, what) for cls, rule, what in _KINDS if isinstance(kind, cls)),
        _TEXT,
    )
    name = f'"{column.name}"'
    asked = rule.format(c=name)
    # What SQLite cannot make anything of is NULL there, which is neither yes nor no.
    asked = f"COALESCE({asked}, 0)"
    if column.nullable:
        asked = f"{name} IS NULL OR {asked}"
    return column.name, asked, what


def _wrong_kind(table: Table, column: str, what: str, rowid: int, reference: object) -> Fault:
    reading = table.name in READINGS
    return Fault(
        "integrity",
        f"row {rowid} of {table.name}: its {column} is {what}, or empty where it must not be",
        REPAIR if reading else f"{REPAIR}, which may mend it; if it does not, {RESTORE}",
        reference=reference if isinstance(reference, str) else None,
        decision_id=rowid if table.name == "decision" else None,
        mend=Mend.REREAD if table.name == "decision" else None,
        row=(table.name, rowid),
    )


def _identity(connection: Connection, tally: Tally) -> Iterator[Fault]:
    tally.checked["identity"] += 1
    held: dict[str, object] = {
        row[0]: row[1] for row in connection.execute(text("SELECT key, value FROM archive_meta"))
    }
    for key in ("archive_id", "epoch"):
        value = held.get(key)
        if not isinstance(value, str) or not value.strip():
            yield Fault(
                "integrity",
                f"the archive has no {key}: nobody can tell which archive this is",
                f"{RESTORE}; any writing command gives it a new one, and the index is made anew",
            )


def foreign_key_faults(connection: Connection, tally: Tally) -> Iterator[Fault]:
    """Rows that point to what there is not."""
    if connection.dialect.name != "sqlite":
        tally.not_checked.append("references between tables: the server enforces them")
        return
    tally.checked["foreign_keys"] += 1
    for shown, (table, rowid, parent, _) in enumerate(
        connection.exec_driver_sql("PRAGMA foreign_key_check")
    ):
        if shown == MOST_SHOWN:
            yield Fault("foreign_keys", "there are more of these", REPAIR)
            return
        orphan = table in READINGS
        yield Fault(
            "foreign_keys",
            f"row {rowid} of {table} points to a row of {parent} that is not there",
            f"{REPAIR}: the row is only our reading of a page" if orphan else RESTORE,
            mend=Mend.ORPHAN if orphan else None,
            row=(str(table), int(rowid)) if rowid is not None else None,
        )
