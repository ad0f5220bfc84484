"""The data dictionary, taken from the models and views: nothing is described twice."""

from __future__ import annotations

from dataclasses import dataclass

import archive.ledger
import archive.models  # noqa: F401 - registers its tables with the metadata
from archive.tables import Base
from archive.views import VIEW_COLUMNS

METADATA = Base.metadata
"""Every table of the archive; this module imports both of the modules that define them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One column of one table or view, described."""

    table_name: str
    column_name: str
    meaning: str
    unit: str
    example: str
    derived: bool


def entries() -> list[Entry]:
    """Every column of every table and view, tables first, in the order of the schema."""
    found = [
        Entry(
            table.name,
            column.name,
            str(column.info["meaning"]),
            str(column.info["unit"]),
            str(column.info["example"]),
            bool(column.info["derived"]),
        )
        for table in METADATA.sorted_tables
        for column in table.columns
    ]
    by_name = {f"{entry.table_name}.{entry.column_name}": entry for entry in found}
    for view, columns in VIEW_COLUMNS.items():
        for name, described in columns.items():
            if isinstance(described, str):
                base = by_name[described]
                entry = Entry(view, name, base.meaning, base.unit, base.example, base.derived)
            else:
                entry = Entry(view, name, *described)
            found.append(entry)
    return found
