"""What stands after the question mark, read into a request: one reading for pages, JSON and feeds.

The names are those of the command's options where it has them. A value that cannot be meant is an
error that names it (status 400), never passed over: a search that quietly ignores a filter lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from archive.records import DecisionKind, Outcome, Status
from search.facets import FACETS
from search.fields import REGIONS, first_day, last_day, name_among, pence
from search.request import SearchRequest, Sort
from search.web.errors import BadAddress

LONGEST = 1000
"""Characters of one value that are read."""

MOST_VALUES = 20
"""Values of one name."""

MOST_HITS = 50
"""Hits on one page."""

LAST_OFFSET = 10_000
"""Hits that can be passed over: who wants more downloads the search."""


class Parameters(Protocol):
    """The values by name, as werkzeug's MultiDict has them."""

    def getlist(self, key: str) -> list[str]: ...
    def __iter__(self) -> Iterator[str]: ...


def _names(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(one) for one in values)


Reading = Mapping[str, tuple[str, Callable[[str], Any]]]
"""Name in the address → the field it is for, and how a value is read (ValueError: it cannot be)."""

MANY: Reading = {
    "phrase": ("phrases", str),
    "begins": ("begins", str),
    "not": ("without", str),
    "body": ("bodies", str),
    "category": ("categories", str),
    "subcategory": ("subcategories", str),
    "outcome": ("outcomes", lambda text: name_among(text, _names(Outcome))),
    "kind": ("kinds", lambda text: name_among(text, _names(DecisionKind))),
    "status": ("statuses", lambda text: name_among(text, _names(Status))),
    "section": ("sections", lambda text: name_among(text, tuple(REGIONS))),
    "source": ("sources", str),
    "facet": ("facets", lambda text: name_among(text, tuple(FACETS))),
}
"""Name in the address → field of ``SearchRequest`` and how a value is read; any number of each."""

ONE: Reading = {
    "q": ("query", str),
    "from": ("first", first_day),
    "to": ("last", last_day),
    "remedy-min": ("remedy_min", pence),
    "remedy-max": ("remedy_max", pence),
    "sort": ("sort", lambda text: Sort(name_among(text, _names(Sort)))),
    "limit": ("limit", lambda text: _number(text, 1, MOST_HITS)),
    "offset": ("offset", lambda text: _number(text, 0, LAST_OFFSET)),
}
"""The same for names that may stand once."""


def request_of(values: Parameters, *, others: Sequence[str] = ()) -> SearchRequest:
    """The search that an address asks for. ``others`` are names that the caller reads itself.

    An empty value is none, as an untouched field of a form sends it. Raises BadAddress for an
    unknown name, a value that cannot be meant, a name that stands too often.
    """
    fields = taken(values, ONE, MANY, others=others)
    request = SearchRequest(**fields)
    _in_order(request.first, request.last, "from", "to")
    _in_order(request.remedy_min, request.remedy_max, "remedy-min", "remedy-max")
    return request


def taken(
    values: Parameters,
    one: Reading,
    many: Reading | None = None,
    *,
    others: Sequence[str] = (),
) -> dict[str, Any]:
    """The values that stand there, read by tables like ``ONE`` and ``MANY``, by their fields.

    A field of ``many`` is always there; one of ``one`` only where a value was given. Raises
    BadAddress as ``request_of`` does.
    """
    several = {} if many is None else many
    fields: dict[str, Any] = {}
    for name in values:
        if name not in several and name not in one and name not in others:
            raise BadAddress(f"there is no parameter {name[:40]!r}")
    for name, (field, read) in several.items():
        given = _given(values, name)
        if len(given) > MOST_VALUES:
            raise BadAddress(f"{name!r} stands there more than {MOST_VALUES} times")
        fields[field] = tuple(dict.fromkeys(_read(name, text, read) for text in given))
    for name, (field, read) in one.items():
        given = _given(values, name)
        if len(given) > 1:
            raise BadAddress(f"{name!r} stands there more than once")
        if given:
            fields[field] = _read(name, given[0], read)
    return fields


TRUTH = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def truth(text: str) -> bool:
    """Reads a yes or no. Raises ValueError."""
    if text.lower() not in TRUTH:
        raise ValueError(f"{text[:40]!r} is neither true nor false")
    return TRUTH[text.lower()]


def number(least: int, most: int) -> Callable[[str], int]:
    """Reads a whole number between two. Raises ValueError."""
    return lambda text: _number(text, least, most)


def _given(values: Parameters, name: str) -> list[str]:
    given = [text for text in values.getlist(name) if text.strip()]
    if any(len(text) > LONGEST for text in given):
        raise BadAddress(f"{name!r} is longer than {LONGEST} characters")
    if any("\x00" in text or (not text.isascii() and _half(text)) for text in given):
        raise BadAddress(f"{name!r} has a character in it that no text has")
    return given


def _half(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)


def _read(name: str, text: str, read: Callable[[str], Any]) -> Any:
    try:
        return read(text)
    except ValueError as error:
        raise BadAddress(f"{name}: {error}") from None


def _number(text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ValueError(f"{text[:40]!r} is no whole number")
    if not least <= int(text) <= most:
        raise ValueError(f"{text} is not between {least} and {most:,}")
    return int(text)


def _in_order(first: date | int | None, last: date | int | None, one: str, other: str) -> None:
    if first is not None and last is not None and first > last:  # type: ignore[operator]  # both of one type
        raise BadAddress(f"{one!r} is more than {other!r}")
