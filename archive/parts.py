"""The rows of one reading: header columns, sections, paragraphs, and what points into them.

Whether a reading is a new version, and what the change log says of it, is ``archive.writing``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select

from archive.errors import ArchiveError
from archive.hashes import Hashes
from archive.models import (
    BodyRow,
    CitationRow,
    FindingRow,
    ParagraphRow,
    RemedyRow,
    SectionRow,
)
from archive.records import Decision, Remedy


def head(connection: Connection, decision: Decision, hashed: Hashes) -> dict[str, object]:
    """The columns of ``decision`` that follow from the reading alone."""
    return {
        "url": decision.url,
        "title": decision.title,
        "body_id": _body_id(connection, decision.body),
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


def _body_id(connection: Connection, name: str) -> int:
    found = connection.execute(select(BodyRow.id).where(BodyRow.name == name)).scalar_one_or_none()
    if found is None:
        found = connection.execute(
            insert(BodyRow).values(name=name).returning(BodyRow.id)
        ).scalar_one()
    return int(found)


def write(
    connection: Connection, decision_id: int, decision: Decision, remedies: Sequence[Remedy]
) -> None:
    """Findings, sections, paragraphs and what points into them.

    ``remedies`` are those of the reading with the corrections by persons laid over them.
    """
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
    section_ids = _write_sections(connection, decision_id, decision)
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
    _write_citations(connection, decision, paragraph_ids)
    write_remedies(connection, paragraph_ids, remedies)


def _write_sections(connection: Connection, decision_id: int, decision: Decision) -> dict[int, int]:
    """Number of each section's row by its position; a whole generation in one go."""
    ids: dict[int, int] = {}
    left = list(decision.sections)
    while left:
        ready = [each for each in left if each.parent is None or each.parent in ids]
        if not ready:
            raise ArchiveError(
                f"{decision.reference}: section {left[0].position} is said to be part of section "
                f"{left[0].parent}, which there is not; this is a fault in decisions"
            )
        returned = connection.execute(
            insert(SectionRow).returning(SectionRow.position, SectionRow.id),
            [
                {
                    "decision_id": decision_id,
                    "position": each.position,
                    "kind": each.kind.value,
                    "heading": each.heading,
                    "parent_id": None if each.parent is None else ids[each.parent],
                }
                for each in ready
            ],
        )
        ids.update(dict(returned.all()))
        left = [each for each in left if each.position not in ids]
    return ids


def _write_citations(
    connection: Connection, decision: Decision, paragraph_ids: Mapping[int, int]
) -> None:
    if not decision.citations:
        return
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
            }
            for item in decision.citations
        ],
    )


def write_remedies(
    connection: Connection, paragraph_ids: Mapping[int, int], remedies: Sequence[Remedy]
) -> None:
    """Rows of remedies, by the ordinal of their paragraphs."""
    if not remedies:
        return
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
                "correction_id": item.correction,
            }
            for item in remedies
        ],
    )
