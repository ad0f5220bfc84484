"""Deadlines of remedies in words, with the day they come to where the text lets one say so. Pure.

A duration runs from the final decision or report (``scraper.deadlines`` says how it was read); the
day is worked out by us and stands beside the words, never for them.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

_DURATION = re.compile(r"P(?:(\d{1,3})([DWMY])|T(\d{1,3})H)")
_NAMES = {"D": "day", "W": "week", "M": "month", "Y": "year", "H": "hour"}


def deadline_words(deadline: str | None) -> str:
    """``P1M`` → ``within 1 month``; empty where the text gives no time."""
    if deadline is None:
        return ""
    found = _DURATION.fullmatch(deadline)
    if found is not None:
        count, unit = (found[1], found[2]) if found[1] else (found[3], "H")
        return f"within {int(count)} {_NAMES[unit]}{'' if int(count) == 1 else 's'}"
    day = _day(deadline)
    return f"by {written(day)}" if day is not None else f"within {deadline}"


def due(deadline: str | None, decided_on: date) -> date | None:
    """The last day of a deadline; None where there is none, or it depends on a calendar that the
    text does not give (working days)."""
    found = None if deadline is None else _DURATION.fullmatch(deadline)
    if found is None:
        return None if deadline is None else _day(deadline)
    if found[3]:
        return decided_on + timedelta(hours=int(found[3])) if int(found[3]) % 24 == 0 else None
    count, unit = int(found[1]), found[2]
    try:
        if unit in "DW":
            return decided_on + timedelta(days=count * (7 if unit == "W" else 1))
        months = decided_on.month - 1 + count * (12 if unit == "Y" else 1)
        year, month = decided_on.year + months // 12, months % 12 + 1
        return date(year, month, min(decided_on.day, monthrange(year, month)[1]))
    except (ValueError, OverflowError):
        return None


def written(day: date) -> str:
    """``9 July 2025``."""
    return f"{day.day} {day:%B %Y}"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
