"""A page as a tree: text from bytes, a guarded parse, the content element and its hash.

Pages are hostile input: ``parse`` refuses what could make the tree builder take minutes or
gigabytes, before it is built (``scraper.guard``). What the text means is not decided here; see
``scraper.blocks`` for how a reader sees it and ``scraper.sources`` for what it says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from archive.records import Page
from scraper import charset
from scraper.errors import Refused
from scraper.guard import check

CONTENT_HASH_VERSION = "text:1"
"""Names the rule of ``content_hash``. A proof made under one rule is checked under the same."""

MAX_BYTES = 5_000_000
"""The largest body that is read, in bytes. Real pages have tens of thousands."""

UNREAD = frozenset(("script", "style", "template", "noscript", "-comment"))
"""Elements (and comments) whose text is no part of what a page says."""

_LARGE_BLOCK = 16_000_000


def utf8(page: Page) -> bytes:
    """The text of a capture in UTF-8, by the rules of ``scraper.charset``.

    Raises Refused (``too_large``) above ``MAX_BYTES`` and ParseError where the encoding is foreign
    or could only be guessed.
    """
    if len(page.body) > MAX_BYTES:
        raise Refused(
            page.url, "too_large", f"{len(page.body):,} bytes, more than the {MAX_BYTES:,} we read"
        )
    return charset.utf8(page.body, page.header("content-type"), page.url)


def parse(html: bytes, url: str) -> LexborHTMLParser:
    """The tree of a page in UTF-8, as a browser that runs scripts builds it.

    (``noscript`` is then no text.)

    Raises Refused (``overgrown``) where building it could do harm.
    """
    check(html, url)
    _keep_freed_memory()
    return LexborHTMLParser(html, scripting=True)


@cache
def _keep_freed_memory() -> None:
    """Make the C library keep what one page's tree frees for the next page's.

    glibc hands large freed blocks back to the system at once and takes as "large" whatever is
    bigger than the largest block it has seen freed. Freeing one block that is never touched (so it
    costs no memory) raises that mark; building a tree then takes half the time (measured: 450 µs
    against 200 µs for a page of 48 KB). Elsewhere it does nothing.
    """
    bytearray(_LARGE_BLOCK)


def content_element(tree: LexborHTMLParser, html: bytes | None = None) -> LexborNode | None:
    """The element that holds the content: the only ``article``, else the only ``main``, else body.

    Part of the rule ``text:1``: several articles (or mains) mean that none of them is "the" one.
    ``html``, what the tree was made of, makes the look for a second one quicker.
    """
    tags = None if html is None else html.lower()
    for name in ("article", "main"):
        first = tree.css_first(name)
        if first is not None and tags is not None and tags.count(b"<" + name.encode()) == 1:
            return first  # no element without a tag, so there is no other
        found = tree.tags(name)
        if len(found) == 1:
            return found[0]
    return tree.body


def content_hash(page: Page) -> str:
    """SHA-256 of the page's content text, by the rule ``text:1``; hex digest.

    The text nodes of ``content_element``, in order, but for those inside ``script``, ``style``,
    ``template`` and ``noscript``; every character for which ``str.isspace`` holds is removed; no
    Unicode normalisation; UTF-8. No rule of ours enters, so the value stays the same when our
    reading of the page gets better. Raises what ``utf8`` and ``parse`` raise.
    """
    element = content_element(parse(utf8(page), page.url))
    return text_hash("" if element is None else squeezed_text(element))


def squeezed_text(element: LexborNode) -> str:
    """All text below an element, white space removed, without what no reader sees."""
    pieces: list[str] = []
    above: list[LexborNode] = []
    node = element.first_child
    while node is not None or above:
        if node is None:
            node = above.pop().next
            continue
        child = None
        if node.is_text_node:
            pieces.append(node.text_content or "")
        elif node.tag not in UNREAD:
            child = node.first_child
        if child is None:
            node = node.next
        else:
            above.append(node)
            node = child
    return squeeze("".join(pieces))


def squeeze(text: str) -> str:
    """The text without its white space."""
    return "".join(text.split())


def text_hash(text: str) -> str:
    """SHA-256 of a text in UTF-8, hex."""
    return bytes_hash(text.encode("utf-8", "surrogatepass"))


def bytes_hash(data: bytes) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(data).hexdigest()


def joined_hash(hashes: Sequence[str]) -> str:
    """One hash for a decision's pages: a single one as it is, several joined and hashed."""
    return hashes[0] if len(hashes) == 1 else text_hash("\n".join(hashes))
