"""What each column of the views means: the column of a table that it repeats, or a line of its own.

``archive.dictionary`` puts this together with the tables' own words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Own:
    """A column that no table has. ``kind`` is one of ``archive.dictionary.KINDS``."""

    meaning: str
    kind: str
    example: str = ""
    unit: str = ""
    rule: str = ""
    verbatim: bool = False
    bookkeeping: bool = False


_KEY = Own(
    "Permanent name of the paragraph: reference, version, printed number (p) or ordinal (o)",
    "text",
    "20-011-198@1#p7",
    rule="A version's text never changes, so the name stays when the text is amended",
)
_YEAR = Own("Calendar year of the decision", "integer", "2021", rule="Of decided_on")
_FINANCIAL = Own(
    "Financial year of the decision, 1 April to 31 March", "text", "2020-21", rule="Of decided_on"
)
_REPEATED = Own(
    "True: the same report stands under an earlier reference too; leave such rows out to count "
    "each text, and what it orders, once",
    "boolean",
    "0",
    rule="decision.shared_sha256 is that of a decision with a lower id",
)
_HEAD = {
    "decision_id": "decision.id",
    "source": "source.key",
    "reference": "decision.reference",
    "body": "body.name",
}

VIEW_COLUMNS: dict[str, dict[str, str | Own]] = {
    "v_decision": {
        "id": "decision.id",
        "source": "source.key",
        "reference": "decision.reference",
        "title": "decision.title",
        "body": "body.name",
        "body_type": "body.type",
        "body_name": "decision.body_name",
        "category": "decision.category",
        "subcategory": "decision.subcategory",
        "kind": "decision.kind",
        "outcome": "decision.outcome",
        "outcome_raw": "decision.outcome_raw",
        "decided_on": "decision.decided_on",
        "summary": "decision.summary",
        "satisfied_on": "decision.satisfied_on",
        "status": "decision.status",
        "status_since": "decision.status_since",
        "first_seen_at": "decision.first_seen_at",
        "last_seen_at": "decision.last_seen_at",
        "revision": Own(
            "Version of the published text that is current, from 1",
            "integer",
            "1",
            bookkeeping=True,
        ),
        "url": "decision.url",
        "attribution": "source.attribution",
        "year": _YEAR,
        "financial_year": _FINANCIAL,
        "repeated": _REPEATED,
        "paragraphs": Own("How many paragraphs it has", "integer", "24", rule="Counted"),
    },
    "v_paragraph": {
        "id": "paragraph.id",
        **_HEAD,
        "body_name": "decision.body_name",
        "decided_on": "decision.decided_on",
        "outcome": "decision.outcome",
        "status": "decision.status",
        "section_position": "section.position",
        "section_kind": "section.kind",
        "heading": "section.heading",
        "ordinal": "paragraph.ordinal",
        "number": "paragraph.number",
        "label": "paragraph.label",
        "level": "paragraph.level",
        "text": "paragraph.text",
        "paragraph_key": _KEY,
        "category": "decision.category",
        "subcategory": "decision.subcategory",
        "year": _YEAR,
        "standard_share": Own(
            "For standard wording the part of all decisions that have it; empty: it is the case's",
            "number",
            "0.72",
            unit="share from 0 to 1",
            rule="docs/relevance.md",
        ),
    },
    "v_section_text": {
        "id": "section.id",
        **_HEAD,
        "decided_on": "decision.decided_on",
        "outcome": "decision.outcome",
        "status": "decision.status",
        "section_position": "section.position",
        "section_kind": "section.kind",
        "parent_kind": Own(
            "What the section is for that this one is a part of; empty: it is none's",
            "text",
            "findings",
            rule="docs/accuracy.md",
        ),
        "heading": "section.heading",
        "paragraphs": Own("How many paragraphs it has", "integer", "3", rule="Counted"),
        "text": Own(
            "Its paragraphs, verbatim, with an empty line between them; numbers and labels are in "
            "v_paragraph. Empty: only sub-sections follow",
            "text",
            verbatim=True,
        ),
    },
    "v_remedy": {
        "id": "remedy.id",
        **_HEAD,
        "decided_on": "decision.decided_on",
        "outcome": "decision.outcome",
        "status": "decision.status",
        "kind": "remedy.kind",
        "amount_pence": "remedy.amount_pence",
        "rate_pence": "remedy.rate_pence",
        "rate_period": "remedy.rate_period",
        "share_percent": "remedy.share_percent",
        "payee": "remedy.payee",
        "is_total": "remedy.is_total",
        "per_person": "remedy.per_person",
        "deadline": "remedy.deadline",
        "raw": "remedy.raw",
        "rule": "remedy.rule",
        "corrected": Own(
            "True: a person says so; false: read by the parser",
            "boolean",
            "0",
            rule="correction_id is there",
        ),
        "correction_id": "remedy.correction_id",
        "made_by": "remedy_correction.made_by",
        "made_at": "remedy_correction.made_at",
        "note": "remedy_correction.note",
        "paragraph_key": _KEY,
        "body_type": "body.type",
        "category": "decision.category",
        "subcategory": "decision.subcategory",
        "year": _YEAR,
        "financial_year": _FINANCIAL,
        "repeated": _REPEATED,
    },
    "v_citation": {
        "id": "citation.id",
        **_HEAD,
        "decided_on": "decision.decided_on",
        "outcome": "decision.outcome",
        "status": "decision.status",
        "section_kind": "section.kind",
        "kind": "citation.kind",
        "act": "citation.act",
        "act_year": "citation.year",
        "provision": "citation.provision",
        "raw": "citation.raw",
        "url": "citation.url",
        "char_start": "citation.char_start",
        "char_end": "citation.char_end",
        "paragraph_key": _KEY,
    },
    "v_body": {
        "id": "body.id",
        "name": "body.name",
        "type": "body.type",
        "type_by": "body.type_by",
        "council_code": "body.council_code",
        "gss_code": "body.gss_code",
        "started_on": "body.started_on",
        "ended_on": "body.ended_on",
        "successor": Own(
            "Name of the council that took over",
            "text",
            "Somerset Council",
            rule="body.successor_id",
        ),
        "spellings": Own(
            "How many spellings of its name are known", "integer", "2", rule="Counted"
        ),
        "decisions": Own(
            "How many decisions of it are in the archive", "integer", "12", rule="Counted"
        ),
    },
    "v_body_year": {
        "body_id": "body.id",
        "source": "source.key",
        "body": "body.name",
        "body_type": "body.type",
        "year": _YEAR,
        "decisions": Own(
            "Decisions in the archive; a report under several references of this body counts once",
            "integer",
            "31",
            rule="Counted; not all decisions are published",
        ),
        "upheld": Own("Of these, upheld", "integer", "12", rule="Counted"),
        "not_upheld": Own("Of these, not upheld", "integer", "5", rule="Counted"),
        "closed": Own(
            "Of these, closed without an investigation to its end", "integer", "14", rule="Counted"
        ),
        "unknown": Own("Of these, with an outcome we cannot read", "integer", "0", rule="Counted"),
        "investigated": Own("Upheld and not upheld", "integer", "17", rule="Counted"),
        "upheld_percent": Own(
            "Upheld of those investigated; empty where none was",
            "number",
            "70.6",
            unit="percent",
            rule="100 x upheld / investigated",
        ),
        "reports": Own("Of these decisions, reports", "integer", "1", rule="Counted"),
        "reference_count": Own(
            "References, each counted, whatever text stands under it",
            "integer",
            "32",
            rule="Counted",
        ),
        "withdrawn": Own(
            "References that left the site before their time", "integer", "0", rule="Counted"
        ),
    },
    "v_coverage": {
        "id": "listing_window.id",
        "source": "source.key",
        "only_body": "listing_window.body",
        "first_day": "listing_window.first_day",
        "last_day": "listing_window.last_day",
        "state": "listing_window.state",
        "stated": "listing_window.stated",
        "found": "listing_window.found",
        "held": Own(
            "Decisions of these days in the archive, those that left the site included; empty "
            "where the listing was limited to one council",
            "integer",
            "58",
            rule="Counted",
        ),
        "missing": Own(
            "Entries listed for these days and not in the archive; empty likewise",
            "integer",
            "0",
            rule="Counted",
        ),
        "opened_at": "listing_window.opened_at",
        "proven_at": "listing_window.proven_at",
    },
    "v_change": {
        "id": "change.id",
        "at": "change.at",
        "kind": "change.kind",
        "decision_id": "change.decision_id",
        "source": "source.key",
        "reference": "decision.reference",
        "body": "body.name",
        "decided_on": "decision.decided_on",
        "status": "decision.status",
        "revision": "revision.number",
    },
}
"""Columns by view, in order. Text of the form ``table.column`` repeats that column."""
