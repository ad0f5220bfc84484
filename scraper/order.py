"""What a run is asked to do, and the world it runs in: both passed in, nothing read here."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from scraper.errors import RunStopped

EARLIEST = date(1974, 4, 1)
"""The Ombudsman was set up by an Act of 1974: no decision is older, and asking costs nothing."""

YOUNGEST_DAYS = 60
"""Nothing decided within about six weeks is published; less than this asks for almost nothing."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked to do. ``since`` None: what the archive covers, or the whole list."""

    since: date | None = None
    until: date | None = None
    body: str = ""
    lookback_days: int = 200
    cycle_nights: int = 28
    revisit: int = 200

    def scope(self) -> str:
        """The order in plain words."""
        everything = self.since is None or self.since <= EARLIEST
        words = "all decision dates" if everything else f"decided from {self.since}"
        if self.until is not None:
            words += f" to {self.until}"
        return f"{words}, only {self.body}" if self.body else words


@dataclass(frozen=True, slots=True)
class Machine:
    """The world around a run, passed in: clocks, and the disk that must not fill up.

    ``delay`` is the least number of seconds between requests, for telling what a run will cost.
    ``backup_bytes`` tells how large the copy before the next schema upgrade will be, which must fit
    beside what a crawl leaves free; ``watch`` is called whenever the disk is looked at.
    """

    now: Callable[[], datetime]
    today: date
    home: Path
    min_free_bytes: int
    delay: float
    backup_bytes: Callable[[], int] = lambda: 0
    watch: Callable[[], None] = lambda: None

    def check_disk(self) -> None:
        """Raises RunStopped when the disk is nearly full."""
        self.watch()
        free = shutil.disk_usage(self.home).free
        backup = self.backup_bytes()
        if free < self.min_free_bytes + backup:
            counted = f", {backup / 1e9:.1f} GB of them for the next backup" if backup else ""
            raise RunStopped(
                f"only {free / 1e9:.1f} GB are free where {self.home} lies, less than the "
                f"{(self.min_free_bytes + backup) / 1e9:.1f} GB a crawl leaves{counted}; make room "
                "and run it again"
            )
