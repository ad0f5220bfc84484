"""The best pieces of a decision for a query, each from one paragraph, with exact marks.

The texts come from the archive, not from the index, and are read again with the same rule for
words, so a mark covers precisely the characters that matched, stemmed forms included. Pure: no
I/O. What this module does not do: colour, wrap or shorten for a screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from archive.ports import ParagraphRow
from search.glance import letters, may_hold
from search.nearness import Interval, in_one_unit, windows
from search.provisions import Named, names, provision_places
from search.schema import BOOSTS, STANDARD_BOOST
from search.spelling import spelt_like
from search.tree import (
    Everything,
    Fuzzy,
    Near,
    Node,
    Or,
    Phrase,
    Prefix,
    Provision,
    Reference,
    Word,
    side_by_side,
    wanted,
)
from search.voices import voice
from search.words import Word as TextWord
from search.words import sentence_starts, words

LONGEST = 320
"""Characters of a snippet; a longer paragraph is cut at spaces around its marks."""

PHRASE_BONUS = 4.0
"""How much more a phrase counts than a single word when paragraphs are compared."""

FURTHER = 0.3
"""What a second and later occurrence of the same thing adds, as a share of the first."""

TELLING = 0.5
"""A further snippet from a part that counts less must show something that is not shown yet."""

_SINGLE = (Word, Prefix, Fuzzy)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Around:
    """A paragraph that stands before or after one that was found; the fields are its own, as those
    of ``Snippet`` are."""

    section: str
    heading: str
    position: int
    ordinal: int
    paragraph: int | None
    label: str | None
    text: str
    voice: str | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of one paragraph, verbatim. ``marks`` are code-point offsets into ``text``.

    ``section`` is the kind, ``position`` the section's and ``ordinal`` the paragraph's place in
    the decision, ``paragraph`` its printed number. A summary, title or heading has no ordinal.
    ``before`` and ``after`` say that the paragraph goes on there; ``leading`` and ``following`` are
    the paragraphs around it, in reading order, where those were asked for (it is whole then).
    ``voice`` says who speaks (see ``search.voices``); ``share`` is the part of all decisions with
    that standard wording. ``within`` is the printed number of the paragraph that an item of a list
    belongs to, so that it can be quoted.
    """

    section: str
    heading: str | None
    position: int | None
    ordinal: int | None
    paragraph: int | None
    label: str | None
    text: str
    marks: tuple[Span, ...]
    before: bool = False
    after: bool = False
    leading: tuple[Around, ...] = ()
    following: tuple[Around, ...] = ()
    voice: str | None = None
    share: float | None = None
    within: int | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A paragraph that may be shown, and what speaks for it."""

    section: str
    heading: str | None
    position: int | None
    ordinal: int | None
    paragraph: int | None
    label: str | None
    text: str
    spans: tuple[Span, ...]
    things: frozenset[int]
    score: float
    boost: float
    voice: str | None
    share: float | None
    within: int | None


class Marker:
    """Finds what a query wants in a text. Made once a search, used on every paragraph."""

    def __init__(self, node: Node) -> None:
        leaves = list(wanted(node))
        if together := side_by_side(node):
            leaves.extend(wanted(together))
        self._leaves = [
            (thing, leaf, None if regions is None else frozenset(regions))
            for thing, (leaf, regions) in enumerate(leaves)
        ]

    def find(
        self, text: str, region: str, top: str | None = None
    ) -> tuple[list[tuple[int, Span]], float]:
        """``(thing, span)`` for all that is found in a text of this region, and its worth.

        ``top`` is the region above, of which this text is a part.
        """
        leaves = [
            (thing, leaf)
            for thing, leaf, regions in self._leaves
            if regions is None or region in regions or top in regions
        ]
        if leaves and (plain := letters(text)) is not None:
            leaves = [(thing, leaf) for thing, leaf in leaves if may_hold(plain, leaf)]
        if not leaves:
            return [], 0.0
        read = _Read(text)
        found: list[tuple[int, Span]] = []
        worth = 0.0
        for thing, leaf in leaves:
            intervals = read.intervals(leaf)
            found.extend((thing, read.span(interval, leaf)) for interval in intervals)
            if intervals:
                unit = 1.0 if isinstance(leaf, _SINGLE) else PHRASE_BONUS
                worth += unit * (1 + FURTHER * (len(intervals) - 1))
        return found, worth


class _Read:
    """A text with its words by place, and where leaves of a query stand among them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = list(words(text))
        self._at: dict[int, list[TextWord]] = {}
        for word in self._words:
            self._at.setdefault(word.place, []).append(word)
        self._named: list[tuple[Named, int]] | None = None

    def span(self, interval: Interval, leaf: Node) -> Span:
        """The characters from the first place of an interval to its last.

        A provision is found at its number and marked as a whole.
        """
        for one, place in self._provisions() if (paths := _paths(leaf)) else ():
            if interval == (place, place) and any(names(one.path, path) for path in paths):
                return one.start, one.end
        first, last = (self._at[place] for place in interval)
        return min(word.start for word in first), max(word.end for word in last)

    def intervals(self, leaf: Node) -> list[Interval]:
        """The places where a leaf is found; for nearness those of every word that takes part."""
        match leaf:
            case Word(_, stem):
                return [(w.place, w.place) for w in self._words if w.stem == stem]
            case Prefix(start):
                return [(w.place, w.place) for w in self._words if w.exact.startswith(start)]
            case Fuzzy(asked):
                return [(w.place, w.place) for w in self._words if spelt_like(asked, w.exact)]
            case Provision(path):
                return [
                    (place, place) for one, place in self._provisions() if names(one.path, path)
                ]
            case Phrase(asked):
                return self._phrase(asked)
            case Or(items):
                return sorted({one for item in items for one in self.intervals(item)})
            case Near(items, limit):
                lists = [self.intervals(item) for item in items]
                if limit == "s":
                    chosen = in_one_unit(lists, sentence_starts(self._text, self._words))
                else:
                    chosen = windows(lists, None if limit == "p" else int(limit))
                return sorted({interval for choice in chosen for interval in choice})
            case Reference(key, asked):
                return self._phrase(asked) + self._phrase((key,))
            case _:
                return []

    def _provisions(self) -> list[tuple[Named, int]]:
        if self._named is None:
            self._named = list(provision_places(self._text, self._words))
        return self._named

    def _phrase(self, asked: Sequence[str]) -> list[Interval]:
        return [
            (word.place, word.place + len(asked) - 1)
            for word in self._words
            if word.exact == asked[0]
            and all(
                any(w.exact == following for w in self._at.get(word.place + step, ()))
                for step, following in enumerate(asked[1:], 1)
            )
        ]


def _paths(leaf: Node) -> list[tuple[str, ...]]:
    """The provisions that a leaf asks for."""
    match leaf:
        case Provision(path):
            return [path]
        case Near(items, _) | Or(items):
            return [path for item in items for path in _paths(item)]
        case _:
            return []


def best(
    marker: Marker,
    header: Mapping[str, object],
    paragraphs: Sequence[ParagraphRow],
    count: int,
    context: int = 0,
) -> list[Snippet]:
    """At most ``count`` snippets of one decision, the most telling first.

    With ``context`` each is a whole paragraph, with so many before and after it.

    Each further one is chosen for what the ones before do not show. Without a match in the
    paragraphs the summary, a heading or the title serves; without any, the summary unmarked.
    """
    candidates = [c for c in _paragraphs(marker, paragraphs) if c.things]
    if not candidates:
        candidates = [c for c in _furniture(marker, header, paragraphs) if c.things][:1]
    chosen: list[_Candidate] = []
    shown: set[int] = set()
    while candidates and len(chosen) < count:
        top = max(candidates, key=lambda c: (len(c.things - shown) > 0, c.score, -(c.ordinal or 0)))
        candidates.remove(top)
        if chosen and top.boost < TELLING and not top.things - shown:
            continue
        chosen.append(top)
        shown |= top.things
    if not chosen:
        chosen = list(_opening(header, paragraphs))
    if context:
        return [_with_context(candidate, paragraphs, context) for candidate in chosen[:count]]
    return [
        _cut(candidate, window(candidate.text, candidate.spans)) for candidate in chosen[:count]
    ]


def _paragraphs(marker: Marker, paragraphs: Sequence[ParagraphRow]) -> Iterable[_Candidate]:
    above: tuple[int, int | None] | None = None
    for row in paragraphs:
        if row.number is not None or row.label is None:
            above = row.section_position, row.number
        in_list = row.number is None and above is not None and above[0] == row.section_position
        yield _candidate(
            marker,
            region=row.section_kind,
            within=above[1] if in_list and above is not None else None,
            top=row.section_top,
            heading=row.section_heading,
            position=row.section_position,
            ordinal=row.ordinal,
            paragraph=row.number,
            label=row.label,
            text=row.text,
            share=row.share,
        )


def _furniture(
    marker: Marker, header: Mapping[str, object], paragraphs: Sequence[ParagraphRow]
) -> Iterable[_Candidate]:
    for region in ("summary", "title"):
        text = header.get(region)
        if isinstance(text, str):
            yield _candidate(marker, region=region, text=text)
    seen: set[int] = set()
    for row in paragraphs:
        if row.section_position not in seen:
            seen.add(row.section_position)
            yield _candidate(
                marker,
                region="heading",
                section=row.section_kind,
                heading=row.section_heading,
                position=row.section_position,
                text=row.section_heading,
            )


def _opening(
    header: Mapping[str, object], paragraphs: Sequence[ParagraphRow]
) -> Iterable[_Candidate]:
    nothing = Marker(Everything())
    summary = header.get("summary")
    if isinstance(summary, str) and summary:
        yield _candidate(nothing, region="summary", text=summary)
    elif paragraphs:
        yield from list(_paragraphs(nothing, paragraphs[:1]))


def _candidate(
    marker: Marker,
    *,
    region: str,
    text: str,
    section: str | None = None,
    heading: str | None = None,
    position: int | None = None,
    ordinal: int | None = None,
    paragraph: int | None = None,
    label: str | None = None,
    top: str | None = None,
    share: float | None = None,
    within: int | None = None,
) -> _Candidate:
    found, worth = marker.find(text, region, top)
    boost = BOOSTS[region] * (1.0 if share is None else STANDARD_BOOST)
    return _Candidate(
        section=section or region,
        heading=heading,
        position=position,
        ordinal=ordinal,
        paragraph=paragraph,
        label=label,
        text=text,
        spans=merged(span for _, span in found),
        things=frozenset(thing for thing, _ in found),
        score=worth * boost,
        boost=boost,
        voice=voice(region, top, heading, standard=share is not None),
        share=share,
        within=within,
    )


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, overlapping ones made one."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _with_context(
    candidate: _Candidate, paragraphs: Sequence[ParagraphRow], context: int
) -> Snippet:
    whole = _cut(candidate, (0, len(candidate.text)))
    at = [number for number, row in enumerate(paragraphs) if row.ordinal == candidate.ordinal]
    if candidate.ordinal is not None and at:
        before, after = paragraphs[max(0, at[0] - context) : at[0]], paragraphs[at[0] + 1 :]
    else:  # a heading stands before its paragraphs; summary and title before nothing
        before, after = (), [r for r in paragraphs if r.section_position == candidate.position]
    return replace(
        whole,
        leading=tuple(_around(row) for row in before),
        following=tuple(_around(row) for row in after[:context]),
    )


def _around(row: ParagraphRow) -> Around:
    return Around(
        section=row.section_kind,
        heading=row.section_heading,
        position=row.section_position,
        ordinal=row.ordinal,
        paragraph=row.number,
        label=row.label,
        text=row.text,
        voice=voice(
            row.section_kind, row.section_top, row.section_heading, standard=row.share is not None
        ),
        share=row.share,
    )


def _cut(candidate: _Candidate, span: Span) -> Snippet:
    start, end = span
    return Snippet(
        section=candidate.section,
        heading=candidate.heading,
        position=candidate.position,
        ordinal=candidate.ordinal,
        paragraph=candidate.paragraph,
        label=candidate.label,
        text=candidate.text[start:end],
        marks=tuple(
            (first - start, last - start)
            for first, last in candidate.spans
            if start <= first and last <= end
        ),
        before=start > 0,
        after=end < len(candidate.text),
        voice=candidate.voice,
        share=candidate.share,
        within=candidate.within,
    )


def window(text: str, spans: Sequence[Span], longest: int = LONGEST) -> Span:
    """The part of a text to show: all of it, or about ``longest`` characters around most marks.

    Cut at spaces where there are any; a single mark longer than that is shown whole.
    """
    if len(text) <= longest:
        return 0, len(text)
    first, last = _densest(spans, longest * 3 // 4)
    low = max(0, first - max(0, longest - (last - first)) // 3)
    high = min(len(text), max(low + longest, last))
    low = max(0, min(low, high - longest)) if last <= low + longest else low
    if low > 0:
        low = next((at for at in range(low, first) if _starts_word(text, at)), low)
    if high < len(text):
        high = next((at for at in range(high, max(last, low), -1) if _ends_word(text, at)), high)
    return low, high


def _densest(spans: Sequence[Span], width: int) -> Span:
    """From the first to the last of the most marks that stand within ``width`` characters."""
    best_count, best_span = 0, (0, 0)
    for index, (first, last) in enumerate(spans):
        count = 1
        while index + count < len(spans) and spans[index + count][1] - first <= width:
            last = spans[index + count][1]
            count += 1
        if count > best_count:
            best_count, best_span = count, (first, last)
    return best_span


def _starts_word(text: str, at: int) -> bool:
    return text[at - 1].isspace() and not text[at].isspace()


def _ends_word(text: str, at: int) -> bool:
    return text[at].isspace() and not text[at - 1].isspace()
