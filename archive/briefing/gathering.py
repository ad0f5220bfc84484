"""Reads what a brief holds: the council's figures, similar councils, and each of its decisions.

*Similar* are councils of the same type; of these the ten whose number of published decisions in the
year is nearest to the council's (of two equally near the first by name). The number of decisions
stands in for size, which the archive does not know. No council is ranked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Engine, select

from archive import body_reading, loading
from archive.body_reading import Body
from archive.figures import asking
from archive.figures.asking import Figures, Question
from archive.figures.counting import Row
from archive.figures.periods import Span, financial_span
from archive.models import DecisionRow
from archive.passing_on import for_others
from archive.records import StoredDecision

NEAREST = 10
YEARS_BACK = 4


@dataclass(frozen=True, slots=True)
class Told:
    """A decision as it may leave the archive; ``open`` False: reference, date and notice only."""

    stored: StoredDecision
    open: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """All of it. ``own`` is the council's row, None without a decision in the year. ``figures`` are
    of all councils of its type (of it alone where no type is known); ``years`` is the council's
    table by financial year."""

    body: Body
    span: Span
    own: Row | None
    similar: tuple[Row, ...]
    figures: Figures
    categories: Figures
    years: Figures
    decisions: tuple[Told, ...]
    made_on: date


def gather(engine: Engine, council: str, span: Span, *, source: str | None, today: date) -> Brief:
    """Everything a brief holds. Raises NotFound (with near names) and Ambiguous for the council."""
    with engine.connect() as connection:
        body_id = body_reading.find(connection, council)
        body = body_reading.read(connection, [body_id])[0]
    base = Question(by=("body",), span=span, source=source)
    wide = replace(base, bodies=(body.name,)) if body.type is None else replace(
        base, body_type=body.type.value
    )  # fmt: skip
    figures = asking.answer(engine, wide, today=today)
    own = next((row for row in figures.rows if row.key == (body.name,)), None)
    alone = replace(base, bodies=(body.name,))
    categories = asking.answer(engine, replace(alone, by=("category",)), today=today)
    first = financial_span(span.first.year - YEARS_BACK - (span.first.month < 4))
    back = replace(alone, by=("financial-year",), span=None, first=first.first, last=span.last)
    years = asking.answer(engine, back, today=today)
    return Brief(
        body=body,
        span=span,
        own=own,
        similar=_nearest(figures.rows, own, body.name),
        figures=figures,
        categories=categories,
        years=years,
        decisions=_decisions(engine, body_id, span, figures.source.id),
        made_on=today,
    )


def _nearest(rows: Sequence[Row], own: Row | None, name: str) -> tuple[Row, ...]:
    size = 0 if own is None else own.decisions
    others = [row for row in rows if row.key != (name,)]
    near = sorted(others, key=lambda row: (abs(row.decisions - size), row.key))[:NEAREST]
    return tuple(sorted(near, key=lambda row: row.key[0].casefold()))


def _decisions(engine: Engine, body_id: int, span: Span, source_id: int) -> tuple[Told, ...]:
    """The council's decisions in the span, by date."""
    with engine.connect() as connection:
        ids = list(
            connection.execute(
                select(DecisionRow.id).where(
                    DecisionRow.body_id == body_id,
                    DecisionRow.source_id == source_id,
                    DecisionRow.decided_on.between(span.first, span.last),
                )
            ).scalars()
        )
        held = [(each, for_others(each)) for each in loading.load(connection, ids)]
    found = [Told(passed, passed is each or passed == each) for each, passed in held]
    return tuple(
        sorted(found, key=lambda t: (t.stored.decision.decided_on, t.stored.decision.reference))
    )
