"""By when a body is to do something: ``within one month of my decision``, ``by 31 March 2021``.

Deadlines stand in the sentence of a remedy, in the words before a list, or in a sentence of their
own about all of it ("The Council should carry out these actions within three months"). Only times
and days that the text gives are read; ``promptly`` is none.
"""

from __future__ import annotations

import re

from scraper.sources.dates import parse_day

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve")  # fmt: skip
COUNTS = {word: value for value, word in enumerate(_NUMBERS, start=1)} | {"a": 1}
_MOST_DIGITS = 3
UNITS = {"day": "D", "week": "W", "month": "M", "year": "Y"}

_WITHIN = re.compile(
    r"[Ww]ithin (?:the next )?(?P<count>\w+)(?: calendar)?(?: (?P<kind>working|school))? "
    r"(?P<unit>day|week|month|year)s?\b"
)
_FROM_DECISION = re.compile(
    r"\s+(?:of|from|after)\s+(?:\w+\s+){0,5}?(?:decision|report|statement)\b"
)
_BY_DATE = re.compile(r"\b[Bb]y (?P<date>\d{1,2} [A-Z][a-z]+ \d{4})\b")

TIME_FIRST = (
    r"[Ww]ithin (?:the next )?\w+ (?:calendar |working |school )?(?:day|week|month|year)s?"
    r"(?: (?:of|from|after) (?:the |my |our |this |its )?(?:date of (?:the |my |our |this )?)?"
    r"(?:final |further )?(?:decision|report|statement)(?: statement)?)?,?\s+"
)
"""A deadline that stands before the verb."""

_THESE = (
    r"(?:this|(?:all |each |both )?(?:of )?(?:these|the above|those)"
    r"(?: (?:actions|steps|things|payments?|recommendations|remedies))?)"
)
_FOR_ALL = re.compile(
    rf"\b(?:carry out|complete|do|take|implement|make) {_THESE},? (?=within |by )"
    rf"|\b(?i:{_THESE}) (?:should|will|must|is to|are to) be"
    r" (?:carried out|completed|done|taken|implemented|made),? (?=within |by )"
)


def deadline(text: str, *, anchored: bool = False) -> str | None:
    """The time a text gives, from the final decision or report, or the day it names.

    ``P1M``, ``P4W`` (ISO 8601), ``20 working days``, ``2021-03-31``; None where it gives none.
    ``anchored``: only a time that is said to run from the decision, report or statement.
    """
    at = text.find("ithin ")
    while at > 0:
        found = _WITHIN.match(text, at - 1)
        at = text.find("ithin ", at + 1)
        if found is None:
            continue
        if anchored and _FROM_DECISION.match(text, found.end()) is None:
            continue
        word = found.group("count").lower()
        digits = word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS
        count = COUNTS.get(word) or (int(word) if digits else None)
        if count is not None:
            if found.group("kind"):
                return f"{count} {found.group('kind')} {found.group('unit')}s"
            return f"P{count}{UNITS[found.group('unit')]}"
    by = _BY_DATE.search(text) if "y " in text else None
    day = None if by is None else parse_day(by.group("date"))
    return None if day is None else day.isoformat()


def deadline_for_all(sentence: str) -> str | None:
    """The deadline of a sentence that only says by when the remedies before it are to be done."""
    if "ithin " not in sentence and " by " not in sentence:
        return None
    found = _FOR_ALL.search(sentence)
    return None if found is None else deadline(sentence[found.end() :])
