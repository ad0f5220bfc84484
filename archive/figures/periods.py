"""Years, financial years and months as spans of decision dates, and where the series breaks.

A financial year runs from 1 April to 31 March and is written ``2025-26``. Pure.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from archive.errors import UsageError

_FINANCIAL = re.compile(r"(\d{4})[-/](?:\d\d)?(\d{2})")
_CALENDAR = re.compile(r"\d{4}")
FINANCIAL_MONTH = 4


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both inclusive, under the name they go by."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Break:
    """A day from which figures are not comparable with those before, and why."""

    on: date
    why: str


BREAKS: tuple[Break, ...] = (
    Break(
        date(2014, 4, 1),
        "from April 2014 cases were chosen for investigation in another way",
    ),
    Break(
        date(2022, 4, 1),
        "during 2022-23 the Ombudsman changed again which cases it investigates",
    ),
    Break(
        date(2023, 4, 1),
        "the change of 2022-23 was through",
    ),
)
"""Where how cases are chosen changed. 2022-23 is a year of change: it compares with neither side,
so the series breaks at its beginning and at its end."""


def year_of(day: date) -> str:
    """``2025``."""
    return f"{day.year:04}"


def financial_year_of(day: date) -> str:
    """``2025-26`` for a day from 1 April 2025 to 31 March 2026."""
    first = day.year if day.month >= FINANCIAL_MONTH else day.year - 1
    return f"{first:04}-{(first + 1) % 100:02}"


def month_of(day: date) -> str:
    """``2025-06``."""
    return f"{day.year:04}-{day.month:02}"


def year_span(text: str) -> Span:
    """A calendar year (``2025``) or a financial one (``2025-26``, ``2025/26``).

    Raises UsageError for anything else; ``2025-06`` is a month and is not taken for a year.
    """
    given = text.strip()
    wrong = f"{text!r} is not a year; write 2025, or 2025-26 for April 2025 to March 2026"
    if not given.isascii():
        raise UsageError(wrong)
    if _CALENDAR.fullmatch(given) and 1 <= int(given) <= 9998:
        return Span(given, date(int(given), 1, 1), date(int(given), 12, 31))
    found = _FINANCIAL.fullmatch(given)
    if found is None or not 1 <= int(found[1]) <= 9997:
        raise UsageError(wrong)
    first = int(found[1])
    if (first + 1) % 100 != int(found[2]) or (len(given) == 9 and int(given[5:]) != first + 1):
        raise UsageError(wrong)
    return financial_span(first)


def financial_span(first: int) -> Span:
    """The financial year that begins in April of this year."""
    return Span(
        f"{first:04}-{(first + 1) % 100:02}",
        date(first, FINANCIAL_MONTH, 1),
        date(first + 1, FINANCIAL_MONTH, 1) - timedelta(days=1),
    )


def span_of(dimension: str, name: str) -> Span | None:
    """The days that a row of this dimension is about; None where it is about no period."""
    if dimension == "month":
        year, month = int(name[:4]), int(name[5:])
        return Span(name, date(year, month, 1), date(year, month, monthrange(year, month)[1]))
    if dimension == "year":
        return year_span(name)
    if dimension == "financial-year":
        return financial_span(int(name[:4]))
    return None


def following(dimension: str, name: str) -> str:
    """The name of the period right after this one."""
    span = span_of(dimension, name)
    if span is None:
        raise ValueError(f"{dimension} has no periods")
    after = span.last + timedelta(days=1)
    return {"month": month_of, "year": year_of, "financial-year": financial_year_of}[dimension](
        after
    )


def periods_between(dimension: str, first: str, last: str) -> Iterator[str]:
    """Every period from one to another, both included, those without decisions too."""
    name = first
    while True:
        yield name
        if name >= last:
            return
        name = following(dimension, name)


def months_in(first: date, last: date) -> Iterator[Span]:
    """The months that these days touch, whole."""
    day = first.replace(day=1)
    while day <= last:
        end = day.replace(day=monthrange(day.year, day.month)[1])
        yield Span(month_of(day), day, end)
        day = end + timedelta(days=1)


def breaks_in(first: date, last: date) -> list[Break]:
    """The breaks between two days: figures on both sides of one are not to be compared."""
    return [each for each in BREAKS if first < each.on <= last]


def breaks_touching(span: Span) -> list[Break]:
    """The breaks on the first day of a period or within it."""
    return [each for each in BREAKS if span.first <= each.on <= span.last]
