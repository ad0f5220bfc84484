"""Statutes in a text: title, year and place of each, without their provisions.

A title ends in a telling word ("Act", "Regulations" …). An Order needs a bracket in its title: a
Traffic Regulation Order is no statute. "The Act" alone is none. An Act that only names its guidance
("Mental Health Act 1983: Code of Practice") is told as such, for ``scraper.guidance``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scraper.statutes import CHAPTERS, UNDATED
from scraper.titles import Word, title_words

MARKS = ("Act", "Regulation", "Order", "Rules")
"""Without one of these a text names no statute."""

_ANCHOR = re.compile(r"(?<!\w)(Act|Regulations?|Order|Rules)\b(?:\s+((?:1[6-9]|20)\d\d)\b)?")
_GUIDANCE_AFTER = re.compile(
    r"\s*(?:[:–-]\s*)?(?:\([Cc]ode|[Cc]ode)s? of [Pp]ractice|\s*(?:[:–-]\s*)?"
    r"(?:[Ss]tatutory )?[Gg]uidance\b"
)


class Title(NamedTuple):
    """A title with its span. ``name`` is without the year; ``guidance``: the Act's, not the Act."""

    name: str
    year: int | None
    start: int
    end: int
    guidance: bool = False


def statute_titles(text: str) -> list[Title]:
    """The titles in a text, in order. Of two that overlap the longer one wins."""
    found: list[Title] = []
    for anchor in _anchors(text):
        title = _title(text, anchor)
        if title is None:
            continue
        while found and found[-1].end > title.start:
            found.pop()  # "Health and Social Care Act 2008 (Regulated Activities) Regulations 2014"
        found.append(title)
    return found


def _title(text: str, anchor: re.Match[str]) -> Title | None:
    year = None if anchor.group(2) is None else int(anchor.group(2))
    start = _start(text, anchor)
    stop = anchor.end(1)
    if start == anchor.start():
        return None
    name = " ".join(text[start:stop].split())
    guidance = _GUIDANCE_AFTER.match(text, anchor.end())
    if guidance is not None:
        return Title(name, year, start, guidance.end(), guidance=True)
    word = anchor.group(1)
    if word != "Act" and year is None and text[start:stop] not in UNDATED:
        return None
    if word == "Order" and "(" not in text[start : anchor.start()]:
        return None
    return Title(name, year, start, anchor.end())


def _anchors(text: str) -> Iterator[re.Match[str]]:
    """The last words of titles. Found by plain search, as most paragraphs have none."""
    found: list[re.Match[str]] = []
    for word in MARKS:
        at = text.find(word)
        while at >= 0:
            if (anchor := _ANCHOR.match(text, at)) is not None:
                found.append(anchor)
            at = text.find(word, at + 1)
    return iter(sorted(found, key=re.Match.start) if len(found) > 1 else found)


def _start(text: str, anchor: re.Match[str]) -> int:
    """The start of a title; a known Act after an "and" or a comma is cut off what precedes it."""
    words = title_words(text, anchor.start())
    if not words:
        return anchor.start()
    whole = words[-1].start
    stop = anchor.end(1)
    if text[whole:stop] in CHAPTERS:
        return whole
    for index in range(len(words) - 1, 0, -1):
        if _may_follow(words[index]) and text[words[index - 1].start : stop] in CHAPTERS:
            return words[index - 1].start
    return whole


def _may_follow(word: Word) -> bool:
    """Whether another title may begin after this word of what looks like one title."""
    return word.text in ("and", "of", "to", "in", "by") or word.text.endswith(",")
