"""Pages that somebody else saved: what a collection of them must be able to tell.

A collection is surveyed first (which addresses, captured when) and its pages are loaded after, one
at a time, so that a web archive of any size can be taken in by the order of its captures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from archive.imports import Departure, Origin
from archive.records import Page
from scraper.errors import CrawlSetupError, ScraperError
from scraper.sources import Source


class SavedUnreadable(ScraperError):
    """A file that was to be imported cannot be opened, or is no collection of pages."""


@dataclass(frozen=True, slots=True)
class Found:
    """A capture of a decision's address. ``url`` is canonical; ``load`` reads the page, and raises
    Refused, FetchError or OSError where it cannot be had whole. ``left``: whoever passed it on says
    that the decision had left the site by then."""

    url: str
    reference: str
    captured_at: datetime
    origin: Origin
    load: Callable[[], Page]
    left: Departure | None = None

    @property
    def where(self) -> str:
        """File and record, for a message."""
        return f"{self.origin.container}: {self.origin.record}"


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that was left out. ``reason`` is a stable word, see ``REASONS``."""

    where: str
    reason: str
    message: str = ""


REASONS = {
    "other_page": "pages of other addresses",
    "other_status": "answers that are no page (a redirect, an error, not found)",
    "other_record": "records that are no page (requests, notes, files)",
    "no_address": "pages that do not say which address they were saved from",
    "no_date": "pages without a date on which they could have been saved",
    "damaged": "damaged records",
    "unreadable": "files that could not be read",
}
"""What can be left out before a page is read, in plain words. The reasons of ``scraper.classify``
come on top for pages that were read."""

QUIET = frozenset(("other_page", "other_status", "other_record"))
"""Reasons that are counted only: a web archive is mostly other things."""


class Collection(Protocol):
    """Something that holds saved pages."""

    def survey(self) -> Iterator[Found | Passed]:
        """What is in it, in its own order. Raises SavedUnreadable when it is no such thing."""


_WEB_ARCHIVE = re.compile(
    r"^(?:https?://)?[^/]+/web/(?P<at>\d{14})(?:[a-z]{2}_)?/(?P<url>https?:/{1,2}.+)$",
    re.IGNORECASE,
)


def unwrapped(url: str) -> tuple[str, datetime | None]:
    """An address and its date out of a web archive's replay address; others as they are.

    ``…/web/20210504100000/https://host/path`` holds both.
    """
    found = _WEB_ARCHIVE.match(url.strip())
    if found is None:
        return url, None
    inner = re.sub(r"^(https?):/{1,2}", r"\1://", found["url"])
    try:
        at = datetime.strptime(found["at"], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        at = None
    return inner, at


def decision_at(source: Source, url: str) -> tuple[str, str] | None:
    """Canonical address and reference of a decision's page; None for any other address."""
    try:
        reference = source.reference_of(url)
        return None if reference is None else (source.canonical_url(url), reference)
    except CrawlSetupError:
        return None


def instant(text: str) -> datetime | None:
    """An instant in ISO 8601 with a zone, or a day (its first moment in UTC); None for others."""
    try:
        found = datetime.fromisoformat(text.strip())
        if found.tzinfo is None:
            return found.replace(tzinfo=UTC) if len(text.strip()) == 10 else None
        return found.astimezone(UTC)
    except (ValueError, OverflowError):  # The first hours of the year 1 have no UTC.
        return None


def file_date(path: Path) -> datetime | None:
    """When a file was last written, None where its date is out of all range."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OverflowError, ValueError, OSError):
        return None
