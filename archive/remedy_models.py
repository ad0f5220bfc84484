"""The tables of remedies: as they stand, and as persons corrected them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, sql
from sqlalchemy.orm import Mapped

from archive.records import CorrectionKind
from archive.tables import KEY, Base, UtcInstant, column, one_of


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
