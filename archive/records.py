"""The plain records that pass between rooms.

Frozen dataclasses and enums, nothing else: no I/O, no clock, no database row. (What a page has by
the dozen is a named tuple, which is made in a quarter of the time.) The scraper makes
them, the archive keeps them, the search reads them. What a field holds verbatim and what we
derived from it stand side by side (``decided_on_raw`` / ``decided_on``), because the publisher
allows re-use only without amendment.

Names follow the field: a *decision* is the published text, its *body* the council or provider
complained about, a *section* one headed part, a *paragraph* one numbered (or bulleted, or plain)
unit, a *capture* one fetched page, a *revision* one published version of a text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from archive.kinds import (
    BodyType,
    ChangeKind,
    CitationKind,
    CorrectionKind,
    DecisionKind,
    Enumeration,
    Outcome,
    Said,
    SectionKind,
    Status,
    reference_key,
    reference_keys,
    reference_slug,
)

__all__ = [
    "PERSON_RULE",
    "BodyType",
    "Change",
    "ChangeKind",
    "Citation",
    "CitationKind",
    "Correction",
    "CorrectionKind",
    "CrossReference",
    "Decision",
    "DecisionKind",
    "Enumeration",
    "Finding",
    "IndexContents",
    "IndexReport",
    "IndexState",
    "ListingEntry",
    "ListingPage",
    "Outcome",
    "Page",
    "Paragraph",
    "Remedy",
    "Restriction",
    "Said",
    "Section",
    "SectionKind",
    "SourceInfo",
    "Status",
    "StoredDecision",
    "reference_key",
    "reference_keys",
    "reference_slug",
]


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is published where, and on which terms. One per ombudsman.

    ``retention_years`` says how long the publisher keeps a text online, by decision kind (the
    staff manual gives five for statements; ten for reports is our inference).
    """

    key: str
    name: str
    base_url: str
    licence: str
    attribution: str
    retention_years: tuple[tuple[DecisionKind, int], ...]
    enumeration: Enumeration


@dataclass(frozen=True, slots=True)
class Page:
    """One capture: the bytes a server sent for one URL at one moment.

    ``body`` is the content after the transfer and content codings were removed, otherwise
    untouched; ``sha256`` is the hex digest of exactly those bytes. ``headers`` keep their order
    and repeats, names in lower case. ``fetched_at`` is an aware UTC instant.
    """

    url: str
    final_url: str
    fetched_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    sha256: str

    @classmethod
    def capture(
        cls,
        *,
        url: str,
        body: bytes,
        fetched_at: datetime,
        final_url: str | None = None,
        status: int = 200,
        headers: Iterable[tuple[str, str]] = (),
    ) -> Page:
        """A page with its hash computed. Raises ValueError for an instant without a time zone."""
        if fetched_at.tzinfo is None:
            raise ValueError(f"{url}: fetched_at must be an aware UTC instant, not {fetched_at!r}")
        return cls(
            url=url,
            final_url=url if final_url is None else final_url,
            fetched_at=fetched_at,
            status=status,
            headers=tuple((name.lower(), value) for name, value in headers),
            body=body,
            sha256=hashlib.sha256(body).hexdigest(),
        )

    def header(self, name: str) -> str | None:
        """The first value of a header, or None. The name is compared without case."""
        wanted = name.lower()
        for key, value in self.headers:
            if key == wanted:
                return value
        return None


class Paragraph(NamedTuple):
    """One unit of text: ``number`` is printed, ``ordinal`` is ours and runs through the decision.

    A list item is a paragraph of its own: level 1 (2 for a list within it …), ``number`` None and
    its printed mark (``a``, ``•``) in ``label``. Text outside a list has level 0.
    """

    ordinal: int
    number: int | None
    label: str | None
    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """One headed part. ``position`` counts from 1; ``parent`` is a position too, or None."""

    kind: SectionKind
    heading: str
    position: int
    parent: int | None
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One decided part of a complaint: one per LGSCO decision, several at other ombudsmen.

    ``subject`` is what this finding is about, None where the whole decision is meant.
    """

    position: int
    subject: str | None
    outcome: Outcome
    outcome_raw: str


class Citation(NamedTuple):
    """A statute, guidance, tribunal or case that a paragraph names.

    The span counts code points of the paragraph's text and gives ``raw``. For a statute that is
    all from the title to the last provision; for the other kinds the title or name as printed,
    and ``act``, ``year``, ``provision`` and ``url`` are None.
    """

    section: int
    paragraph: int
    char_start: int
    char_end: int
    act: str | None
    year: int | None
    provision: str | None
    raw: str
    url: str | None
    kind: CitationKind = CitationKind.STATUTE


class CrossReference(NamedTuple):
    """A paragraph of the same decision that a paragraph points to: one row for each number.

    ``target`` is the ordinal of the paragraph with that printed ``number``; None where there is
    none, or more than one that could be meant. Numbers of one list share span and ``raw``.
    """

    section: int
    paragraph: int
    char_start: int
    char_end: int
    number: int
    target: int | None
    raw: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something the body agreed or was recommended to do. Money in pence; totals are marked.

    ``per_person`` says that each of several payees gets the sum ("£200 each"). ``deadline`` is
    described in ``scraper.deadlines``. ``correction`` is the number of the person's correction that
    this row comes from, None for the parser's own; ``rule`` is ``person`` then.
    """

    section: int
    paragraph: int
    char_start: int
    char_end: int
    kind: str
    amount_pence: int | None
    rate_pence: int | None
    rate_period: str | None
    share_percent: float | None
    payee: str | None
    is_total: bool
    deadline: str | None
    raw: str
    rule: str
    per_person: bool = False
    correction: int | None = None


PERSON_RULE = "person"
"""The rule of a remedy that a person vouches for."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on one remedy, which outlives every reading of the page.

    ``remedy`` is what the person says (of a removed one: what is no remedy), with its place in the
    reading it was made on: version ``revision``, content text ``text_sha256``. It is found again by
    ``paragraph_sha256`` (``archive.corrections.paragraph_hash``), or, where the published text is
    the very same and only cut up otherwise, as the ``occurrence``-th of ``occurrences`` places
    where its words stand.

    ``machine_then`` is what the parser made of these words when the correction was made,
    ``machine_now`` what it makes of them in the current reading; ``beside`` are other rows of the
    parser on overlapping words, which stay. ``fits`` is False when the words are no longer found.
    """

    id: int
    kind: CorrectionKind
    remedy: Remedy
    revision: int
    text_sha256: str
    paragraph_sha256: str
    paragraph_number: int | None
    occurrence: int
    occurrences: int
    machine_then: tuple[Remedy, ...]
    beside: tuple[Remedy, ...]
    made_at: datetime
    by: str | None = None
    note: str | None = None
    fits: bool = True
    machine_now: tuple[Remedy, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What the parser understood of the page(s) of one decision.

    ``reference`` is as printed with letters in lower case (``20 011 198``, ``19 018 519c``).
    ``text_sha256`` is the parser-independent hash of the page's content text (see
    ``scraper.html.content_hash``); proofs rest on it, not on what a parser made of the page.
    ``warnings`` are sentences about what was odd; they never stop a decision from being kept.
    """

    source: str
    reference: str
    url: str
    title: str
    body: str
    category: str | None
    subcategory: str | None
    category_raw: str | None
    kind: DecisionKind
    outcome: Outcome
    outcome_raw: str
    decided_on: date
    decided_on_raw: str
    summary: str | None
    satisfied_on: date | None
    satisfied_on_raw: str | None
    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]
    text_sha256: str
    parser_version: str
    citations: tuple[Citation, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    cross_references: tuple[CrossReference, ...] = ()
    warnings: tuple[str, ...] = ()

    def paragraphs(self) -> Iterator[Paragraph]:
        """Every paragraph in reading order."""
        for section in self.sections:
            yield from section.paragraphs

    def content_sha256(self) -> str:
        """Hash of what a reader would call the decision: header and text, nothing derived.

        Two captures with the same value say the same; citations, cross-references, remedies,
        section kinds and warnings do not enter, so a better parser of those changes nothing here.
        """
        ended = "".join(f"{piece}\x00" for piece in self._content())
        return hashlib.sha256(ended.encode("utf-8", "surrogatepass")).hexdigest()

    def _content(self) -> Iterator[str]:
        yield self.reference
        yield self.title
        yield self.category_raw or ""
        yield self.outcome_raw
        yield self.decided_on_raw
        yield self.summary or ""
        for section in self.sections:
            yield section.heading
            for paragraph in section.paragraphs:
                yield "" if paragraph.number is None else str(paragraph.number)
                yield paragraph.label or ""
                yield paragraph.text


@dataclass(frozen=True, slots=True)
class ListingEntry:
    """One result of the publisher's listing. Whatever the list does not say is None."""

    reference: str
    url: str
    title: str
    kind: DecisionKind | None
    outcome_raw: str | None
    subcategory: str | None
    decided_on: date | None
    decided_on_raw: str | None
    summary: str | None


@dataclass(frozen=True, slots=True)
class ListingPage:
    """One page of a listing. ``stated`` is the count the site states, None where a source has none.

    ``has_next`` is None when the page does not tell.
    """

    stated: int | None
    entries: tuple[ListingEntry, ...]
    has_next: bool | None = None


@dataclass(frozen=True, slots=True)
class Restriction:
    """While a question about a text is open, it is not passed on."""

    id: int
    reason: str
    made_at: datetime
    by: str | None = None
    lifted_at: datetime | None = None
    lifted_by: str | None = None
    lifted_reason: str | None = None


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as the archive holds it: the current reading and what is known about it.

    ``decision.remedies`` are the parser's with the standing ``corrections`` applied.
    ``canonical`` is the one name of the council or provider for all its spellings (ours);
    ``decision.body`` is the spelling of this title, verbatim.
    ``standard`` has the paragraphs that stand nearly word for word in many decisions: ordinal →
    part of all decisions with that wording, from 0 to 1. ``restriction`` is the one that stands:
    such a text goes to nobody (``archive.passing_on``).
    """

    id: int
    decision: Decision
    content_sha256: str
    status: Status
    status_since: datetime | None
    first_seen_at: datetime
    last_seen_at: datetime
    revision: int
    urls: tuple[str, ...] = ()
    corrections: tuple[Correction, ...] = ()
    standard: Mapping[int, float] = field(default_factory=dict, hash=False)
    canonical: str | None = None
    body_type: BodyType | None = None
    restriction: Restriction | None = None

    @property
    def body(self) -> str:
        """The council or provider, under one name however the title spells it."""
        return self.decision.body if self.canonical is None else self.canonical


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the change log. Ids rise in commit order; holes are legal."""

    id: int
    decision_id: int
    kind: ChangeKind
    at: datetime
    revision: int | None


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an index run did: documents written, removed, and in the index now."""

    written: int
    removed: int
    documents: int
    rebuilt: bool
    seconds: float
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class IndexState:
    """Where an index stands. ``usable`` False comes with ``problem`` in plain words."""

    usable: bool
    documents: int
    cursor: int
    problem: str | None = None
    details: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class IndexContents:
    """What an index says of itself and what is in it, for holding it against its archive.

    ``missing``: there is no index at all. ``damage`` names every file that is not as it was written
    and whatever else makes the index unusable, a sentence each; ``held`` is None where it could not
    be read: reference key and content hash by the number of the decision. ``files`` were read in
    full; ``not_checked`` says what could not be.
    """

    missing: bool
    damage: tuple[str, ...]
    files: int
    archive_id: str = ""
    epoch: str = ""
    cursor: int = 0
    documents: int = 0
    held: Mapping[int, tuple[str, str]] | None = None
    not_checked: tuple[str, ...] = ()
