"""The tables of ombudsmen and of their decisions: what stands at the head of a page."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped

from archive.records import DecisionKind, Outcome, Status
from archive.tables import KEY, Base, UtcInstant, column, one_of


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
