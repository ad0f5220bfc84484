"""Addresses on the Ombudsman's site: one canonical form, the reference they name, the listing's.

The same page answers under http and https, with and without ``www``, in any letter case, with
``displaypref``, ``chapter=0`` and fragments. Nothing here fetches anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, quote_plus, unquote, urlencode, urljoin, urlsplit, urlunsplit

from scraper.errors import CrawlSetupError

SITE = "https://www.lgo.org.uk"
_HOSTS = frozenset(("lgo.org.uk", "www.lgo.org.uk"))

_DECISION = re.compile(
    r"/decisions/(?P<category>[^/]+)/(?P<subcategory>[^/]+)/"
    r"(?P<reference>\d{2}-\d{3}-\d{3}[a-z]?|\d{2}-[a-z]-\d{4,6})"
)
_OLD_REFERENCE = re.compile(r"\d{2}-[a-z]-\d+")
_IDLE = frozenset(("displaypref",))


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of the site at ``base``: the publisher's, or a look-alike's."""

    base: str

    def canonical(self, url: str) -> str:
        """The one address of a page. Raises CrawlSetupError for an address on another site."""
        path, query = self._split(url)
        decision = _decision_path(path)
        if decision is None:
            kept = [(key, value) for key, value in query if key.lower() not in _IDLE]
            return self._join(path, urlencode(kept))
        chapter = _chapter(query)
        return self._join(decision.group(0), f"chapter={chapter}" if chapter else "")

    def decision(self, url: str) -> str:
        """The canonical address of the decision that a page is of, whichever chapter it is."""
        return self.canonical(url).partition("?")[0]

    def reference(self, url: str) -> str | None:
        """The reference, as printed, that an address names; None for any other address."""
        found = self._decision(url)
        return None if found is None else _reference(found)

    def locate(self, url: str) -> tuple[str, str | None]:
        """``decision`` and ``reference`` at once; an address elsewhere (a saved file) as it is."""
        try:
            path, _ = self._split(url)
        except CrawlSetupError:
            return url, None
        found = _decision_path(path)
        if found is None:
            return self.decision(url), None
        return self._join(found.group(0), ""), _reference(found)

    def slugs(self, url: str) -> tuple[str, str] | None:
        """Category and sub-category as a decision's address spells them."""
        found = self._decision(url)
        return None if found is None else (found.group("category"), found.group("subcategory"))

    def chapters(self, url: str, hrefs: Iterable[str]) -> list[str]:
        """The other chapters of the decision at ``url`` that ``hrefs`` lead to, in their order."""
        own = self.canonical(url)
        bare = own.partition("?")[0]
        found: dict[int, str] = {}
        for href in hrefs:
            try:
                address = self.canonical(urljoin(url, href))
            except (CrawlSetupError, ValueError):
                continue
            head, _, query = address.partition("?")
            if head == bare and query and address != own:
                found[int(query.removeprefix("chapter="))] = address
        return [found[number] for number in sorted(found)]

    def listing(self, first: date, last: date, page: int, body: str | None) -> str:
        """One page of the list of decisions dated ``first`` to ``last``, both included."""
        query = (
            f"fd={first.isoformat()}&td={last.isoformat()}&dc=c+nu+u&sortOrder=descending&t=both"
        )
        if body is not None:
            query += f"&aname={quote_plus(body)}"
        return self._join("/Decisions/SearchResults", f"{query}&page={page}")

    def page_number(self, url: str) -> int:
        """Which page of a listing an address asks for; the first where it does not say."""
        values = dict(parse_qsl(urlsplit(url).query))
        text = values.get("page", "1")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1

    def _decision(self, url: str) -> re.Match[str] | None:
        try:
            path, _ = self._split(url)
        except CrawlSetupError:
            return None
        return _decision_path(path)

    def _split(self, url: str) -> tuple[str, list[tuple[str, str]]]:
        """Path and query of an address on this site, whichever spelling of the host it has."""
        try:
            parts = urlsplit(url.strip())
            host, port, user = parts.hostname or "", parts.port, parts.username
        except ValueError as error:
            raise CrawlSetupError(f"{url!r} is no address: {error}") from error
        own = urlsplit(self.base)
        if own.hostname in _HOSTS:
            ours = host in _HOSTS and port in (None, 80, 443)
        else:
            ours = (host, port) == (own.hostname, own.port)
        if parts.scheme not in ("http", "https") or not ours or user is not None:
            raise CrawlSetupError(f"{url} is not on {self.base}")
        return parts.path or "/", parse_qsl(parts.query, keep_blank_values=True)

    def _join(self, path: str, query: str) -> str:
        own = urlsplit(self.base)
        return urlunsplit((own.scheme, own.netloc, path, query, ""))


def _decision_path(path: str) -> re.Match[str] | None:
    tidy = re.sub("/+", "/", unquote(path)).rstrip("/").lower()
    return _DECISION.fullmatch(tidy)


def _reference(found: re.Match[str]) -> str:
    reference = found.group("reference")
    return reference.replace("-", "/" if _OLD_REFERENCE.fullmatch(reference) else " ")


def _chapter(query: list[tuple[str, str]]) -> int:
    for key, value in query:
        if key.lower() == "chapter" and value.isascii() and value.isdigit() and len(value) < 4:
            return int(value)
    return 0
