"""CSV and JSON Lines: the header and one row a decision (or a row of another table), nothing else.

CSV follows RFC 4180 in UTF-8 and is verbatim, unless it is asked for as a spreadsheet wants it
(``archive.exporting.spreadsheet``). JSON Lines holds whole decisions with sections and paragraphs.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO

from archive.exporting.job import Job
from archive.exporting.spreadsheet import TOO_LONG, guard_row
from archive.passing_on import notice
from archive.shapes import stored_json

BYTE_ORDER_MARK = "\ufeff"

_LINE_ENDS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}
"""Characters that JSON may hold as they are and that some readers take for the end of a line."""


def write_csv(stream: IO[str], job: Job) -> int:
    """Write CSV to a stream that must not translate newlines. Gives the rows written."""
    names = [entry.column_name for entry in job.table.fields]
    if job.excel:
        stream.write(BYTE_ORDER_MARK)
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*names, TOO_LONG] if job.excel else names)
    count = 0
    for rows in job.rows():
        for row in rows:
            cells = [plain(value) for value in row]
            if job.excel:
                cells = guard_row(names, cells)
                job.too_long += cells[-1] is not None
            writer.writerow(cells)
        count += len(rows)
    return count


def write_jsonl(stream: IO[str], job: Job) -> int:
    """Write one JSON object a line: whole decisions, or the rows of another table."""
    count = 0
    for shape in _shapes(job):
        line = json.dumps(shape, ensure_ascii=False, separators=(",", ":"))
        stream.write(line.translate(_LINE_ENDS) + "\n")
        count += 1
    return count


def _shapes(job: Job) -> Iterator[dict[str, object]]:
    if job.table.name == "decision":
        for batch in job.batches():
            for stored in batch.decisions:
                shape = stored_json(stored, attribution=job.attributions[stored.decision.source])
                shape["notice"] = notice(stored)
                yield shape
        return
    names = [entry.column_name for entry in job.table.fields]
    for rows in job.rows():
        for row in rows:
            values = (plain(value, json_value=True) for value in row)
            yield dict(zip(names, values, strict=True))


def plain(value: object, *, json_value: bool = False) -> object:
    """A value as text files hold it: days and instants in ISO form, truth as true and false."""
    if isinstance(value, bool) and not json_value:
        return "true" if value else "false"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value
