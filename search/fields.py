"""The fields a query may name (``body:hampshire``), and how the value of each is read. Pure.

``FIELDS`` is the table: a new field is a new row. Values are read into tree nodes; a value that
makes no sense raises ValueError with a sentence that says what would.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date

from archive.kinds import DecisionKind, Outcome, SectionKind, Status, reference_key
from search.tree import Days, Filter, Money, Node
from search.words import fold_name, words

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""Dates outside are taken for slips of the pen."""

REGIONS: tuple[str, ...] = (
    "title",
    "summary",
    "heading",
    *(str(kind) for kind in SectionKind),
)
"""Parts of a decision that can be named: ``analysis:delay``, ``section:analysis``."""

_RANGE = re.compile(r"(?P<low>.*?)\.\.(?P<high>.*)", re.DOTALL)
_COMPARED = re.compile(r"(?P<sign>>=|<=|>|<)(?P<value>.+)", re.DOTALL)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_AMOUNT = re.compile(r"£?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.([0-9]{2}))?")


def first_day(text: str) -> date:
    """The first day of ``2024``, ``2024-06`` or ``2024-06-01``. Raises ValueError."""
    return _period(text)[0]


def last_day(text: str) -> date:
    """The last day of ``2024``, ``2024-06`` or ``2024-06-01``. Raises ValueError."""
    return _period(text)[1]


def _period(text: str) -> tuple[date, date]:
    match = _DATE.fullmatch(text.strip())
    try:
        if match is None:
            raise ValueError(text)
        year, month, day = (None if part is None else int(part) for part in match.groups())
        if year is None or not EARLIEST.year <= year <= LATEST.year:
            raise ValueError(text)
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            last = calendar.monthrange(year, month)[1]
            return date(year, month, 1), date(year, month, last)
        return date(year, month, day), date(year, month, day)
    except (ValueError, calendar.IllegalMonthError):
        raise ValueError(f"{text!r} is not a date like 2024, 2024-06 or 2024-06-01") from None


def name_among(value: str, names: tuple[str, ...]) -> str:
    """The name as it is kept, from any case, with spaces, dashes or underscores between words.

    Raises ValueError that lists the names.
    """
    asked = re.sub(r"[\s_\-]+", " ", value.strip().lower())
    for name in names:
        if asked == name.replace("_", " "):
            return name
    raise ValueError(
        f"{value!r} is not one of: {', '.join(name.replace('_', ' ') for name in names)}"
    )


def _days(value: str) -> Node:
    if match := _RANGE.fullmatch(value):
        low, high = match["low"].strip(), match["high"].strip()
        if not low and not high:
            raise ValueError("a range needs a beginning or an end, as in date:2021..2023")
        days = Days(first_day(low) if low else None, last_day(high) if high else None)
        if days.first and days.last and days.first > days.last:
            raise ValueError(f"the range {value} ends before it begins")
        return days
    if match := _COMPARED.fullmatch(value):
        first, last = _period(match["value"])
        match match["sign"]:
            case ">=":
                return Days(first, None)
            case ">":
                return Days(min(date.fromordinal(last.toordinal() + 1), LATEST), None)
            case "<=":
                return Days(None, last)
            case _:
                return Days(None, max(date.fromordinal(first.toordinal() - 1), EARLIEST))
    return Days(*_period(value))


def _year(value: str) -> Node:
    if re.search(r"[0-9]{4}-", value):
        raise ValueError("a year is four figures, as in year:2023 or year:2021..2023")
    return _days(value)


def pence(text: str) -> int:
    """An amount in pounds as pence: ``500``, ``£1,950``, ``12.50``. Raises ValueError."""
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an amount like 500, £1,950 or 12.50")
    return int(match[1].replace(",", "")) * 100 + int(match[2] or 0)


def _money(value: str) -> Node:
    if match := _RANGE.fullmatch(value):
        low, high = match["low"].strip(), match["high"].strip()
        if not low and not high:
            raise ValueError("a range needs a beginning or an end, as in remedy:500..1000")
        sums = Money(pence(low) if low else None, pence(high) if high else None)
        if sums.low is not None and sums.high is not None and sums.low > sums.high:
            raise ValueError(f"the range {value} ends before it begins")
        return sums
    if match := _COMPARED.fullmatch(value):
        amount = pence(match["value"])
        match match["sign"]:
            case ">=":
                return Money(amount, None)
            case ">":
                return Money(amount + 1, None)
            case "<=":
                return Money(None, amount)
            case _:
                return Money(None, amount - 1)
    amount = pence(value)
    return Money(amount, amount)


def _one_of(field: str, names: tuple[str, ...]) -> Callable[[str], Node]:
    return lambda value: Filter(field, name_among(value, names))


def _with_words(field: str) -> Callable[[str], Node]:
    def read(value: str) -> Node:
        asked = " ".join(dict.fromkeys(word.exact for word in words(value)))
        if not asked:
            raise ValueError(f"there is no word in {value!r}")
        return Filter(field, asked)

    return read


def body_words(value: str) -> list[str]:
    """The words of the value of a ``body`` filter, be it words or a whole name with dashes."""
    return value.replace("-", " ").split()


def _body(value: str) -> Node:
    """A whole name as a facet gives it (``ambleford-borough-council``), or words of a name."""
    if "-" in value and value == fold_name(value):
        return Filter("body", value)
    return _with_words("body")(value)


def _as_code(field: str) -> Callable[[str], Node]:
    def read(value: str) -> Node:
        code = fold_name(value)
        if not code:
            raise ValueError(f"there is no word in {value!r}")
        return Filter(field, code)

    return read


def _reference(value: str) -> Node:
    key = reference_key(value)
    if not key:
        raise ValueError(f"{value!r} is not a reference")
    return Filter("ref", key)


FIELDS: dict[str, Callable[[str], Node]] = {
    "body": _body,
    "category": _as_code("category"),
    "subcategory": _as_code("subcategory"),
    "outcome": _one_of("outcome", tuple(str(value) for value in Outcome)),
    "kind": _one_of("kind", tuple(str(value) for value in DecisionKind)),
    "status": _one_of("status", tuple(str(value) for value in Status)),
    "source": _as_code("source"),
    "ref": _reference,
    "has": _one_of("has", tuple(str(kind) for kind in SectionKind)),
    "act": _with_words("act"),
    "year": _year,
    "date": _days,
    "remedy": _money,
}
"""Field → how its value is read.

The parts of a decision (``REGIONS``) are fields too, and ``section:`` limits the words beside it
(without any it is ``has:``, a part that must be there); ``search.parse`` sees to those, because
they take queries and not values. ``remedy`` is both: the section with words, the sum with an
amount.
"""
