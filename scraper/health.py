"""Does as much appear as usual? A site that has quietly stopped listing looks like a quiet night.

Pure: counts in, sentences out. A list that is read whole and proves to be complete can still be a
list that nobody adds to any more, or one to which the same decisions are added again under other
addresses. So what a crawl finds is held against what is usual here, counted by the day a decision
was first seen. A first fill has nothing to compare with and never trips; a small archive (one
council) sees too little for any floor.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from statistics import median

from archive.firsts import Firsts, read_firsts
from archive.store import Archive

QUIET_DAYS, MONTH_DAYS = 14, 30

LEAST_USUAL = 10
"""Decisions a month below which a quiet fortnight is nothing odd (at ten a month, chance alone
makes one in about four years)."""

FLOOR_SHARE, CEILING_TIMES = 0.5, 3

OWN_MONTHS = 3
"""After so many months of watching, what is usual is taken from what appeared."""


def look(archive: Archive, source_id: int, body: str, today: date) -> list[str]:
    """Warnings for the report of a run over everything that the archive covers."""
    return sentences(read_firsts(archive, source_id, body, today=today), today)


def sentences(firsts: Firsts, today: date) -> list[str]:
    """What is odd about the counts, in plain words; none when all is well or nobody can tell."""
    since = firsts.watched_since
    usual = usual_month(firsts, today)
    if since is None or usual is None or usual < LEAST_USUAL:
        return []
    days = (today - since).days
    month = _count(firsts.new, today, MONTH_DAYS)
    told = []
    if days >= QUIET_DAYS and not _count(firsts.new, today, QUIET_DAYS):
        last = max((day for day in firsts.new if day <= today), default=since)
        told.append(
            f"Nothing new has appeared for {(today - last).days} days; usually some {usual:,.0f} "
            "decisions do each month. The list may be broken or have moved: look at the site and "
            "run `decisions doctor`."
        )
    elif days >= MONTH_DAYS and month < usual * FLOOR_SHARE:
        told.append(
            f"Only {month:,} new decisions in the last {MONTH_DAYS} days, less than half of the "
            f"usual {usual:,.0f}. The list may be broken: look at the site and run "
            "`decisions doctor`."
        )
    caught_up = _days_covered(firsts, today) / MONTH_DAYS
    published = _count(firsts.published, today, MONTH_DAYS)
    if published > usual * CEILING_TIMES * caught_up:
        told.append(
            f"{published:,} new decisions in the last {MONTH_DAYS} days, more than "
            f"{CEILING_TIMES} times the usual {usual:,.0f}. The site may list the same decisions "
            "under other addresses: look at `decisions changes`."
        )
    return told


def usual_month(firsts: Firsts, today: date) -> float | None:
    """New decisions in an ordinary thirty days, None when nobody can tell yet.

    The median of the archive's own past months of watching; before there are enough of them, of
    the decisions it holds per month of decision.
    """
    own: list[int] = []
    if firsts.watched_since is not None:
        end = today - timedelta(days=MONTH_DAYS)
        while end - timedelta(days=MONTH_DAYS) >= firsts.watched_since and len(own) < 12:
            own.append(_count(firsts.new, end, MONTH_DAYS))
            end -= timedelta(days=MONTH_DAYS)
    if len(own) >= OWN_MONTHS:
        return float(median(own))
    if len(firsts.decided) >= OWN_MONTHS:
        return float(median(firsts.decided))
    return None


def _count(counts: Mapping[date, int], last: date, days: int) -> int:
    """How many in so many days, ``last`` included."""
    first = last - timedelta(days=days - 1)
    return sum(number for day, number in counts.items() if first <= day <= last)


def _days_covered(firsts: Firsts, today: date) -> int:
    """How far the last thirty days' finds reach back: after a pause, to the run before it."""
    first = today - timedelta(days=MONTH_DAYS)
    before = max((day for day in firsts.runs if day <= first), default=first)
    return (today - before).days
