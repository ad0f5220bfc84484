"""The rows of readings: header columns, sections, paragraphs, and what points into them.

Rows of many decisions are written together: what takes the time is the number of statements.
Whether a reading is a new version, and what the change log says of it, is ``archive.writing``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, insert, select

from archive.body_rows import body_of
from archive.errors import ArchiveError
from archive.hashes import Hashes
from archive.models import (
    CitationRow,
    CrossReferenceRow,
    FindingRow,
    ParagraphRow,
    RemedyRow,
    SectionRow,
)
from archive.records import Decision, Remedy, Section
from archive.tables import table_of


class Reading(NamedTuple):
    """A decision to be stored under a number. ``remedies`` are its own, or those with the
    corrections by persons laid over them."""

    decision_id: int
    decision: Decision
    remedies: Sequence[Remedy]


def head(decision: Decision, hashed: Hashes, body_id: int) -> dict[str, object]:
    """The columns of ``decision`` that follow from the reading alone."""
    return {
        "url": decision.url,
        "title": decision.title,
        "body_id": body_id,
        "body_name": decision.body,
        "category": decision.category,
        "subcategory": decision.subcategory,
        "category_raw": decision.category_raw,
        "kind": decision.kind.value,
        "outcome": decision.outcome.value,
        "outcome_raw": decision.outcome_raw,
        "decided_on": decision.decided_on,
        "decided_on_raw": decision.decided_on_raw,
        "summary": decision.summary,
        "satisfied_on": decision.satisfied_on,
        "satisfied_on_raw": decision.satisfied_on_raw,
        "content_sha256": hashed.content,
        "text_sha256": decision.text_sha256,
        "reading_sha256": hashed.reading,
        "shared_sha256": hashed.shared,
        "parser_version": decision.parser_version,
        "warnings": json.dumps(list(decision.warnings)),
    }


def body_ids(connection: Connection, names: Iterable[str], at: datetime) -> dict[str, int]:
    """Numbers of councils and providers by the spelling of a title, each asked for once."""
    return {name: body_of(connection, name, at) for name in dict.fromkeys(names)}


def remove(connection: Connection, decision_ids: Sequence[int]) -> None:
    """Take out the parts of decisions; what hangs on their paragraphs goes with them."""
    connection.execute(delete(SectionRow).where(SectionRow.decision_id.in_(decision_ids)))
    connection.execute(delete(FindingRow).where(FindingRow.decision_id.in_(decision_ids)))


def write(connection: Connection, readings: Sequence[Reading]) -> None:
    """Findings, sections, paragraphs and what points into them, in the order of the readings."""
    _insert(
        connection,
        FindingRow,
        [
            {
                "decision_id": decision_id,
                "position": item.position,
                "subject": item.subject,
                "outcome": item.outcome.value,
                "outcome_raw": item.outcome_raw,
            }
            for decision_id, decision, _ in readings
            for item in decision.findings
        ],
    )
    section_ids = _write_sections(connection, readings)
    _insert(
        connection,
        ParagraphRow,
        [
            {
                "section_id": section_ids[decision_id, section.position],
                "ordinal": paragraph.ordinal,
                "number": paragraph.number,
                "label": paragraph.label,
                "level": paragraph.level,
                "text": paragraph.text,
            }
            for decision_id, decision, _ in readings
            for section in decision.sections
            for paragraph in section.paragraphs
        ],
    )
    pointing = [
        each
        for each in readings
        if each.decision.citations or each.decision.cross_references or each.remedies
    ]
    if not pointing:
        return
    paragraphs = paragraph_ids(connection, [each.decision_id for each in pointing])
    _insert(
        connection,
        CitationRow,
        [
            {
                "paragraph_id": paragraphs[decision_id, item.paragraph],
                "char_start": item.char_start,
                "char_end": item.char_end,
                "act": item.act,
                "year": item.year,
                "provision": item.provision,
                "raw": item.raw,
                "url": item.url,
                "kind": item.kind.value,
            }
            for decision_id, decision, _ in pointing
            for item in decision.citations
        ],
    )
    _insert(
        connection,
        CrossReferenceRow,
        [
            {
                "paragraph_id": paragraphs[decision_id, item.paragraph],
                "char_start": item.char_start,
                "char_end": item.char_end,
                "number": item.number,
                "target_id": (
                    None if item.target is None else paragraphs[decision_id, item.target]
                ),
                "raw": item.raw,
            }
            for decision_id, decision, _ in pointing
            for item in decision.cross_references
        ],
    )
    write_remedies(connection, pointing, paragraphs)


def _write_sections(
    connection: Connection, readings: Sequence[Reading]
) -> dict[tuple[int, int], int]:
    """Number of each section's row by decision and position; a whole generation in one go."""
    ids: dict[tuple[int, int], int] = {}
    left = [(each.decision_id, section) for each in readings for section in each.decision.sections]
    while left:
        ready: list[tuple[int, Section]] = []
        later: list[tuple[int, Section]] = []
        for decision_id, section in left:
            known = section.parent is None or (decision_id, section.parent) in ids
            (ready if known else later).append((decision_id, section))
        if not ready:
            raise ArchiveError(
                f"decision {left[0][0]}: section {left[0][1].position} is said to be a part of "
                f"section {left[0][1].parent}, which there is not; this is a fault in decisions"
            )
        table = table_of(SectionRow)
        returned = connection.execute(
            insert(table).returning(table.c.decision_id, table.c.position, table.c.id),
            [
                {
                    "decision_id": decision_id,
                    "position": section.position,
                    "kind": section.kind.value,
                    "heading": section.heading,
                    "parent_id": (
                        None if section.parent is None else ids[decision_id, section.parent]
                    ),
                }
                for decision_id, section in ready
            ],
        )
        ids.update({(row[0], row[1]): row[2] for row in returned})
        left = later
    return ids


def paragraph_ids(
    connection: Connection, decision_ids: Sequence[int]
) -> dict[tuple[int, int], int]:
    """Numbers of the paragraphs of decisions, by decision and ordinal."""
    return {
        (row[0], row[1]): row[2]
        for row in connection.execute(
            select(SectionRow.decision_id, ParagraphRow.ordinal, ParagraphRow.id)
            .join(ParagraphRow, ParagraphRow.section_id == SectionRow.id)
            .where(SectionRow.decision_id.in_(decision_ids))
        )
    }


def write_remedies(
    connection: Connection,
    readings: Sequence[Reading],
    paragraphs: Mapping[tuple[int, int], int],
) -> None:
    """Rows of remedies. ``paragraphs`` as ``paragraph_ids`` gives them."""
    _insert(
        connection,
        RemedyRow,
        [
            {
                "paragraph_id": paragraphs[decision_id, item.paragraph],
                "char_start": item.char_start,
                "char_end": item.char_end,
                "kind": item.kind,
                "amount_pence": item.amount_pence,
                "rate_pence": item.rate_pence,
                "rate_period": item.rate_period,
                "share_percent": item.share_percent,
                "payee": item.payee,
                "is_total": item.is_total,
                "deadline": item.deadline,
                "raw": item.raw,
                "rule": item.rule,
                "per_person": item.per_person,
                "correction_id": item.correction,
            }
            for decision_id, _, remedies in readings
            for item in remedies
        ],
    )


def _insert(connection: Connection, model: Any, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(insert(table_of(model)), rows)
