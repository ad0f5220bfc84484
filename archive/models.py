"""The tables, each column with its meaning: the one source of truth for the data dictionary.

Nobody outside ``archive/`` imports this module. The same models serve SQLite and PostgreSQL. A
change here needs a migration; ``alembic check`` in the tests says when one is missing.

``derived=True`` marks what we normalised or worked out, ``verbatim=True`` the publisher's words;
everything else is the archive's own bookkeeping.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    sql,
)
from sqlalchemy.orm import Mapped

from archive.records import CorrectionKind, DecisionKind, Outcome, Said, Status
from archive.tables import KEY, Base, UtcInstant, column, one_of

SCHEMA_REVISION = "0008"
"""The Alembic revision these models stand for; readers compare it without importing Alembic."""


def _said(about: str) -> Any:
    return column(
        String(8), f"Who says {about}: rule, table, import or person", derived=True, example="rule"
    )


class SourceRow(Base):
    __tablename__ = "source"
    id: Mapped[int] = column(KEY, "Number of the source", primary_key=True)
    key: Mapped[str] = column(
        String(32), "Short name of the ombudsman", unique=True, example="lgsco"
    )
    name: Mapped[str] = column(Text, "Full name of the ombudsman")
    base_url: Mapped[str] = column(Text, "The one site this archive takes this source's pages from")
    licence: Mapped[str] = column(Text, "The publisher's terms of re-use, in short")
    attribution: Mapped[str] = column(Text, "The acknowledgement every copy must carry")
    retention: Mapped[str] = column(
        Text, "How long the publisher keeps texts online", example="statement 5 years"
    )
    enumeration: Mapped[str] = column(
        String(32), "How the source is listed", example="date_windows"
    )


class BodyRow(Base):
    __tablename__ = "body"
    __table_args__ = (
        Index("ix_body_successor_id", "successor_id"),
        Index("ix_body_council_code", "council_code"),
        Index("ix_body_gss_code", "gss_code"),
    )
    id: Mapped[int] = column(KEY, "Number of the council or provider", primary_key=True)
    name: Mapped[str] = column(
        Text,
        "Its one name, for all spellings; always one of body_name.name",
        unique=True,
        derived=True,
        example="Hampshire County Council",
        rule="Spellings with the same body_name.key are one; persons and imports outweigh the rule",
    )
    name_by: Mapped[str | None] = _said("the name; rule: a spelling of the titles")
    type: Mapped[str | None] = column(
        String(32),
        "Type of authority or provider: district, county, unitary, london_borough, metropolitan, "
        "combined_authority, nhs, care_provider, school, other; empty: cannot be told",
        derived=True,
        example="county",
        rule="Words of the name and our table of councils; persons and imports outweigh them",
    )
    type_by: Mapped[str | None] = _said("the type")
    council_code: Mapped[str | None] = column(
        String(16),
        "Code of the council in a table that was imported",
        derived=True,
        example="HAM",
        rule="The file that was imported",
    )
    council_code_by: Mapped[str | None] = _said("the code")
    gss_code: Mapped[str | None] = column(
        String(16),
        "Code of the council's area, of the Office for National Statistics",
        derived=True,
        example="E10000014",
        rule="The file that was imported",
    )
    gss_code_by: Mapped[str | None] = _said("the GSS code")
    started_on: Mapped[date | None] = column(
        Date,
        "First day of the council",
        derived=True,
        unit="ISO date",
        example="2023-04-01",
        rule="Our table of councils, an import or a person",
    )
    started_on_by: Mapped[str | None] = _said("the first day")
    ended_on: Mapped[date | None] = column(
        Date,
        "Last day of the council",
        derived=True,
        unit="ISO date",
        example="2023-03-31",
        rule="Our table of councils, an import or a person",
    )
    ended_on_by: Mapped[str | None] = _said("the last day")
    successor_id: Mapped[int | None] = column(
        KEY,
        "The council that took over",
        ForeignKey("body.id"),
        derived=True,
        rule="Our table of councils, an import or a person",
    )
    successor_id_by: Mapped[str | None] = _said("the successor")


class BodyNameRow(Base):
    __tablename__ = "body_name"
    __table_args__ = (
        Index("ix_body_name_key", "key"),
        Index("ix_body_name_body_id", "body_id"),
        one_of("said_by", Said),
    )
    id: Mapped[int] = column(KEY, "Number of the spelling", primary_key=True)
    name: Mapped[str] = column(
        Text,
        "A spelling of a name, verbatim",
        unique=True,
        example="Hampshire County Council",
        verbatim=True,
    )
    key: Mapped[str] = column(
        Text,
        "The spelling without case, punctuation and the like; equal where only these differ",
        derived=True,
        example="hampshire county council",
        rule="archive/body_names.py",
    )
    body_id: Mapped[int] = column(
        KEY,
        "The council or provider of this name",
        ForeignKey("body.id"),
        derived=True,
        rule="The very spelling, else the key",
    )
    said_by: Mapped[str] = column(
        String(8),
        "Who says so: rule, table (ours), import (a file) or person",
        derived=True,
        example="rule",
    )
    before: Mapped[str | None] = column(
        Text,
        "What was known of its own body before a person merged that into this one, JSON",
        derived=True,
    )


class DecisionRow(Base):
    __tablename__ = "decision"
    __table_args__ = (
        UniqueConstraint("source_id", "reference"),
        UniqueConstraint("source_id", "reference_key"),
        Index("ix_decision_decided_on", "decided_on"),
        Index("ix_decision_body_id", "body_id"),
        Index("ix_decision_last_seen_at", "last_seen_at"),
        one_of("kind", DecisionKind),
        one_of("outcome", Outcome),
        one_of("status", Status),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = column(
        KEY, "Number of the decision in this archive; never used again", primary_key=True
    )
    source_id: Mapped[int] = column(KEY, "The ombudsman", ForeignKey("source.id"))
    reference: Mapped[str] = column(
        String(64),
        "Reference as printed, letters in lower case",
        example="20 011 198",
        verbatim=True,
    )
    reference_key: Mapped[str] = column(
        String(64),
        "Reference without blanks and signs, for finding it",
        derived=True,
        example="20011198",
        rule="Small letters and digits only",
    )
    url: Mapped[str] = column(Text, "Address of the page on the publisher's site")
    title: Mapped[str] = column(
        Text, "Title of the page", example="Hampshire County Council (20 011 198)", verbatim=True
    )
    body_id: Mapped[int] = column(
        KEY,
        "The council or provider, one number for all spellings (see body_name)",
        ForeignKey("body.id"),
        derived=True,
        rule="body_name of this title",
    )
    body_name: Mapped[str] = column(
        Text, "Name of the council or provider as in this title", verbatim=True
    )
    category: Mapped[str | None] = column(
        Text, "Category as on the page", example="Children's care services", verbatim=True
    )
    subcategory: Mapped[str | None] = column(
        Text, "Sub-category as on the page", example="Other", verbatim=True
    )
    category_raw: Mapped[str | None] = column(
        Text,
        "The category line as it stands",
        example="Children's care services > Other",
        verbatim=True,
    )
    kind: Mapped[str] = column(
        String(16),
        "statement or report",
        derived=True,
        example="statement",
        rule="A report has the sections of one (docs/accuracy.md)",
    )
    outcome: Mapped[str] = column(
        String(16),
        "Outcome for this body: upheld, not_upheld, closed, unknown",
        derived=True,
        example="closed",
        rule="The words of outcome_raw, by a table",
    )
    outcome_raw: Mapped[str] = column(
        Text, "Outcome in the page's words", example="Closed after initial enquiries", verbatim=True
    )
    decided_on: Mapped[date] = column(
        Date,
        "Date of the decision",
        derived=True,
        unit="ISO date",
        example="2021-03-11",
        rule="The day, month and year of decided_on_raw",
    )
    decided_on_raw: Mapped[str] = column(
        Text, "Date of the decision as printed", example="11 Mar 2021", verbatim=True
    )
    summary: Mapped[str | None] = column(Text, "The summary, verbatim", verbatim=True)
    satisfied_on: Mapped[date | None] = column(
        Date,
        "When the Ombudsman was satisfied with the response to a report",
        derived=True,
        unit="ISO date",
        example="2017-09-12",
        rule="The day, month and year of satisfied_on_raw",
    )
    satisfied_on_raw: Mapped[str | None] = column(
        Text, "The compliance line, verbatim", verbatim=True
    )
    status: Mapped[str] = column(
        String(16),
        "live: on the publisher's site; expired: left after its five years; "
        "withdrawn: left before that",
        derived=True,
        example="live",
        rule="Not listed and its page missing in two runs; expired when five years (a statement) "
        "or ten (a report) less 60 days were over: partly our inference",
    )
    status_since: Mapped[datetime | None] = column(
        UtcInstant, "When we found that it had left the site", unit="UTC"
    )
    first_seen_at: Mapped[datetime] = column(UtcInstant, "When we first fetched it", unit="UTC")
    last_seen_at: Mapped[datetime] = column(UtcInstant, "When we last fetched it", unit="UTC")
    first_crawl_id: Mapped[int | None] = column(
        KEY, "The run that first fetched it", ForeignKey("crawl.id"), index=True
    )
    lag_days: Mapped[int | None] = column(
        Integer,
        "Days from the decision to its first appearance in the listing; empty when nobody was "
        "watching that date then, as in the first fill",
        unit="days",
        derived=True,
        rule="first_listed_at less decided_on",
    )
    content_sha256: Mapped[str] = column(
        String(64),
        "Hash of header and text as read by the parser",
        derived=True,
        rule="SHA-256 of reference, title, category, outcome, date, summary, headings and "
        "paragraphs",
    )
    text_sha256: Mapped[str] = column(
        String(64),
        "Hash of the page's content text, whatever the parser",
        derived=True,
        rule="docs/certificates.md",
    )
    reading_sha256: Mapped[str] = column(
        String(64),
        "Hash of everything the parser read, derived parts included",
        derived=True,
        rule="SHA-256 of decisions parse --json without the version",
    )
    shared_sha256: Mapped[str | None] = column(
        String(64),
        "Hash of a report's text without its compliance line: equal where one report stands under "
        "several references; empty for statements",
        derived=True,
        index=True,
        rule="SHA-256 of headings and paragraphs without the compliance line",
    )
    parser_version: Mapped[str] = column(String(32), "Version of the parser that read it")
    warnings: Mapped[str] = column(
        Text,
        "What the parser found odd, a JSON list of sentences",
        derived=True,
        example="[]",
        rule="docs/accuracy.md",
    )


class FindingRow(Base):
    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("decision_id", "position"), one_of("outcome", Outcome))
    id: Mapped[int] = column(KEY, "Number of the finding", primary_key=True)
    decision_id: Mapped[int] = column(
        KEY, "The decision", ForeignKey("decision.id", ondelete="CASCADE")
    )
    position: Mapped[int] = column(Integer, "Order within the decision, from 1")
    subject: Mapped[str | None] = column(
        Text, "What the finding is about; empty: all of it", verbatim=True
    )
    outcome: Mapped[str] = column(
        String(16),
        "Outcome of this finding",
        derived=True,
        rule="The words of outcome_raw, by a table",
    )
    outcome_raw: Mapped[str] = column(Text, "Outcome in the page's words", verbatim=True)


class SectionRow(Base):
    __tablename__ = "section"
    __table_args__ = (
        UniqueConstraint("decision_id", "position"),
        Index("ix_section_kind", "kind"),
        Index("ix_section_parent_id", "parent_id"),
    )
    id: Mapped[int] = column(
        KEY, "Number of the section; a new reading may give a new one", primary_key=True
    )
    decision_id: Mapped[int] = column(
        KEY, "The decision", ForeignKey("decision.id", ondelete="CASCADE")
    )
    position: Mapped[int] = column(Integer, "Order within the decision, from 1")
    kind: Mapped[str] = column(
        String(24),
        "What the section is for",
        derived=True,
        example="findings",
        rule="The heading, by a table; unknown ones are other",
    )
    heading: Mapped[str] = column(Text, "Heading, verbatim", example="What I found", verbatim=True)
    parent_id: Mapped[int | None] = column(
        KEY,
        "The section this one is a part of",
        ForeignKey("section.id", ondelete="CASCADE"),
        derived=True,
        rule="The level of the heading",
    )


class ParagraphRow(Base):
    __tablename__ = "paragraph"
    __table_args__ = (UniqueConstraint("section_id", "ordinal"),)
    id: Mapped[int] = column(
        KEY, "Number of the paragraph; a new reading may give a new one", primary_key=True
    )
    section_id: Mapped[int] = column(
        KEY, "The section", ForeignKey("section.id", ondelete="CASCADE")
    )
    ordinal: Mapped[int] = column(
        Integer, "Our count through the whole decision, from 1", derived=True, rule="Counted"
    )
    number: Mapped[int | None] = column(Integer, "Paragraph number as printed", verbatim=True)
    label: Mapped[str | None] = column(
        Text, "Mark of a list item as printed", example="a", verbatim=True
    )
    level: Mapped[int] = column(
        Integer,
        "0 for text, 1 for an item of a list, 2 within it",
        derived=True,
        rule="The lists it stands in",
    )
    text: Mapped[str] = column(Text, "The text, verbatim, white space folded", verbatim=True)


class BoilerplateRow(Base):
    __tablename__ = "boilerplate"
    __table_args__ = (Index("ix_boilerplate_cluster", "cluster"),)
    paragraph_id: Mapped[int] = column(
        KEY,
        "A paragraph that stands nearly word for word in many decisions",
        ForeignKey("paragraph.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
        derived=True,
        rule="docs/relevance.md",
    )
    cluster: Mapped[str] = column(
        String(16),
        "The same for all paragraphs of that wording; named after its commonest form",
        derived=True,
        example="0f3b6c1d2e4a5b69",
        rule="docs/relevance.md",
    )
    share: Mapped[float] = column(
        Float,
        "Part of all decisions with that wording, from 0 to 1",
        derived=True,
        example="0.72",
        rule="docs/relevance.md",
    )
    computed_at: Mapped[datetime] = column(
        UtcInstant,
        "When this was found, or the share last changed",
        unit="UTC",
        derived=True,
        rule="docs/relevance.md",
    )


class CitationRow(Base):
    __tablename__ = "citation"
    __table_args__ = (Index("ix_citation_paragraph_id", "paragraph_id"),)
    id: Mapped[int] = column(KEY, "Number of the citation", primary_key=True)
    paragraph_id: Mapped[int] = column(
        KEY, "The paragraph it stands in", ForeignKey("paragraph.id", ondelete="CASCADE")
    )
    char_start: Mapped[int] = column(
        Integer,
        "First code point in paragraph.text",
        derived=True,
        rule="scraper/citations.py; docs/accuracy.md",
    )
    char_end: Mapped[int] = column(
        Integer,
        "Code point after the last",
        derived=True,
        rule="scraper/citations.py; docs/accuracy.md",
    )
    act: Mapped[str | None] = column(
        Text,
        "Act as we read it",
        derived=True,
        example="Local Government Act",
        rule="scraper/citations.py; docs/accuracy.md",
    )
    year: Mapped[int | None] = column(
        Integer,
        "Year of the Act, if printed",
        derived=True,
        example="1974",
        rule="scraper/citations.py; docs/accuracy.md",
    )
    provision: Mapped[str | None] = column(
        Text,
        "Section, schedule or paragraph",
        derived=True,
        example="section 24A(6)",
        rule="scraper/citations.py; docs/accuracy.md",
    )
    raw: Mapped[str] = column(
        Text, "The words of the text; for what is no statute, its title or name", verbatim=True
    )
    url: Mapped[str | None] = column(
        Text, "Address of the Act", derived=True, rule="scraper/citations.py; docs/accuracy.md"
    )
    kind: Mapped[str] = column(
        String(16),
        "statute, guidance, tribunal or case; only a statute has act, year, provision and url",
        derived=True,
        example="statute",
        server_default="statute",
        rule="scraper/citations.py; docs/accuracy.md",
    )


class CrossReferenceRow(Base):
    __tablename__ = "cross_reference"
    __table_args__ = (
        Index("ix_cross_reference_paragraph_id", "paragraph_id"),
        Index("ix_cross_reference_target_id", "target_id"),
    )
    id: Mapped[int] = column(KEY, "Number of the cross-reference", primary_key=True)
    paragraph_id: Mapped[int] = column(
        KEY, "The paragraph that points", ForeignKey("paragraph.id", ondelete="CASCADE")
    )
    char_start: Mapped[int] = column(
        Integer,
        "First code point in paragraph.text",
        derived=True,
        rule="scraper/cross_references.py; docs/accuracy.md",
    )
    char_end: Mapped[int] = column(
        Integer,
        "Code point after the last",
        derived=True,
        rule="scraper/cross_references.py; docs/accuracy.md",
    )
    number: Mapped[int] = column(
        Integer,
        "Printed number pointed to; a range gives a row for each",
        derived=True,
        example="9",
        rule="scraper/cross_references.py; docs/accuracy.md",
    )
    target_id: Mapped[int | None] = column(
        KEY,
        "The paragraph with that number; empty where none has it, or more than one could be meant",
        ForeignKey("paragraph.id", ondelete="CASCADE"),
        derived=True,
        rule="scraper/cross_references.py; docs/accuracy.md",
    )
    raw: Mapped[str] = column(
        Text, "The words of the text", example="paragraphs 9 and 10", verbatim=True
    )


class RemedyRow(Base):
    __tablename__ = "remedy"
    __table_args__ = (Index("ix_remedy_paragraph_id", "paragraph_id"),)
    id: Mapped[int] = column(KEY, "Number of the remedy", primary_key=True)
    paragraph_id: Mapped[int] = column(
        KEY, "The paragraph it stands in", ForeignKey("paragraph.id", ondelete="CASCADE")
    )
    char_start: Mapped[int] = column(
        Integer,
        "First code point in paragraph.text",
        derived=True,
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    char_end: Mapped[int] = column(
        Integer,
        "Code point after the last",
        derived=True,
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    kind: Mapped[str] = column(
        String(32),
        "What was agreed or recommended",
        derived=True,
        example="payment",
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    amount_pence: Mapped[int | None] = column(
        KEY,
        "Amount",
        derived=True,
        unit="pence",
        example="25000",
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    rate_pence: Mapped[int | None] = column(
        KEY,
        "Amount of each period",
        derived=True,
        unit="pence",
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    rate_period: Mapped[str | None] = column(
        String(16),
        "Period of the rate; time: for each occurrence",
        derived=True,
        example="week",
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    share_percent: Mapped[float | None] = column(
        Float,
        "Share of a cost",
        derived=True,
        unit="percent",
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    payee: Mapped[str | None] = column(
        Text, "Who receives it", derived=True, rule="scraper/remedies.py; docs/accuracy.md"
    )
    is_total: Mapped[bool] = column(
        Boolean,
        "A total of other rows: never add it to them",
        derived=True,
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    deadline: Mapped[str | None] = column(
        String(16),
        "Time allowed: an ISO 8601 duration (P1M), an ISO day, or, where ISO has no word, "
        "'20 working days', '20 school days'",
        derived=True,
        example="P1M",
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    raw: Mapped[str] = column(Text, "The words of the text", verbatim=True)
    rule: Mapped[str] = column(
        String(64),
        "The rule that found it; person: somebody corrected it",
        derived=True,
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    per_person: Mapped[bool] = column(
        Boolean,
        "Each of several payees gets it, so what is paid in all is more",
        derived=True,
        server_default=sql.false(),
        rule="scraper/remedies.py; docs/accuracy.md",
    )
    correction_id: Mapped[int | None] = column(
        KEY,
        "The correction by a person that this row comes from; empty: read by the parser",
        ForeignKey("remedy_correction.id", ondelete="CASCADE"),
        index=True,
        derived=True,
        rule="decisions correct",
    )


class RemedyCorrectionRow(Base):
    """Hangs on the decision, not on a paragraph: a new reading replaces those."""

    __tablename__ = "remedy_correction"
    __table_args__ = (
        Index("ix_remedy_correction_decision_id", "decision_id"),
        one_of("correction", CorrectionKind),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = column(KEY, "Number of the correction; never used again", primary_key=True)
    decision_id: Mapped[int] = column(
        KEY, "The decision", ForeignKey("decision.id", ondelete="CASCADE")
    )
    correction: Mapped[str] = column(
        String(16),
        "changed: the remedy reads otherwise; removed: it is none; added: the parser missed it",
        example="changed",
    )
    fits: Mapped[bool] = column(
        Boolean, "False: its words are not in the current text any more", derived=True
    )
    revision: Mapped[int] = column(Integer, "Version of the published text it was made on")
    text_sha256: Mapped[str] = column(
        String(64), "Hash of the page's content text it was made on", derived=True
    )
    paragraph_sha256: Mapped[str] = column(
        String(64), "Hash of the paragraph's text, white space folded", derived=True
    )
    paragraph_number: Mapped[int | None] = column(Integer, "Number of that paragraph as printed")
    paragraph_ordinal: Mapped[int] = column(
        Integer, "Our count of that paragraph in the reading it was made on", derived=True
    )
    section_position: Mapped[int] = column(
        Integer, "Order of its section in the reading it was made on", derived=True
    )
    char_start: Mapped[int] = column(Integer, "First code point in that paragraph", derived=True)
    char_end: Mapped[int] = column(Integer, "Code point after the last", derived=True)
    occurrence: Mapped[int] = column(
        Integer, "Which of the places where these words stand in the decision, from 1", derived=True
    )
    occurrences: Mapped[int] = column(Integer, "At how many places they stand", derived=True)
    raw: Mapped[str] = column(Text, "The words of the text", verbatim=True)
    kind: Mapped[str] = column(
        String(32), "What was agreed, as the person says; of a removed one: as it was read"
    )
    amount_pence: Mapped[int | None] = column(KEY, "Amount, likewise", unit="pence")
    rate_pence: Mapped[int | None] = column(KEY, "Amount of each period, likewise", unit="pence")
    rate_period: Mapped[str | None] = column(String(16), "Period of the rate, likewise")
    share_percent: Mapped[float | None] = column(Float, "Share of a cost, likewise", unit="percent")
    payee: Mapped[str | None] = column(Text, "Who receives it, likewise")
    is_total: Mapped[bool] = column(Boolean, "A total of other rows, likewise")
    deadline: Mapped[str | None] = column(String(16), "Time allowed, likewise")
    per_person: Mapped[bool] = column(Boolean, "Each of several payees gets it, likewise")
    machine_then: Mapped[str] = column(
        Text, "What the parser read there when it was made, a JSON list", derived=True
    )
    machine_now: Mapped[str] = column(
        Text, "What the parser reads there in the current reading, a JSON list", derived=True
    )
    beside: Mapped[str] = column(
        Text,
        "Other readings of the parser on the same words, which stay, a JSON list",
        derived=True,
    )
    made_by: Mapped[str | None] = column(Text, "Who made it, if said")
    note: Mapped[str | None] = column(Text, "Why, if said")
    made_at: Mapped[datetime] = column(UtcInstant, "When it was made", unit="UTC")
    undone_at: Mapped[datetime | None] = column(
        UtcInstant, "When it was taken back or replaced; empty: it stands", unit="UTC"
    )
