"""The stable views for people who read the database directly.

What their columns mean is in ``archive.view_columns``. Views are dropped before a migration and
made again after it, because a table cannot be rebuilt under a view on SQLite. The SQL is the common
part of SQLite and PostgreSQL but for the joining of texts, and gives the same rows on both.

``VIEWS_VERSION`` is in ``archive_meta`` of every archive and copy. It is raised when a column goes,
or means something else; a column that is added at the end of a view does not raise it.
"""

from __future__ import annotations

VIEWS_VERSION = 1
"""Of the columns of all views together; ``tests/frozen/views.txt`` holds them."""

_REVISION = "(SELECT MAX(r.number) FROM revision r WHERE r.decision_id = d.id)"
_SLUG = "REPLACE(REPLACE(d.reference, ' ', '-'), '/', '-')"
_KEY = f"""{_SLUG} || '@' || CAST({_REVISION} AS TEXT) || '#' ||
               CASE WHEN p.number IS NULL THEN 'o' || CAST(p.ordinal AS TEXT)
                    ELSE 'p' || CAST(p.number AS TEXT) END"""
_DAY = "CAST(d.decided_on AS TEXT)"
_YEAR = f"CAST(SUBSTR({_DAY}, 1, 4) AS INTEGER)"
# The financial year of English councils: from 1 April to 31 March.
_APRIL = f"CASE WHEN SUBSTR({_DAY}, 6, 2) < '04' THEN 1 ELSE 0 END"
_FINANCIAL = f"""CAST({_YEAR} - {_APRIL} AS TEXT) || '-' ||
               SUBSTR(CAST({_YEAR} - {_APRIL} + 1 AS TEXT), 3, 2)"""
_REPEATED = """EXISTS (SELECT 1 FROM decision o WHERE o.shared_sha256 = d.shared_sha256
                       AND o.source_id = d.source_id AND o.id < d.id)"""
_OF_DECISION = """JOIN source s ON s.id = d.source_id
        JOIN body b ON b.id = d.body_id"""
_OF_PARAGRAPH = f"""JOIN section c ON c.id = p.section_id
        JOIN decision d ON d.id = c.decision_id
        {_OF_DECISION}"""

_JOINED = {
    # SQLite before 3.44 has no ORDER BY in an aggregate; a window has an order.
    "sqlite": """(SELECT GROUP_CONCAT(p.text, CHAR(10) || CHAR(10)) OVER (ORDER BY p.ordinal
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
                FROM paragraph p WHERE p.section_id = c.id LIMIT 1)""",
    "postgresql": """(SELECT STRING_AGG(p.text, CHR(10) || CHR(10) ORDER BY p.ordinal)
                FROM paragraph p WHERE p.section_id = c.id)""",
}

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
               s.attribution AS attribution, {_YEAR} AS year,
               {_FINANCIAL} AS financial_year, {_REPEATED} AS repeated,
               (SELECT COUNT(*) FROM section c JOIN paragraph p ON p.section_id = c.id
                WHERE c.decision_id = d.id) AS paragraphs
        FROM decision d
        {_OF_DECISION}
    """,  # noqa: S608 - built from constants only
    "v_paragraph": f"""
        CREATE VIEW v_paragraph AS
        SELECT p.id AS id, d.id AS decision_id, s.key AS source, d.reference AS reference,
               b.name AS body, d.body_name AS body_name, d.decided_on AS decided_on,
               d.outcome AS outcome, d.status AS status, c.position AS section_position,
               c.kind AS section_kind, c.heading AS heading, p.ordinal AS ordinal,
               p.number AS number, p.label AS label, p.level AS level, p.text AS text,
               {_KEY} AS paragraph_key, d.category AS category,
               d.subcategory AS subcategory, {_YEAR} AS year, w.share AS standard_share
        FROM paragraph p
        {_OF_PARAGRAPH}
        LEFT JOIN boilerplate w ON w.paragraph_id = p.id
    """,  # noqa: S608 - built from constants only
    "v_section_text": f"""
        CREATE VIEW v_section_text AS
        SELECT c.id AS id, d.id AS decision_id, s.key AS source, d.reference AS reference,
               b.name AS body, d.decided_on AS decided_on, d.outcome AS outcome,
               d.status AS status, c.position AS section_position, c.kind AS section_kind,
               t.kind AS parent_kind, c.heading AS heading,
               (SELECT COUNT(*) FROM paragraph p WHERE p.section_id = c.id) AS paragraphs,
               {{joined}} AS text
        FROM section c
        JOIN decision d ON d.id = c.decision_id
        {_OF_DECISION}
        LEFT JOIN section t ON t.id = c.parent_id
    """,  # noqa: S608 - built from constants only
    "v_remedy": f"""
        CREATE VIEW v_remedy AS
        SELECT r.id AS id, d.id AS decision_id, s.key AS source, d.reference AS reference,
               b.name AS body, d.decided_on AS decided_on, d.outcome AS outcome,
               d.status AS status, r.kind AS kind, r.amount_pence AS amount_pence,
               r.rate_pence AS rate_pence, r.rate_period AS rate_period,
               r.share_percent AS share_percent, r.payee AS payee, r.is_total AS is_total,
               r.per_person AS per_person, r.deadline AS deadline, r.raw AS raw, r.rule AS rule,
               r.correction_id IS NOT NULL AS corrected,
               r.correction_id AS correction_id, m.made_by AS made_by, m.made_at AS made_at,
               m.note AS note, {_KEY} AS paragraph_key, b.type AS body_type,
               d.category AS category, d.subcategory AS subcategory, {_YEAR} AS year,
               {_FINANCIAL} AS financial_year, {_REPEATED} AS repeated
        FROM remedy r
        JOIN paragraph p ON p.id = r.paragraph_id
        {_OF_PARAGRAPH}
        LEFT JOIN remedy_correction m ON m.id = r.correction_id
    """,  # noqa: S608 - built from constants only
    "v_citation": f"""
        CREATE VIEW v_citation AS
        SELECT x.id AS id, d.id AS decision_id, s.key AS source, d.reference AS reference,
               b.name AS body, d.decided_on AS decided_on, d.outcome AS outcome,
               d.status AS status, c.kind AS section_kind, x.kind AS kind, x.act AS act,
               x.year AS act_year, x.provision AS provision, x.raw AS raw, x.url AS url,
               x.char_start AS char_start, x.char_end AS char_end,
               {_KEY} AS paragraph_key
        FROM citation x
        JOIN paragraph p ON p.id = x.paragraph_id
        {_OF_PARAGRAPH}
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
    # One text of a body counts once, under however many references it was published, and with one
    # outcome: where its references differ, the first of this order, as in ``archive.figures``.
    "v_body_year": f"""
        CREATE VIEW v_body_year AS
        SELECT y.body_id AS body_id, y.source AS source, y.body AS body, y.body_type AS body_type,
               y.year AS year, COUNT(*) AS decisions,
               SUM(CASE y.place WHEN 1 THEN 1 ELSE 0 END) AS upheld,
               SUM(CASE y.place WHEN 2 THEN 1 ELSE 0 END) AS not_upheld,
               SUM(CASE y.place WHEN 3 THEN 1 ELSE 0 END) AS closed,
               SUM(CASE y.place WHEN 4 THEN 1 ELSE 0 END) AS unknown,
               SUM(CASE WHEN y.place < 3 THEN 1 ELSE 0 END) AS investigated,
               CAST(ROUND(100.0 * SUM(CASE y.place WHEN 1 THEN 1 ELSE 0 END) / NULLIF(
                   SUM(CASE WHEN y.place < 3 THEN 1 ELSE 0 END), 0), 1)
                   AS FLOAT) AS upheld_percent,
               SUM(y.report) AS reports,
               CAST(SUM(y.reference_count) AS INTEGER) AS reference_count,
               CAST(SUM(y.withdrawn) AS INTEGER) AS withdrawn
        FROM (
            SELECT t.body_id AS body_id, t.source AS source, t.body AS body,
                   t.body_type AS body_type, t.year AS year, t.own AS own,
                   MIN(CASE t.outcome WHEN 'upheld' THEN 1 WHEN 'not_upheld' THEN 2
                       WHEN 'closed' THEN 3 ELSE 4 END) AS place,
                   MAX(CASE WHEN t.kind = 'report' THEN 1 ELSE 0 END) AS report,
                   COUNT(*) AS reference_count,
                   SUM(CASE WHEN t.status = 'withdrawn' THEN 1 ELSE 0 END) AS withdrawn
            FROM (
                SELECT b.id AS body_id, s.key AS source, b.name AS body, b.type AS body_type,
                       {_YEAR} AS year, d.outcome AS outcome, d.kind AS kind,
                       d.status AS status,
                       COALESCE(d.shared_sha256, CAST(d.id AS TEXT)) AS own
                FROM decision d
                {_OF_DECISION}
            ) t
            GROUP BY t.body_id, t.source, t.body, t.body_type, t.year, t.own
        ) y
        GROUP BY y.body_id, y.source, y.body, y.body_type, y.year
    """,  # noqa: S608 - built from constants only
    "v_coverage": """
        CREATE VIEW v_coverage AS
        SELECT w.id AS id, s.key AS source, w.body AS only_body, w.first_day AS first_day,
               w.last_day AS last_day, w.state AS state, w.stated AS stated, w.found AS found,
               CASE WHEN w.body = '' THEN
                   (SELECT COUNT(*) FROM decision d WHERE d.source_id = w.source_id
                    AND d.decided_on BETWEEN w.first_day AND w.last_day) END AS held,
               CASE WHEN w.body = '' THEN
                   (SELECT COUNT(*) FROM listed l WHERE l.source_id = w.source_id
                    AND l.decided_on BETWEEN w.first_day AND w.last_day
                    AND l.state IN ('wanted', 'failed', 'unavailable')) END AS missing,
               w.opened_at AS opened_at, w.proven_at AS proven_at
        FROM listing_window w
        JOIN source s ON s.id = w.source_id
        WHERE w.state <> 'split'
    """,
    "v_change": """
        CREATE VIEW v_change AS
        SELECT h.id AS id, h.at AS at, h.kind AS kind, h.decision_id AS decision_id,
               s.key AS source, d.reference AS reference, b.name AS body,
               d.decided_on AS decided_on, d.status AS status, v.number AS revision
        FROM change h
        LEFT JOIN decision d ON d.id = h.decision_id
        LEFT JOIN source s ON s.id = d.source_id
        LEFT JOIN body b ON b.id = d.body_id
        LEFT JOIN revision v ON v.id = h.revision_id
        WHERE h.kind <> 'derived'
    """,
}
"""View name → the statement that makes it, with ``{joined}`` where the databases differ."""


def statement(view: str, dialect: str) -> str:
    """The statement that makes a view on ``sqlite`` or ``postgresql``."""
    return VIEWS[view].replace("{joined}", _JOINED[dialect])
