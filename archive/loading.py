"""Rows back into records: decisions as the archive holds them now, in batches."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from archive import restrictions
from archive.correction_rows import standing
from archive.damaged_rows import BETWEEN, sound
from archive.errors import DatabaseUnusable
from archive.ledger import DecisionUrlRow, RevisionRow
from archive.models import (
    BodyRow,
    BoilerplateRow,
    CitationRow,
    CrossReferenceRow,
    DecisionRow,
    FindingRow,
    ParagraphRow,
    RemedyRow,
    SectionRow,
    SourceRow,
)
from archive.records import (
    BodyType,
    Citation,
    CitationKind,
    CrossReference,
    Decision,
    DecisionKind,
    Finding,
    Outcome,
    Paragraph,
    Remedy,
    Section,
    SectionKind,
    Status,
    StoredDecision,
)
from archive.tables import table_of

BATCH = 200
"""Decisions read at once: a few megabytes of text."""

_LEAST, _MOST = BETWEEN["paragraph", "level"]


def load(connection: Connection, decision_ids: Sequence[int]) -> Iterator[StoredDecision]:
    """The named decisions that exist, in the order of their ids."""
    ordered = sorted(set(decision_ids))
    for start in range(0, len(ordered), BATCH):
        yield from _load_batch(connection, ordered[start : start + BATCH])


def load_all(connection: Connection) -> Iterator[StoredDecision]:
    """Every decision by id. Read batch by batch, so memory does not grow with the archive."""
    after = 0
    while True:
        ids = list(
            connection.execute(
                select(DecisionRow.id)
                .where(DecisionRow.id > after)
                .order_by(DecisionRow.id)
                .limit(BATCH)
            ).scalars()
        )
        if not ids:
            return
        loaded = list(_load_batch(connection, ids))
        if len(loaded) != len(ids):
            lost = sorted(set(ids) - {stored.id for stored in loaded})
            raise DatabaseUnusable(
                f"the archive's table decision is damaged: row number {lost[0]} names a source or "
                "a council that there is not; `decisions verify` lists what else is wrong. Restore "
                "the archive from a backup"
            )
        yield from loaded
        after = ids[-1]


def _load_batch(connection: Connection, ids: Sequence[int]) -> Iterator[StoredDecision]:
    heads = connection.execute(
        select(
            DecisionRow.__table__,
            SourceRow.key.label("source_key"),
            BodyRow.name.label("canonical"),
            BodyRow.type.label("body_type"),
        )
        .join(SourceRow, SourceRow.id == DecisionRow.source_id)
        .join(BodyRow, BodyRow.id == DecisionRow.body_id)
        .where(DecisionRow.id.in_(ids))
        .order_by(DecisionRow.id)
    ).all()
    sound(table_of(DecisionRow), heads)
    sections = _sections(connection, ids)
    findings = _findings(connection, ids)
    citations = _spans(connection, ids, CitationRow)
    remedies = _spans(connection, ids, RemedyRow)
    references = _spans(connection, ids, CrossReferenceRow)
    ordinals = _targets(connection, references)
    standard = _standard(connection, ids)
    revisions = dict(
        connection.execute(
            select(RevisionRow.decision_id, func.max(RevisionRow.number))
            .where(RevisionRow.decision_id.in_(ids))
            .group_by(RevisionRow.decision_id)
        ).all()
    )
    urls: dict[int, list[str]] = defaultdict(list)
    for decision_id, url in connection.execute(
        select(DecisionUrlRow.decision_id, DecisionUrlRow.url)
        .where(DecisionUrlRow.decision_id.in_(ids))
        .order_by(DecisionUrlRow.first_seen_at, DecisionUrlRow.url)
    ):
        urls[decision_id].append(url)
    corrections = standing(connection, ids)
    restricted = restrictions.standing(connection, ids)
    for head in heads:
        decision = Decision(
            source=head.source_key,
            reference=head.reference,
            url=head.url,
            title=head.title,
            body=head.body_name,
            category=head.category,
            subcategory=head.subcategory,
            category_raw=head.category_raw,
            kind=DecisionKind(head.kind),
            outcome=Outcome(head.outcome),
            outcome_raw=head.outcome_raw,
            decided_on=head.decided_on,
            decided_on_raw=head.decided_on_raw,
            summary=head.summary,
            satisfied_on=head.satisfied_on,
            satisfied_on_raw=head.satisfied_on_raw,
            sections=tuple(sections[head.id]),
            findings=tuple(findings[head.id]),
            text_sha256=head.text_sha256,
            parser_version=head.parser_version,
            citations=tuple(_citation(row) for row in citations[head.id]),
            remedies=tuple(_remedy(row) for row in remedies[head.id]),
            cross_references=tuple(_reference(row, ordinals) for row in references[head.id]),
            warnings=tuple(json.loads(head.warnings)),
        )
        yield StoredDecision(
            id=head.id,
            decision=decision,
            content_sha256=head.content_sha256,
            status=Status(head.status),
            status_since=head.status_since,
            first_seen_at=head.first_seen_at,
            last_seen_at=head.last_seen_at,
            revision=revisions.get(head.id, 1),
            urls=tuple(urls[head.id]),
            corrections=tuple(corrections[head.id]),
            canonical=head.canonical,
            body_type=None if head.body_type is None else BodyType(head.body_type),
            standard=standard[head.id],
            restriction=restricted.get(head.id),
        )


def _sections(connection: Connection, ids: Sequence[int]) -> dict[int, list[Section]]:
    rows = connection.execute(
        select(SectionRow.__table__)
        .where(SectionRow.decision_id.in_(ids))
        .order_by(SectionRow.decision_id, SectionRow.position)
    ).all()
    sound(table_of(SectionRow), rows)
    positions = {row.id: row.position for row in rows}
    paragraphs: dict[int, list[Paragraph]] = defaultdict(list)
    texts = connection.execute(
        select(ParagraphRow.__table__)
        .join(SectionRow, SectionRow.id == ParagraphRow.section_id)
        .where(SectionRow.decision_id.in_(ids))
        .order_by(ParagraphRow.ordinal)
    ).all()
    for row in sound(table_of(ParagraphRow), texts):
        if not _LEAST <= row.level <= _MOST:
            # It says how far the text is indented.
            raise ValueError(f"paragraph {row.id} has the level {row.level}")
        paragraphs[row.section_id].append(
            Paragraph(row.ordinal, row.number, row.label, row.level, row.text)
        )
    found: dict[int, list[Section]] = defaultdict(list)
    for row in rows:
        found[row.decision_id].append(
            Section(
                kind=SectionKind(row.kind),
                heading=row.heading,
                position=row.position,
                parent=None if row.parent_id is None else positions[row.parent_id],
                paragraphs=tuple(paragraphs[row.id]),
            )
        )
    return found


def _standard(connection: Connection, ids: Sequence[int]) -> dict[int, dict[int, float]]:
    """Standard wording by decision: ordinal → share of decisions that have it."""
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for decision_id, ordinal, share in connection.execute(
        select(SectionRow.decision_id, ParagraphRow.ordinal, BoilerplateRow.share)
        .join(ParagraphRow, ParagraphRow.id == BoilerplateRow.paragraph_id)
        .join(SectionRow, SectionRow.id == ParagraphRow.section_id)
        .where(SectionRow.decision_id.in_(ids))
    ):
        found[decision_id][ordinal] = share
    return found


def _findings(connection: Connection, ids: Sequence[int]) -> dict[int, list[Finding]]:
    found: dict[int, list[Finding]] = defaultdict(list)
    rows = connection.execute(
        select(FindingRow.__table__)
        .where(FindingRow.decision_id.in_(ids))
        .order_by(FindingRow.decision_id, FindingRow.position)
    ).all()
    for row in sound(table_of(FindingRow), rows):
        found[row.decision_id].append(
            Finding(row.position, row.subject, Outcome(row.outcome), row.outcome_raw)
        )
    return found


def _spans(
    connection: Connection,
    ids: Sequence[int],
    model: type[CitationRow] | type[CrossReferenceRow] | type[RemedyRow],
) -> dict[int, list[Any]]:
    """Rows that point into a paragraph, with the section's position and paragraph's ordinal."""
    found: dict[int, list[Any]] = defaultdict(list)
    rows = connection.execute(
        select(
            model.__table__,
            SectionRow.decision_id,
            SectionRow.position.label("section_position"),
            ParagraphRow.ordinal.label("paragraph_ordinal"),
        )
        .join(ParagraphRow, ParagraphRow.id == model.paragraph_id)
        .join(SectionRow, SectionRow.id == ParagraphRow.section_id)
        .where(SectionRow.decision_id.in_(ids))
        .order_by(ParagraphRow.ordinal, model.char_start, model.id)
    ).all()
    for row in sound(table_of(model), rows):
        found[row.decision_id].append(row)
    return found


def _citation(row: Any) -> Citation:
    return Citation(
        section=row.section_position,
        paragraph=row.paragraph_ordinal,
        char_start=row.char_start,
        char_end=row.char_end,
        act=row.act,
        year=row.year,
        provision=row.provision,
        raw=row.raw,
        url=row.url,
        kind=CitationKind(row.kind),
    )


def _targets(connection: Connection, references: dict[int, list[Any]]) -> dict[int, int]:
    """The ordinals of the paragraphs that are pointed to, by paragraph id."""
    wanted = {
        row.target_id for rows in references.values() for row in rows if row.target_id is not None
    }
    if not wanted:
        return {}
    return dict(
        connection.execute(
            select(ParagraphRow.id, ParagraphRow.ordinal).where(ParagraphRow.id.in_(wanted))
        ).all()
    )


def _reference(row: Any, ordinals: dict[int, int]) -> CrossReference:
    return CrossReference(
        section=row.section_position,
        paragraph=row.paragraph_ordinal,
        char_start=row.char_start,
        char_end=row.char_end,
        number=row.number,
        target=None if row.target_id is None else ordinals[row.target_id],
        raw=row.raw,
    )


def _remedy(row: Any) -> Remedy:
    return Remedy(
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
        rule=row.rule,
        correction=row.correction_id,
        per_person=row.per_person,
    )
