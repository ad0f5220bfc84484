"""The Local Government and Social Care Ombudsman: statements and reports since 2013.

The source knows where things stand on the site and how pages read; it does no I/O. What the words
on a page mean is in ``lgsco_tables``, the rules over the blocks in ``lgsco_header`` and
``lgsco_text``, the recognition in ``lgsco_decision`` and ``lgsco_listing``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.records import Decision, DecisionKind, Enumeration, ListingPage, Page, SourceInfo
from scraper.classify import readable
from scraper.guard import within_limits
from scraper.html import content_element, parse
from scraper.sources.lgsco_decision import read_decision
from scraper.sources.lgsco_listing import read_listing
from scraper.sources.lgsco_urls import SITE, Addresses
from scraper.sources.pieces import Reading

KEY = "lgsco"

PARSER_VERSION = "lgsco:3"
"""Changes whenever the same page may be read differently."""

LICENCE = (
    "Free re-use in any format, provided that the source and the copyright are acknowledged, the "
    "text is accurate and not amended, and the use is neither misleading nor advertising."
)
ATTRIBUTION = "© Local Government and Social Care Ombudsman"


@dataclass(frozen=True, slots=True)
class Lgsco:
    """The source at the publisher's own site, or at a look-alike (see ``at``)."""

    addresses: Addresses

    @classmethod
    def at(cls, base_url: str | None = None) -> Lgsco:
        """The source at ``base_url``, at the publisher's site without one."""
        return cls(Addresses(SITE if base_url is None else base_url.rstrip("/")))

    @property
    def info(self) -> SourceInfo:
        """Statements stay online for five years (staff manual), reports for ten (inferred)."""
        return SourceInfo(
            key=KEY,
            name="Local Government and Social Care Ombudsman",
            base_url=self.addresses.base,
            licence=LICENCE,
            attribution=ATTRIBUTION,
            retention_years=((DecisionKind.STATEMENT, 5), (DecisionKind.REPORT, 10)),
            enumeration=Enumeration.DATE_WINDOWS,
        )

    @property
    def parser_version(self) -> str:
        return PARSER_VERSION

    @property
    def page_size(self) -> int:
        """Results on a full page of the listing."""
        return 10

    def listing_url(self, first: date, last: date, page: int, body: str | None = None) -> str:
        """One page, from 1, of the decisions dated ``first`` to ``last``, both included."""
        return self.addresses.listing(first, last, page, body)

    def canonical_url(self, url: str) -> str:
        return self.addresses.canonical(url)

    def reference_of(self, url: str) -> str | None:
        return self.addresses.reference(url)

    def chapter_urls(self, page: Page) -> Sequence[str]:
        """The ``?chapter=`` pages that a split report's page links to; mostly none."""
        if b"chapter=" not in page.body.lower() or self.reference_of(page.url) is None:
            return ()
        return within_limits(read_chapters, page, self.addresses)

    def parse_listing(self, page: Page) -> ListingPage:
        return within_limits(read_listing, page, self.addresses, self.page_size)

    def parse_decision(self, pages: Sequence[Page]) -> Decision:
        return self.read(pages).decision

    def read(self, pages: Sequence[Page]) -> Reading:
        """Like ``parse_decision``, with what each piece of the pages was taken for."""
        if not pages:
            raise ValueError("a decision has at least one page")
        # A saved file has no address on the site: its reference is the one its title gives.
        url, wanted = self.addresses.locate(pages[0].url)
        return within_limits(
            read_decision, pages, source=KEY, version=PARSER_VERSION, url=url, wanted=wanted
        )


def read_chapters(page: Page, addresses: Addresses) -> tuple[str, ...]:
    """The further addresses of a split report that a page links to."""
    element = content_element(parse(readable(page), page.url))
    if element is None:
        return ()
    hrefs = [link.attributes.get("href") for link in element.css("a[href]")]
    return tuple(addresses.chapters(page.url, [href for href in hrefs if href]))
