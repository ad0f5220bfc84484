"""Plain counts over the archive: how much there is, from when to when, how far it was crawled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, not_, select

from archive.ledger import PageRow
from archive.models import DecisionRow, ParagraphRow, SectionRow


@dataclass(frozen=True, slots=True)
class Totals:
    """How much the archive holds. ``bodies`` are those with a decision.

    Asked for what is shown alone, bodies, paragraphs, outcomes and kinds are those of texts that
    are passed on: beside a search that hides some they would tell by subtraction what those are.
    """

    decisions: int
    bodies: int
    paragraphs: int
    captures: int
    refused: int
    first_decided_on: date | None
    last_decided_on: date | None
    by_outcome: tuple[tuple[str, int], ...]
    by_kind: tuple[tuple[str, int], ...]
    by_status: tuple[tuple[str, int], ...]


def totals(engine: Engine, shown: Sequence[ColumnElement[bool]] = ()) -> Totals:
    """Count everything in one view of the database; ``shown`` are conditions on ``decision``."""
    with engine.connect() as connection:

        def count(model: type[object]) -> int:
            return connection.execute(select(func.count()).select_from(model)).scalar_one()

        def split(
            name: str, conditions: Sequence[ColumnElement[bool]] = shown
        ) -> tuple[tuple[str, int], ...]:
            column = DecisionRow.__table__.c[name]
            rows = connection.execute(
                select(column, func.count())
                .where(*conditions)
                .group_by(column)
                .order_by(func.count().desc(), column)
            )
            return tuple((str(value), int(number)) for value, number in rows)

        first, last = connection.execute(
            select(func.min(DecisionRow.decided_on), func.max(DecisionRow.decided_on))
        ).one()
        return Totals(
            decisions=count(DecisionRow),
            bodies=connection.execute(
                select(func.count(DecisionRow.body_id.distinct())).where(*shown)
            ).scalar_one(),
            paragraphs=count(ParagraphRow) - _paragraphs_but(connection, shown),
            captures=count(PageRow),
            refused=connection.execute(
                select(func.count()).where(PageRow.refused.is_not(None))
            ).scalar_one(),
            first_decided_on=first,
            last_decided_on=last,
            by_outcome=split("outcome"),
            by_kind=split("kind"),
            by_status=split("status", ()),
        )


def _paragraphs_but(connection: Connection, shown: Sequence[ColumnElement[bool]]) -> int:
    """Those of the few decisions that do not meet all conditions."""
    if not shown:
        return 0
    hidden = select(DecisionRow.id).where(not_(and_(*shown)))
    return connection.execute(
        select(func.count())
        .select_from(ParagraphRow)
        .join(SectionRow, SectionRow.id == ParagraphRow.section_id)
        .where(SectionRow.decision_id.in_(hidden))
    ).scalar_one()
