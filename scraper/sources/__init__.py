"""One module per ombudsman, and the seam they share.

A source says how it is enumerated, where things stand on its site, and how its pages read. It
does no I/O: the crawl fetches, the source reads. To add an ombudsman, write a module with a class
that meets one of the two protocols below and add a row to ``registry``. What reads pages goes
through ``scraper.guard.within_limits``, so that none takes more time or memory than a page may.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Protocol, runtime_checkable

from archive.records import Decision, ListingPage, Page, SourceInfo


class Source(Protocol):
    """What every source can do. ``parser_version`` changes whenever a reading may change."""

    @property
    def info(self) -> SourceInfo: ...

    @property
    def parser_version(self) -> str: ...

    def canonical_url(self, url: str) -> str:
        """The one address of a page among its variants (scheme, www, display options).

        Raises CrawlSetupError for an address that is not on this source's site.
        """

    def reference_of(self, url: str) -> str | None:
        """The reference, as printed, that a decision's address names; None for other addresses."""

    def chapter_urls(self, page: Page) -> Sequence[str]:
        """Further addresses that hold parts of the same decision, in order; mostly none."""

    def parse_listing(self, page: Page) -> ListingPage:
        """Read one listing page. Raises Refused for anything that is not one (a missing count is
        a failure, never zero)."""

    def parse_decision(self, pages: Sequence[Page]) -> Decision:
        """Read the captures of one decision. Raises Refused when the page is no decision and
        ParseError when it is one that cannot be read without guessing."""


@runtime_checkable
class DateWindowSource(Source, Protocol):
    """A source whose listing can be asked for by first and last decision date, inclusive."""

    @property
    def page_size(self) -> int: ...

    def listing_url(self, first: date, last: date, page: int, body: str | None = None) -> str: ...


@runtime_checkable
class NewestFirstSource(Source, Protocol):
    """A source that lists newest first, without dates to ask for."""

    def newest_url(self, page: int) -> str: ...


SourceFactory = Callable[[str | None], Source]
"""Makes a source for its own site, or for the look-alike at the base URL given."""


def registry() -> Mapping[str, SourceFactory]:
    """Every source this version knows, by key; imported only when asked for."""
    from scraper.sources.lgsco import Lgsco

    return {"lgsco": Lgsco.at}
