"""Corrections as rows: read, written, and laid over a reading that is being stored.

All in the caller's transaction; what a correction means is in ``archive.corrections``.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, insert, select, update

from archive import corrections as laying
from archive.models import RemedyCorrectionRow
from archive.records import PERSON_RULE, Correction, CorrectionKind, Decision, Remedy


def standing(
    connection: Connection, decision_ids: Sequence[int]
) -> defaultdict[int, list[Correction]]:
    """The corrections in force, by decision, oldest first."""
    found: defaultdict[int, list[Correction]] = defaultdict(list)
    for row in connection.execute(
        select(RemedyCorrectionRow.__table__)
        .where(
            RemedyCorrectionRow.decision_id.in_(decision_ids),
            RemedyCorrectionRow.undone_at.is_(None),
        )
        .order_by(RemedyCorrectionRow.id)
    ):
        found[row.decision_id].append(from_row(row))
    return found


def lay_over(
    connection: Connection, decision: Decision, held: Sequence[Correction]
) -> laying.Applied:
    """The remedies of a fresh reading as they stand, what became of each correction noted."""
    if not held:
        return laying.Applied(decision.remedies, ())
    applied = laying.apply(decision, held)
    for before, after in zip(held, applied.corrections, strict=True):
        if (before.fits, before.machine_now) != (after.fits, after.machine_now):
            connection.execute(
                update(RemedyCorrectionRow)
                .where(RemedyCorrectionRow.id == after.id)
                .values(fits=after.fits, machine_now=_rows_json(after.machine_now))
            )
    return applied


def insert_new(connection: Connection, decision_id: int, new: Correction) -> int:
    remedy = new.remedy
    return int(
        connection.execute(
            insert(RemedyCorrectionRow)
            .values(
                decision_id=decision_id,
                correction=new.kind.value,
                fits=True,
                revision=new.revision,
                text_sha256=new.text_sha256,
                paragraph_sha256=new.paragraph_sha256,
                paragraph_number=new.paragraph_number,
                paragraph_ordinal=remedy.paragraph,
                section_position=remedy.section,
                char_start=remedy.char_start,
                char_end=remedy.char_end,
                occurrence=new.occurrence,
                occurrences=new.occurrences,
                raw=remedy.raw,
                kind=remedy.kind,
                amount_pence=remedy.amount_pence,
                rate_pence=remedy.rate_pence,
                rate_period=remedy.rate_period,
                share_percent=remedy.share_percent,
                payee=remedy.payee,
                is_total=remedy.is_total,
                deadline=remedy.deadline,
                per_person=remedy.per_person,
                machine_then=_rows_json(new.machine_then),
                machine_now=_rows_json(()),
                beside=_rows_json(new.beside),
                made_by=new.by,
                note=new.note,
                made_at=new.made_at,
            )
            .returning(RemedyCorrectionRow.id)
        ).scalar_one()
    )


def from_row(row: Any) -> Correction:
    return Correction(
        id=row.id,
        kind=CorrectionKind(row.correction),
        remedy=Remedy(
            section=row.section_position,
            paragraph=row.paragraph_ordinal,
            char_start=row.char_start,
            char_end=row.char_end,
            kind=row.kind,
            amount_pence=row.amount_pence,
            rate_pence=row.rate_pence,
            rate_period=row.rate_period,
            share_percent=row.share_percent,
            payee=row.payee,
            is_total=row.is_total,
            deadline=row.deadline,
            raw=row.raw,
            rule=PERSON_RULE,
            per_person=row.per_person,
            correction=row.id,
        ),
        revision=row.revision,
        text_sha256=row.text_sha256,
        paragraph_sha256=row.paragraph_sha256,
        paragraph_number=row.paragraph_number,
        occurrence=row.occurrence,
        occurrences=row.occurrences,
        machine_then=_rows(row.machine_then),
        beside=_rows(row.beside),
        made_at=row.made_at,
        by=row.made_by,
        note=row.note,
        fits=row.fits,
        machine_now=_rows(row.machine_now),
    )


def _rows_json(rows: Sequence[Remedy]) -> str:
    return json.dumps([asdict(row) for row in rows])


def _rows(text: str) -> tuple[Remedy, ...]:
    return tuple(Remedy(**values) for values in json.loads(text))
