"""Everything that a page about one council or one category shows, read in one go.

Only what is passed on is counted and listed, so the tables are those of ``decisions stats
--as-shown`` with the same filters.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import select

from archive.figures import asking
from archive.figures.asking import Figures, Question
from archive.figures.reading import shown
from archive.models import BodyRow, DecisionRow, SourceRow
from archive.one_source import one_source
from archive.records import DecisionKind, Outcome, Status
from archive.store import Archive


@dataclass(frozen=True, slots=True)
class Recent:
    """The head of a decision that is passed on, for a list."""

    source: str
    reference: str
    title: str
    body: str
    category: str | None
    subcategory: str | None
    kind: DecisionKind
    outcome: Outcome
    outcome_raw: str
    decided_on: date
    summary: str | None
    status: Status


@dataclass(frozen=True, slots=True)
class Portrait:
    """``tables`` in the order in which they were asked for; ``recent`` the newest first."""

    tables: tuple[Figures, ...]
    recent: tuple[Recent, ...]


def read_portrait(
    archive: Archive,
    question: Question,
    tables: tuple[tuple[str, ...], ...],
    *,
    today: date,
    recent: int = 10,
) -> Portrait:
    """The figures of what ``question`` chooses by each of ``tables``, and its newest decisions.

    Of the question source, bodies, category, sub-category and ``withdrawn`` are looked at;
    restricted texts are always left out. Raises what ``asking.answer`` raises.
    """
    asked = replace(question, restricted=False)
    figures = asking.answers(archive.engine, asked, tables, today=today)
    conditions = shown(withdrawn=asked.withdrawn)
    if asked.bodies:
        conditions.append(BodyRow.name.in_(figures[0].bodies))
    if asked.category is not None:
        conditions.append(DecisionRow.category == asked.category)
    if asked.subcategory is not None:
        conditions.append(DecisionRow.subcategory == asked.subcategory)
    with archive.engine.connect() as connection:
        source = one_source(connection, asked.source)
        rows = connection.execute(
            select(
                SourceRow.key,
                DecisionRow.reference,
                DecisionRow.title,
                BodyRow.name,
                DecisionRow.category,
                DecisionRow.subcategory,
                DecisionRow.kind,
                DecisionRow.outcome,
                DecisionRow.outcome_raw,
                DecisionRow.decided_on,
                DecisionRow.summary,
                DecisionRow.status,
            )
            .join(BodyRow, BodyRow.id == DecisionRow.body_id)
            .join(SourceRow, SourceRow.id == DecisionRow.source_id)
            .where(DecisionRow.source_id == source.id, *conditions)
            .order_by(DecisionRow.decided_on.desc(), DecisionRow.id.desc())
            .limit(recent)
        ).all()
    return Portrait(figures, tuple(map(_recent, rows)))


def _recent(row: Any) -> Recent:
    return Recent(
        source=row.key,
        reference=row.reference,
        title=row.title,
        body=row.name,
        category=row.category,
        subcategory=row.subcategory,
        kind=DecisionKind(row.kind),
        outcome=Outcome(row.outcome),
        outcome_raw=row.outcome_raw,
        decided_on=row.decided_on,
        summary=row.summary,
        status=Status(row.status),
    )
