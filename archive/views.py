"""The stable views for people who read the database directly, and what their columns mean.

Views are dropped before a migration and made again after it, because a table cannot be rebuilt
under a view on SQLite. The SQL is the common part of SQLite and PostgreSQL.
"""

from __future__ import annotations

_REVISION = "(SELECT MAX(r.number) FROM revision r WHERE r.decision_id = d.id)"
_SLUG = "REPLACE(REPLACE(d.reference, ' ', '-'), '/', '-')"
_KEY = f"""{_SLUG} || '@' || CAST({_REVISION} AS TEXT) || '#' ||
               CASE WHEN p.number IS NULL THEN 'o' || CAST(p.ordinal AS TEXT)
                    ELSE 'p' || CAST(p.number AS TEXT) END"""
_KEY_TOLD = (
    "Permanent name: reference, version, printed number (p) or ordinal (o)",
    "",
    "20-011-198@1#p7",
    True,
)

VIEWS: dict[str, str] = {
    "v_decision": f"""
        CREATE VIEW v_decision AS
        SELECT d.id AS id, s.key AS source, d.reference AS reference, d.title AS title,
               b.name AS body, b.type AS body_type, d.body_name AS body_name,
               d.category AS category,
               d.subcategory AS subcategory, d.kind AS kind, d.outcome AS outcome,
               d.outcome_raw AS outcome_raw, d.decided_on AS decided_on, d.summary AS summary,
               d.satisfied_on AS satisfied_on, d.status AS status,
               d.status_since AS status_since, d.first_seen_at AS first_seen_at,
               d.last_seen_at AS last_seen_at, {_REVISION} AS revision, d.url AS url,
               s.attribution AS attribution
        FROM decision d
        JOIN source s ON s.id = d.source_id
        JOIN body b ON b.id = d.body_id
    """,  # noqa: S608 - built from constants only
    "v_paragraph": f"""
        CREATE VIEW v_paragraph AS
        SELECT p.id AS id, d.id AS decision_id, s.key AS source, d.reference AS reference,
               b.name AS body, d.body_name AS body_name, d.decided_on AS decided_on,
               d.outcome AS outcome, d.status AS status, c.position AS section_position,
               c.kind AS section_kind, c.heading AS heading, p.ordinal AS ordinal,
               p.number AS number, p.label AS label, p.level AS level, p.text AS text,
               {_KEY} AS paragraph_key
        FROM paragraph p
        JOIN section c ON c.id = p.section_id
        JOIN decision d ON d.id = c.decision_id
        JOIN source s ON s.id = d.source_id
        JOIN body b ON b.id = d.body_id
    """,  # noqa: S608 - built from constants only
    "v_remedy": f"""
        CREATE VIEW v_remedy AS
        SELECT r.id AS id, d.id AS decision_id, s.key AS source, d.reference AS reference,
               b.name AS body, d.decided_on AS decided_on, d.outcome AS outcome,
               d.status AS status, r.kind AS kind, r.amount_pence AS amount_pence,
               r.rate_pence AS rate_pence, r.rate_period AS rate_period,
               r.share_percent AS share_percent, r.payee AS payee, r.is_total AS is_total,
               r.per_person AS per_person, r.deadline AS deadline, r.raw AS raw, r.rule AS rule,
               CASE WHEN r.correction_id IS NULL THEN 0 ELSE 1 END AS corrected,
               r.correction_id AS correction_id, m.made_by AS made_by, m.made_at AS made_at,
               m.note AS note, {_KEY} AS paragraph_key
        FROM remedy r
        JOIN paragraph p ON p.id = r.paragraph_id
        JOIN section c ON c.id = p.section_id
        JOIN decision d ON d.id = c.decision_id
        JOIN source s ON s.id = d.source_id
        JOIN body b ON b.id = d.body_id
        LEFT JOIN remedy_correction m ON m.id = r.correction_id
    """,  # noqa: S608 - built from constants only
    "v_body": """
        CREATE VIEW v_body AS
        SELECT b.id AS id, b.name AS name, b.type AS type, b.type_by AS type_by,
               b.council_code AS council_code, b.gss_code AS gss_code,
               b.started_on AS started_on, b.ended_on AS ended_on, s.name AS successor,
               (SELECT COUNT(*) FROM body_name n WHERE n.body_id = b.id) AS spellings,
               (SELECT COUNT(*) FROM decision d WHERE d.body_id = b.id) AS decisions
        FROM body b
        LEFT JOIN body s ON s.id = b.successor_id
    """,
}
"""View name → the statement that makes it."""

VIEW_COLUMNS: dict[str, dict[str, str | tuple[str, str, str, bool]]] = {
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
        "revision": ("Version of the published text that is current, from 1", "", "1", False),
        "url": "decision.url",
        "attribution": "source.attribution",
    },
    "v_paragraph": {
        "id": "paragraph.id",
        "decision_id": "decision.id",
        "source": "source.key",
        "reference": "decision.reference",
        "body": "body.name",
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
        "paragraph_key": _KEY_TOLD,
    },
    "v_remedy": {
        "id": "remedy.id",
        "decision_id": "decision.id",
        "source": "source.key",
        "reference": "decision.reference",
        "body": "body.name",
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
        "corrected": ("1: a person says so; 0: read by the parser", "", "0", True),
        "correction_id": "remedy.correction_id",
        "made_by": "remedy_correction.made_by",
        "made_at": "remedy_correction.made_at",
        "note": "remedy_correction.note",
        "paragraph_key": _KEY_TOLD,
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
        "successor": ("Name of the council that took over", "", "Somerset Council", True),
        "spellings": ("How many spellings of its name are known", "", "2", True),
        "decisions": ("How many decisions of it are in the archive", "", "12", True),
    },
}
"""What each view column means: the column it repeats, or a line of its own (meaning, unit,
example, derived)."""
