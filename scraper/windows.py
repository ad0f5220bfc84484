"""Windows of decision dates: how a span is halved, and which days a ledger leaves open.

Pure date arithmetic. Every span is cut at the same fixed days, whatever it began as: a window asked
for tonight is the very window of last night, and its books can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

MOST_ENTRIES = 100
"""A window with more entries is halved: order can shift while one pages through ten pages."""

ROOT_DAYS = 1024
"""A span that ends today is asked for to the end of its block of this many days, so that it has
the same name tomorrow. Days to come hold nothing and cost nothing."""

FRONT_NEAREST, FRONT_FARTHEST = 35, 120
"""The publication front, in days before today: where newly published decisions are dated."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Decision dates from ``first`` to ``last``, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a span ends before it begins: {self}")

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"

    @property
    def days(self) -> int:
        """How many days the span holds, at least 1."""
        return (self.last - self.first).days + 1

    def halves(self) -> tuple[Span, Span]:
        """Two parts, cut at the day that the highest power of two divides (counted from year 1).

        Raises ValueError for a single day.
        """
        low, high = self.first.toordinal(), self.last.toordinal()
        if low == high:
            raise ValueError(f"a day cannot be halved: {self}")
        step = 1
        while (high // (step * 2)) * step * 2 > low:
            step *= 2
        cut = date.fromordinal((high // step) * step)
        return Span(self.first, cut - timedelta(days=1)), Span(cut, self.last)

    def overlaps(self, other: Span) -> bool:
        """True when the two share a day."""
        return self.first <= other.last and other.first <= self.last

    def contains(self, other: Span) -> bool:
        """True when every day of ``other`` is in this span."""
        return self.first <= other.first and other.last <= self.last


def to_block_end(day: date) -> date:
    """The last day of the fixed block that ``day`` is in."""
    return date.fromordinal((day.toordinal() // ROOT_DAYS + 1) * ROOT_DAYS - 1)


def front(today: date, nearest: int = FRONT_NEAREST, farthest: int = FRONT_FARTHEST) -> Span:
    """Where decisions that are published now are dated."""
    return Span(today - timedelta(days=farthest), today - timedelta(days=nearest))


def gaps(whole: Span, covered: Iterable[Span]) -> list[Span]:
    """The parts of ``whole`` that no span covers, in order."""
    found = []
    day = whole.first
    for span in sorted(covered):
        if span.last < day or not span.overlaps(whole):
            continue
        if span.first > day:
            found.append(Span(day, span.first - timedelta(days=1)))
        if span.last >= whole.last:
            return found
        day = span.last + timedelta(days=1)
    found.append(Span(day, whole.last))
    return found


def outermost(spans: Iterable[Span]) -> list[Span]:
    """The spans that lie in no other one, in order; of equal ones, one."""
    kept: list[Span] = []
    for span in sorted(set(spans), key=lambda item: (item.first, -item.last.toordinal())):
        if not kept or not kept[-1].contains(span):
            kept.append(span)
    return kept


def from_both_ends(spans: Iterable[Span]) -> list[Span]:
    """Oldest, newest, next oldest, next newest …: the ones about to vanish, and the fresh ones."""
    ordered = sorted(spans)
    found = []
    while ordered:
        found.append(ordered.pop(0))
        if ordered:
            found.append(ordered.pop())
    return found
