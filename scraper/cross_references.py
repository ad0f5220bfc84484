"""References from one paragraph of a decision to others: "see paragraphs 9 and 10".

They are read to check the numbering: a decision cannot point beyond its last paragraph, so a number
that does means that we lost count (or that the publisher slipped). Paragraphs of guidance, of
Schedules and of other documents are told apart and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from archive.records import Paragraph


class CrossReference(NamedTuple):
    """A span of text and the paragraph numbers it names; a range is counted out."""

    start: int
    end: int
    numbers: tuple[int, ...]


_POINTER = re.compile(
    r"[Pp]aragraphs?\s+"
    r"(?P<list>\d{1,3}(?:(?:\s*,\s*(?:and\s+)?|\s+(?:and|or|to)\s+|\s*[-–]\s*)\d{1,3})*)"
    r"(?![\d(]|\.\d|\s?[A-Z]\b)"
)
_ELSEWHERE = re.compile(
    r"\s+(?:of|in|to|under|from)\s+"
    r"(?!this\b|my\b|our\b|(?:the|this) (?:statement|decision|report)\b)"
)
_SCHEDULE_BEFORE = re.compile(r"(?:Schedule|Sch\.?|Annex|Appendix|Part)\s+\w+(?:/\w+)?,?\s+$")
_GROUP = re.compile(r"(?P<first>\d+)(?:\s*(?:to|[-–])\s*(?P<last>\d+))?")
_LONGEST_RANGE = 200
_NEAR = 30


def cross_references(text: str) -> Iterator[CrossReference]:
    """The references to paragraphs of the same decision in a text."""
    at = text.find("aragraph")
    while at > 0:
        found = _POINTER.match(text, at - 1)
        at = text.find("aragraph", at + 1)
        if found is None:
            continue
        if _ELSEWHERE.match(text, found.end()) or _SCHEDULE_BEFORE.search(
            text, max(0, found.start() - _NEAR), found.start()
        ):
            continue
        numbers: list[int] = []
        for group in _GROUP.finditer(found.group("list")):
            first = int(group.group("first"))
            last = int(group.group("last") or first)
            numbers += range(first, min(max(first, last), first + _LONGEST_RANGE) + 1)
        yield CrossReference(found.start(), found.end(), tuple(numbers))


def dangling(paragraphs: Iterable[Paragraph]) -> Iterator[str]:
    """A sentence for each reference beyond the last printed number; nothing if none is printed."""
    known = list(paragraphs)
    pointing = [paragraph for paragraph in known if "aragraph" in paragraph.text]
    if not pointing:
        return
    last = max((paragraph.number or 0 for paragraph in known), default=0)
    if not last:
        return
    for paragraph in pointing:
        for reference in cross_references(paragraph.text):
            beyond = [number for number in reference.numbers if number > last]
            if beyond:
                at = f"paragraph {paragraph.number}" if paragraph.number else "a paragraph"
                yield f"{at} points to paragraph {beyond[-1]}, but the last is {last}"
