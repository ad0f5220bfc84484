"""What all tables share: naming, instants in UTC, and columns that carry their own meaning."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    Integer,
    MetaData,
    Table,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcInstant(TypeDecorator[datetime]):
    """An instant in UTC. Naive values are refused: a guess of the zone would be a wrong date."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; instants are kept in UTC")
        utc = value.astimezone(UTC)
        # SQLite keeps text: one spelling for all, without an offset, so that it sorts.
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


KEY = BigInteger().with_variant(Integer, "sqlite")
"""SQLite gives a rowid only to INTEGER; a server gets 64 bits."""


class Base(DeclarativeBase):
    """All tables of the archive."""

    metadata = MetaData(naming_convention=NAMING)


def table_of(model: Any) -> Table:
    """The table of a model. Large inserts take it: the mapped class costs a good part of them."""
    table: Table = model.__table__
    return table


def column(
    kind: Any,
    meaning: str,
    *args: Any,
    example: str = "",
    unit: str = "",
    derived: bool = False,
    verbatim: bool = False,
    rule: str = "",
    **options: Any,
) -> MappedColumn[Any]:
    """A column that carries its line of the data dictionary.

    ``derived``: we worked it out, by ``rule``; ``verbatim``: the publisher's words; neither: the
    archive's own books.
    """
    origin = "derived" if derived else "verbatim" if verbatim else "archive"
    info = {"meaning": meaning, "unit": unit, "example": example, "origin": origin, "rule": rule}
    return mapped_column(kind, *args, info=info, **options)


def one_of(name: str, values: type[Any]) -> CheckConstraint:
    """A check that a text column holds one of an enum's values."""
    listed = ", ".join(f"'{item.value}'" for item in values)
    return CheckConstraint(f"{name} IN ({listed})", name=name)
