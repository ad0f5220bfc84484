"""The tables of a decision's text, and of what is read from it word by word but remedies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped

from archive.tables import KEY, Base, UtcInstant, column


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
