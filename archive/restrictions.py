"""Texts that are not passed on while a question about them is open.

A restriction hides; it deletes nothing and can be lifted. Who said so, why, when, and when it was
lifted stays on record. What hiding means is decided where texts leave: ``archive.passing_on`` for
exports, pages, feeds and alerts, ``archive.reader.HitTexts.restricted`` for searches.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, insert, select, update

from archive.errors import UsageError
from archive.ledger import RestrictionRow
from archive.models import DecisionRow
from archive.records import Restriction


def restrict(
    engine: Engine, decision_id: int, reason: str, *, by: str | None, at: datetime
) -> Restriction:
    """Do not pass a decision's text on from now. Raises UsageError where it is so already."""
    with engine.begin() as connection:
        held = standing(connection, [decision_id]).get(decision_id)
        if held is not None:
            raise UsageError(
                f"it is restricted already, since {held.made_at:%Y-%m-%d} ({held.reason})"
            )
        number = connection.execute(
            insert(RestrictionRow)
            .values(decision_id=decision_id, reason=reason, made_by=by, made_at=at)
            .returning(RestrictionRow.id)
        ).scalar_one()
    return Restriction(int(number), reason, at, by)


def lift(
    engine: Engine, decision_id: int, reason: str | None, *, by: str | None, at: datetime
) -> None:
    """Pass a decision's text on again. Raises UsageError when it is not restricted."""
    with engine.begin() as connection:
        if decision_id not in standing(connection, [decision_id]):
            raise UsageError("it is not restricted")
        connection.execute(
            update(RestrictionRow)
            .where(RestrictionRow.decision_id == decision_id, RestrictionRow.lifted_at.is_(None))
            .values(lifted_at=at, lifted_by=by, lifted_reason=reason)
        )


def standing(connection: Connection, decision_ids: Sequence[int]) -> dict[int, Restriction]:
    """The restriction that stands, by decision; decisions without one are left out."""
    rows = connection.execute(
        select(RestrictionRow.__table__)
        .where(RestrictionRow.decision_id.in_(decision_ids), RestrictionRow.lifted_at.is_(None))
        .order_by(RestrictionRow.id.desc())
    )
    return {row.decision_id: _record(row) for row in rows}


def all_of(engine: Engine, *, lifted: bool) -> list[tuple[str, Restriction]]:
    """Every restriction with the reference of its decision, the oldest first."""
    statement = (
        select(RestrictionRow.__table__, DecisionRow.reference)
        .join(DecisionRow, DecisionRow.id == RestrictionRow.decision_id)
        .order_by(RestrictionRow.id)
    )
    if not lifted:
        statement = statement.where(RestrictionRow.lifted_at.is_(None))
    with engine.connect() as connection:
        return [(row.reference, _record(row)) for row in connection.execute(statement)]


def _record(row: Any) -> Restriction:
    return Restriction(
        id=row.id,
        reason=row.reason,
        made_at=row.made_at,
        by=row.made_by,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by,
        lifted_reason=row.lifted_reason,
    )
