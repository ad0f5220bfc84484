"""English dates as the ombudsmen print them: ``11 Mar 2021``, ``06-Jan-2026``, ``28 July 2017``.

A date that does not read cleanly is None, for the caller to report; it is never guessed.
"""

from __future__ import annotations

import re
from datetime import date

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
"""Month names and their short forms, lower case."""

_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?,?[ -](\d{4})", re.IGNORECASE)


def parse_day(text: str) -> date | None:
    """The day a text names, if that is all it says; None otherwise."""
    found = _DAY.fullmatch(text.strip())
    if found is None or not found.group(0).isascii():
        return None
    month = MONTHS.get(found.group(2).lower())
    if month is None:
        return None
    try:
        return date(int(found.group(3)), month, int(found.group(1)))
    except ValueError:
        return None
