"""A range of days as the few codes (years, months, days) that the index keeps for each decision."""

from __future__ import annotations

from datetime import date, timedelta

from search.fields import EARLIEST, LATEST


def date_codes(first: date | None, last: date | None) -> list[str] | None:
    """Codes (years, months, days) that cover a range of days, both ends in it.

    None for a range without ends. Few codes cover many years: whole years and months are one each.
    An open end reaches to ``EARLIEST`` or ``LATEST``; neither end may lie beyond them.
    """
    if first is None and last is None:
        return None
    low = first or EARLIEST
    high = last or LATEST
    codes: list[str] = []
    day = low
    while day <= high:
        year_end = date(day.year, 12, 31)
        month_end = _month_end(day)
        if (day.month, day.day) == (1, 1) and year_end <= high:
            codes.append(f"{day.year:04d}")
            day = year_end
        elif day.day == 1 and month_end <= high:
            codes.append(f"{day.year:04d}-{day.month:02d}")
            day = month_end
        else:
            codes.append(day.isoformat())
        day += timedelta(days=1)
    return codes


def _month_end(day: date) -> date:
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)
