"""What the archive covers, month by month of decision date: exact counts, or none at all.

Pure: windows, listed entries and decisions in, rows out. What each figure of a row means:

``stated``       what the site says it lists for the month. A window that lies in the month
                 counts with its stated number. A window that crosses a month's end is divided by
                 the dates of the entries that its last full listing showed, and only when that
                 listing was proven and those entries are exactly as many as were stated.
                 Otherwise the month's figure is None: it is not known, and nothing is guessed.
``held``         decisions in the archive, wherever they stand now, by their own date.
``expired``,
``withdrawn``    those of them that are no longer on the site.
``listed``       addresses on the list (one decision may have two), by the date in the list.
``missing``      addresses listed and not archived; ``unavailable`` ones answer 404 or 410.
``unproven``,
``disputed``     windows touching the month whose listing does not add up, or never does.
``proven_at``    since when the whole month has been proven: the oldest proof among the windows
                 that touch it; None when a window of it is not proven, or a day never asked for.

A month is *filling* while decisions of its last day may still be published (see ``archive.lag``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

PROVEN = "proven"
GONE = "gone"
MISSING_STATES = ("wanted", "failed")


@dataclass(frozen=True, slots=True)
class Asked:
    """A window that is not split. ``run_at`` is when the run that last proved it began."""

    first_day: date
    last_day: date
    state: str
    stated: int | None
    proven_at: datetime | None
    run_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """An address of the ledger. ``day`` None: the list gives no date and it is not archived."""

    day: date | None
    state: str
    last_listed_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One month, or all days before the first month with anything in it.

    ``days`` counts the days up to today, ``days_asked`` those of them that a window covers.
    """

    name: str
    first_day: date
    last_day: date
    stated: int | None
    held: int
    expired: int
    withdrawn: int
    listed: int
    missing: int
    unavailable: int
    unproven: int
    disputed: int
    proven_at: datetime | None
    days: int
    days_asked: int
    filling: bool


@dataclass(frozen=True, slots=True)
class Share:
    """The days of a window that no earlier window covers."""

    window: Asked
    first: date
    last: date


def shares(windows: Iterable[Asked]) -> list[Share]:
    """Windows without the ones inside others, cut so that each day belongs to one of them."""
    found: list[Share] = []
    covered: date | None = None
    for window in sorted(windows, key=lambda w: (w.first_day, -w.last_day.toordinal())):
        first = window.first_day
        if covered is not None:
            if window.last_day <= covered:
                continue
            first = max(first, covered + timedelta(days=1))
        found.append(Share(window, first, window.last_day))
        covered = window.last_day
    return found


def tabulate(
    scopes: Sequence[Sequence[Asked]],
    entries: Sequence[ListedEntry],
    held: Sequence[tuple[date, str]],
    *,
    today: date,
    filling_days: int,
) -> list[Row]:
    """Rows from the earliest month with anything in it to this month, earlier days as one row.

    Months proven empty or never asked for are left out, except those that may still fill up.
    ``scopes`` are the windows of each crawl scope (everything, or one council each); ``held`` has
    date and status of every decision. With several scopes the entries cannot be told apart, so
    windows across a month's end are not divided.
    """
    parts = [shares(windows) for windows in scopes]
    counts = _Counts()
    for entry in entries:
        if entry.day is not None:
            counts.listed.setdefault(_month_start(entry.day), Counter())[entry.state] += 1
    for day, status in held:
        counts.held.setdefault(_month_start(day), Counter())[status] += 1
    months = counts.listed.keys() | counts.held.keys()
    if not months and not any(parts):
        return []
    confirmed = _Confirmed(entries) if len(scopes) == 1 else None
    first = min([*months, _month_start(today)])
    last = max([*months, _month_start(today)])
    rows = []
    starts = [share.first for part in parts for share in part]
    if starts and min(starts) < first:
        before = first - timedelta(days=1)
        rows.append((f"before {_name(first)}", min(starts), before))
    rows += _months(first, last)
    found = (
        _row(name, start, end, parts, counts, confirmed, today, filling_days)
        for name, start, end in rows
    )
    return [row for row in found if (row.filling and row.days) or not _idle(row)]


def _name(month: date) -> str:
    return month.isoformat()[:7]


def _months(first: date, last: date) -> Iterator[tuple[str, date, date]]:
    start = first
    while True:
        end = _month_end(start)
        yield _name(start), start, end
        if end >= last:
            return
        start = end + timedelta(days=1)


def _idle(row: Row) -> bool:
    """Nothing there, and nothing open: proven empty, or never asked for."""
    anything = row.stated or row.held or row.listed or row.unproven or row.disputed
    return not anything and (row.proven_at is not None or row.days_asked == 0)


@dataclass(slots=True)
class _Counts:
    """Entries by state and decisions by status, by the first day of their month."""

    listed: dict[date, Counter[str]] = field(default_factory=dict)
    held: dict[date, Counter[str]] = field(default_factory=dict)


def _row(
    name: str,
    first: date,
    last: date,
    parts: Sequence[Sequence[Share]],
    counts: _Counts,
    confirmed: _Confirmed | None,
    today: date,
    filling_days: int,
) -> Row:
    touching = [s for part in parts for s in part if s.first <= last and first <= s.last]
    until = min(last, today)
    asked = [
        sum(_overlap(share.first, share.last, first, until) for share in part) for part in parts
    ]
    days = max((until - first).days + 1, 0)
    # Of several councils a day is asked for when it was asked for each of them.
    days_asked = min(asked, default=0)
    # The row before the first month has none by its making.
    states = counts.listed.get(first, Counter())
    statuses = counts.held.get(first, Counter())
    past = [share for share in touching if share.first <= today]
    whole = 0 < days == days_asked and all(s.window.state == PROVEN for s in past)
    proofs = [s.window.proven_at for s in past if s.window.proven_at is not None]
    return Row(
        name=name,
        first_day=first,
        last_day=last,
        stated=_stated(touching, first, last, confirmed),
        held=sum(statuses.values()),
        expired=statuses["expired"],
        withdrawn=statuses["withdrawn"],
        listed=sum(states.values()) - states[GONE],
        missing=sum(states[state] for state in MISSING_STATES),
        unavailable=states["unavailable"],
        unproven=sum(s.window.state in ("unproven", "open") for s in touching),
        disputed=sum(s.window.state == "disputed" for s in touching),
        proven_at=min(proofs, default=None) if whole else None,
        days=days,
        days_asked=days_asked,
        filling=last > today - timedelta(days=filling_days),
    )


def _stated(
    touching: Sequence[Share], first: date, last: date, confirmed: _Confirmed | None
) -> int | None:
    if not touching:
        return None
    total = 0
    for share in touching:
        window = share.window
        if (
            first <= window.first_day
            and window.last_day <= last
            and share.first == window.first_day
        ):
            number = window.stated
        elif confirmed is not None:
            number = confirmed.part(window, max(first, share.first), min(last, share.last))
        else:
            number = 0 if window.state == PROVEN and window.stated == 0 else None
        if number is None:
            return None
        total += number
    return total


class _Confirmed:
    """Entries by date, to divide a proven window by what its last full listing showed."""

    def __init__(self, entries: Iterable[ListedEntry]) -> None:
        dated = [
            (e.day, e.last_listed_at) for e in entries if e.day is not None and e.state != GONE
        ]
        dated.sort()
        self._days = [day for day, _ in dated]
        self._seen = [seen for _, seen in dated]
        self._whole: dict[Asked, bool] = {}

    def part(self, window: Asked, first: date, last: date) -> int | None:
        """The window's entries dated in these days, if all its entries are as many as stated."""
        if window.state != PROVEN:
            return None
        if window not in self._whole:
            found = self._count(window, window.first_day, window.last_day)
            self._whole[window] = found == window.stated
        return self._count(window, first, last) if self._whole[window] else None

    def _count(self, window: Asked, first: date, last: date) -> int:
        start, end = bisect_left(self._days, first), bisect_right(self._days, last)
        since = window.run_at
        return sum(since is None or seen >= since for seen in self._seen[start:end])


def _overlap(first: date, last: date, start: date, end: date) -> int:
    return max((min(last, end) - max(first, start)).days + 1, 0)


def _month_start(day: date) -> date:
    return day.replace(day=1)


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])
