"""What a first fill will cost, said before it begins. Figures are of the look-alike's pages."""

from __future__ import annotations

from math import ceil

PAGE_ENTRIES = 10
LISTING_OVERHEAD = 1.6
"""Listing requests per page of ten: windows are cut, and page 1 is read again at the end (measured,
see docs/performance.md)."""

BYTES_PER_DECISION = 60_000
"""Stored page, text, rows and index, with the spare room a database takes while it grows."""


def first_fill(decisions: int, *, delay: float) -> str:
    """One sentence: requests, hours and disk for a list of so many decisions."""
    requests = decisions + ceil(decisions / PAGE_ENTRIES * LISTING_OVERHEAD)
    seconds = requests * max(delay, 0.05)
    minutes = max(seconds / 60, 1)
    time = f"{minutes / 60:.1f} hours" if minutes > 90 else _count(round(minutes), "minute")
    disk = decisions * BYTES_PER_DECISION
    size = f"{disk / 1e9:.1f} GB" if disk > 1e9 else f"{max(disk / 1e6, 1):.0f} MB"
    return (
        f"The site lists {_count(decisions, 'decision')}. Fetching them all takes about "
        f"{_count(requests, 'request')}, {time} and {size} of disk. It can be stopped at any time "
        "(Ctrl-C) and carries on when run again."
    )


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
