"""By when a body is to do something: ``within one month of my decision``, ``by 31 March 2021``.

Deadlines stand in the sentence of a remedy, in the words before a list, or in a sentence of their
own about all of it ("The Council should carry out these actions within three months"). Only times
and days that the text gives are read; ``promptly`` is none, and neither is a day without its year.

A deadline is written in one of three forms:

- a duration of ISO 8601, from the final decision or report: ``P1M``, ``P4W``, ``P28D``, ``PT24H``;
- a day of ISO 8601: ``2021-03-31``;
- ``20 working days``, ``15 school days``: ISO 8601 has no word for these, and what day they end on
  depends on a calendar that the text does not give.
"""

from __future__ import annotations

import re
from calendar import monthrange

from scraper.sources.dates import parse_day

_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
            "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
            "nineteen", "twenty")  # fmt: skip
COUNTS = {word: value for value, word in enumerate(_NUMBERS, start=1)} | {"a": 1, "an": 1}
UNITS = {"hour": "PT{}H", "day": "P{}D", "week": "P{}W", "month": "P{}M", "year": "P{}Y"}

_TIME = (
    r"(?P<count>\w{1,9})(?: \(\w{1,6}\))?(?: calendar| full)?(?: (?P<kind>working|school))? "
    r"(?P<unit>hour|day|week|fortnight|month|year)s?\b"
)
_WITHIN = re.compile(rf"[Ww]ithin (?:the next |the following )?{_TIME}")
_IN = re.compile(
    r"\b(?:[Nn]o (?:later|more) than|[Nn]ot (?:later|more) than|(?:[Ii]n|[Oo]ver) the next|In) "
    rf"{_TIME}"
    rf"|\bin {_TIME.replace('P<', 'P<in_')}"
    r"(?=[.,;]|$|[’'] time|\s+(?:of|from|after)\s+(?:\w+\s+){0,5}(?:decision|report|statement)\b)"
)
_FROM_DECISION = re.compile(
    r"\s+(?:of|from|after)\s+(?:\w+[’']?s?\s+){0,6}?(?:decision|report|statement)\b"
)
_DAY = r"(?:[A-Z][a-z]{2,5}day,? )?(?:the )?\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Z][a-z]{2,8},? \d{4}"
_BY_DATE = re.compile(
    r"(?:\b(?:[Bb]y|[Ll]ater than|[Oo]n or before)|(?:^|, )[Bb]efore) "
    rf"(?:the end of (?P<month>[A-Z][a-z]{{2,8}} \d{{4}})|(?P<date>{_DAY}))\b"
)
_NOT_THE_DAY = re.compile(r"^[A-Z][a-z]{2,5}day,? |\bthe | of\b|,")

TIME_FIRST = (
    rf"(?:[Bb]y {_DAY}"
    r"|(?:[Ww]ithin|[Ii]n|[Nn]o later than) (?:the next )?\w+ (?:calendar |working |school )?"
    r"(?:day|week|fortnight|month|year)s?"
    r"(?: (?:of|from|after) (?:the |my |our |this |its )?(?:date of (?:the |my |our |this )?)?"
    r"(?:final |further )?(?:decision|report|statement)(?: statement)?(?! to\b)"
    r"|(?: (?:of|from|after) [^,;:.]{1,80}(?=, )))?)[,:]?\s+"
)
"""A deadline that stands before the verb."""

_DEEDS = r"(?:actions?|steps|things|payments?|recommendations|remed(?:y|ies))"
_THESE = (
    rf"(?:so|(?:all |each |both )?(?:of )?(?:this|these|the above|those)(?: {_DEEDS})?"
    rf"|(?:all )?(?:of )?the(?: agreed| above| recommended)? {_DEEDS})"
)
_DO_THESE = re.compile(
    rf"\b(?:carry out|complete|do|take|implement|make) {_THESE}(?: above| below)?,? $"
)
_BE_DONE = re.compile(
    rf"\b(?i:{_THESE}) (?:should|will|must|is to|are to) be"
    r" (?:carried out|completed|done|taken|implemented|made),? $"
)
_LAST_DO = (" so", "this", "these", "above", "below", "those", "actions", "action", " steps",
            "things", "payment", "payments", "dations", "remedy", "remedies")  # fmt: skip
_LAST_DONE = ("carried out", "completed", "done", "taken", "implemented", "made")
"""What the words before the time end in, if they are about all remedies."""

_TIMES = ("within ", "by ", "no later ")
_BEFORE = 70


def deadline(text: str, *, anchored: bool = False) -> str | None:
    """The time a text gives, from the final decision or report, or the day it names.

    One of the forms above; None where the text gives none. ``anchored``: only a time that is said
    to run from the decision, report or statement.
    """
    at = text.find("ithin ")
    while at > 0:
        found = _WITHIN.match(text, at - 1)
        at = text.find("ithin ", at + 1)
        if found is not None and (said := _said(found, text, anchored=anchored)) is not None:
            return said
    if " than " in text or (
        ("in " in text or "In " in text or "next " in text) and ("week" in text or "month" in text)
    ):
        for found in _IN.finditer(text):
            if (said := _said(found, text, anchored=anchored)) is not None:
                return said
    return _day(text)


def _said(found: re.Match[str], text: str, *, anchored: bool) -> str | None:
    """The time of a match, as a deadline; None for no number, nothing, or the wrong beginning."""
    if anchored and _FROM_DECISION.match(text, found.end()) is None:
        return None
    groups = found.groupdict()
    lead = "in_" if groups["count"] is None else ""
    word = groups[f"{lead}count"].lower()
    digits = word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS
    count = COUNTS.get(word) or (int(word) if digits else None)
    if not count:
        return None
    unit = groups[f"{lead}unit"]
    if (kind := groups[f"{lead}kind"]) is not None:
        return f"{count} {kind} {unit}s" if unit == "day" else None
    if unit == "fortnight":
        return UNITS["week"].format(2 * count)
    return UNITS[unit].format(count)


_MOST_DIGITS = 3
"""No deadline is longer in any unit; a larger number is something else."""


def _day(text: str) -> str | None:
    if "20" not in text and "19" not in text:
        return None  # Without its year a day is none.
    for found in _BY_DATE.finditer(text):
        month = found.group("month")
        if month is not None:
            first = parse_day(f"1 {month}")
            if first is not None:
                return first.replace(day=monthrange(first.year, first.month)[1]).isoformat()
            continue
        day = parse_day(_NOT_THE_DAY.sub("", found.group("date")))
        if day is not None:
            return day.isoformat()
    return None


def deadline_for_all(sentence: str) -> str | None:
    """The deadline of a sentence that only says by when the remedies before it are to be done."""
    for time in _TIMES:
        at = sentence.find(time)
        while at > 0:
            end = at - 2 if sentence.endswith(", ", 0, at) else at - 1
            near = max(0, at - _BEFORE)
            if sentence.endswith(_LAST_DO, near, end):
                found = _DO_THESE.search(sentence, near, at)
            elif sentence.endswith(_LAST_DONE, near, end):
                found = _BE_DONE.search(sentence, near, at)
            else:
                found = None
            if found is not None:
                return deadline(sentence[at:])
            at = sentence.find(time, at + 1)
    return None
