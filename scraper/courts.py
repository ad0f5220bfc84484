"""Tribunals and court cases that a text names.

A tribunal is one with a name: "the Tribunal" alone is none. A case is two parties with a " v "
between them and either the Crown for the first ("R (on the application of X) v …"), an "ex parte",
or a year and court behind: "Ashmoor v Norvale" may be a match. "Re M (A Child) [2013] EWHC 56" is
one too. The Planning Inspectorate, and whoever else hears appeals within the administration, is
neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scraper.titles import CONNECTORS, own_words, title_words

MARKS = ("ribunal", " v ", "[")
"""Without one of these a text names neither tribunal nor case."""

_MARK = "ribunal"

_TRIBUNAL = re.compile(
    r"(?P<word>Tribunals?|tribunals?)\b(?! Service)(?: for England)?"
    r"(?: \((?=[A-Z])(?![A-Z]{1,8}\))[^()]{1,80}\))?"
)
_NAMED = re.compile(r"(?:[A-Z]{2,}|First-tier|Upper)$")
_OTHERS = frozenset(("Council", "Court", "Ombudsman", "Tribunal", "Tribunals"))
_NO_NAME = frozenset(("Mr", "Mrs", "Ms", "Miss", "Dr", "Independent"))

_VERSUS = re.compile(r" v\.? (?=(?:the )?[A-Z])")
_CROWN = re.compile(r"(?<!\w)R(?: \([^()]{1,100}(?:\([^()]{1,40}\)[^()]{0,60})?\))?$")
_ONE_LETTER = re.compile(r"(?<!\w)[A-Z]{1,3}$")
_PARTY = (
    r"[A-Z][\w&'’.-]{0,40}(?: (?:[A-Z][\w&'’.-]{0,40}|of|the|and|for|on|in|&|\([^()\d]{1,60}\)))"
)
_AFTER = re.compile(
    rf"(?:the )?(?P<party>{_PARTY}{{0,20}})(?P<exparte>,? [Ee]x [Pp](?:arte|\.)? {_PARTY}{{0,12}})?"
)
_COURT = re.compile(
    r",? [\[(](?:1[89]|20)\d\d[\])](?: \d{1,3})?(?: [A-Z][A-Za-z]{1,9}(?: (?:[Cc]iv|[Cc]rim))?"
    r"(?: \d{1,5})?(?: \([A-Z][A-Za-z]{1,6}\))?)?"
)
_RE = re.compile(rf"\bRe [A-Z][\w’'-]{{0,30}}(?: \([^()\d]{{1,60}}\))?{_COURT.pattern}")
_REACH = 200


def tribunals(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the tribunals that a text names, with the chamber where it is given."""
    at = text.find(_MARK)
    while at > 0:
        found = _TRIBUNAL.match(text, at - 1)
        at = text.find(_MARK, at + 1)
        if found is None:
            continue
        words = own_words(title_words(text, found.start()), _OTHERS)
        for index, word in enumerate(words):
            if word.text in CONNECTORS and word.text not in ("and", "of"):
                del words[index:]  # "appeal to the Valuation Tribunal"
                break
        while words and (words[-1].text in _NO_NAME or words[-1].text in CONNECTORS):
            words.pop()
        if words and (found.group("word")[0] == "T" or _NAMED.match(words[0].text)):
            yield words[-1].start, found.end()


def cases(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the cases that a text names: both parties, and year and court where given."""
    yield from (found.span() for found in _RE.finditer(text))
    last = 0
    for versus in _VERSUS.finditer(text):
        if versus.start() < last:
            continue
        after = _AFTER.match(text, versus.end())
        start, crown = _first_party(text, last, versus.start())
        if after is None or start is None:
            continue
        court = _COURT.match(text, after.end())
        if court is None and not crown and after.group("exparte") is None:
            continue
        end = court.end() if court else after.end()
        last = end
        yield start, _trimmed(text, start, end)


def _first_party(text: str, begin: int, end: int) -> tuple[int | None, bool]:
    """Where the first party before ``end`` begins, and whether it is the Crown."""
    crown = _CROWN.search(text, max(begin, end - _REACH), end)
    if crown is not None:
        return crown.start(), True
    words = title_words(text, end + 1)
    if words and words[-1].start >= begin:
        return words[-1].start, False
    letter = _ONE_LETTER.search(text, max(begin, end - 4), end)
    return (None if letter is None else letter.start()), False


def _trimmed(text: str, start: int, end: int) -> int:
    """The end without the connectors and full stop that a party's name may have run into."""
    shown = text[start:end].rstrip(" .")
    while shown.rpartition(" ")[2] in ("of", "the", "and", "for", "on", "in", "&"):
        shown = shown.rpartition(" ")[0]
    return start + len(shown)
