"""Whether a URL may be asked for now: robots.txt of its origin, read first and read again.

Each origin (scheme, host, port) has a robots.txt of its own. It is read before the first request
to that origin and again after a while, so that a site which starts to say no is heard during the
run. When it cannot be read there is no permission, neither at the start nor later.

Not here: how the file is read (``robots``) or fetched (a function is passed in).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from archive.records import Page
from scraper.agent import PRODUCT
from scraper.errors import (
    Disallowed,
    FetchError,
    HttpStatusError,
    NetworkError,
    RobotsUnavailable,
    SourceBlocked,
)
from scraper.robots import NO_RULES, RobotsRules, read_robots

_TRY_LATER = frozenset({408, 425, 429})


def is_passing(status: int) -> bool:
    """Whether a status says that a later try may succeed."""
    return status in _TRY_LATER or status >= 500


@dataclass(frozen=True, slots=True)
class _Held:
    rules: RobotsRules
    read_at: float
    read_after: int


class Permission:
    """The rules of every origin asked so far.

    ``fetch`` gets a robots.txt without asking for permission. ``sent`` counts the requests so
    far. Rules older than ``seconds`` or ``requests`` are read again.
    """

    def __init__(
        self,
        fetch: Callable[[str], Page],
        *,
        monotonic: Callable[[], float],
        sent: Callable[[], int],
        seconds: float,
        requests: int,
    ) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._sent = sent
        self._seconds = seconds
        self._requests = requests
        self._held: dict[str, _Held] = {}

    @property
    def delay(self) -> float:
        """The longest pause, in seconds, that any robots.txt read so far asks for."""
        return max((held.rules.delay for held in self._held.values()), default=0.0)

    def renew(self, url: str) -> bool:
        """Read the robots.txt of the URL's origin unless fresh rules are held.

        Returns whether it was read. Raises RobotsUnavailable when it cannot be.
        """
        origin = _origin(url)
        held = self._held.get(origin)
        if held is not None and not self._is_old(held):
            return False
        rules = self._read(f"{origin}/robots.txt")
        self._held[origin] = _Held(rules, self._monotonic(), self._sent())
        return True

    def require(self, url: str) -> None:
        """Raise Disallowed unless the rules held allow the URL. ``renew`` comes first."""
        if not self._held[_origin(url)].rules.allows(url):
            raise Disallowed(
                f"{url}: robots.txt forbids it to '{PRODUCT}'; it was not fetched. Ask the "
                "publisher before you go on"
            )

    def _is_old(self, held: _Held) -> bool:
        return (
            self._monotonic() - held.read_at >= self._seconds
            or self._sent() - held.read_after >= self._requests
        )

    def _read(self, url: str) -> RobotsRules:
        try:
            page = self._fetch(url)
        except (FetchError, SourceBlocked) as error:
            if isinstance(error, HttpStatusError) and _means_no_rules(error.status):
                return NO_RULES
            raise RobotsUnavailable(
                f"{error}; nothing is crawled until it can be read",
                unreachable=isinstance(error, NetworkError),
            ) from error
        return read_robots(page.body, url) if page.status == 200 else NO_RULES


def _means_no_rules(status: int) -> bool:
    """RFC 9309, 2.3.1.3: any 4xx, short of those that only put us off."""
    return 400 <= status < 500 and not is_passing(status)


def _origin(url: str) -> str:
    parsed = httpx.URL(url)
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}"
