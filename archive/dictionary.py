"""The data dictionary, taken from the models and views: nothing is described twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Date, Float, Integer, LargeBinary, String
from sqlalchemy.types import TypeEngine

import archive.ledger
import archive.models  # noqa: F401 - registers its tables with the metadata
from archive.tables import Base, UtcInstant
from archive.view_columns import VIEW_COLUMNS, Own

METADATA = Base.metadata
"""Every table of the archive; this module imports both of the modules that define them."""

KINDS: dict[str, TypeEngine[Any]] = {
    "boolean": Boolean(),
    "integer": Integer(),
    "number": Float(),
    "date": Date(),
    "instant": UtcInstant(),
    "bytes": LargeBinary(),
    "text": String(),
}
"""What a column holds, by plain names; the first that fits a model's type counts."""

VERBATIM, DERIVED, ARCHIVE = "verbatim", "derived", "archive"
"""Where a column's values come from: the publisher's words, worked out by us, or our own books."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of one table or view, described. ``kind`` is one of ``KINDS``.

    ``origin`` is ``verbatim``, ``derived`` or ``archive``; ``rule`` says how a derived one is
    worked out, or where that is written.
    """

    table_name: str
    column_name: str
    kind: str
    meaning: str
    unit: str
    example: str
    origin: str
    rule: str

    @property
    def derived(self) -> bool:
        """Whether we worked it out."""
        return self.origin == DERIVED


def entries() -> list[Entry]:
    """Every column of every table and view, tables first, in the order of the schema."""
    found = [
        Entry(
            table.name,
            column.name,
            _kind(column.type),
            str(column.info["meaning"]),
            str(column.info["unit"]),
            str(column.info["example"]),
            str(column.info["origin"]),
            str(column.info["rule"]),
        )
        for table in METADATA.sorted_tables
        for column in table.columns
    ]
    by_name = {f"{entry.table_name}.{entry.column_name}": entry for entry in found}
    for view in VIEW_COLUMNS:
        found.extend(_of_view(view, by_name))
    return found


def view_entries(view: str) -> list[Entry]:
    """The columns of one view, in order."""
    return [entry for entry in entries() if entry.table_name == view]


def _of_view(view: str, by_name: dict[str, Entry]) -> list[Entry]:
    found = []
    for name, told in VIEW_COLUMNS[view].items():
        if isinstance(told, Own):
            origin = VERBATIM if told.verbatim else ARCHIVE if told.bookkeeping else DERIVED
            words = (told.kind, told.meaning, told.unit, told.example, origin, told.rule)
        else:
            base = by_name[told]
            words = (base.kind, base.meaning, base.unit, base.example, base.origin, base.rule)
        found.append(Entry(view, name, *words))
    return found


def _kind(kind: TypeEngine[object]) -> str:
    return next(name for name, model in KINDS.items() if isinstance(kind, type(model)))
