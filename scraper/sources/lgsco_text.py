"""The text of a decision: blocks in reading order become summary, sections and paragraphs.

The rules, which look at words and order only, never at the size of a heading:

* A heading is a block in the heading table, an ``h1``–``h6``, or a short block all in bold.
* The kinds of the table are top-level sections, but for analysis and background, which stand
  under the findings (or under "My assessment") when they follow them. Any other heading is
  ``other`` under the last top-level section.
* Paragraph numbers run through the whole statement. A number that is typed or stated by the list
  is taken as printed; a list that says nothing, or starts again at 1, carries on counting.
* An item of a bulleted, lettered or inner list is a paragraph of its own with its printed label.
* A line break within a paragraph is a space, unless a line is a heading, a piece of furniture, or
  begins with the next number.
* Every block ends up somewhere: in a paragraph, a heading, the summary, or among the furniture
  (``Piece``), so that nothing is lost without a trace.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from archive.records import Paragraph, Section, SectionKind
from scraper.blocks import Block
from scraper.list_marks import BULLET
from scraper.sources.dates import parse_day
from scraper.sources.lgsco_tables import (
    BANNER_ENDS,
    BANNER_STARTS,
    CLOSERS,
    DOCUMENT_TITLES,
    FURNITURE,
    HEADINGS,
    SATISFIED,
    SUB_KINDS,
    SUB_PARENTS,
    SUMMARY,
    TOPICAL,
    plain,
)
from scraper.sources.pieces import AFTER_THE_END, Piece

_LONGEST_HEADING = 160
_TYPED_NUMBER = re.compile(r"(\d{1,3})\.(?:\s+|(?=[^\W\d_]|[‘“'\"(\[]))(?=\S)")
_TYPED_LETTER = re.compile(r"(?:\(([a-z]|[ivx]{2,4})\)|([a-z]|[ivx]{2,4})\))\s*(?=\S)")
_TYPED_BULLET = re.compile(r"[•·▪●◦‣∙\uf0b7]\s*(?=\S)")
_SUMMARY_RUN_IN = re.compile(r"summary\s*:\s*", re.IGNORECASE)
_NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_ROMANS = {numeral: value for value, numeral in enumerate(_NUMERALS, start=1)}
_ALONE = BANNER_STARTS | DOCUMENT_TITLES | FURNITURE.keys()
_SENTENCE_ENDS = (".", ";", ",", ":")


class Text(NamedTuple):
    """What the blocks of a decision's text come to."""

    document_title: str | None
    summary: str | None
    sections: tuple[Section, ...]
    satisfied_on: date | None
    satisfied_raw: str | None
    pieces: list[Piece]
    warnings: list[str]


def read_text(blocks: Sequence[Block]) -> Text:
    """Read the blocks after the header, of all the decision's pages in order."""
    reader = _Reader(blocks)
    for block in blocks:
        if "\n" in block.text and not block.level:
            for line in _lines(block, reader.count):
                reader.read(line)
        else:
            reader.read(block)
    return reader.finish()


def _lines(block: Block, count: int) -> list[Block]:
    """The block, broken where one of its lines is something by itself."""
    runs: list[list[str]] = []
    apart = False
    for line in block.text.split("\n"):
        named = plain(line) if len(line) <= _LONGEST_HEADING else ""
        alone = (
            named in FURNITURE
            or named in DOCUMENT_TITLES
            or (named in HEADINGS and block.marker is None)
        )
        typed = _TYPED_NUMBER.match(line)
        numbered = typed is not None and int(typed.group(1)) == count + 1
        count += numbered
        if not runs or alone or apart or numbered or _SUMMARY_RUN_IN.match(line):
            runs.append([line])
        else:
            runs[-1].append(line)
        apart = alone
    first, *others = [" ".join(run) for run in runs]
    return [
        block._replace(text=first),
        *(block._replace(text=text, marker=None, stated=False) for text in others),
    ]


class _Open:
    """A section that is still being read."""

    __slots__ = ("heading", "kind", "numbered", "paragraphs", "parent", "position")

    def __init__(self, kind: SectionKind, heading: str, position: int, parent: int | None) -> None:
        self.kind = kind
        self.heading = heading
        self.position = position
        self.parent = parent
        self.paragraphs: list[Paragraph] = []
        self.numbered = False


class _Reader:
    """Where the reading stands: the open section, the last number, and what was furniture."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.pieces: list[Piece] = []
        self.warnings: list[str] = []
        self.sections: list[_Open] = []
        self.top: _Open | None = None
        self.summary: list[str] = []
        self.in_summary = False
        self.in_banner = False
        self.ended = False
        self.document_title: str | None = None
        self.satisfied_on: date | None = None
        self.satisfied_raw: str | None = None
        self.ordinal = 0
        self.count = 0
        self.typed_shift = 0
        self.letter = ""
        self.frame = ""
        self._later: set[str] | None = None

    def finish(self) -> Text:
        return Text(
            self.document_title,
            "\n".join(self.summary) or None,
            tuple(
                Section(each.kind, each.heading, each.position, each.parent, tuple(each.paragraphs))
                for each in self.sections
            ),
            self.satisfied_on,
            self.satisfied_raw,
            self.pieces,
            self.warnings,
        )

    def read(self, block: Block) -> None:
        """Take one block for what it is."""
        text = block.text
        if "\n" in text:
            text = text.replace("\n", " ")
        long = len(text) > _LONGEST_HEADING
        odd = block.level or block.aside or self.in_banner or self.ended or self.in_summary
        if (long or text[-1] in ".;") and self.sections and not odd:
            # What most blocks are. No heading and no piece of furniture ends like a sentence.
            if block.lists == "n" and not (self.frame or block.stated or text[0].isdigit()):
                self.next_paragraph(block, text)
            else:
                self.paragraph(block, text)
            return
        named = "" if long else plain(text)
        furniture = self.furniture(block, named)
        if furniture is not None:
            self.pieces.append(Piece(furniture, text))
        elif self.starts_summary(block, text, named):
            pass
        elif (heading := self.heading(block, text, named)) is not None:
            self.open(heading, text, named, block.lists)
        elif self.ended and block.marker is None and not SATISFIED.match(text):
            self.pieces.append(Piece(AFTER_THE_END, text))
        elif self.in_summary and not isinstance(block.marker, int):
            self.summary.append(text)
            self.pieces.append(Piece("summary", text))
        else:
            self.paragraph(block, text)

    def furniture(self, block: Block, named: str) -> str | None:
        """What sort of furniture the block is, or None."""
        if block.aside:
            return "navigation"
        if self.in_banner:
            if named in BANNER_ENDS:
                self.in_banner = False
                return "banner"
            if named not in HEADINGS and named not in DOCUMENT_TITLES:
                return "banner"
            self.in_banner = False
        if not named:
            return None
        if named in _ALONE:
            if named in BANNER_STARTS:
                self.in_banner = self.ended = True
                return "banner"
            if named in DOCUMENT_TITLES:
                self.document_title = block.text
                self.ended = False
                return "document title"
            self.ended = self.ended or named in CLOSERS
            return FURNITURE[named]
        if not block.level and (block.marker is not None or block.linked) and self.listed(named):
            return "contents list"
        return None

    def listed(self, named: str) -> bool:
        """Whether an item or link only names a heading that stands elsewhere on the page."""
        if self._later is None:
            self._later = {
                plain(block.text)
                for block in self.blocks
                if (block.level or block.marker is None)
                and len(block.text) <= _LONGEST_HEADING
                and _may_be_heading(block)
            }
        return named in self._later

    def starts_summary(self, block: Block, text: str, named: str) -> bool:
        """Whether the block opens the summary: a run-in label, or a heading before any section."""
        if self.sections or self.summary:
            return False
        if named == SUMMARY:
            self.pieces.append(Piece("summary label", text))
        elif (found := _SUMMARY_RUN_IN.match(text)) is not None:
            self.summary.append(text[found.end() :])
            self.pieces.append(Piece("summary label", text[: found.end()]))
            self.pieces.append(Piece("summary", text[found.end() :]))
        else:
            return False
        self.in_summary = True
        self.ended = False
        return True

    def heading(self, block: Block, text: str, named: str) -> SectionKind | None:
        """The kind of the heading that the block is; None when it is none."""
        known = HEADINGS.get(named) if named else None
        if block.level:
            return known or _topical(named)
        if block.marker is not None:
            return None
        if known is not None:
            return known
        if block.bold and named and not block.lists and not text.endswith(_SENTENCE_ENDS):
            return None if _TYPED_NUMBER.match(text) or self.ended else _topical(named)
        return None

    def open(self, kind: SectionKind, heading: str, named: str, lists: str) -> None:
        """Begin a section, top-level or under the last top-level one."""
        listed = named in HEADINGS
        if self.ended and not listed:
            self.pieces.append(Piece(AFTER_THE_END, heading))
            return
        self.in_summary = self.ended = False
        sub = not listed or (
            kind in SUB_KINDS and self.top is not None and self.top.kind in SUB_PARENTS
        )
        parent = self.top.position if sub and self.top is not None else None
        section = _Open(kind, heading, len(self.sections) + 1, parent)
        self.sections.append(section)
        if not sub:
            self.top = section
        self.letter = ""
        self.frame = lists
        self.pieces.append(Piece("heading", heading, section.position))

    def next_paragraph(self, block: Block, text: str) -> None:
        """The commonest paragraph: an item of a numbered list that carries on counting.

        Nothing but a quick way to what ``paragraph`` would do with it.
        """
        if not isinstance(block.marker, int):
            self.paragraph(block, text)
            return
        section = self.sections[-1]
        section.numbered = True
        self.letter = ""
        self.count += 1
        self.ordinal += 1
        section.paragraphs.append(Paragraph(self.ordinal, self.count, None, 0, text))
        self.pieces.append(Piece("paragraph", text, section.position))

    def paragraph(self, block: Block, text: str) -> None:
        """Add a paragraph to the open section; without one, to a section that has no heading."""
        self.in_summary = False
        if not self.sections:
            self.sections.append(_Open(SectionKind.OTHER, "", 1, None))
        section = self.sections[-1]
        lists = block.lists
        if self.frame:
            # A heading within a list (one that was never closed): that list is no part of the text.
            if lists.startswith(self.frame):
                lists = lists[len(self.frame) :]
            else:
                self.frame = ""
        level = len(lists) - lists.startswith("n")
        number: int | None = None
        label: str | None = None
        shown = text
        if level <= 0 or (block.marker == BULLET and level == 1):
            number, shown = self.typed(block, text, section)
        if number is not None:
            level = 0
        elif isinstance(block.marker, int) and level == 0:
            number = self.listed_number(block.marker, block.stated)
        else:
            label, shown = self.label(block, text, level)
            if label is not None:
                level = max(level, 1)
        if number is not None:
            self.count = number
            section.numbered = True
            self.letter = ""
        self.ordinal += 1
        section.paragraphs.append(Paragraph(self.ordinal, number, label, level, shown))
        self.pieces.append(Piece("paragraph", text, section.position))
        if number is None and text[0] in "oO":
            self.compliance(text)

    def typed(self, block: Block, text: str, section: _Open) -> tuple[int | None, str]:
        """A number typed before the text (``12. The Council …``) and the text after it.

        It is believed when it is the next one, when the list says the same, when it starts again
        at 1 in a new section (then it carries on counting), or when it skips a few.
        """
        found = _TYPED_NUMBER.match(text) if text[0].isdigit() else None
        if found is None:
            return None, text
        typed = int(found.group(1))
        rest = text[found.end() :]
        expected = self.count + 1
        if typed + self.typed_shift == expected or typed == expected:
            self.typed_shift = expected - typed
            return expected, rest
        if typed == block.marker:
            return self.listed_number(typed, stated=True), rest
        if typed == 1 and not section.numbered:
            self.typed_shift = self.count
            return expected, rest
        if block.marker is None and expected < typed <= expected + 9:
            self.warnings.append(f"paragraph numbers go from {self.count} to {typed}")
            self.typed_shift = 0
            return typed, rest
        return None, text

    def listed_number(self, marker: int, stated: bool) -> int:
        """The number of an item: what the page states, else one more than the last."""
        expected = self.count + 1
        if not stated or marker == expected or (marker == 1 and self.count):
            return expected
        self.warnings.append(f"paragraph numbers go from {self.count} to {marker}")
        return marker

    def label(self, block: Block, text: str, level: int) -> tuple[str | None, str]:
        """The printed label of a list item, typed or drawn by the list, and the text after it."""
        marker = None if block.marker is None else str(block.marker)
        if ")" in text[:6] and (found := _TYPED_LETTER.match(text)) is not None:
            letter = found.group(1) or found.group(2)
            if letter == marker or letter in ("a", "i") or self.follows(letter):
                self.letter = letter
                return letter, text[found.end() :]
        if (found := _TYPED_BULLET.match(text)) is not None:
            return BULLET, text[found.end() :]
        if marker is None or level == 0:
            return marker, text
        typed = _TYPED_NUMBER.match(text)
        if typed is not None and marker in (typed.group(1), BULLET):
            return typed.group(1), text[typed.end() :]
        return marker, text

    def follows(self, letter: str) -> bool:
        """Whether a typed letter is the one after the last: b after a, ii after i."""
        last = self.letter
        if not last:
            return False
        if len(last) == 1 and len(letter) == 1 and ord(letter) == ord(last) + 1:
            return True
        return letter in _ROMANS and last in _ROMANS and _ROMANS[letter] == _ROMANS[last] + 1

    def compliance(self, text: str) -> None:
        """Read the date off the compliance line, if the paragraph is one."""
        found = SATISFIED.match(text)
        if found is None:
            return
        self.satisfied_raw = text
        self.satisfied_on = parse_day(found.group("date"))
        if self.satisfied_on is None:
            self.warnings.append(f"the compliance line has no date that we can read: {text!r}")


def _topical(named: str) -> SectionKind:
    """The kind of a heading that is not in the table."""
    return SectionKind.BACKGROUND if TOPICAL.search(named) else SectionKind.OTHER


def _may_be_heading(block: Block) -> bool:
    """Whether a block that a contents list names could be the heading itself."""
    if block.level:
        return True
    if block.marker is not None or block.linked:
        return False
    return block.bold or plain(block.text) in HEADINGS
