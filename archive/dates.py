"""Reading the days that people type: ``2024``, ``2024-06``, ``2024-06-01``, ``120d``."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from archive.errors import UsageError

_FORM = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_AGO = re.compile(r"(\d{1,5})d")


def first_day(text: str, *, today: date) -> date:
    """The first day that the text names. Raises UsageError with the forms that are understood."""
    return _span(text, today)[0]


def last_day(text: str, *, today: date) -> date:
    """The last day that the text names: ``2024`` is 31 December."""
    return _span(text, today)[1]


def _span(text: str, today: date) -> tuple[date, date]:
    given = text.strip()
    ago = _AGO.fullmatch(given)
    try:
        if ago:
            day = today - timedelta(days=int(ago[1]))
            return day, day
        found = _FORM.fullmatch(given)
        if found:
            year, month, day_of = (None if part is None else int(part) for part in found.groups())
            if year is not None:
                first = date(year, month or 1, day_of or 1)
                last_month = month or 12
                last = date(year, last_month, day_of or calendar.monthrange(year, last_month)[1])
                return first, last
    except (ValueError, OverflowError):
        pass
    raise UsageError(
        f"{text!r} is not a date; write 2024, 2024-06, 2024-06-01, or 120d for 120 days ago"
    )


def years_before(day: date, years: int) -> date:
    """The same day so many years earlier; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
