"""Search results for programs and spreadsheets: JSON, JSON Lines, CSV, or references alone.

Hits are written as they are read, so that all of them can be had however many they are. Text is
verbatim, ours is named ours, and the attribution stands on every row of CSV and JSON Lines, because
a copy travels alone. A decision that the Ombudsman withdrew goes out with its reference and date
and a notice, as in every export; the screen and ``--json`` show the operator the whole.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO

from archive.errors import UsageError
from archive.exporting.spreadsheet import TOO_LONG, guard_row
from archive.kinds import Status
from archive.passing_on import WITHDRAWN_NOTICE
from archive.screen import clean, for_data
from search.present import hit_json, results_json
from search.query import Hit, SearchResults


def _withheld(hit: Hit) -> bool:
    return hit.status == Status.WITHDRAWN


def _snippet(name: str) -> Callable[[Hit], object]:
    def take(hit: Hit) -> object:
        if _withheld(hit) or not hit.snippets:
            return None
        return getattr(hit.snippets[0], name)

    return take


def _context(name: str) -> Callable[[Hit], object]:
    def take(hit: Hit) -> object:
        if _withheld(hit) or not hit.snippets:
            return None
        return "\n".join(one.text for one in getattr(hit.snippets[0], name))

    return take


COLUMNS: Mapping[str, Callable[[Hit], object]] = {
    "source": lambda hit: hit.source,
    "reference": lambda hit: hit.reference,
    "body": lambda hit: hit.body,
    "body_name": lambda hit: hit.body_name,
    "decided_on": lambda hit: hit.decided_on,
    "outcome": lambda hit: hit.outcome,
    "outcome_raw": lambda hit: hit.outcome_raw,
    "category": lambda hit: hit.category,
    "subcategory": lambda hit: hit.subcategory,
    "kind": lambda hit: hit.kind,
    "status": lambda hit: hit.status,
    "title": lambda hit: None if _withheld(hit) else hit.title,
    "url": lambda hit: hit.url,
    "score": lambda hit: hit.score,
    "exact": lambda hit: hit.exact,
    "largest_sum_pence": lambda hit: hit.largest_sum_pence,
    "section": _snippet("section"),
    "heading": _snippet("heading"),
    "paragraph": _snippet("paragraph"),
    "ordinal": _snippet("ordinal"),
    "voice": _snippet("voice"),
    "snippet": _snippet("text"),
    "context_before": _context("leading"),
    "context_after": _context("following"),
    "notice": lambda hit: WITHDRAWN_NOTICE if _withheld(hit) else None,
    "attribution": lambda hit: hit.attribution,
}
"""Columns by name, in order: the header, then the best snippet (``section`` … ``snippet``)."""


_ON_REQUEST = ("context_before", "context_after")

OF_SNIPPET = ("section", "heading", "paragraph", "ordinal", "voice", "snippet", *_ON_REQUEST)
"""Columns that need the text of a decision to be read and marked."""


def chosen_columns(text: str | None, *, context: bool = False) -> tuple[str, ...]:
    """The columns named in ``A,B,C``; without it all, those of ``--context`` only if it is asked.

    Raises UsageError for an unknown name.
    """
    if text is None:
        return tuple(name for name in COLUMNS if context or name not in _ON_REQUEST)
    names = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = [name for name in names if name not in COLUMNS]
    if unknown or not names:
        raise UsageError(
            f"--fields {text!r}: there is no {', '.join(unknown) or 'field named'}; "
            f"choose from {', '.join(COLUMNS)}"
        )
    return names


def write(
    form: str,
    results: SearchResults,
    hits: Iterable[Hit],
    columns: Sequence[str],
    stream: IO[str],
) -> None:
    """Write the hits in one of the forms of ``FORMS``."""
    FORMS[form](results, hits, columns, stream)


def _csv(_: SearchResults, hits: Iterable[Hit], columns: Sequence[str], stream: IO[str]) -> None:
    """CSV after RFC 4180 in UTF-8, a heading row first."""
    # The lines end as the standard says whatever the system's text files do: the writer makes
    # them, and a stream that would translate them is told not to. It is UTF-8 as in every export:
    # in a narrower locale a name would lose its letters to question marks.
    target = for_data(stream)
    for line in csv_lines(hits, columns):
        target.write(line)


def csv_lines(hits: Iterable[Hit], columns: Sequence[str]) -> Iterator[str]:
    """CSV after RFC 4180 as it is made: the heading row, then a row a hit."""
    row = _Row()
    yield row.line(columns)
    for hit in hits:
        yield row.line([COLUMNS[name](hit) for name in columns])


def spreadsheet_lines(hits: Iterable[Hit], columns: Sequence[str]) -> Iterator[str]:
    """The same as a spreadsheet wants it (``write_for_spreadsheet``)."""
    row = _Row()
    yield "\ufeff" + row.line([*columns, TOO_LONG])
    for hit in hits:
        yield row.line(guard_row(columns, [COLUMNS[name](hit) for name in columns]))


def jsonl_lines(hits: Iterable[Hit], columns: Sequence[str]) -> Iterator[str]:
    """JSON Lines as they are made: an object a hit, ASCII alone."""
    for hit in hits:
        shape = {name: COLUMNS[name](hit) for name in columns}
        yield json.dumps(shape, separators=(",", ":")) + "\n"


class _Row:
    """Makes one line of CSV at a time."""

    def __init__(self) -> None:
        self._made = io.StringIO()
        self._writer = csv.writer(self._made, lineterminator="\r\n")

    def line(self, cells: Sequence[object]) -> str:
        self._made.seek(0)
        self._made.truncate()
        self._writer.writerow(cells)
        return self._made.getvalue()


def write_for_spreadsheet(hits: Iterable[Hit], columns: Sequence[str], stream: IO[str]) -> None:
    """CSV with a byte-order mark, marks before what would be a formula, and the names of columns
    whose text is too long for a cell (``archive.exporting.spreadsheet``)."""
    target = for_data(stream)
    for line in spreadsheet_lines(hits, columns):
        target.write(line)


def _jsonl(_: SearchResults, hits: Iterable[Hit], columns: Sequence[str], stream: IO[str]) -> None:
    for line in jsonl_lines(hits, columns):
        stream.write(line)


def _json(results: SearchResults, hits: Iterable[Hit], _: Sequence[str], stream: IO[str]) -> None:
    """One JSON object whose hits are written one after the other."""
    head = results_json(results)
    head.pop("hits")
    stream.write(json.dumps(head, separators=(",", ":"))[:-1] + ',"hits":[')
    for number, hit in enumerate(hits):
        stream.write("," if number else "")
        stream.write(json.dumps(hit_json(hit), separators=(",", ":")))
    stream.write("]}\n")


def _refs(_: SearchResults, hits: Iterable[Hit], __: Sequence[str], stream: IO[str]) -> None:
    for hit in hits:
        stream.write(clean(hit.reference).replace("\n", " ") + "\n")


FORMS: Mapping[str, Callable[[SearchResults, Iterable[Hit], Sequence[str], IO[str]], None]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "json": _json,
    "refs": _refs,
}
