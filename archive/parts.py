"""The rows of one reading: header columns, sections, paragraphs, and what points into them.

Whether a reading is a new version, and what the change log says of it, is ``archive.writing``.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, insert

from archive.body_rows import body_of
from archive.hashes import reading_sha256, shared_sha256
from archive.models import (
    CitationRow,
    CrossReferenceRow,
    FindingRow,
    ParagraphRow,
    RemedyRow,
    SectionRow,
)
from archive.records import Decision


def head(connection: Connection, decision: Decision) -> dict[str, object]:
    """The columns of ``decision`` that follow from the reading alone."""
    return {
        "url": decision.url,
        "title": decision.title,
        "body_id": body_of(connection, decision.body),
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
        "content_sha256": decision.content_sha256(),
        "text_sha256": decision.text_sha256,
        "reading_sha256": reading_sha256(decision),
        "shared_sha256": shared_sha256(decision),
        "parser_version": decision.parser_version,
        "warnings": json.dumps(list(decision.warnings)),
    }


def write(connection: Connection, decision_id: int, decision: Decision) -> None:
    """Findings, sections, paragraphs and what points into them."""
    if decision.findings:
        connection.execute(
            insert(FindingRow),
            [
                {
                    "decision_id": decision_id,
                    "position": item.position,
                    "subject": item.subject,
                    "outcome": item.outcome.value,
                    "outcome_raw": item.outcome_raw,
                }
                for item in decision.findings
            ],
        )
    section_ids: dict[int, int] = {}
    for section in decision.sections:
        section_ids[section.position] = connection.execute(
            insert(SectionRow)
            .values(
                decision_id=decision_id,
                position=section.position,
                kind=section.kind.value,
                heading=section.heading,
                parent_id=None if section.parent is None else section_ids[section.parent],
            )
            .returning(SectionRow.id)
        ).scalar_one()
    rows = [
        {
            "section_id": section_ids[section.position],
            "ordinal": paragraph.ordinal,
            "number": paragraph.number,
            "label": paragraph.label,
            "level": paragraph.level,
            "text": paragraph.text,
        }
        for section in decision.sections
        for paragraph in section.paragraphs
    ]
    if not rows:
        return
    returned = connection.execute(
        insert(ParagraphRow).returning(ParagraphRow.ordinal, ParagraphRow.id), rows
    )
    paragraph_ids = dict(returned.all())
    _write_spans(connection, decision, paragraph_ids)


def _write_spans(connection: Connection, decision: Decision, paragraph_ids: dict[int, int]) -> None:
    if decision.citations:
        connection.execute(
            insert(CitationRow),
            [
                {
                    "paragraph_id": paragraph_ids[item.paragraph],
                    "char_start": item.char_start,
                    "char_end": item.char_end,
                    "act": item.act,
                    "year": item.year,
                    "provision": item.provision,
                    "raw": item.raw,
                    "url": item.url,
                    "kind": item.kind.value,
                }
                for item in decision.citations
            ],
        )
    if decision.cross_references:
        connection.execute(
            insert(CrossReferenceRow),
            [
                {
                    "paragraph_id": paragraph_ids[item.paragraph],
                    "char_start": item.char_start,
                    "char_end": item.char_end,
                    "number": item.number,
                    "target_id": None if item.target is None else paragraph_ids[item.target],
                    "raw": item.raw,
                }
                for item in decision.cross_references
            ],
        )
    if decision.remedies:
        connection.execute(
            insert(RemedyRow),
            [
                {
                    "paragraph_id": paragraph_ids[item.paragraph],
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
                }
                for item in decision.remedies
            ],
        )
