"""Which windows a night lists in full, which it only counts. Pure: books in, plan out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from archive.window_book import Window
from scraper.windows import FRONT_FARTHEST, FRONT_NEAREST, Span, front

ENOUGH_LAGS = 200
"""So many publication lags must be known before the front follows them."""

PROOF_IS_FRESH = timedelta(days=8)
"""A date is being watched when its window was proven within this time: what appears there now is
new, and its lag is right to about a week."""


@dataclass(frozen=True, slots=True)
class Plan:
    """``full`` are listed page by page; of ``count`` only page 1 is asked for at first."""

    full: frozenset[Span]
    count: tuple[Window, ...]


def span_of(window: Window) -> Span:
    """The days of a window."""
    return Span(window.first_day, window.last_day)


def tonight(
    leaves: Sequence[Window],
    *,
    now: datetime,
    fresh: Span,
    missed: Collection[date],
    lookback_days: int,
    cycle_nights: int,
) -> Plan:
    """The plan for the windows that are known; what no window covers is listed in full anyway.

    In full: the publication front, what is unproven, what holds an entry that was missed once, and
    a slice of the longest-unlisted, so that every window comes round within the cycle. A proof
    dated in the future (a clock that jumped) is none.
    """
    today = now.date()
    lookback = Span(today - timedelta(days=lookback_days), today)
    settled = [w for w in leaves if w.state in ("proven", "disputed") and _listed_at(w) <= now]
    by_age = sorted(settled, key=lambda window: (_listed_at(window), window.first_day))
    full = {span_of(w) for w in by_age[: ceil(len(by_age) / cycle_nights)]}
    quiet = {span_of(w) for w in settled}
    for window in leaves:
        span = span_of(window)
        at_front = window.state == "proven" and span.overlaps(fresh)
        missed_here = any(span.first <= day <= span.last for day in missed)
        if span not in quiet or at_front or missed_here:
            full.add(span)
    count = tuple(
        w
        for w in leaves
        if w.state == "proven" and span_of(w) not in full and span_of(w).overlaps(lookback)
    )
    return Plan(frozenset(full), count)


def _listed_at(window: Window) -> datetime:
    """When a window was last listed in full: proven, or found disputed once more."""
    if window.proven_at is None or window.state == "disputed":
        return window.opened_at
    return window.proven_at


def front_of(today: date, lags: Sequence[int]) -> Span:
    """The publication front: 35 to 120 days back, or what the archive's own lags say.

    With enough lags it reaches from a week before the earliest 2% to two weeks behind the latest
    2%, but never gets narrower than four weeks.
    """
    if len(lags) < ENOUGH_LAGS:
        return front(today)
    ordered = sorted(lags)
    nearest = max(0, min(ordered[len(ordered) * 2 // 100] - 7, FRONT_NEAREST))
    farthest = max(ordered[len(ordered) * 98 // 100] + 14, nearest + 28)
    return front(today, nearest, min(farthest, 3 * FRONT_FARTHEST))


def watched(windows: Sequence[Window], now: datetime) -> list[Span]:
    """Spans whose listing was proven so lately that anything new there was just published."""
    return [
        span_of(w)
        for w in windows
        if w.proven_at is not None and timedelta(0) <= now - w.proven_at <= PROOF_IS_FRESH
    ]
