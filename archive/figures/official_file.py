"""The Ombudsman's own yearly table as somebody downloaded it, read strictly. Pure but for openpyxl.

CSV in UTF-8 or XLSX. The header may stand some rows down: it is the first row of the first forty
with a cell that names the authority and one each for upheld and not upheld. A file is hostile: its
size, rows and cells are bounded, a workbook's parts are measured and searched for entities before
any of them is parsed, formulas are not worked out, and nothing is guessed: what is no whole number
is no number, and the row says so.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from archive.errors import UsageError

MOST_BYTES = 10_000_000
MOST_UNPACKED = 60_000_000
MOST_ROWS = 5_000
MOST_COLUMNS = 100
HEADER_WITHIN = 40

HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("authorityname", "authority", "nameofauthority", "council", "organisation", "name",
             "localauthority", "body"),
    "gss_code": ("gsscode", "gss", "onscode"),
    "upheld": ("upheld", "complaintsupheld", "numberupheld"),
    "not_upheld": ("notupheld", "complaintsnotupheld", "numbernotupheld"),
    "closed": ("closedafterinitialenquiries", "closedafterinitialenquiry"),
    "total": ("total", "totaldecided", "totaldecisions"),
}  # fmt: skip
"""What we use → headers it may stand under, without case, blanks and signs."""

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
_NONE = frozenset(("", "-", "–", "n/a", "na"))


@dataclass(frozen=True, slots=True)
class OfficialRow:
    """One authority. A figure is None where the table has none or has something else there."""

    line: int
    name: str
    gss_code: str | None
    figures: dict[str, int | None]
    odd: tuple[str, ...] = ()


@dataclass(slots=True)
class OfficialTable:
    """What was read: rows, and the header's line."""

    header: int
    rows: list[OfficialRow] = field(default_factory=list)


def read_official(content: bytes) -> OfficialTable:
    """The table of a file. Raises UsageError when it cannot be read as one."""
    if len(content) > MOST_BYTES:
        raise UsageError(f"the table has {len(content):,} bytes; none of an Ombudsman is so large")
    rows = _workbook(content) if content.startswith(b"PK") else _csv(content)
    held = list(islice(rows, MOST_ROWS + 1))
    if len(held) > MOST_ROWS:
        raise UsageError(f"the table has more than {MOST_ROWS:,} rows; no table of councils does")
    for line, cells in enumerate(held[:HEADER_WITHIN], start=1):
        columns = _columns(cells)
        if {"name", "upheld", "not_upheld"} <= columns.keys():
            found = OfficialTable(line)
            for number, row in enumerate(held[line:], start=line + 1):
                if (read := _row(number, row, columns)) is not None:
                    found.rows.append(read)
            return found
    raise UsageError(
        f"none of the first {HEADER_WITHIN} rows has columns for the authority, for upheld and for "
        "not upheld; it should be the table of complaints decided"
    )


def _columns(cells: Sequence[str]) -> dict[str, int]:
    plain = [re.sub(r"[\W_]+", "", cell.casefold()) for cell in cells]
    found: dict[str, int] = {}
    for what, names in HEADERS.items():
        for name in names:
            if plain.count(name) > 1 and what != "name":
                raise UsageError(f"the column {name!r} is there twice; take one of them out")
            if name in plain:
                found[what] = plain.index(name)
                break
    return found


def _row(line: int, cells: Sequence[str], columns: dict[str, int]) -> OfficialRow | None:
    def cell(what: str) -> str:
        at = columns.get(what)
        return "" if at is None or at >= len(cells) else cells[at].strip()

    name = " ".join(cell("name").split())
    told = {what: cell(what) for what in ("upheld", "not_upheld", "closed", "total")}
    if not name or not any(told.values()):
        return None
    figures: dict[str, int | None] = {}
    odd = []
    for what, text in told.items():
        if _NUMBER.fullmatch(text) and text.isascii():
            figures[what] = int(text.replace(",", ""))
        else:
            figures[what] = None
            if text.casefold() not in _NONE:
                odd.append(f"{what.replace('_', ' ')}: {text[:40]!r} is no whole number")
    return OfficialRow(line, name[:300], cell("gss_code").upper() or None, figures, tuple(odd))


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the table is not UTF-8 (byte {error.start:,}); save it as “CSV UTF-8” or as .xlsx"
        ) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(f"line {reader.line_num} cannot be read as CSV ({error})") from None
        yield cells[:MOST_COLUMNS]


def _workbook(content: bytes) -> Iterator[list[str]]:
    """The rows of the first sheet."""
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise UsageError(
            "an .xlsx table needs openpyxl, which is not installed; install it with "
            "`pip install 'decisions[xlsx]'`, or save the table as “CSV UTF-8”"
        ) from None
    _measure(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # What the sheet says of its own size may be a lie.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS)
        yield from ([_told(value) for value in row] for row in _padded(rows))
    except UsageError:
        raise
    except Exception as error:  # noqa: BLE001 - openpyxl raises nearly anything on a spoilt file
        raise UsageError(f"the workbook cannot be read ({error}); save it anew") from None


def _padded(rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield from rows


def _told(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _measure(content: bytes) -> None:
    """Refuse what unpacks to too much, and XML that declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if sum(part.file_size for part in parts) > MOST_UNPACKED or len(parts) > 1_000:
                raise UsageError("the workbook unpacks to too much; no table of councils does")
            for part in parts:
                if not part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    continue
                held = packed.read(part)
                if b"<!DOCTYPE" in held or b"<!ENTITY" in held or b"\x00" in held[:200]:
                    raise UsageError(f"the workbook's {part.filename!r} is no plain XML; refused")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise UsageError(f"the workbook cannot be unpacked ({error}); save it anew") from None
