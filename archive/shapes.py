"""The versioned JSON shapes of decisions. New keys do not change the version; other changes do."""

from __future__ import annotations

from collections.abc import Sequence

from archive.corrections import agrees, reads_otherwise
from archive.records import (
    Correction,
    Decision,
    Remedy,
    Section,
    StoredDecision,
    reference_slug,
)

DECISION_SCHEMA = 1


def decision_json(decision: Decision, content_sha256: str | None = None) -> dict[str, object]:
    """A parsed decision as ``decisions parse --json`` and ``decisions show --json`` print it.

    ``content_sha256`` is computed unless the caller has it.
    """
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
        "remedies": [remedy_json(item) for item in decision.remedies],
        "parser_version": decision.parser_version,
        "content_sha256": content_sha256 or decision.content_sha256(),
        "text_sha256": decision.text_sha256,
        "warnings": list(decision.warnings),
    }


def remedy_json(item: Remedy) -> dict[str, object]:
    """One remedy under the names of its columns."""
    return {
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


def remedies_json(remedies: Sequence[Remedy]) -> list[dict[str, object]]:
    """Remedies of the archive, each with the number of the correction it comes from, or null."""
    return [remedy_json(item) | {"correction": item.correction} for item in remedies]


def correction_json(correction: Correction) -> dict[str, object]:
    """A person's correction: what is said, of which words, and what the parser made of them."""
    return {
        "number": correction.id,
        "correction": correction.kind.value,
        "fits": correction.fits,
        "parser_agrees": agrees(correction),
        "parser_reads_otherwise_now": reads_otherwise(correction),
        "remedy": remedy_json(correction.remedy),
        "made_on_version": correction.revision,
        "made_at": correction.made_at.isoformat(),
        "by": correction.by,
        "note": correction.note,
        "parser_read_then": [remedy_json(item) for item in correction.machine_then],
        "parser_reads_now": [remedy_json(item) for item in correction.machine_now],
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
    shape["remedies"] = remedies_json(stored.decision.remedies)
    shape["corrections"] = [correction_json(each) for each in stored.corrections]
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
