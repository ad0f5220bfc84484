"""The tables, each column with its meaning: the one source of truth for the data dictionary.

Nobody outside ``archive/`` imports this module. The same models serve SQLite and PostgreSQL. A
change here needs a migration; ``alembic check`` in the tests says when one is missing.

``derived=True`` marks what we normalised or worked out; everything else is the publisher's words,
or the archive's own bookkeeping.
"""

from __future__ import annotations

from datetime import date, datetime

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
)
from sqlalchemy.orm import Mapped

from archive.records import DecisionKind, Outcome, Status
from archive.tables import KEY, Base, UtcInstant, column, one_of

SCHEMA_REVISION = "0005"
"""The Alembic revision these models stand for; readers compare it without importing Alembic."""


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
    id: Mapped[int] = column(KEY, "Number of the council or provider", primary_key=True)
    name: Mapped[str] = column(
        Text,
        "Name as in the titles of its decisions",
        unique=True,
        example="Hampshire County Council",
    )
    type: Mapped[str | None] = column(
        String(32), "Type of authority or provider; empty until known", derived=True
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
        String(64), "Reference as printed, letters in lower case", example="20 011 198"
    )
    reference_key: Mapped[str] = column(
        String(64),
        "Reference without blanks and signs, for finding it",
        derived=True,
        example="20011198",
    )
    url: Mapped[str] = column(Text, "Address of the page on the publisher's site")
    title: Mapped[str] = column(
        Text, "Title of the page", example="Hampshire County Council (20 011 198)"
    )
    body_id: Mapped[int] = column(
        KEY,
        "The council or provider, one number for all spellings",
        ForeignKey("body.id"),
        derived=True,
    )
    body_name: Mapped[str] = column(Text, "Name of the council or provider as in this title")
    category: Mapped[str | None] = column(
        Text, "Category as on the page", example="Children's care services"
    )
    subcategory: Mapped[str | None] = column(Text, "Sub-category as on the page", example="Other")
    category_raw: Mapped[str | None] = column(
        Text, "The category line as it stands", example="Children's care services > Other"
    )
    kind: Mapped[str] = column(String(16), "statement or report", derived=True, example="statement")
    outcome: Mapped[str] = column(
        String(16),
        "Outcome for this body: upheld, not_upheld, closed, unknown",
        derived=True,
        example="closed",
    )
    outcome_raw: Mapped[str] = column(
        Text, "Outcome in the page's words", example="Closed after initial enquiries"
    )
    decided_on: Mapped[date] = column(
        Date, "Date of the decision", derived=True, unit="ISO date", example="2021-03-11"
    )
    decided_on_raw: Mapped[str] = column(
        Text, "Date of the decision as printed", example="11 Mar 2021"
    )
    summary: Mapped[str | None] = column(Text, "The summary, verbatim")
    satisfied_on: Mapped[date | None] = column(
        Date,
        "When the Ombudsman was satisfied with the response to a report",
        derived=True,
        unit="ISO date",
        example="2017-09-12",
    )
    satisfied_on_raw: Mapped[str | None] = column(Text, "The compliance line, verbatim")
    status: Mapped[str] = column(
        String(16),
        "live: on the publisher's site; expired: left after its five years; "
        "withdrawn: left before that",
        derived=True,
        example="live",
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
    )
    content_sha256: Mapped[str] = column(
        String(64), "Hash of header and text as read by the parser", derived=True
    )
    text_sha256: Mapped[str] = column(
        String(64), "Hash of the page's content text, whatever the parser", derived=True
    )
    reading_sha256: Mapped[str] = column(
        String(64), "Hash of everything the parser read, derived parts included", derived=True
    )
    shared_sha256: Mapped[str | None] = column(
        String(64),
        "Hash of a report's text without its compliance line: equal where one report stands under "
        "several references; empty for statements",
        derived=True,
        index=True,
    )
    parser_version: Mapped[str] = column(String(32), "Version of the parser that read it")
    warnings: Mapped[str] = column(
        Text, "What the parser found odd, a JSON list of sentences", derived=True, example="[]"
    )


class FindingRow(Base):
    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("decision_id", "position"), one_of("outcome", Outcome))
    id: Mapped[int] = column(KEY, "Number of the finding", primary_key=True)
    decision_id: Mapped[int] = column(
        KEY, "The decision", ForeignKey("decision.id", ondelete="CASCADE")
    )
    position: Mapped[int] = column(Integer, "Order within the decision, from 1")
    subject: Mapped[str | None] = column(Text, "What the finding is about; empty: all of it")
    outcome: Mapped[str] = column(String(16), "Outcome of this finding", derived=True)
    outcome_raw: Mapped[str] = column(Text, "Outcome in the page's words")


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
        String(24), "What the section is for", derived=True, example="findings"
    )
    heading: Mapped[str] = column(Text, "Heading, verbatim", example="What I found")
    parent_id: Mapped[int | None] = column(
        KEY,
        "The section this one is a part of",
        ForeignKey("section.id", ondelete="CASCADE"),
        derived=True,
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
        Integer, "Our count through the whole decision, from 1", derived=True
    )
    number: Mapped[int | None] = column(Integer, "Paragraph number as printed")
    label: Mapped[str | None] = column(Text, "Mark of a list item as printed", example="a")
    level: Mapped[int] = column(
        Integer, "0 for text, 1 for an item of a list, 2 within it", derived=True
    )
    text: Mapped[str] = column(Text, "The text, verbatim, white space folded")


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
    )
    cluster: Mapped[str] = column(
        String(16),
        "The same for all paragraphs of that wording; named after its commonest form",
        derived=True,
        example="0f3b6c1d2e4a5b69",
    )
    share: Mapped[float] = column(
        Float, "Part of all decisions with that wording, from 0 to 1", derived=True, example="0.72"
    )
    computed_at: Mapped[datetime] = column(
        UtcInstant, "When this was found, or the share last changed", unit="UTC", derived=True
    )


class CitationRow(Base):
    __tablename__ = "citation"
    __table_args__ = (Index("ix_citation_paragraph_id", "paragraph_id"),)
    id: Mapped[int] = column(KEY, "Number of the citation", primary_key=True)
    paragraph_id: Mapped[int] = column(
        KEY, "The paragraph it stands in", ForeignKey("paragraph.id", ondelete="CASCADE")
    )
    char_start: Mapped[int] = column(Integer, "First code point in paragraph.text", derived=True)
    char_end: Mapped[int] = column(Integer, "Code point after the last", derived=True)
    act: Mapped[str | None] = column(
        Text, "Act as we read it", derived=True, example="Local Government Act"
    )
    year: Mapped[int | None] = column(
        Integer, "Year of the Act, if printed", derived=True, example="1974"
    )
    provision: Mapped[str | None] = column(
        Text, "Section, schedule or paragraph", derived=True, example="section 24A(6)"
    )
    raw: Mapped[str] = column(Text, "The words of the text")
    url: Mapped[str | None] = column(Text, "Address of the Act", derived=True)


class RemedyRow(Base):
    __tablename__ = "remedy"
    __table_args__ = (Index("ix_remedy_paragraph_id", "paragraph_id"),)
    id: Mapped[int] = column(KEY, "Number of the remedy", primary_key=True)
    paragraph_id: Mapped[int] = column(
        KEY, "The paragraph it stands in", ForeignKey("paragraph.id", ondelete="CASCADE")
    )
    char_start: Mapped[int] = column(Integer, "First code point in paragraph.text", derived=True)
    char_end: Mapped[int] = column(Integer, "Code point after the last", derived=True)
    kind: Mapped[str] = column(
        String(32), "What was agreed or recommended", derived=True, example="payment"
    )
    amount_pence: Mapped[int | None] = column(
        KEY, "Amount", derived=True, unit="pence", example="25000"
    )
    rate_pence: Mapped[int | None] = column(
        KEY, "Amount of each period", derived=True, unit="pence"
    )
    rate_period: Mapped[str | None] = column(
        String(16), "Period of the rate", derived=True, example="week"
    )
    share_percent: Mapped[float | None] = column(
        Float, "Share of a cost", derived=True, unit="percent"
    )
    payee: Mapped[str | None] = column(Text, "Who receives it", derived=True)
    is_total: Mapped[bool] = column(
        Boolean, "A total of other rows: never add it to them", derived=True
    )
    deadline: Mapped[str | None] = column(
        String(16),
        "Time allowed: an ISO 8601 duration, a day, or a number of working days",
        derived=True,
        example="P1M",
    )
    raw: Mapped[str] = column(Text, "The words of the text")
    rule: Mapped[str] = column(String(64), "The rule that found it", derived=True)
