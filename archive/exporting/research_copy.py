"""A research copy: one SQLite file of tables, views, dictionary and full text, no raw pages.

It is written row by row into a new file, from SQLite or from a server alike, so it has no free
pages and what is not passed on never was in it (``VACUUM INTO`` would copy first and erase after).
All tables are there, so the commands that read an archive read it too; those that hold captures and
the operator's affairs stay empty.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Select, Table, create_engine, insert, select
from sqlalchemy.pool import NullPool

from archive import full_text, models
from archive.database import APPLICATION_ID
from archive.dictionary import METADATA
from archive.exporting.job import Job
from archive.exporting.selection import Batch
from archive.ledger import (
    ArchiveMetaRow,
    ChangeRow,
    DataDictionaryRow,
    DecisionLinkRow,
    DecisionUrlRow,
    ListedRow,
    ListingWindowRow,
    RevisionRow,
)
from archive.records import StoredDecision
from archive.tables import table_of
from archive.views import VIEWS, statement

Change = Callable[[dict[str, Any]], dict[str, Any]]

_ROWS = 2_000
_WHOLE = (models.SourceRow, models.BodyRow, models.BodyNameRow, ListingWindowRow, DataDictionaryRow)
_META = ("archive_id", "views_version", "boilerplate")
_OF_DECISION = (DecisionUrlRow, RevisionRow, ChangeRow)
_WITH_WORDS = (models.FindingRow, models.SectionRow)
_OF_PARAGRAPH = (
    models.BoilerplateRow,
    models.CitationRow,
    models.CrossReferenceRow,
    models.RemedyRow,
)


def write(path: Path, job: Job) -> int:
    """Write the copy to a path. Gives the decisions in it. Raises ArchiveError without FTS5."""
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    with engine.connect() as target:
        _begin(target)
        METADATA.create_all(target)
        put = _Putting(job.chosen.connection, target)
        for model in _WHOLE:
            put.rows(table_of(model))
        meta = table_of(ArchiveMetaRow)
        put.rows(meta, meta.c.key.in_(_META))
        # Another epoch: an index of the archive itself is none of the copy.
        for key, value in (("epoch", str(uuid.uuid4())), ("copy", "research")):
            target.execute(insert(meta).values(key=key, value=value))
        count = 0
        chosen: set[int] = set()
        for batch in job.batches():
            _put(put, batch)
            chosen.update(batch.ids)
            count += len(batch.decisions)
        _put_links(put, chosen)
        _put_listed(put, chosen)
        _end(target, job, count)
        target.commit()
    return count


def _begin(target: Connection) -> None:
    full_text.check(target)
    # Nothing to keep safe: the file gets its name when it is whole.
    for pragma in ("journal_mode=OFF", "synchronous=OFF", f"application_id={APPLICATION_ID}"):
        target.exec_driver_sql(f"PRAGMA {pragma}")


@dataclass(frozen=True, slots=True)
class _Putting:
    """Copies rows of one table from the archive into the copy, some at a time."""

    source: Connection
    target: Connection

    def rows(self, table: Table, *conditions: Any, change: Change | None = None) -> None:
        wanted: Select[Any] = select(table).where(*conditions)
        found = self.source.execute(wanted.execution_options(yield_per=_ROWS))
        for part in found.mappings().partitions(_ROWS):
            values = [dict(row) for row in part]
            if change is not None:
                values = [change(row) for row in values]
            self.target.execute(insert(table), values)


def _put(put: _Putting, batch: Batch) -> None:
    ids, whole = batch.ids, sorted(batch.open_ids)
    bare = {stored.id: stored for stored in batch.decisions if stored.id not in batch.open_ids}
    decision = table_of(models.DecisionRow)
    put.rows(decision, decision.c.id.in_(ids), change=lambda row: _head(row, bare))
    for table in map(table_of, _OF_DECISION):
        put.rows(table, table.c.decision_id.in_(ids))
    for table in map(table_of, _WITH_WORDS):
        put.rows(table, table.c.decision_id.in_(whole))
    section, paragraph = table_of(models.SectionRow), table_of(models.ParagraphRow)
    sections = select(section.c.id).where(section.c.decision_id.in_(whole))
    put.rows(paragraph, paragraph.c.section_id.in_(sections))
    paragraphs = select(paragraph.c.id).where(paragraph.c.section_id.in_(sections))
    for table in map(table_of, _OF_PARAGRAPH):
        put.rows(table, table.c.paragraph_id.in_(paragraphs))
    correction = table_of(models.RemedyCorrectionRow)
    put.rows(correction, correction.c.decision_id.in_(whole), correction.c.undone_at.is_(None))


def _head(row: dict[str, Any], bare: Mapping[int, StoredDecision]) -> dict[str, Any]:
    row["first_crawl_id"] = None  # Of the crawls nothing is copied.
    if row["id"] not in bare:
        return row
    told = bare[row["id"]].decision
    given = {each.name: getattr(told, each.name) for each in fields(told) if each.name in row}
    given["warnings"] = json.dumps(list(told.warnings))
    return row | given | {"body_name": told.body}


def _put_links(put: _Putting, chosen: Collection[int]) -> None:
    link = table_of(DecisionLinkRow)
    rows = put.source.execute(select(link)).mappings()
    values = [dict(r) for r in rows if r["decision_id"] in chosen and r["other_id"] in chosen]
    if values:
        put.target.execute(insert(link), values)


def _put_listed(put: _Putting, chosen: Collection[int]) -> None:
    """The listings, so that coverage can be counted; their words stand with the decisions."""

    def without_words(row: dict[str, Any]) -> dict[str, Any]:
        held = row["decision_id"] if row["decision_id"] in chosen else None
        return row | {"title": "", "summary": None, "last_error": None, "decision_id": held}

    put.rows(table_of(ListedRow), change=without_words)


def _end(target: Connection, job: Job, count: int) -> None:
    for view in VIEWS:
        target.exec_driver_sql(statement(view, "sqlite"))
    full_text.make(target)
    target.exec_driver_sql(
        "CREATE TABLE about (position INTEGER PRIMARY KEY, name TEXT, said TEXT)"
    )
    lines = [*job.about.lines(), ("Decisions", f"{count:,}")]
    target.exec_driver_sql(
        "INSERT INTO about VALUES (?, ?, ?)",
        [(place, name, said) for place, (name, said) in enumerate(lines, start=1)],
    )
    target.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"
    )
    target.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (models.SCHEMA_REVISION,))
    target.exec_driver_sql("ANALYZE")
