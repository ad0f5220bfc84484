"""Rows that no version of this program wrote: found, and named in one sentence.

A database may have been handed over, edited by hand or damaged: a date that is none, bytes where
text belongs, a word no column knows, nothing where something is needed. SQLite keeps what it is
given, so any reader may stumble over such a row, with whatever error comes of it. Checking every
value of every read would slow down everybody; so readers check what could pass unnoticed
(``sound``), and when a command fails for no known reason the tables are looked through
(``find``).

Not here: damaged files, broken references between tables and hashes, which ``verify`` looks at.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Column, Connection, Table

from archive.dictionary import METADATA
from archive.errors import DatabaseUnusable
from archive.records import (
    BodyType,
    ChangeKind,
    CitationKind,
    CorrectionKind,
    DecisionKind,
    Enumeration,
    Outcome,
    Said,
    SectionKind,
    Status,
)
from archive.value_kinds import TEXT, kind_of, sound_value

WORDS: Mapping[tuple[str, str], type[Enum]] = {
    ("source", "enumeration"): Enumeration,
    ("body", "type"): BodyType,
    ("body", "name_by"): Said,
    ("body", "type_by"): Said,
    ("body", "council_code_by"): Said,
    ("body", "gss_code_by"): Said,
    ("body", "started_on_by"): Said,
    ("body", "ended_on_by"): Said,
    ("body", "successor_id_by"): Said,
    ("body_name", "said_by"): Said,
    ("decision", "kind"): DecisionKind,
    ("decision", "outcome"): Outcome,
    ("decision", "status"): Status,
    ("finding", "outcome"): Outcome,
    ("section", "kind"): SectionKind,
    ("citation", "kind"): CitationKind,
    ("remedy_correction", "correction"): CorrectionKind,
    ("change", "kind"): ChangeKind,
    ("listed", "kind"): DecisionKind,
}
"""Columns that hold one word of a list."""

BETWEEN: Mapping[tuple[str, str], tuple[int, int]] = {("paragraph", "level"): (0, 100)}
"""Whole numbers that steer how much is done, and what they can be at all."""


_KEYED = {("erased", "hash_key"), ("erased", "reference_hash")}


def digits(table: str, column: str) -> int | None:
    """How many hexadecimal digits a column holds; None for what is no number in disguise."""
    if column.endswith("sha256") or (table, column) in _KEYED:
        return 64
    return 16 if (table, column) == ("boilerplate", "cluster") else None


def _pairs(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(each, str) for each in pair)
        for pair in value
    )


def _sentences(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _shapes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


JSON: Mapping[tuple[str, str], Callable[[Any], bool]] = {
    ("decision", "warnings"): _sentences,
    ("page", "headers"): _pairs,
    ("remedy_correction", "machine_then"): _shapes,
    ("remedy_correction", "machine_now"): _shapes,
    ("remedy_correction", "beside"): _shapes,
    ("erased", "url_hashes"): _sentences,
    ("erased", "left_to_do"): _sentences,
}
"""Columns that hold JSON, and its form."""

ADDRESSES = frozenset({("source", "base_url")})
"""Addresses that others are held against: they must be some. (Whatever else a page was called is
kept as it came.)"""

_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Damage:
    """One value that cannot stand where it stands. ``row`` is the key, ``number 5`` or a name."""

    table: str
    row: str
    column: str
    what: str

    def sentence(self) -> str:
        """What is wrong and what to do."""
        return (
            f"the archive's table {self.table} is damaged: in row {self.row}, {self.column} "
            f"{self.what}. No version of decisions wrote that; `decisions verify` lists what else "
            "is wrong. Restore the archive from a backup, or, for what was read from a page, read "
            "the pages again with `decisions reparse`"
        )


# --- while reading ------------------------------------------------------------------------------


def sound(table: Table, rows: Sequence[Any]) -> Sequence[Any]:
    """The rows, whose first columns are the table's, if all their values are of the right kinds.

    Raises DatabaseUnusable with a sentence that names the row.
    """
    good: set[tuple[type, ...]] = set()
    columns = list(table.columns)
    count = len(columns)
    for row in rows:
        kinds = tuple(map(type, row[:count]))
        if kinds in good:
            continue
        for column, value in zip(columns, row, strict=False):
            if not isinstance(value, _types(column)):
                raise DatabaseUnusable(
                    Damage(table.name, _key(table, row), column.name, _holds(value)).sentence()
                )
        good.add(kinds)
    return rows


def _types(column: Column[Any]) -> tuple[type, ...]:
    """What Python makes of the column's values."""
    nothing: tuple[type, ...] = (type(None),) if column.nullable else ()
    return (*kind_of(column).python, *nothing)


def _key(table: Table, row: Sequence[Any]) -> str:
    values = dict(zip((column.name for column in table.columns), row, strict=False))
    if "id" in values:
        return f"number {values['id']}"
    return ", ".join(f"{column.name} {values[column.name]!r}" for column in table.primary_key)


def _holds(value: object) -> str:
    if value is None:
        return "holds nothing"
    if isinstance(value, bytes):
        return f"holds {len(value):,} bytes in place of what belongs there"
    shown = repr(value)
    return f"holds {shown if len(shown) <= _SHOWN else shown[:_SHOWN] + '…'}"


# --- when a command failed ----------------------------------------------------------------------


def find(connection: Connection) -> Iterator[Damage]:
    """Every value that cannot stand where it stands, table by table.

    On a server, which refuses values of another type by itself, only words, JSON and sections that
    are a part of another decision's are looked at.
    """
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        _teach(connection)
    for table in METADATA.sorted_tables:
        told: set[tuple[str, str]] = set()
        for column, wrong in _failed(connection, table, sqlite=sqlite):
            for damage in _failing(connection, table, column, wrong):
                if (damage.row, damage.column) not in told:
                    told.add((damage.row, damage.column))
                    yield damage
        if not sqlite:
            yield from _bad_json(connection, table)
    yield from _strange_parents(connection)


def _teach(connection: Connection) -> None:
    """Give SQLite the tests that it cannot make itself. Values come as bytes: text that is no
    UTF-8 could not be handed over."""
    driver: Any = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - for the type
    driver.create_function("is_text", 1, _is_text, deterministic=True)
    driver.create_function("is_address", 1, _is_address, deterministic=True)
    for (table, column), fits in JSON.items():
        driver.create_function(
            f"is_{table}_{column}", 1, lambda value, fits=fits: _is_json(value, fits)
        )


def _is_text(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_address(value: bytes) -> bool:
    try:
        parts = urlsplit(value.decode("utf-8"))
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _is_json(value: bytes | str, fits: Callable[[Any], bool]) -> bool:
    try:
        return fits(json.loads(value))
    except (ValueError, RecursionError):
        return False


def _tests(table: Table, column: Column[Any], *, sqlite: bool) -> Iterator[str]:
    """SQL conditions, each of which holds for wrong values of one sort."""
    name = f'"{column.name}"'
    at = (table.name, column.name)
    if sqlite:
        yield f"NOT {sound_value(column)}"
        if kind_of(column) is TEXT:
            yield f"typeof({name}) = 'text' AND NOT is_text(CAST({name} AS BLOB))"
        if at in JSON:
            yield f"NOT is_{table.name}_{column.name}(CAST({name} AS BLOB))"
        if at in ADDRESSES:
            yield f"NOT is_address(CAST({name} AS BLOB))"
        if count := digits(*at):
            # Nothing: not worked out yet, as after an upgrade.
            yield f"(length({name}) NOT IN (0, {count}) OR {name} GLOB '*[^0-9a-f]*')"
    if at in WORDS:
        known = ", ".join(f"'{word.value}'" for word in WORDS[at])
        yield f"{name} NOT IN ({known})"
    if at in BETWEEN:
        yield f"{name} NOT BETWEEN {BETWEEN[at][0]} AND {BETWEEN[at][1]}"


def _failed(
    connection: Connection, table: Table, *, sqlite: bool
) -> Iterator[tuple[Column[Any], str]]:
    """The conditions that any row of a table fulfils, found in one pass over it."""
    tests = [
        (column, wrong)
        for column in table.columns
        for wrong in _tests(table, column, sqlite=sqlite)
    ]
    if not tests:
        return
    sums = ", ".join(f"SUM(CASE WHEN {wrong} THEN 1 ELSE 0 END)" for _, wrong in tests)
    counts = connection.exec_driver_sql(f'SELECT {sums} FROM "{table.name}"').one()  # noqa: S608 - our own names
    yield from (test for test, count in zip(tests, counts, strict=True) if count)


def _failing(
    connection: Connection, table: Table, column: Column[Any], wrong: str
) -> Iterator[Damage]:
    keys = [each.name for each in table.primary_key]
    named = ", ".join(f'CAST("{key}" AS VARCHAR)' for key in keys)
    value = f'"{column.name}"'
    if connection.dialect.name == "sqlite":
        # Its first bytes, in hexadecimal: nothing else is sure to come over whatever it is.
        value = f"CASE WHEN {value} IS NOT NULL THEN hex(substr(CAST({value} AS BLOB), 1, 60)) END"
    order = ", ".join(f'"{key}"' for key in keys)
    statement = f'SELECT {value}, {named} FROM "{table.name}" WHERE {wrong} ORDER BY {order}'  # noqa: S608 - our own names
    for row in connection.exec_driver_sql(statement):
        key = f"number {row[1]}" if keys == ["id"] else ", ".join(map(repr, row[1:]))
        said = "holds nothing" if row[0] is None else _told(row[0], connection)
        yield Damage(table.name, key, column.name, said)


def _told(value: str, connection: Connection) -> str:
    text = (
        bytes.fromhex(value).decode("utf-8", "backslashreplace")
        if connection.dialect.name == "sqlite"
        else value
    )
    return f"holds {text!r}, which cannot stand there"


def _bad_json(connection: Connection, table: Table) -> Iterator[Damage]:
    for column in table.columns:
        fits = JSON.get((table.name, column.name))
        if fits is None:
            continue
        statement = f'SELECT id, "{column.name}" FROM "{table.name}" ORDER BY id'  # noqa: S608
        for number, value in connection.exec_driver_sql(statement):
            if not _is_json(value, fits):
                yield Damage(table.name, f"number {number}", column.name, _holds(value))


def _strange_parents(connection: Connection) -> Iterator[Damage]:
    for number, parent in connection.exec_driver_sql(
        "SELECT s.id, s.parent_id FROM section s LEFT JOIN section p ON p.id = s.parent_id "
        "WHERE s.parent_id IS NOT NULL AND (p.id IS NULL OR p.decision_id <> s.decision_id "
        "OR p.position >= s.position) ORDER BY s.id"
    ):
        yield Damage(
            "section", f"number {number}", "parent_id", f"names section {parent}, no part before it"
        )
