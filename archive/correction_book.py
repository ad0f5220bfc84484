"""What persons have corrected in one archive: listed, made, taken back.

A change is one transaction: the correction, the rows of ``remedy``, and the change (``derived``)
that makes the index follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from archive import corrections as laying
from archive import loading, parts
from archive.correction_rows import from_row, insert_new, lay_over, standing
from archive.errors import NotFound
from archive.ledger import ChangeRow, RevisionRow
from archive.models import (
    DecisionRow,
    ParagraphRow,
    RemedyCorrectionRow,
    RemedyRow,
    SectionRow,
    SourceRow,
)
from archive.records import ChangeKind, Correction, Decision


@dataclass(frozen=True, slots=True)
class Listed:
    """A correction with the head of its decision."""

    correction: Correction
    source: str
    reference: str
    title: str


class CorrectionBook:
    """What persons have corrected in one archive."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Listed]:
        """Every correction in force with its decision, by number."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(
                    RemedyCorrectionRow.__table__,
                    SourceRow.key.label("source_key"),
                    DecisionRow.reference,
                    DecisionRow.title,
                )
                .join(DecisionRow, DecisionRow.id == RemedyCorrectionRow.decision_id)
                .join(SourceRow, SourceRow.id == DecisionRow.source_id)
                .where(RemedyCorrectionRow.undone_at.is_(None))
                .order_by(RemedyCorrectionRow.id)
            ).all()
        return [Listed(from_row(row), row.source_key, row.reference, row.title) for row in rows]

    def save(
        self,
        decision_id: int,
        *,
        new: Correction | None,
        undo: Iterable[int] = (),
        at: datetime,
    ) -> int | None:
        """Take corrections back and put a new one in force; gives the new one's number."""
        with self._engine.begin() as connection:
            (stored,) = loading.load(connection, [decision_id])
            own = laying.parsers_own(stored.decision.remedies, stored.corrections)
            for number in undo:
                undone = connection.execute(
                    update(RemedyCorrectionRow)
                    .where(
                        RemedyCorrectionRow.id == number,
                        RemedyCorrectionRow.decision_id == decision_id,
                        RemedyCorrectionRow.undone_at.is_(None),
                    )
                    .values(undone_at=at)
                )
                if undone.rowcount != 1:
                    raise NotFound(f"correction {number} is not in force; nothing was changed")
            number_made = None if new is None else insert_new(connection, decision_id, new)
            reading = replace(stored.decision, remedies=tuple(own))
            _rewrite(connection, decision_id, reading)
            connection.execute(
                insert(ChangeRow).values(
                    decision_id=decision_id,
                    kind=ChangeKind.DERIVED.value,
                    at=at,
                    revision_id=select(RevisionRow.id)
                    .where(
                        RevisionRow.decision_id == decision_id,
                        RevisionRow.number == stored.revision,
                    )
                    .scalar_subquery(),
                )
            )
        return number_made


def _rewrite(connection: Connection, decision_id: int, reading: Decision) -> None:
    """Store the remedies of the parser's own reading with the corrections in force over them."""
    paragraphs = parts.paragraph_ids(connection, [decision_id])
    applied = lay_over(connection, reading, standing(connection, [decision_id])[decision_id])
    connection.execute(
        delete(RemedyRow).where(
            RemedyRow.paragraph_id.in_(
                select(ParagraphRow.id)
                .join(SectionRow, SectionRow.id == ParagraphRow.section_id)
                .where(SectionRow.decision_id == decision_id)
            )
        )
    )
    laid = parts.Reading(decision_id, reading, applied.remedies)
    parts.write_remedies(connection, [laid], paragraphs)
