"""Is the database itself whole: file, schema, kinds of values, references between tables.

Knows nothing of what the rows mean. SQLite checks neither the kind of a value nor, after a fact,
what a table asks of it; a server does both, so there these checks have nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import (
    Connection,
    inspect,
    text,
)

from archive.dictionary import METADATA
from archive.fault import MOST_SHOWN, REPAIR, RESTORE, Fault, Level, Mend, Scope, Tally, short
from archive.value_kinds import Wrong, wrong_values
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
    """Values that are not of their column's kind."""
    for table in METADATA.sorted_tables:
        tally.checked["rows"] += connection.exec_driver_sql(
            f'SELECT COUNT(*) FROM "{table.name}"'  # noqa: S608 - our own table's name
        ).scalar_one()
    for wrong in wrong_values(connection, METADATA.sorted_tables, most=MOST_SHOWN):
        yield _wrong_kind(connection, wrong)


def _wrong_kind(connection: Connection, wrong: Wrong) -> Fault:
    name = wrong.table.name
    reference = None
    if name in ("decision", "listed"):
        reference = connection.exec_driver_sql(
            f'SELECT reference FROM "{name}" WHERE rowid = ?',  # noqa: S608 - one of two names
            (wrong.rowid,),
        ).scalar_one()
    return Fault(
        "integrity",
        f"row {wrong.rowid} of {name}: its {wrong.column} is {wrong.what}, or empty where it must "
        "not be",
        REPAIR if name in READINGS else f"{REPAIR}, which may mend it; if it does not, {RESTORE}",
        reference=reference if isinstance(reference, str) else None,
        decision_id=wrong.rowid if name == "decision" else None,
        mend=Mend.REREAD if name == "decision" else None,
        row=(name, wrong.rowid),
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
