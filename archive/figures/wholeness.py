"""Which periods the archive holds whole, so that an empty month is never drawn as a fall. Pure.

A period is *whole* when every day of it was proven complete by a full listing, nothing listed there
is missing, no more decisions of it are to be expected, and its statements had not begun to leave
the site before the archive first asked for them. Everything else has its reasons named; charts
hatch or leave out such a period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from archive.dates import years_before
from archive.figures.periods import Span, months_in
from archive.records import DecisionKind
from archive.rounds import YEARS_ON_SITE

STATEMENT_YEARS = YEARS_ON_SITE[DecisionKind.STATEMENT]


class Gap(StrEnum):
    """Why a period is not whole."""

    LEFT = "mostly left"
    PARTLY_LEFT = "partly left"
    UNPROVEN = "not proven"
    FILLING = "filling"
    CUT = "cut"


GAP_WORDS: dict[Gap, str] = {
    Gap.LEFT: "most of its statements had left the Ombudsman's site before this archive began",
    Gap.PARTLY_LEFT: "some of its statements had left the Ombudsman's site before this archive "
    "began",
    Gap.UNPROVEN: "not every day of it is proven complete, or something listed is not archived",
    Gap.FILLING: "decisions of it are still being published",
    Gap.CUT: "only a part of it lies within the days that were asked for",
}


@dataclass(frozen=True, slots=True)
class Run:
    """A crawl that ended: when it began and the first decision date it asked for."""

    began: date
    first_day: date | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the books say of completeness.

    ``proven`` are spans of days proven complete, in order and apart. ``missing`` counts listed
    entries without a decision, by month (``2025-06``). From ``filling_from`` on more decisions are
    to be expected. Statements decided before ``left_before`` may have gone before anyone asked;
    None: nobody ever asked.
    """

    proven: tuple[tuple[date, date], ...]
    missing: Mapping[str, int]
    filling_from: date
    left_before: date | None

    def gaps(self, span: Span) -> tuple[Gap, ...]:
        """Why a period is not whole; empty where it is."""
        found = []
        gone = self._left_days(span)
        if gone * 2 > span.days:
            found.append(Gap.LEFT)
        elif gone:
            found.append(Gap.PARTLY_LEFT)
        if not self._is_proven(span) or any(
            self.missing.get(month.name) for month in months_in(span.first, span.last)
        ):
            found.append(Gap.UNPROVEN)
        if span.last >= self.filling_from:
            found.append(Gap.FILLING)
        return tuple(found)

    def _left_days(self, span: Span) -> int:
        if self.left_before is None:
            return 0
        return max((min(span.last + timedelta(days=1), self.left_before) - span.first).days, 0)

    def _is_proven(self, span: Span) -> bool:
        """Up to the days that are still filling: those have a reason of their own."""
        last = min(span.last, self.filling_from - timedelta(days=1))
        if last < span.first:
            return True
        return any(first <= span.first and last <= end for first, end in self.proven)


def left_before(runs: Iterable[Run]) -> date | None:
    """The first day whose statements were all on the site when it was first asked for.

    Statements stay five years; what a run that began on a day asked for beyond that had gone by
    then. None without a run that ended.
    """
    return min((_reach(run) for run in runs), default=None)


def _reach(run: Run) -> date:
    first = years_before(run.began, STATEMENT_YEARS)
    return first if run.first_day is None else max(first, run.first_day)


def joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Spans of days in order, those that touch or overlap made one."""
    found: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def in_all(scopes: Sequence[Sequence[tuple[date, date]]]) -> list[tuple[date, date]]:
    """The days that every scope has: an archive of three councils is whole where all three are."""
    if not scopes:
        return []
    common = joined(scopes[0])
    for scope in scopes[1:]:
        common = [
            (max(first, start), min(last, end))
            for first, last in common
            for start, end in joined(scope)
            if max(first, start) <= min(last, end)
        ]
    return common
