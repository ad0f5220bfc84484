"""Is this page what it should be? Positive recognition, and a stable word for what it is instead.

A page is taken for a decision or a listing only because it shows what one must show; that is for
the source to find. This module refuses what cannot be a page at all (``readable``) and finds the
likeliest word for a page on which the source did not find enough (``refusal``). The words stand in
tables and reports; a new one may be added, an old one keeps its meaning:

====================  ==========================================================================
``empty``             no bytes, or nothing but white space
``binary``            a PDF, an image, an archive or other bytes that are no text
``not_html``          text, but no HTML page
``too_large``         more bytes than we read (see ``scraper.html``)
``overgrown``         ended while it was read apart: too long, too much memory (``scraper.guard``)
``truncated``         the page stops before its end
``not_found``         status 404 or 410
``http_error``        another status that is no page
``captcha``           a firewall or a test for humans answers instead of the site
``login``             the site asks for a password
``maintenance``       the site says that it is being worked on
``soft_404``          "page not found" under status 200
``shell``             the site's frame with nothing in it, or a listing without its count
``wrong_reference``   a decision, but not the one asked for
``no_header``         a title, but no outcome or no decision date
``no_text``           title and header, but no paragraph of text
``not_a_decision``    a page with text, but not of a decision
====================  ==========================================================================
"""

from __future__ import annotations

import re

from archive.records import Page
from scraper.errors import Refused
from scraper.html import utf8

_MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
)
_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_HTML_SIGN = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|main|article|section|div|h[1-6]|p|table|ul|ol|dl|form)\b",
    re.IGNORECASE,
)
_HTML_OPENS = re.compile(rb"<html[\s>]", re.IGNORECASE)
_HTML_CLOSES = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_REACH = 1024
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\x0b\x0c\r\x1b")

_PASSWORD = re.compile(rb"""<input\b[^>]*\btype\s*=\s*["']?password""", re.IGNORECASE)

_CAPTCHA = (
    r"captcha|(?:are|that) you(?:'re|’re| are)? (?:a |not a )?(?:human|robot)|unusual traffic"
    r"|checking your browser|access (?:to this page )?(?:is |has been )?denied|security check"
    r"|request(?:ed url)? (?:was )?(?:blocked|unsuccessful|rejected)|web application firewall"
)
_MAINTENANCE = (
    r"(?:under|down for|undergoing|planned|scheduled|essential|website|site) maintenance"
    r"|(?:are|is) (?:being |currently )?(?:worked|working) on"
    r"|temporarily unavailable|service unavailable"
    r"|back (?:on ?line )?(?:soon|shortly)|try again later"
)
_SOFT_404 = (
    r"\b404\b|(?:page|document|decision)[^.]{0,60}?"
    r"(?:not found|(?:not|n['’]t) (?:be )?(?:found|find|available|exist)|no longer)"
    r"|(?:can(?:not|['’]t)|could not|unable to) (?:be found|find (?:the|that|this|what))"
)
_LOGIN = (
    r"(?:log|sign) ?in to (?:continue|your|view)|please (?:log|sign) ?in"
    r"|(?:enter|forgotten) your password"
)
SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("captcha", re.compile(_CAPTCHA, re.IGNORECASE)),
    ("maintenance", re.compile(_MAINTENANCE, re.IGNORECASE)),
    ("soft_404", re.compile(_SOFT_404, re.IGNORECASE)),
    ("login", re.compile(_LOGIN, re.IGNORECASE)),
)
"""Reason → what such pages say. Looked at only when a page is already not what it should be."""

SHELL_WORDS = 120
"""A page of fewer words than this, with no decision in it, is a frame without content."""


def readable(page: Page) -> bytes:
    """The page's HTML in UTF-8.

    Raises Refused for a page that cannot be read as one, ParseError for a foreign encoding.
    """
    if page.status in (404, 410):
        raise Refused(page.url, "not_found", f"the site answered {page.status}")
    if page.status != 200:
        raise Refused(page.url, "http_error", f"the site answered {page.status}, not a page")
    body = page.body
    if not body or body.isspace():
        raise Refused(page.url, "empty", "the page is empty")
    if body.startswith(_MAGIC) or _looks_binary(body):
        raise Refused(page.url, "binary", "the bytes are no text, let alone HTML")
    content_type = (page.header("content-type") or "").partition(";")[0].strip().lower()
    if content_type and content_type not in _HTML_TYPES:
        raise Refused(page.url, "not_html", f"the page is {content_type}, not HTML")
    html = utf8(page)
    if not _HTML_SIGN.search(html):
        raise Refused(page.url, "not_html", "the text holds no HTML")
    if _ends_early(html):
        raise Refused(page.url, "truncated", "the page stops before its end")
    return html


def refusal(url: str, html: bytes, words: str) -> Refused:
    """What a page is that shows neither a decision nor a listing; ``words`` is its visible text."""
    for reason, pattern in SIGNS:
        if found := pattern.search(words):
            return Refused(url, reason, f"the page is no decision; it says {found.group(0)!r}")
    if _PASSWORD.search(html):
        return Refused(url, "login", "the page asks for a password")
    if len(words.split()) < SHELL_WORDS:
        return Refused(url, "shell", "the page is the site's frame with nothing in it")
    return Refused(url, "not_a_decision", "the page shows no decision's title and reference")


def _looks_binary(body: bytes) -> bool:
    """Whether the first bytes are control characters rather than text (UTF-16 is not for us)."""
    head = body[:_REACH]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    odd = len(head) - len(head.translate(None, _CONTROLS))
    return odd * 20 > len(head)


def _ends_early(html: bytes) -> bool:
    """Whether the page breaks off: inside a tag, or with ``<html>`` never closed."""
    if html.rfind(b"<") > html.rfind(b">"):
        return True
    if b"</html>" in html[-_REACH:] or b"</HTML>" in html[-_REACH:]:
        return False  # the ordinary page, without a search through all of it
    return (
        _HTML_OPENS.search(html) is not None and _HTML_CLOSES.search(html, len(html) // 2) is None
    )
