"""How fast a crawl may ask: one question at a time, with a pause that the site can lengthen.

One number says when the next request may go out, and everything that asks for patience only ever
moves it later: the configured delay, a Crawl-delay, a slow answer, a backoff, a Retry-After. So
no request can slip out early, whoever forgot to wait. The clock and the sleep are passed in.

Not here: whether to try again (``client``), and what robots.txt says (``robots``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scraper.errors import CrawlSetupError

STANDARD_DELAY = 3.0
"""Seconds between requests to a live site unless configured."""

LEAST_DELAY = 1.0
"""Seconds; the shortest delay that a live site is ever asked with."""

SLOWNESS = 2.0
"""Times the last answer's duration: a site that struggles is asked less often."""

_LIST_OF_SECONDS = re.compile(r"[0-9]+(\.[0-9]*)?(\s*,\s*[0-9]+(\.[0-9]*)?)*", re.ASCII)
_LONGEST_NUMBER = 12


def checked_delay(delay: float | None, *, loopback: bool) -> float:
    """The delay of a run in seconds. Raises CrawlSetupError for one that is not polite enough."""
    if delay is None:
        return STANDARD_DELAY
    if not math.isfinite(delay) or delay < 0:
        raise CrawlSetupError(f"a delay of {delay} seconds makes no sense; give 0 or more")
    if not loopback and delay < LEAST_DELAY:
        raise CrawlSetupError(
            f"a delay of {delay} seconds is too short for a live site: at least {LEAST_DELAY:g} "
            "second (a shorter one only with --base-url on this machine)"
        )
    return delay


class Pace:
    """When the next request may go out.

    The pause after an answer is max(delay, crawl_delay, 2 × the answer's duration), counted from
    the answer's end. A delay of 0, which ``checked_delay`` lets through on loopback only, leaves
    the third term out.
    """

    def __init__(
        self, delay: float, *, sleep: Callable[[float], None], monotonic: Callable[[], float]
    ) -> None:
        self._delay = delay
        self._sleep = sleep
        self._monotonic = monotonic
        self._next_at: float | None = None
        self.crawl_delay = 0.0
        self.waited = 0.0

    @property
    def delay(self) -> float:
        """The pause asked of us in seconds, before any slowness of the site."""
        return max(self._delay, self.crawl_delay)

    def wait(self) -> None:
        """Sleep until the next request may go out; a sleep that ends early is slept on."""
        if self._next_at is None:
            return
        while (left := self._next_at - self._monotonic()) > 0:
            self._sleep(left)
            self.waited += left

    def answered(self, took: float) -> None:
        """An answer, or the failure to get one, ended now after ``took`` seconds."""
        self.hold(max(self.delay, SLOWNESS * took if self._delay else 0.0))

    def hold(self, seconds: float) -> None:
        """No request for so many seconds from now; never shortens an earlier hold."""
        until = self._monotonic() + seconds
        self._next_at = until if self._next_at is None else max(self._next_at, until)


def retry_after(values: Sequence[str], *, date: str | None, now: datetime) -> float | None:
    """Seconds that Retry-After asks us to stay away; 0.0 for a past moment, None for no request.

    ``values`` are all headers of that name: the longest readable one counts. Takes seconds (a
    fraction, or several joined by a proxy) and the three date forms of RFC 9110. A date means
    "that long after the answer", so it is measured from the answer's own ``Date`` where there is
    one; only without it from ``now``, an aware instant of our clock, which may be wrong.
    """
    asked = [
        seconds for value in values if (seconds := _seconds(value.strip(), date, now)) is not None
    ]
    return max(asked, default=None)


def _seconds(value: str, date: str | None, now: datetime) -> float | None:
    if _LIST_OF_SECONDS.fullmatch(value):
        numbers = [number.strip() for number in value.split(",")]
        # Float reads any length of digits, but not past its range.
        return max(float(n) if len(n) <= _LONGEST_NUMBER else math.inf for n in numbers)
    until = _instant(value)
    if until is None:
        return None
    base = _instant(date) if date is not None else None
    return max(0.0, (until - (now if base is None else base)).total_seconds())


def _instant(value: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(value)
        # The obsolete asctime form names no zone; HTTP dates are always UTC.
        return (instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
