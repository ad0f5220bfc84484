"""What a spreadsheet does to text, and what is done against it. Pure.

A cell that begins like a formula is run as one, and a cell holds 32,767 characters, counted as
UTF-16 does; a program that opens a longer one cuts it, or spills it over the next rows, without a
word. CSV for a spreadsheet therefore gets an apostrophe before such text (after OWASP's advice on
CSV injection) and a column that names the cells that are too long; the text in them stays whole.
"""

from __future__ import annotations

from collections.abc import Sequence

CELL_LIMIT = 32_767
"""Characters in a cell, counted in UTF-16 units (Excel's specifications and limits)."""

TOO_LONG = "cells_too_long"
"""The column that names the columns of a row whose text a cell cannot hold."""

CHANGED = "cells_changed"
"""In a workbook: the column that names those of a row which are not as they are in the archive."""

ALTERED = "Text that begins with = + - @ tab or CR has an apostrophe before it."
"""What is said of CSV for a spreadsheet, whose verbatim columns are not quite that."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def units(text: str) -> int:
    """The length as a spreadsheet counts it."""
    return len(text) + sum(character > "\uffff" for character in text)


def guarded(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def guard_row(names: Sequence[str], row: Sequence[object]) -> list[object]:
    """A row for CSV that a spreadsheet opens: text guarded, and the names of cells too long."""
    long = [
        name
        for name, value in zip(names, row, strict=True)
        if isinstance(value, str) and units(value) > CELL_LIMIT
    ]
    cells = [guarded(value) if isinstance(value, str) else value for value in row]
    return [*cells, " ".join(long) or None]
