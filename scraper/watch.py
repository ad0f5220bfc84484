"""Watching for a site gone wrong: too many pages that are not what they should be.

Going on against a captcha, a firewall or a site that is down helps nobody and may hurt the site.
"""

from __future__ import annotations

from collections import deque

from scraper.errors import FetchError, HttpStatusError, RunStopped, SourceBlocked

IN_A_ROW = 5
RECENT = 40
SHARE = 0.25


class Watch:
    """Counts what comes back. Five failures in a row end the run, and so does a quarter refused.

    A refused page means that the site blocks us or has changed (exit 4); an address that cannot be
    had at all means that the network or the site is down (exit 3, the next run carries on).
    """

    def __init__(self) -> None:
        self.any_good = False
        self._refused_in_a_row = 0
        self._failed_in_a_row = 0
        self._recent: deque[bool] = deque(maxlen=RECENT)

    def good(self) -> None:
        """A page was what it should be."""
        self.any_good = True
        self._refused_in_a_row = self._failed_in_a_row = 0
        self._recent.append(False)

    def refused(self, why: str) -> None:
        """A page came that is not what it should be. Raises SourceBlocked when it is too many."""
        self._refused_in_a_row += 1
        self._failed_in_a_row += 1
        self._recent.append(True)
        if self._refused_in_a_row >= IN_A_ROW or sum(self._recent) > RECENT * SHARE:
            raise SourceBlocked(
                f"{sum(self._recent)} of the last {len(self._recent)} pages were not what they "
                f"should be (the last: {why}); the site blocks us or has changed. The pages are "
                "kept; run `decisions doctor` before the next crawl"
            )

    def failed(self, error: FetchError) -> None:
        """An address could not be had. Raises RunStopped when it is too many in a row.

        An answer such as 403 is a refusal like a captcha.
        """
        why = str(error)
        if isinstance(error, HttpStatusError) and 400 <= error.status < 500:
            self.refused(why)
            return
        self._failed_in_a_row += 1
        if self._failed_in_a_row >= IN_A_ROW:
            raise RunStopped(
                f"{self._failed_in_a_row} addresses in a row could not be had (the last: {why}); "
                "the site or the network is down. The next run carries on"
            )
