"""The tables that can be exported: one row a decision, or the rows of a stable view.

Every column is one of the data dictionary, so a descriptor beside the file can say what it means.
Values are Python's own: ``date``, aware ``datetime``, ``bool``, ``int`` (pence), ``float`` and
``str``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, TableClause, column, select, table

from archive.dictionary import ARCHIVE, KINDS, Entry, view_entries
from archive.errors import UsageError
from archive.exporting.selection import Selection
from archive.exporting.spreadsheet import CHANGED, TOO_LONG
from archive.passing_on import notice
from archive.records import StoredDecision

Row = Sequence[object]
Take = Callable[[StoredDecision], object]

DECISION: dict[str, Take] = {
    "source": lambda s: s.decision.source,
    "reference": lambda s: s.decision.reference,
    "title": lambda s: s.decision.title,
    "body": lambda s: s.body,
    "body_type": lambda s: None if s.body_type is None else s.body_type.value,
    "body_name": lambda s: s.decision.body,
    "category": lambda s: s.decision.category,
    "subcategory": lambda s: s.decision.subcategory,
    "kind": lambda s: s.decision.kind.value,
    "outcome": lambda s: s.decision.outcome.value,
    "outcome_raw": lambda s: s.decision.outcome_raw,
    "decided_on": lambda s: s.decision.decided_on,
    "summary": lambda s: s.decision.summary,
    "satisfied_on": lambda s: s.decision.satisfied_on,
    "status": lambda s: s.status.value,
    "paragraphs": lambda s: sum(1 for _ in s.decision.paragraphs()),
    "revision": lambda s: s.revision,
    "first_seen_at": lambda s: s.first_seen_at,
    "last_seen_at": lambda s: s.last_seen_at,
    "url": lambda s: s.decision.url,
    "notice": notice,
}
"""Columns of the table of decisions, in order; ``attribution`` follows them, because a copy travels
alone."""

NOTICE = Entry(
    "decision", "notice", "text", "What a reader must know of this row", "", "", ARCHIVE, ""
)
"""The one column that no view has: it is said of what is passed on, and the archive keeps all."""

_TOLD = {
    TOO_LONG: "Columns of the row with more text than a cell holds",
    CHANGED: "Columns of the row that a workbook cannot hold as they are",
}
SHEET_FIELDS, WORKBOOK_FIELDS = (
    (Entry("", name, "text", _TOLD[name], "", "", ARCHIVE, ""),) for name in (TOO_LONG, CHANGED)
)
"""The columns that a spreadsheet makes necessary: at the end of CSV for one, and of a workbook."""

VIEWS: dict[str, str] = {
    "section": "v_section_text",
    "paragraph": "v_paragraph",
    "remedy": "v_remedy",
    "citation": "v_citation",
    "change": "v_change",
    "body": "v_body",
    "body_year": "v_body_year",
    "coverage": "v_coverage",
}
"""Other tables, and the view that each is."""

WITHOUT_WORDS = ("change",)
"""Tables that tell nothing of a decision's words: their rows leave of withheld ones too."""

NAMES = ("decision", *VIEWS)

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Table:
    """One table to write: its name, its columns, and how to read it. Rows come in batches."""

    name: str
    fields: tuple[Entry, ...]
    read: Callable[[Selection, dict[str, str]], Iterator[list[Row]]]


def find_table(name: str, *, narrowed: bool) -> Table:
    """The table of a name. Raises UsageError for one that counts the whole archive when only a
    part of it is asked for."""
    if name == "decision":
        return Table(name, _decision_fields(), _decisions)
    view = _view(VIEWS[name])
    fields = tuple(view_entries(VIEWS[name]))
    if "decision_id" in view.c:
        return Table(name, fields, lambda chosen, _: _of_decisions(name, view, chosen))
    if narrowed:
        raise UsageError(
            f"--table {name} is about the whole archive; leave the words and filters out, or take "
            "--table decision"
        )
    return Table(name, fields, lambda chosen, _: _whole(view, chosen.connection))


def _decision_fields() -> tuple[Entry, ...]:
    known = {entry.column_name: entry for entry in view_entries("v_decision")}
    known["notice"] = NOTICE
    return tuple(known[name] for name in (*DECISION, "attribution"))


def _decisions(chosen: Selection, attributions: dict[str, str]) -> Iterator[list[Row]]:
    for batch in chosen.batches():
        yield [
            (*(take(stored) for take in DECISION.values()), attributions[stored.decision.source])
            for stored in batch.decisions
        ]


def _view(name: str) -> TableClause:
    """A view with its columns' types, so that dates come as dates on every database."""
    return table(
        name, *(column(entry.column_name, KINDS[entry.kind]) for entry in view_entries(name))
    )


def _of_decisions(name: str, view: TableClause, chosen: Selection) -> Iterator[list[Row]]:
    order = [view.c[key] for key in ("decision_id", "section_position", "ordinal") if key in view.c]
    for batch in chosen.batches():
        ids = batch.ids if name in WITHOUT_WORDS else sorted(batch.open_ids)
        rows = chosen.connection.execute(
            select(view).where(view.c.decision_id.in_(ids)).order_by(*order, view.c.id)
        )
        yield [tuple(row) for row in rows]


def _whole(view: TableClause, connection: Connection) -> Iterator[list[Row]]:
    # A server gives rows in whatever order; two exports of one archive are the same file.
    order = [each.nulls_first() for each in view.c]
    rows = connection.execute(select(view).order_by(*order).execution_options(yield_per=_CHUNK))
    for part in rows.partitions(_CHUNK):
        yield [tuple(row) for row in part]
