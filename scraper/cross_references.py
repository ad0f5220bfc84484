"""References from one paragraph of a decision to others: "see paragraphs 9 and 10".

They are resolved to paragraphs, and they check the numbering: a decision cannot point beyond its
last paragraph, so a number that does means that we lost count (or that the publisher slipped).
Paragraphs of guidance, of Schedules, letters and other documents are told apart and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archive.records import CrossReference, Section
from scraper.guidance import guidance_titles


class Pointer(NamedTuple):
    """A span of text and the paragraph numbers it names; a range is counted out.

    One that runs backwards or over more than sixty paragraphs is only its two ends.
    """

    start: int
    end: int
    numbers: tuple[int, ...]


_POINTER = re.compile(
    r"(?<!\w)[Pp]ara(?:graphs?|s?\.?)\s+"
    r"(?P<list>\d{1,3}(?:(?:\s*,\s*(?:and\s+)?|\s+(?:and|or|to|&)\s+|\s*[-–]\s*)\d{1,3}){0,40})"
    r"(?:\s?\([a-z]{1,3}\)|(?![\w(]|\.\d|\s?[A-Z]\b))"
)
_ELSEWHERE = re.compile(
    r"\s+(?:of|in|to|under|from|on)\s+"
    r"(?!(?:this|my|our|the|this final)\s+(?:final\s+)?(?:decision|statement|report)\b)"
)
_DOCUMENT_BEFORE = re.compile(
    r"(?:(?:Schedule|Sch\.?|Annex|Appendix|Part|Article|[Cc]hapter|[Ss]ection)\s+\w+(?:/\w+)?,?"
    r"|(?:[Gg]uidance|Code|Framework|[Cc]ode of [Pp]ractice|[Pp]olicy|[Pp]rocedures?|Act|[Ll]etter"
    r"|Regulations?|Order|Rules|Standards?)(?: \d{4})?,|(?:Guidance|Code|Framework))\s+\(?$"
)
_PLAIN_BEFORE = ("in ", "see ", "See ", "at ", "to ", "from ", "by ", "and ", "both ", "or ")
"""After these words no document has just been named."""

_GROUP = re.compile(r"(?P<first>\d+)(?:\s*(?:to|[-–])\s*(?P<last>\d+))?")
_LONGEST_RANGE = 60
_NEAR = 40


def pointers(text: str) -> Iterator[Pointer]:
    """What points to paragraphs of the same decision in a text, in order."""
    at = text.find("ara")
    ends: frozenset[int] | None = None
    while at > 0:
        found = _POINTER.match(text, at - 1)
        at = text.find("ara", at + 1)
        if found is None or _ELSEWHERE.match(text, found.end()):
            continue
        start = found.start()
        if not text.endswith(_PLAIN_BEFORE, 0, start):
            if _DOCUMENT_BEFORE.search(text, max(0, start - _NEAR), start):
                continue
            if ends is None:
                ends = frozenset(end for _, end in guidance_titles(text))
            if (
                ends
                and len(text[max(0, start - _NEAR) : start].rstrip(" (,")) + max(0, start - _NEAR)
                in ends
            ):
                continue
        numbers: list[int] = []
        for group in _GROUP.finditer(found.group("list")):
            first = int(group.group("first"))
            last = int(group.group("last") or first)
            if first <= last <= first + _LONGEST_RANGE:
                numbers += range(first, last + 1)
            else:
                numbers += (first, last)
        yield Pointer(start, found.end(), tuple(numbers))


def cross_references(sections: Sequence[Section]) -> tuple[list[CrossReference], list[str]]:
    """A decision's cross-references in reading order, and a sentence for each beyond its end.

    A number that several paragraphs bear is that of the section that points, if only one there has
    it; otherwise nothing is guessed. Where no paragraph bears a number nothing is resolved and
    nothing warned about.
    """
    pointing = [
        (section, paragraph, pointer)
        for section in sections
        for paragraph in section.paragraphs
        if "ara" in paragraph.text
        for pointer in pointers(paragraph.text)
    ]
    if not pointing:
        return [], []
    bearers: dict[int, list[tuple[int, int]]] = {}
    for section in sections:
        for paragraph in section.paragraphs:
            if paragraph.number is not None:
                place = (section.position, paragraph.ordinal)
                bearers.setdefault(paragraph.number, []).append(place)
    last = max(bearers, default=0)
    found: list[CrossReference] = []
    warnings: list[str] = []
    for section, paragraph, pointer in pointing:
        raw = paragraph.text[pointer.start : pointer.end]
        for number in pointer.numbers:
            target = _target(bearers.get(number, ()), section.position)
            found.append(
                CrossReference(
                    section.position,
                    paragraph.ordinal,
                    pointer.start,
                    pointer.end,
                    number,
                    target,
                    raw,
                )
            )
        beyond = max(pointer.numbers)
        if last and beyond > last:
            at = f"paragraph {paragraph.number}" if paragraph.number else "a paragraph"
            warnings.append(f"{at} points to paragraph {beyond}, but the last is {last}")
    return found, warnings


def _target(bearers: Sequence[tuple[int, int]], section: int) -> int | None:
    near = bearers if len(bearers) == 1 else [each for each in bearers if each[0] == section]
    return near[0][1] if len(near) == 1 else None
