"""The listing: the count the site states, and the entries, found by their words and addresses.

An entry begins at a link to a decision and ends before the next one. After the title stand the
kind, the outcome, the sub-category and the date, in one line or in elements of their own, then
``Summary: …``. Whatever an entry does not say stays None; a page without a count is no listing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urljoin

from archive.records import DecisionKind, ListingEntry, ListingPage, Page, reference_slug
from scraper.blocks import Block, fold, walk
from scraper.classify import readable, refusal
from scraper.errors import CrawlSetupError, Refused
from scraper.html import content_element, parse
from scraper.sources.dates import parse_day
from scraper.sources.lgsco_header import read_title
from scraper.sources.lgsco_tables import OUTCOMES, plain
from scraper.sources.lgsco_urls import Addresses

_COUNT = re.compile(
    r"\b(?:has|returned|found) (?P<count>\d[\d,]*|no|one) (?:results?|decisions?)\b"
    r"|\b(?P<bare>\d[\d,]*|no) results?(?: were)? found\b"
    r"|^(?P<none>no results)\.?$",
    re.IGNORECASE,
)
"""``Your search has 1,234 results`` was seen; the others are near spellings of the same."""

_WORDS = {"no": 0, "one": 1}
_KINDS = {"statement": DecisionKind.STATEMENT, "report": DecisionKind.REPORT}
_DATE = re.compile(r"\b\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4}\b")
_SUMMARY = re.compile(r"summary(?:\s*:\s*|$)", re.IGNORECASE)
_KIND_FIRST = re.compile(r"(statement|report)\b[\s|·,:–-]*", re.IGNORECASE)
_EDGES = " |·,:–-"
_PARTS = re.compile(r"[\n|·]")


@dataclass
class _Entry:
    """An entry while its blocks are gathered, each as its lines."""

    url: str
    reference: str
    link_text: str
    blocks: list[list[str]]


def read_listing(page: Page, addresses: Addresses, page_size: int) -> ListingPage:
    """Read one page of the listing.

    Raises Refused for a page that is none: no stated count (``shell``), or a count that promises
    entries which are not there (``no_entries``).
    """
    html = readable(page)
    tree = parse(html, page.url)
    element = content_element(tree)
    blocks = [] if element is None else walk(element, seams=True).blocks
    stated = _stated(blocks)
    if stated is None and tree.body is not None and element is not None and element.tag != "body":
        blocks = walk(tree.body, seams=True).blocks
        stated = _stated(blocks)
    if stated is None:
        raise _no_count(page, html, blocks)
    entries = tuple(_entry(raw, addresses) for raw in _entries(page.url, blocks, addresses))
    number = addresses.page_number(page.url)
    if not entries and stated > (number - 1) * page_size:
        raise Refused(
            page.url, "no_entries", f"{stated:,} results stated, none of them on page {number}"
        )
    if entries and not stated:
        raise Refused(page.url, "no_entries", f"{len(entries)} entries under a count of none")
    return ListingPage(stated, entries, stated > number * page_size)


def _no_count(page: Page, html: bytes, blocks: Sequence[Block]) -> Refused:
    refused = refusal(page.url, html, " ".join(block.text for block in blocks))
    if refused.reason != "not_a_decision":
        return refused
    return Refused(page.url, "shell", "the page states no number of results")


def _stated(blocks: Sequence[Block]) -> int | None:
    """The count the page states; None when it states none, or two different ones."""
    counts: set[int] = set()
    for block in blocks:
        found = _COUNT.search(fold(block.text))
        if found is None or len(block.text) > 200:
            continue
        text = (found.group("count") or found.group("bare") or "no").lower().replace(",", "")
        counts.add(_WORDS[text] if text in _WORDS else int(text))
    return counts.pop() if len(counts) == 1 else None


def _entries(url: str, blocks: Sequence[Block], addresses: Addresses) -> Iterator[_Entry]:
    """The entries in the order of the page; a second link to the same decision starts none."""
    current: _Entry | None = None
    seen: set[str] = set()
    for block in blocks:
        if block.aside:
            continue
        target = None if block.href is None else _decision_url(url, block.href, addresses)
        lines = block.text.split("\n")
        if target is None or (current is not None and target == current.url):
            if current is not None:
                current.blocks.append(lines)
            continue
        if current is not None:
            yield current
            current = None
        reference = addresses.reference(target)
        if reference is not None and target not in seen:
            seen.add(target)
            current = _Entry(target, reference, lines[0], [lines])
    if current is not None:
        yield current


def _decision_url(url: str, href: str, addresses: Addresses) -> str | None:
    try:
        target = addresses.decision(urljoin(url, href))
    except (CrawlSetupError, ValueError):
        return None
    return target if addresses.reference(target) is not None else None


def _entry(raw: _Entry, addresses: Addresses) -> ListingEntry:
    lines = [line for block in raw.blocks for line in block]
    title = next((line for line in lines if read_title(line)), raw.link_text)
    details, summary = _parted(raw.blocks, title)
    date_raw = None
    kind = None
    rest: list[str] = []
    for line in details:
        text = line
        if date_raw is None and (found := _DATE.search(text)):
            date_raw = found.group(0)
            text = text[: found.start()] + "\n" + text[found.end() :]
        if kind is None and (named := _KIND_FIRST.match(text)):
            kind = _KINDS[named.group(1).lower()]
            text = text[named.end() :]
        rest += [part.strip(_EDGES) for part in _PARTS.split(text)]
    outcome, subcategory = _outcome_and_subject([part for part in rest if part], raw.url, addresses)
    return ListingEntry(
        reference=raw.reference,
        url=raw.url,
        title=title,
        kind=kind,
        outcome_raw=outcome,
        subcategory=subcategory,
        decided_on=None if date_raw is None else parse_day(date_raw),
        decided_on_raw=date_raw,
        summary=summary,
    )


def _parted(blocks: Sequence[Sequence[str]], title: str) -> tuple[list[str], str | None]:
    """The lines between title and summary, and the summary.

    A summary ends with its block, so that what follows the last entry (the pager) is not in it.
    """
    details: list[str] = []
    titled = False
    for number, lines in enumerate(blocks):
        for index, line in enumerate(lines):
            if not titled:
                titled = line == title
                continue
            found = _SUMMARY.match(line)
            if found is None:
                details.append(line)
                continue
            pieces = [line[found.end() :], *lines[index + 1 :]]
            if not any(pieces) and number + 1 < len(blocks):
                pieces = list(blocks[number + 1])
            return details, " ".join(filter(None, pieces)) or None
    return details, None


def _outcome_and_subject(
    parts: list[str], url: str, addresses: Addresses
) -> tuple[str | None, str | None]:
    """Outcome and sub-category from what is left of the details.

    Two parts are taken as they stand. In one part the two are told apart by the outcome table, or
    by the sub-category in the decision's own address; where neither helps, both stay None.
    """
    if len(parts) >= 2:
        return parts[0], parts[1]
    if not parts:
        return None, None
    text = parts[0]
    if plain(text) in OUTCOMES:
        return text, None
    slugs = addresses.slugs(url)
    words = text.split()
    for cut in range(1, len(words)):
        outcome, subject = " ".join(words[:cut]), " ".join(words[cut:])
        if slugs is not None and reference_slug(subject) == slugs[1]:
            return outcome, subject
    for cut in range(len(words) - 1, 0, -1):
        if plain(" ".join(words[:cut])) in OUTCOMES:
            return " ".join(words[:cut]), " ".join(words[cut:])
    return None, None
