"""A table of councils in a CSV file, such as mySociety's, as rows that can be trusted. Pure.

Headers are matched without case and signs (``local-authority-code``, "Council code"); other columns
are named, not used. A row is taken whole or refused whole, with the reason: cells are read strictly
(``archive.body_facts``) and nothing is guessed, an encoding least of all. Only a type that is none
of ours (another nation's, say) does not cost its row: it is left out and told.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from archive.body_facts import READERS, fact_code, fact_name
from archive.body_names import body_key
from archive.errors import UsageError

MAX_BYTES = 10_000_000

HEADERS: dict[str, tuple[str, ...]] = {
    "name": ("officialname", "name", "councilname", "authorityname", "localauthorityname"),
    "council_code": ("localauthoritycode", "councilcode", "authoritycode", "code"),
    "gss_code": ("gsscode", "gss", "onscode"),
    "started_on": ("startdate", "start", "startedon"),
    "ended_on": ("enddate", "end", "endedon"),
    "type": (
        "localauthoritytypename",
        "localauthoritytype",
        "authoritytype",
        "counciltype",
        "type",
    ),
    "successor": ("replacedby", "successor"),
}
"""Fact → headers it may stand under, the first that is there is taken; without case and signs."""

_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class FileRow:
    """One council of a file. ``facts`` has what the row states, under the columns of ``body``."""

    line: int
    name: str
    facts: dict[str, object]
    successor: str | None


@dataclass(frozen=True, slots=True)
class FileRefusal:
    """A row that was not taken, by its line in the file, and why."""

    line: int
    name: str
    reason: str


@dataclass(slots=True)
class CouncilFile:
    """What a file holds for us: rows, rows refused, columns that are not used, and types that are
    none of ours with the number of their rows."""

    rows: list[FileRow] = field(default_factory=list)
    refused: list[FileRefusal] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    other_types: Counter[str] = field(default_factory=Counter)


def read_councils(content: bytes) -> CouncilFile:
    """The rows of a CSV file in UTF-8. Raises UsageError when it cannot be read as one."""
    table = _cells(_text(content))
    _, header = next(table, (0, []))
    columns = _columns(header)
    used = set(columns.values())
    found = CouncilFile(
        unused=[name.strip() for at, name in enumerate(header) if at not in used and name.strip()]
    )
    seen: dict[str, int] = {}
    for line, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        values = {fact: cells[at].strip() for fact, at in columns.items() if at < len(cells)}
        try:
            if len(cells) > len(header):
                raise ValueError(f"it has {len(cells)} cells, the header {len(header)}")
            row = _row(line, values, found.other_types)
            for key in _marks(row):
                if key in seen:
                    raise ValueError(f"the same council stands in line {seen[key]} already")
        except ValueError as error:
            found.refused.append(FileRefusal(line, values.get("name", ""), str(error)))
            continue
        seen |= dict.fromkeys(_marks(row), line)
        found.rows.append(row)
    return found


def _marks(row: FileRow) -> list[str]:
    """What must not come twice: the code where there is one, and the name."""
    code = row.facts.get("council_code")
    return [f"name {body_key(row.name)}", *([] if code is None else [f"code {code}"])]


def _row(line: int, values: dict[str, str], other_types: Counter[str]) -> FileRow:
    name = fact_name(values.get("name", ""))
    facts: dict[str, object] = {}
    for fact, read in READERS.items():
        if text := values.get(fact, ""):
            try:
                facts[fact] = read(text)
            except ValueError:
                if fact != "type":
                    raise
                other_types[text] += 1
    first, last = facts.get("started_on"), facts.get("ended_on")
    if first is not None and last is not None and str(last) < str(first):
        raise ValueError(f"its last day {last} is before its first day {first}")
    successor = values.get("successor", "") or None
    if successor is not None and not re.search(r"[,;|/]", successor):
        # A code, or else a name; of several that replaced one, none is the successor.
        try:
            successor = fact_code(successor)
        except ValueError:
            successor = fact_name(successor)
    return FileRow(line, name, facts, successor)


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise UsageError(f"the file has {len(content):,} bytes; no table of councils is so large")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"the file is not UTF-8 (byte {error.start:,}); save it as “CSV UTF-8” and try again"
        ) from None


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """The line number and cells of each record, with the separator that fits the header best."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UsageError(f"line {reader.line_num} cannot be read as CSV ({error})") from None
        if cells:
            yield reader.line_num, cells


def _columns(header: list[str]) -> dict[str, int]:
    """Fact → column. Raises UsageError where there is no name, or one header comes twice."""
    plain = [re.sub(r"[\W_]+", "", name.casefold()) for name in header]
    found: dict[str, int] = {}
    for fact, names in HEADERS.items():
        for name in names:
            if plain.count(name) > 1:
                raise UsageError(f"the column {header[plain.index(name)]!r} is there twice")
            if name in plain:
                found[fact] = plain.index(name)
                break
    if "name" not in found:
        shown = ", ".join(name.strip() for name in header[:8]) or "nothing"
        raise UsageError(
            "the first line has no column with the councils' names (official-name, name); it has "
            f"{shown}"
        )
    return found
