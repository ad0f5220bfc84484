"""A decision laid out for its page: parts, runs of paragraphs, and what stands beside each.

Pure. The words stay as they are: a paragraph is cut into pieces only where a piece becomes a link
or is marked, and the pieces joined are the paragraph. Everything is found by one walk, because a
report may have thousands of paragraphs.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, TypeVar

from archive.records import (
    Citation,
    CrossReference,
    Decision,
    Paragraph,
    Remedy,
    Section,
    StoredDecision,
)
from archive.rendering import printed_mark, value_words
from archive.screen import clean
from search.web import addresses
from search.web.law import Cited, cited_once, name_of

_Row = TypeVar("_Row")

DEEPEST = 4
"""Steps of indentation that are drawn; what lies deeper is drawn at the last."""


class Piece(NamedTuple):
    """Words of a paragraph. ``target`` is the anchor that they point to; ``ordered`` says that a
    remedy was read from them."""

    text: str
    target: str | None = None
    ordered: bool = False


class Ordered(NamedTuple):
    """One remedy: our words for it, the publisher's, and where it stands.

    ``correction`` is the number of the person's correction that it comes from.
    """

    words: str
    raw: str
    anchor: str
    place: str
    correction: int | None


class Pointed(NamedTuple):
    """Another paragraph that is named: its number and its anchor."""

    number: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Laid:
    """One paragraph. ``anchor`` is its name in the page, ``also`` a second name (the place in our
    count, where the first is the printed number), ``place`` what a citation calls it."""

    anchor: str
    also: str | None
    place: str
    mark: str
    number: int | None
    ordinal: int
    level: int
    pieces: tuple[Piece, ...]
    ordered: tuple[Ordered, ...] = ()
    cited: tuple[Cited, ...] = ()
    pointed: tuple[Pointed, ...] = ()

    @property
    def noted(self) -> bool:
        """Whether something stands beside it."""
        return bool(self.ordered or self.cited or self.pointed)


@dataclass(frozen=True, slots=True)
class Run:
    """Paragraphs that follow each other. ``share`` is the part of all decisions that have such
    wording, of the least common of them; None where the words are of this decision alone."""

    share: float | None
    paragraphs: tuple[Laid, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One section; ``depth`` is 0 for a top-level one."""

    anchor: str
    heading: str
    depth: int
    runs: tuple[Run, ...]


class Authority(NamedTuple):
    """What a decision cites, once, with every place: the anchors and what they are called."""

    cited: Cited
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """A decision as its page shows it."""

    parts: tuple[Part, ...]
    ordered: tuple[Ordered, ...]
    authorities: tuple[Authority, ...]
    standard: int


def lay_out(stored: StoredDecision) -> Layout:
    """The page of a decision. Nothing of a withheld text may be given here."""
    decision = stored.decision
    names = _names(decision)
    ordered = _by_paragraph(
        (row.paragraph, _ordered(row, names)) for row in decision.remedies if row.paragraph in names
    )
    cited = _by_paragraph(
        (row.paragraph, row) for row in decision.citations if row.paragraph in names
    )
    spans = _spans(decision, names)
    pointed = _pointed(decision.cross_references, names)

    def laid(paragraph: Paragraph) -> Laid:
        name = names[paragraph.ordinal]
        return Laid(
            anchor=name.anchor,
            also=name.also,
            place=name.place,
            mark=printed_mark(paragraph),
            number=paragraph.number,
            ordinal=paragraph.ordinal,
            level=min(max(paragraph.level, 0), DEEPEST),
            pieces=tuple(_pieces(paragraph.text, spans.get(paragraph.ordinal, ()))),
            ordered=tuple(ordered.get(paragraph.ordinal, ())),
            cited=tuple(cited_once(cited.get(paragraph.ordinal, ()))),
            pointed=tuple(dict.fromkeys(pointed.get(paragraph.ordinal, ()))),
        )

    depths = _depths(decision.sections)
    return Layout(
        parts=tuple(
            Part(
                anchor=f"s{section.position}",
                heading=section.heading,
                depth=depths[section.position],
                runs=tuple(_runs(map(laid, section.paragraphs), stored.standard)),
            )
            for section in decision.sections
        ),
        ordered=tuple(row for rows in ordered.values() for row in rows),
        authorities=tuple(_authorities(decision.citations, names)),
        standard=sum(one.ordinal in stored.standard for one in decision.paragraphs()),
    )


class _Name(NamedTuple):
    anchor: str
    also: str | None
    place: str
    words: str


def _names(decision: Decision) -> dict[int, _Name]:
    """What each paragraph is called, by ordinal.

    A number that stands twice names the first of them in the page, because links from elsewhere
    have only the number; a citation names each by its place in our count.
    """
    numbers = Counter(one.number for one in decision.paragraphs() if one.number is not None)
    named: set[str] = set()
    found: dict[int, _Name] = {}
    for section in decision.sections:
        above: int | None = None
        for one in section.paragraphs:
            ours = addresses.anchor(None, one.ordinal)
            printed = addresses.anchor(one.number, one.ordinal)
            if one.level == 0 or one.number is not None:
                above = one.number
            if one.number is not None:
                words = f"paragraph {one.number}"
            elif above is not None:
                words = f"paragraph {above}, list"
            else:
                words = f"unnumbered paragraph {ours}"
            again = printed in named
            named.add(printed)
            once = one.number is None or numbers[one.number] == 1
            found[one.ordinal] = _Name(
                anchor=ours if again else printed,
                also=None if again or printed == ours else ours,
                place=printed if once else ours,
                words=words,
            )
    return found


def _ordered(row: Remedy, names: Mapping[int, _Name]) -> Ordered:
    # A payee is a piece of the text in a sentence of ours: no sign in it may turn the rest about.
    words = clean(value_words(row))
    name = names[row.paragraph]
    return Ordered(words[:1].upper() + words[1:], row.raw, name.anchor, name.words, row.correction)


def _by_paragraph(rows: Iterable[tuple[int, _Row]]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = defaultdict(list)
    for ordinal, row in rows:
        found[ordinal].append(row)
    return found


class _Span(NamedTuple):
    start: int
    end: int
    target: str | None
    ordered: bool


def _spans(decision: Decision, names: Mapping[int, _Name]) -> dict[int, list[_Span]]:
    """What is marked in each paragraph, in any order and perhaps overlapping."""
    points = (
        (row.paragraph, _Span(row.char_start, row.char_end, names[row.target].anchor, False))
        for row in decision.cross_references
        if row.target is not None and row.target in names
    )
    remedies = (
        (row.paragraph, _Span(row.char_start, row.char_end, None, True))
        for row in decision.remedies
    )
    return _by_paragraph([*points, *remedies])


def _pieces(text: str, spans: Sequence[_Span]) -> Iterator[Piece]:
    """The text cut at its spans; where two overlap the one that begins first stands."""
    at = 0
    for span in sorted(spans, key=lambda one: (one.start, one.target is None, -one.end)):
        if not at <= span.start < span.end <= len(text):
            continue
        if at < span.start:
            yield Piece(text[at : span.start])
        yield Piece(text[span.start : span.end], span.target, span.ordered)
        at = span.end
    if at < len(text) or not text:
        yield Piece(text[at:])


def _pointed(
    rows: Sequence[CrossReference], names: Mapping[int, _Name]
) -> dict[int, list[Pointed]]:
    """The other paragraphs of lists of numbers: one link in the text cannot lead to all of them."""
    together = Counter((row.paragraph, row.char_start, row.char_end) for row in rows)
    return _by_paragraph(
        (row.paragraph, Pointed(row.number, names[row.target].anchor))
        for row in rows
        if row.target is not None
        and row.target in names
        and together[row.paragraph, row.char_start, row.char_end] > 1
    )


def _runs(paragraphs: Iterable[Laid], shares: Mapping[int, float]) -> Iterator[Run]:
    """Standard wording and the rest, in turn and in order."""
    for standard, group in groupby(paragraphs, lambda one: one.ordinal in shares):
        run = tuple(group)
        yield Run(min(shares[one.ordinal] for one in run) if standard else None, run)


def _depths(sections: Sequence[Section]) -> dict[int, int]:
    """How deep each section lies; a parent that comes later, or is not there, does not count."""
    found: dict[int, int] = {}
    for section in sections:
        above = -1 if section.parent is None else found.get(section.parent, -1)
        found[section.position] = above + 1
    return found


def _authorities(rows: Sequence[Citation], names: Mapping[int, _Name]) -> Iterator[Authority]:
    """What is cited, each once, in the order in which it is first named."""
    known = [row for row in rows if row.paragraph in names]
    places: dict[tuple[str, str], dict[tuple[str, str], None]] = defaultdict(dict)
    for row in known:
        name = names[row.paragraph]
        places[name_of(row)][name.anchor, name.words] = None
    for cited, where in zip(cited_once(known), places.values(), strict=True):
        yield Authority(cited, tuple(where))
