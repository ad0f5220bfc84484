"""A workbook (xlsx), by openpyxl, written row by row, and a sheet that says what the rows are.

Text is written as text whatever it begins with, and marked so that it stays text when somebody
edits the cell. What a workbook cannot hold is shown, never dropped in silence: a control character
as its picture (U+2400 …), text beyond 32,767 characters cut with a mark at its end; the last
column names the columns of a row where that was done. Days and instants (UTC, which a sheet cannot
say) are dates of the sheet. More rows than a sheet holds go on in the next sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from archive.exporting.job import Job
from archive.exporting.spreadsheet import CELL_LIMIT, CHANGED, units
from archive.exporting.tables import WORKBOOK_FIELDS, Row

ROW_LIMIT = 1_048_576
"""Rows of a sheet, the header's included (Excel's specifications and limits)."""

OLDEST_YEAR = 1900
"""A sheet knows no day before it."""

_PICTURES = {
    **{code: 0x2400 + code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)},
    0x7F: 0x2421,
    0xFFFE: 0xFFFD,
    0xFFFF: 0xFFFD,
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
}
# ECMA-376, ST_Xstring: _x000D_ stands for a character; a text that reads so by itself is escaped.
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_AS_IT_IS = re.compile(r"[^=+\-@#\t'_\r\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]*")


def held(text: str) -> tuple[str, bool]:
    """A text as a cell holds it, and whether it had to be changed for that."""
    shown = text.translate(_PICTURES)
    if units(shown) > CELL_LIMIT:
        mark = f" […cut here: {len(text):,} characters; csv, jsonl and parquet have them all]"
        shown = _cut(shown, CELL_LIMIT - units(mark)) + mark
    return shown, shown != text


def written(text: str) -> str:
    """The text as it stands in the file, so that a reader of the format gets it back."""
    return _ESCAPE.sub("_x005F_", text).replace("\r", "_x000D_")


def _cut(text: str, most: int) -> str:
    used = 0
    for place, character in enumerate(text):
        used += units(character)
        if used > most:
            return text[:place]
    return text


def write(path: Path, job: Job) -> int:
    """Write one table and the sheet ``About`` to a path. Gives the rows written."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment

    book = Workbook(write_only=True)
    names = [entry.column_name for entry in job.table.fields]

    def cell(sheet: Any, value: object, changed: list[str], name: str) -> object:
        if isinstance(value, str):
            shown, altered = held(value)
            if altered:
                changed.append(name)
            if _AS_IT_IS.fullmatch(shown):
                return shown
            made = WriteOnlyCell(sheet, written(shown))
            made.data_type = "s"  # Never a formula, whatever it begins with.
            made.quotePrefix = True
            return made
        if isinstance(value, datetime):
            value = value.astimezone(UTC).replace(tzinfo=None)
        if isinstance(value, date) and value.year < OLDEST_YEAR:
            return value.isoformat()
        return value

    def headed(title: str) -> Any:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        heads = []
        for entry in job.table.fields:
            head = WriteOnlyCell(sheet, entry.column_name)
            unit = f" ({entry.unit})" if entry.unit else ""
            rule = f"\nRule: {entry.rule}" if entry.rule else ""
            head.comment = Comment(f"{entry.origin}: {entry.meaning}{unit}{rule}", "decisions")
            heads.append(head)
        sheet.append([*heads, CHANGED])
        return sheet

    first = job.table.name
    sheet, filled, count, sheets = headed(first), 1, 0, 1
    for row in _each(job):
        if filled == ROW_LIMIT:
            sheets += 1
            sheet, filled = headed(f"{first} {sheets}"), 1
        changed: list[str] = []
        cells = [cell(sheet, value, changed, name) for name, value in zip(names, row, strict=True)]
        sheet.append([*cells, " ".join(changed) or None])
        job.changed += bool(changed)
        filled += 1
        count += 1
    about = book.create_sheet("About")
    for line in chain(job.about.lines(), [("Rows", f"{count:,}")], _columns(job)):
        about.append([cell(about, value, [], "") for value in line])
    book.save(path)
    return count


def _each(job: Job) -> Iterator[Row]:
    for rows in job.rows():
        yield from rows


def _columns(job: Job) -> Iterator[tuple[str, ...]]:
    yield ("",)
    yield ("Column", "Where it comes from", "What it means", "Unit", "Rule")
    for entry in (*job.table.fields, *WORKBOOK_FIELDS):
        yield (entry.column_name, entry.origin, entry.meaning, entry.unit, entry.rule)
