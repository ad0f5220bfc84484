"""The tables of the archive's own book-keeping: captures, versions, changes, crawls, listings.

The decisions themselves are in ``archive.models``; both carry the data dictionary.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped

from archive.records import ChangeKind
from archive.tables import KEY, Base, UtcInstant, column, one_of


class PageRow(Base):
    __tablename__ = "page"
    __table_args__ = (Index("ix_page_url", "url"), Index("ix_page_sha256", "sha256"))
    id: Mapped[int] = column(KEY, "Number of the capture", primary_key=True)
    url: Mapped[str] = column(Text, "Address that was asked for")
    final_url: Mapped[str] = column(Text, "Address that answered, after redirects")
    fetched_at: Mapped[datetime] = column(UtcInstant, "When it was fetched", unit="UTC")
    status: Mapped[int] = column(Integer, "HTTP status", example="200")
    headers: Mapped[str] = column(Text, "Response headers, a JSON list of pairs", verbatim=True)
    body_zstd: Mapped[bytes | None] = column(
        LargeBinary,
        "The bytes of the page, compressed with Zstandard; empty when body_page_id "
        "says where the same bytes are",
        unit="bytes",
        verbatim=True,
    )
    body_page_id: Mapped[int | None] = column(
        KEY, "An earlier capture that holds the very same bytes", ForeignKey("page.id")
    )
    sha256: Mapped[str] = column(String(64), "SHA-256 of the uncompressed bytes")
    refused: Mapped[str | None] = column(
        Text,
        "Why this capture was not taken as a decision; empty: it was",
        derived=True,
        example="captcha",
    )


class PageOriginRow(Base):
    __tablename__ = "page_origin"
    __table_args__ = (
        CheckConstraint("form IN ('file', 'warc', 'wacz')", name="form"),
        CheckConstraint(
            "dated_by IN ('capture', 'list', 'address', 'page', 'file')", name="dated_by"
        ),
        CheckConstraint("text IN ('version', 'same', 'earlier')", name="text"),
    )
    page_id: Mapped[int] = column(
        KEY,
        "A capture that somebody else made and that was imported",
        ForeignKey("page.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    decision_id: Mapped[int] = column(
        KEY, "The decision on it", ForeignKey("decision.id", ondelete="CASCADE"), index=True
    )
    form: Mapped[str] = column(String(16), "What it came in: file, warc or wacz", example="warc")
    container: Mapped[str] = column(
        Text, "Name of the file or directory that was imported", example="crawl-2021.warc.gz"
    )
    record: Mapped[str] = column(Text, "Which record of it, or the path within the directory")
    dated_by: Mapped[str] = column(
        String(16),
        "What says when it was captured: capture (the web archive's record), list (a list given "
        "with the import), address (a web archive's address), page (a note in the page), or file "
        "(the file's own date)",
        example="capture",
    )
    imported_at: Mapped[datetime] = column(UtcInstant, "When it was imported", unit="UTC")
    text: Mapped[str] = column(
        String(16),
        "version: it made a version; same: the text that is held; earlier: another text, from "
        "before the oldest version, or between two, that has no version number",
        derived=True,
        example="version",
    )


class RevisionRow(Base):
    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("decision_id", "number"),)
    id: Mapped[int] = column(KEY, "Number of the row", primary_key=True)
    decision_id: Mapped[int] = column(
        KEY, "The decision", ForeignKey("decision.id", ondelete="CASCADE")
    )
    number: Mapped[int] = column(Integer, "Version of the published text, from 1")
    content_sha256: Mapped[str] = column(String(64), "Hash of header and text", derived=True)
    text_sha256: Mapped[str] = column(String(64), "Hash of the page's content text", derived=True)
    parser_version: Mapped[str] = column(String(32), "Version of the parser that read it")
    created_at: Mapped[datetime] = column(
        UtcInstant, "When we first fetched this version", unit="UTC"
    )


class RevisionPageRow(Base):
    __tablename__ = "revision_page"
    revision_id: Mapped[int] = column(
        KEY, "The version", ForeignKey("revision.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = column(
        Integer, "Order of the pages of one version, from 1", primary_key=True
    )
    page_id: Mapped[int] = column(KEY, "The capture", ForeignKey("page.id"), index=True)


class DecisionUrlRow(Base):
    __tablename__ = "decision_url"
    decision_id: Mapped[int] = column(
        KEY, "The decision", ForeignKey("decision.id", ondelete="CASCADE"), primary_key=True
    )
    url: Mapped[str] = column(Text, "An address it was found at", primary_key=True)
    first_seen_at: Mapped[datetime] = column(UtcInstant, "When first found there", unit="UTC")


class DecisionLinkRow(Base):
    __tablename__ = "decision_link"
    decision_id: Mapped[int] = column(
        KEY, "A decision", ForeignKey("decision.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = column(
        KEY,
        "The other decision",
        ForeignKey("decision.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    )
    kind: Mapped[str] = column(
        String(32),
        "How they belong together",
        primary_key=True,
        derived=True,
        example="same_report",
    )


class ChangeRow(Base):
    __tablename__ = "change"
    __table_args__ = (
        one_of("kind", ChangeKind),
        Index("ix_change_decision_id", "decision_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = column(
        KEY,
        "Number of the change, rising in time, never used again; gaps are normal",
        primary_key=True,
    )
    # No foreign key: the log outlives an erased decision.
    decision_id: Mapped[int] = column(KEY, "The decision")
    kind: Mapped[str] = column(
        String(16),
        "added, amended, withdrawn, expired, restored, erased, "
        "or derived (our reading changed, not the text)",
        example="added",
    )
    at: Mapped[datetime] = column(UtcInstant, "When we found it", unit="UTC")
    revision_id: Mapped[int | None] = column(
        KEY,
        "The version that is current after it",
        ForeignKey("revision.id", ondelete="SET NULL"),
        index=True,
    )


class CrawlRow(Base):
    __tablename__ = "crawl"
    id: Mapped[int] = column(KEY, "Number of the run", primary_key=True)
    source_id: Mapped[int] = column(KEY, "The ombudsman", ForeignKey("source.id"))
    started_at: Mapped[datetime] = column(UtcInstant, "When it began", unit="UTC")
    finished_at: Mapped[datetime | None] = column(
        UtcInstant, "When it ended; empty: still running, or killed", unit="UTC"
    )
    first_day: Mapped[date | None] = column(Date, "First decision date asked for")
    last_day: Mapped[date | None] = column(Date, "Last decision date asked for")
    body: Mapped[str] = column(Text, "The council it was limited to; empty: all")
    requests: Mapped[int] = column(Integer, "Requests sent")
    received_bytes: Mapped[int] = column(KEY, "Bytes received", unit="bytes")
    listed: Mapped[int] = column(Integer, "Entries seen in the listing")
    added: Mapped[int] = column(Integer, "Decisions added")
    amended: Mapped[int] = column(Integer, "Decisions whose text had changed")
    failed: Mapped[int] = column(Integer, "Entries that could not be archived in this run")
    exit_code: Mapped[int | None] = column(Integer, "How it ended", example="0")
    note: Mapped[str] = column(Text, "Why it ended early, if it did")


class ListedRow(Base):
    __tablename__ = "listed"
    __table_args__ = (
        UniqueConstraint("source_id", "url"),
        Index("ix_listed_reference_key", "reference_key"),
        Index("ix_listed_state", "state"),
        Index("ix_listed_decided_on", "decided_on"),
        CheckConstraint(
            "state IN ('wanted', 'held', 'failed', 'unavailable', 'gone')", name="state"
        ),
    )
    id: Mapped[int] = column(KEY, "Number of the entry", primary_key=True)
    source_id: Mapped[int] = column(KEY, "The ombudsman", ForeignKey("source.id"))
    reference: Mapped[str] = column(String(64), "Reference by its address or title")
    reference_key: Mapped[str] = column(
        String(64), "Reference without blanks and signs", derived=True
    )
    url: Mapped[str] = column(Text, "Address the listing gives, in its one canonical form")
    title: Mapped[str] = column(Text, "Title in the listing", verbatim=True)
    kind: Mapped[str | None] = column(String(16), "statement or report, as listed", verbatim=True)
    outcome_raw: Mapped[str | None] = column(Text, "Outcome as listed", verbatim=True)
    subcategory: Mapped[str | None] = column(Text, "Sub-category as listed", verbatim=True)
    decided_on: Mapped[date | None] = column(Date, "Date of the decision as listed", derived=True)
    decided_on_raw: Mapped[str | None] = column(
        Text, "Date of the decision as printed there", example="06-Jan-2026", verbatim=True
    )
    summary: Mapped[str | None] = column(Text, "Summary in the listing", verbatim=True)
    first_listed_at: Mapped[datetime] = column(
        UtcInstant, "When we first saw it listed", unit="UTC"
    )
    lag_days: Mapped[int | None] = column(
        Integer,
        "Days from the decision to its first appearance here; empty when nobody was watching",
        unit="days",
        derived=True,
    )
    last_listed_at: Mapped[datetime] = column(UtcInstant, "When we last saw it listed", unit="UTC")
    state: Mapped[str] = column(
        String(16),
        "wanted: not fetched yet; held: archived; failed: tried in vain; unavailable: "
        "listed, but its page is missing; gone: no longer listed",
        derived=True,
    )
    attempts: Mapped[int] = column(Integer, "Fetches without success since it was last archived")
    misses: Mapped[int] = column(Integer, "Runs in a row in which it was neither listed nor there")
    missing_runs: Mapped[int] = column(
        Integer, "Runs in a row in which it was listed, but its page answered 404 or 410"
    )
    last_error: Mapped[str | None] = column(Text, "Why the last attempt failed")
    last_attempt_at: Mapped[datetime | None] = column(UtcInstant, "When last tried", unit="UTC")
    decision_id: Mapped[int | None] = column(
        KEY,
        "The decision archived from it",
        ForeignKey("decision.id", ondelete="SET NULL"),
        index=True,
    )


class ListingWindowRow(Base):
    __tablename__ = "listing_window"
    __table_args__ = (
        UniqueConstraint("source_id", "body", "first_day", "last_day"),
        CheckConstraint(
            "state IN ('open', 'proven', 'unproven', 'disputed', 'split')", name="state"
        ),
    )
    id: Mapped[int] = column(KEY, "Number of the window", primary_key=True)
    source_id: Mapped[int] = column(KEY, "The ombudsman", ForeignKey("source.id"))
    body: Mapped[str] = column(Text, "The council it was limited to; empty: all")
    first_day: Mapped[date] = column(Date, "First decision date of the window")
    last_day: Mapped[date] = column(Date, "Last decision date of the window, inclusive")
    stated: Mapped[int | None] = column(Integer, "Decisions the site says it has there")
    found: Mapped[int | None] = column(
        Integer, "Different entries found when it was listed in full"
    )
    opened_at: Mapped[datetime] = column(UtcInstant, "When it was last asked for", unit="UTC")
    proven_at: Mapped[datetime | None] = column(
        UtcInstant, "When a full listing last gave exactly the stated count", unit="UTC"
    )
    state: Mapped[str] = column(
        String(16),
        "open: being listed; proven: complete when last listed; unproven: counts "
        "differ or are missing; disputed: they differ every time; split: see its parts",
    )
    mismatches: Mapped[int] = column(Integer, "Full listings in a row that did not add up")


class ErasedRow(Base):
    """A tombstone: enough to know the decision again, nothing of what it said."""

    __tablename__ = "erased"
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = column(KEY, "Number of the erasure; never used again", primary_key=True)
    token: Mapped[str] = column(
        String(36), "The same erasure in lists and other copies of the archive", unique=True
    )
    source: Mapped[str] = column(String(32), "Short name of the ombudsman", example="lgsco")
    hash_key: Mapped[str] = column(
        String(64), "Random key of the hashes, hexadecimal", derived=True
    )
    reference_hash: Mapped[str] = column(
        String(64),
        "Keyed hash (HMAC-SHA256) of the reference, which itself is not kept",
        derived=True,
    )
    url_hashes: Mapped[str] = column(
        Text, "Keyed hashes of its known addresses, a JSON list", derived=True, example="[]"
    )
    erased_at: Mapped[datetime] = column(UtcInstant, "When the erasure was ordered", unit="UTC")
    reason: Mapped[str] = column(Text, "Why, as the operator said; no names")
    decision_id: Mapped[int | None] = column(
        KEY, "The number it had here; empty: it was not held", example="17"
    )
    left_to_do: Mapped[str] = column(
        Text,
        "What is not cleaned yet, a JSON list of index, log, backups, vacuum, wal",
        example="[]",
    )
    finished_at: Mapped[datetime | None] = column(
        UtcInstant, "When the last of it was cleaned; empty: not complete", unit="UTC"
    )


class RestrictionRow(Base):
    """While a question is open a text is not passed on; taking it back leaves the row."""

    __tablename__ = "restriction"
    __table_args__ = (
        Index("ix_restriction_decision_id", "decision_id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = column(KEY, "Number of the restriction", primary_key=True)
    decision_id: Mapped[int] = column(
        KEY, "The decision", ForeignKey("decision.id", ondelete="CASCADE")
    )
    reason: Mapped[str] = column(Text, "Why it is not passed on")
    made_by: Mapped[str | None] = column(Text, "Who said so, if said")
    made_at: Mapped[datetime] = column(UtcInstant, "Since when", unit="UTC")
    lifted_reason: Mapped[str | None] = column(Text, "Why it was lifted, if said")
    lifted_by: Mapped[str | None] = column(Text, "Who lifted it, if said")
    lifted_at: Mapped[datetime | None] = column(
        UtcInstant, "When it was lifted; empty: it stands", unit="UTC"
    )


class ArchiveMetaRow(Base):
    __tablename__ = "archive_meta"
    key: Mapped[str] = column(
        String(64), "Name of the value", primary_key=True, example="archive_id"
    )
    value: Mapped[str] = column(Text, "The value")


class DataDictionaryRow(Base):
    __tablename__ = "data_dictionary"
    table_name: Mapped[str] = column(String(64), "Table or view", primary_key=True)
    column_name: Mapped[str] = column(String(64), "Column", primary_key=True)
    meaning: Mapped[str] = column(Text, "What it holds")
    unit: Mapped[str] = column(Text, "Unit or form; empty: none")
    example: Mapped[str] = column(Text, "A value as it may stand there")
    derived: Mapped[bool] = column(
        Boolean, "True: worked out by us; false: the publisher's or bookkeeping"
    )
    origin: Mapped[str] = column(
        String(16),
        "verbatim: the publisher's words; derived: worked out by us; archive: our own books",
        example="derived",
        server_default="archive",
    )
    rule: Mapped[str] = column(
        Text, "How a derived value is worked out, or where that is written", server_default=""
    )
