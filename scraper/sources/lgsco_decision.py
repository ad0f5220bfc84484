"""From the captures of one decision to its record: recognise, read, check, put together.

Pure: no I/O and no clock. A page that is no decision is refused with a reason; one that is a
decision but says something we could only guess at (a date, an encoding) is a ParseError.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.records import (
    Citation,
    CrossReference,
    Decision,
    DecisionKind,
    Finding,
    Outcome,
    Page,
    Remedy,
    Section,
    SectionKind,
    reference_key,
)
from scraper.blocks import Block, Content, walk
from scraper.citations import cited
from scraper.classify import readable, refusal
from scraper.cross_references import cross_references
from scraper.dressed import dressed
from scraper.errors import ParseError, Refused
from scraper.html import content_element, joined_hash, parse
from scraper.remedies import find_remedies
from scraper.sources.apart_numbers import with_numbers
from scraper.sources.dates import parse_day
from scraper.sources.lgsco_header import Header, Title, find_title, read_header
from scraper.sources.lgsco_tables import (
    BANNER_ENDS,
    BANNER_STARTS,
    CATEGORY_ARROW,
    FURNITURE,
    HEADINGS,
    LINKS_APART,
    OUTCOMES,
    REPORT_HEADINGS,
    plain,
)
from scraper.sources.lgsco_text import Text, read_text
from scraper.sources.pieces import OUTSIDE, Piece, Reading, misgivings

REQUIRED = (("outcome", "Decision"), ("decided_on", "Decision date"))
"""Header fields without which a page is no decision, with the label the page gives them."""

LONGEST_PARAGRAPH = 10_000
"""Characters; real ones have some hundreds. A longer one is hostile, and rules over words would
take the square of its length."""

MOST_SUMS = 100
"""Pound signs in one paragraph; real ones have a dozen. Each sum is held against all before it."""

MOST_PARTS = 20_000
"""Sections and paragraphs of a decision; real ones have some hundreds."""

_SHORTEST_TEXT = 40


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a decision, with its text found but not yet read.

    ``content`` is the element the text was found in; ``hash`` is that of the page's content by
    the rule of ``scraper.html.content_hash``, whichever element the text was found in.
    """

    url: str
    title: Title
    header: Header
    content: Content
    hash: str

    @property
    def text_blocks(self) -> Sequence[Block]:
        """The blocks after the header."""
        return self.content.blocks[self.header.start :]

    def head_pieces(self) -> Iterator[Piece]:
        """What the blocks up to the text were taken for."""
        in_banner = False
        for index, block in enumerate(self.content.blocks[: self.header.start]):
            named = plain(block.text)
            if self.title.first <= index <= self.title.last:
                what = "title"
                in_banner = False
            elif index in self.header.used:
                what = "header"
                in_banner = False
            elif block.aside:
                what = "navigation"
            elif in_banner or named in BANNER_STARTS:
                what = "banner"
                in_banner = named not in BANNER_ENDS
            elif named in HEADINGS and (block.linked or block.marker is not None):
                what = "contents list"
            else:
                what = FURNITURE.get(named, OUTSIDE)
            yield Piece(what, block.text.replace("\n", " "))


def read_sheet(page: Page, wanted: str | None) -> Sheet:
    """Find title, header and text on a page.

    The content element is tried first and wider ones after it, so that a title that stands
    outside the article is still found. Raises Refused and ParseError.
    """
    html = readable(page)
    tree = parse(html, page.url)
    best: tuple[int, Refused] | None = None
    hashed: str | None = None
    for element in _elements(tree, html):
        content = walk(element, apart=LINKS_APART)
        content = content._replace(blocks=dressed(content.written, element, content.blocks))
        if hashed is None:
            hashed = content.hash()
        title = find_title(content.blocks, wanted)
        if title is None:
            continue
        header = read_header(content.blocks, title)
        sheet = Sheet(page.url, title, header, content, hashed)
        lack = _lack(sheet, wanted)
        if lack is None:
            return sheet
        if best is None or lack[0] > best[0]:
            best = lack
    if best is not None:
        raise best[1]
    raise refusal(page.url, html, "" if tree.body is None else _words(tree.body))


def _elements(tree: LexborHTMLParser, html: bytes) -> Iterator[LexborNode]:
    """The content element, then every wider one that there is exactly one of."""
    first = content_element(tree, html)
    if first is None:
        return
    yield first
    if first.tag == "article":
        mains = tree.tags("main")
        if len(mains) == 1:
            yield mains[0]
    if first.tag != "body" and tree.body is not None:
        yield tree.body


def _words(body: LexborNode) -> str:
    return " ".join(block.text for block in walk(body).blocks)


def _lack(sheet: Sheet, wanted: str | None) -> tuple[int, Refused] | None:
    """What is missing for a decision page, with how far the recognition got; None if nothing."""
    url, title = sheet.url, sheet.title
    if wanted is not None and reference_key(wanted) != reference_key(title.reference):
        message = f"the page is of {title.reference}, the address of {wanted}"
        return 3, Refused(url, "wrong_reference", message)
    missing = [label for field, label in REQUIRED if not sheet.header.fields.get(field)]
    if missing:
        message = f"{title.text}: no {' and no '.join(repr(label) for label in missing)}"
        return 1, Refused(url, "no_header", message)
    if not any(len(block.text) >= _SHORTEST_TEXT for block in sheet.text_blocks):
        return 2, Refused(url, "no_text", f"{title.text}: the header has no text under it")
    return None


def read_decision(
    pages: Sequence[Page], *, source: str, version: str, url: str, wanted: str | None
) -> Reading:
    """Read the captures of one decision, its first page first.

    ``url`` is its canonical address, ``wanted`` the reference that the address names, if known.
    Raises Refused where a page is no page of that decision, ParseError where only a guess is left.
    """
    if not pages:
        raise ValueError("a decision has at least one page")
    first = read_sheet(pages[0], wanted)
    sheets = [first, *(read_sheet(page, first.title.reference) for page in pages[1:])]
    chapters = _distinct(sheets)
    blocks = [block for sheet in chapters for block in sheet.text_blocks]
    text = read_text(with_numbers(blocks))
    if not any(section.paragraphs for section in text.sections):
        raise Refused(first.url, "no_text", f"{first.title.text}: not one paragraph of text")
    parts = sum(1 + len(section.paragraphs) for section in text.sections)
    if parts > MOST_PARTS:
        raise Refused(first.url, "overgrown", f"{parts:,} sections and paragraphs are no decision")
    decided_raw = first.header.fields["decided_on"]
    decided_on = parse_day(decided_raw)
    if decided_on is None:
        raise ParseError(first.url, f"the decision date {decided_raw!r} is no date we can read")
    pieces = (*(piece for sheet in chapters for piece in sheet.head_pieces()), *text.pieces)
    doubts = misgivings(pieces, [sheet.content.blocks for sheet in chapters])
    decision = _decision(
        first.title,
        first.header.fields,
        text,
        source=source,
        version=version,
        url=url,
        decided_on=decided_on,
        text_sha256=joined_hash([sheet.hash for sheet in sheets]),
        doubts=doubts,
    )
    return Reading(decision, pieces)


def _distinct(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets without those that repeat an earlier one (the bare address and ``chapter=1``)."""
    if len(sheets) == 1:
        return list(sheets)
    kept: list[Sheet] = []
    seen: set[tuple[str, ...]] = set()
    for sheet in sheets:
        texts = tuple(block.text for block in sheet.text_blocks if not block.aside)
        if texts not in seen:
            seen.add(texts)
            kept.append(sheet)
    return kept


def _decision(
    title: Title,
    fields: dict[str, str],
    text: Text,
    *,
    source: str,
    version: str,
    url: str,
    decided_on: date,
    text_sha256: str,
    doubts: Sequence[str],
) -> Decision:
    warnings = [*text.warnings, *doubts]
    outcome_raw = fields["outcome"]
    outcome = OUTCOMES.get(plain(outcome_raw), Outcome.UNKNOWN)
    if outcome is Outcome.UNKNOWN:
        warnings.append(f"the outcome {outcome_raw!r} is not in the table")
    category_raw = fields.get("category")
    parts = CATEGORY_ARROW.split(category_raw, maxsplit=1) if category_raw else []
    if not parts:
        warnings.append("the page names no category")
    kind = _kind(text)
    if kind is DecisionKind.STATEMENT and not any(
        section.kind is SectionKind.FINAL_DECISION for section in text.sections
    ):
        warnings.append("the statement has no section with the final decision")
    citations, remedies, references, unclear = _derived(text.sections)
    warnings += unclear
    return Decision(
        source=source,
        reference=title.reference,
        url=url,
        title=title.text,
        body=title.body,
        category=parts[0] if parts else None,
        subcategory=parts[1] if len(parts) > 1 else None,
        category_raw=category_raw,
        kind=kind,
        outcome=outcome,
        outcome_raw=outcome_raw,
        decided_on=decided_on,
        decided_on_raw=fields["decided_on"],
        summary=text.summary,
        satisfied_on=text.satisfied_on,
        satisfied_on_raw=text.satisfied_raw,
        sections=text.sections,
        findings=(Finding(1, None, outcome, outcome_raw),),
        text_sha256=text_sha256,
        parser_version=version,
        citations=tuple(citations),
        remedies=tuple(remedies),
        cross_references=tuple(references),
        warnings=tuple(warnings),
    )


def _derived(
    sections: Sequence[Section],
) -> tuple[list[Citation], list[Remedy], list[CrossReference], list[str]]:
    """Citations, remedies, cross-references, and warnings: what the paragraphs mean."""
    citations: list[Citation] = []
    for section in sections:
        for each in section.paragraphs:
            if len(each.text) > LONGEST_PARAGRAPH or each.text.count("£") > MOST_SUMS:
                return [], [], [], ["a paragraph is too long to be searched for what it means"]
            citations += cited(each.text, section.position, each.ordinal)
    remedies, warnings = find_remedies(sections)
    references, dangling = cross_references(sections)
    return citations, remedies, references, [*dangling, *warnings]


def _kind(text: Text) -> DecisionKind:
    """A report has no "The Ombudsman's final decision" and uses headings of its own."""
    if text.document_title is None and (
        text.satisfied_raw is not None
        or any(plain(section.heading) in REPORT_HEADINGS for section in text.sections)
    ):
        return DecisionKind.REPORT
    return DecisionKind.STATEMENT
