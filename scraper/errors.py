"""Errors of the scraper room.

::

    ScraperError (archive.errors.DecisionsError)
    ├── FetchError                 one URL could not be had; the crawl goes on and tries again later
    │   ├── NetworkError           no connection, reset, timeout, total deadline passed
    │   ├── HttpStatusError        a status that is neither a page nor a plain 404/410
    │   ├── BodyError              too large, a bomb, or coded in a way we do not take
    │   │   └── BodyDamaged        cut short or spoilt on the way; another try may get it whole
    │   └── RedirectError          too many redirects, or one that leads off the site
    ├── Disallowed                 robots.txt forbids the URL (never fetched; exit 4)
    ├── SourceBlocked              the site blocks us or looks changed: the run ends (exit 4)
    │   └── RobotsUnavailable      robots.txt cannot be read, so nothing is crawled
    ├── RunStopped                 the run ends early for a reason of its own (resumable, exit 3)
    │   └── BudgetSpent            the run's own request budget is used up
    ├── Refused                    a page that is not what it should be; carries a reason
    │   └── Overgrown              too large or tangled to be read in this process
    ├── ParseError                 the page is a decision but cannot be read without guessing
    └── CrawlSetupError            contact missing, host not allowed … (exit 2)
"""

from __future__ import annotations

from archive.errors import DecisionsError


class ScraperError(DecisionsError):
    """Root of the scraper room's errors."""


class FetchError(ScraperError):
    """One URL could not be had. ``url`` names it."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(f"{url}: {message}")
        self.url = url


class NetworkError(FetchError):
    """No connection, a reset, a timeout, or the total deadline passed."""


class HttpStatusError(FetchError):
    """The server answered with a status that is neither a page nor a plain 404/410."""

    def __init__(self, url: str, status: int, message: str) -> None:
        super().__init__(url, message)
        self.status = status


class BodyError(FetchError):
    """The body was too large, a bomb, or coded in a way we do not take."""


class BodyDamaged(BodyError):
    """The body was cut short or spoilt on the way; another try may get it whole."""


class RedirectError(FetchError):
    """Too many redirects, or one that leads off the site."""


class Disallowed(ScraperError):
    """robots.txt forbids the URL; it was not fetched. The site says no, so the run ends."""

    exit_code = 4


class SourceBlocked(ScraperError):
    """The site blocks us, or looks so changed that going on would do harm."""

    exit_code = 4


class RobotsUnavailable(SourceBlocked):
    """robots.txt cannot be read, so nothing is crawled.

    A site that cannot be reached at all is no changed site: that is exit 3, like any lost network.
    """

    def __init__(self, message: str, *, unreachable: bool = False) -> None:
        super().__init__(message)
        if unreachable:
            self.exit_code = 3


class RunStopped(ScraperError):
    """The run ends early: budget, disk or network. What was had is kept; the next carries on."""

    exit_code = 3


class BudgetSpent(RunStopped):
    """The run's own request budget is used up."""


class Refused(ScraperError):
    """A page that is not what it should be. ``reason`` is a short stable word for tables."""

    def __init__(self, url: str, reason: str, message: str) -> None:
        super().__init__(f"{url}: {message}")
        self.url = url
        self.reason = reason


class Overgrown(Refused):
    """A page too large or tangled to be read in this process; ``scraper.confined`` may read it."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(url, "overgrown", message)


class ParseError(ScraperError):
    """The page is a decision but cannot be read without guessing."""

    def __init__(self, url: str, message: str) -> None:
        super().__init__(f"{url}: {message}")
        self.url = url


class CrawlSetupError(ScraperError):
    """A live crawl cannot start like this: no contact, a host that is not allowed …"""

    exit_code = 2
