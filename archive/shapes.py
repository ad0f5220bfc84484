"""The versioned JSON shapes of decisions. New keys do not change the version; other changes do."""

from __future__ import annotations

from archive.records import Decision, Section, StoredDecision, reference_slug

DECISION_SCHEMA = 1


def decision_json(decision: Decision) -> dict[str, object]:
    """A parsed decision as ``decisions parse --json`` and ``decisions show --json`` print it."""
    return {
        "schema": DECISION_SCHEMA,
        "source": decision.source,
        "reference": decision.reference,
        "url": decision.url,
        "title": decision.title,
        "body": decision.body,
        "category": decision.category,
        "subcategory": decision.subcategory,
        "outcome": {"raw": decision.outcome_raw, "value": decision.outcome.value},
        "decided_on": decision.decided_on.isoformat(),
        "decided_on_raw": decision.decided_on_raw,
        "kind": decision.kind.value,
        "summary": decision.summary,
        "satisfied_on": (
            None if decision.satisfied_on is None else decision.satisfied_on.isoformat()
        ),
        "satisfied_on_raw": decision.satisfied_on_raw,
        "sections": [_section(section) for section in decision.sections],
        "findings": [
            {
                "position": finding.position,
                "subject": finding.subject,
                "outcome": finding.outcome.value,
                "outcome_raw": finding.outcome_raw,
            }
            for finding in decision.findings
        ],
        "citations": [
            {
                "section": item.section,
                "paragraph": item.paragraph,
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
        "cross_references": [
            {
                "section": item.section,
                "paragraph": item.paragraph,
                "char_start": item.char_start,
                "char_end": item.char_end,
                "number": item.number,
                "target": item.target,
                "raw": item.raw,
            }
            for item in decision.cross_references
        ],
        "remedies": [
            {
                "section": item.section,
                "paragraph": item.paragraph,
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
        "parser_version": decision.parser_version,
        "content_sha256": decision.content_sha256(),
        "text_sha256": decision.text_sha256,
        "warnings": list(decision.warnings),
    }


def _section(section: Section) -> dict[str, object]:
    return {
        "kind": section.kind.value,
        "heading": section.heading,
        "position": section.position,
        "parent": section.parent,
        "paragraphs": [
            {
                "ordinal": paragraph.ordinal,
                "number": paragraph.number,
                "label": paragraph.label,
                "level": paragraph.level,
                "text": paragraph.text,
            }
            for paragraph in section.paragraphs
        ],
    }


def stored_json(stored: StoredDecision, *, attribution: str) -> dict[str, object]:
    """A decision of the archive, with what the archive knows about it.

    ``body`` is the one name for all spellings, ``body_name`` the title's, verbatim.
    """
    shape = decision_json(stored.decision)
    shape["body"] = stored.body
    shape["body_name"] = stored.decision.body
    shape["body_type"] = None if stored.body_type is None else stored.body_type.value
    shape["status"] = stored.status.value
    shape["status_since"] = None if stored.status_since is None else stored.status_since.isoformat()
    shape["first_seen_at"] = stored.first_seen_at.isoformat()
    shape["last_seen_at"] = stored.last_seen_at.isoformat()
    shape["revision"] = stored.revision
    shape["key"] = f"{reference_slug(stored.decision.reference)}@{stored.revision}"
    shape["urls"] = list(stored.urls)
    shape["attribution"] = attribution
    return shape
