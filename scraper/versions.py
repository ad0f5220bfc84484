"""Words added and removed between two readings of one decision. Pure.

Paragraphs are paired by their text, not by their number: one new paragraph in front renumbers all
the others and changes none of them. Only headings, paragraphs and the head's fields are compared,
the same things that make an amendment (``Decision.content_sha256``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from archive.records import Decision, Paragraph, Section, reference_slug

ALIKE = 0.4
"""Share of common words from which two paragraphs are taken for one that was changed."""

MOST_WORDS, MOST_PIECES, MOST_PAIRS = 5_000, 5_000, 2_500
"""Beyond these a comparison would take minutes; what is longer is shown as taken out and put in."""


class What(StrEnum):
    """What became of a piece, or of a word in it."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Run:
    """Words in a row that were kept, removed or added."""

    what: What
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One piece that differs. ``old_key`` and ``new_key`` name paragraphs for good, else None."""

    what: What
    where: str
    runs: tuple[Run, ...]
    old_key: str | None = None
    new_key: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that differs; ``renumbered`` counts paragraphs with another number and the same text."""

    differences: tuple[Difference, ...]
    renumbered: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A heading or a paragraph in reading order."""

    text: str
    where: str
    key: str | None
    mark: str


def compare(old: Decision, new: Decision, old_version: int, new_version: int) -> Comparison:
    """What differs between two versions of a decision, head first, then in reading order."""
    found = list(_head(old, new))
    before, after = _pieces(old, old_version), _pieces(new, new_version)
    renumbered = 0
    for one, two in _pairs(before, after):
        if one is not None and two is not None and one.text == two.text:
            renumbered += one.mark != two.mark
        else:
            found.append(_difference(one, two))
    return Comparison(tuple(found), renumbered)


HEAD: tuple[tuple[str, str], ...] = (
    ("Reference", "reference"),
    ("Title", "title"),
    ("Category", "category_raw"),
    ("Outcome", "outcome_raw"),
    ("Decided on", "decided_on_raw"),
    ("Summary", "summary"),
)
"""Fields of the head, with the field of a Decision that has them as printed."""


def _head(old: Decision, new: Decision) -> Iterator[Difference]:
    for name, field in HEAD:
        one, two = getattr(old, field) or "", getattr(new, field) or ""
        if one != two:
            yield Difference(_what(one, two), name, words(one, two))


def _pieces(decision: Decision, version: int) -> list[_Piece]:
    slug = f"{reference_slug(decision.reference)}@{version}"
    found = []
    for section in decision.sections:
        found.append(_Piece(section.heading, "Heading", None, ""))
        found += [_paragraph(section, paragraph, slug) for paragraph in section.paragraphs]
    return found


def _paragraph(section: Section, paragraph: Paragraph, slug: str) -> _Piece:
    heading = section.heading or "no heading"
    if paragraph.number is not None:
        where, key = f"{heading}, paragraph {paragraph.number}", f"{slug}#p{paragraph.number}"
    else:
        mark = f"item {paragraph.label}" if paragraph.label else "unnumbered paragraph"
        where, key = f"{heading}, {mark}", f"{slug}#o{paragraph.ordinal}"
    number = "" if paragraph.number is None else str(paragraph.number)
    return _Piece(paragraph.text, where, key, f"{number}/{paragraph.label or ''}")


def _difference(one: _Piece | None, two: _Piece | None) -> Difference:
    before, after = (one.text if one else ""), (two.text if two else "")
    where = two.where if two is not None else one.where if one is not None else ""
    if one is not None and two is not None and one.where != two.where:
        where = f"{two.where} (was: {one.where})"
    what = What.ADDED if one is None else What.REMOVED if two is None else What.CHANGED
    return Difference(
        what, where, words(before, after), one.key if one else None, two.key if two else None
    )


def _what(one: str, two: str) -> What:
    if not one:
        return What.ADDED
    return What.CHANGED if two else What.REMOVED


# --- words ------------------------------------------------------------------------------------


def words(old: str, new: str) -> tuple[Run, ...]:
    """The words of both texts in order, each marked as kept, removed or added."""
    before, after = old.split(), new.split()
    if len(before) > MOST_WORDS or len(after) > MOST_WORDS:
        return _runs([(What.REMOVED, before), (What.ADDED, after)])
    spans: list[tuple[What, list[str]]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            spans.append((What.SAME, before[start:end]))
        else:
            spans.append((What.REMOVED, before[start:end]))
            spans.append((What.ADDED, after[other_start:other_end]))
    return _runs(spans)


def _runs(spans: Sequence[tuple[What, Sequence[str]]]) -> tuple[Run, ...]:
    return tuple(Run(what, " ".join(part)) for what, part in spans if part)


# --- pairing ------------------------------------------------------------------------------------

_Pair = tuple[_Piece | None, _Piece | None]


def _pairs(old: Sequence[_Piece], new: Sequence[_Piece]) -> Iterator[_Pair]:
    """Every piece of both once, in reading order, with its counterpart where it has one."""
    matcher = SequenceMatcher(
        None,
        [(piece.key is None, piece.text) for piece in old],
        [(piece.key is None, piece.text) for piece in new],
        autojunk=max(len(old), len(new)) > MOST_PIECES,
    )
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield from zip(old[start:end], new[other_start:other_end], strict=True)
        else:
            yield from _replaced(old[start:end], new[other_start:other_end])


def _replaced(old: Sequence[_Piece], new: Sequence[_Piece]) -> Iterator[_Pair]:
    """Pair what is alike, keeping the order: the pairing with the most words in common."""
    if len(old) * len(new) > MOST_PAIRS:
        yield from ((piece, None) for piece in old)
        yield from ((None, piece) for piece in new)
        return
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_alike(one, two) for two in new] for one in old]
    for row in reversed(range(len(old))):
        for place in reversed(range(len(new))):
            likeness = alike[row][place]
            paired = likeness + best[row + 1][place + 1] if likeness >= ALIKE else 0.0
            best[row][place] = max(best[row + 1][place], best[row][place + 1], paired)
    row = place = 0
    while row < len(old) and place < len(new):
        likeness = alike[row][place]
        if likeness >= ALIKE and best[row][place] == likeness + best[row + 1][place + 1]:
            yield old[row], new[place]
            row, place = row + 1, place + 1
        elif best[row][place] == best[row + 1][place]:
            yield old[row], None
            row += 1
        else:
            yield None, new[place]
            place += 1
    yield from ((piece, None) for piece in old[row:])
    yield from ((None, piece) for piece in new[place:])


def _alike(one: _Piece, two: _Piece) -> float:
    """Share of words in common, 0 to 1, whatever their order; a heading is no paragraph."""
    if (one.key is None) != (two.key is None):
        return 0.0
    before, after = one.text.split(), two.text.split()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.quick_ratio()
