"""Pages that are made to hurt: each a real decision's frame around something no publisher writes.

``HOSTILE`` maps a name to a function that builds what is stuffed into the page, up to the 5 MB that
are read at all. They are built when asked for, as together they are large.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from archive.records import Page
from scraper.html import MAX_BYTES
from tests.site.invention import invent
from tests.site.markups import MARKUPS, render

CASE = invent(1, seed=5)[0]
URL = f"https://www.lgo.org.uk{CASE.path}"
BEFORE = "<p>Investigator's decision"
"""What every page is stuffed in front of: the end of the last section."""

_ROOM = MAX_BYTES - 60_000

BIDI = "\u202eterces\u202c \u2066x\u2069 \u200f"


def stuffed(stuffing: str) -> str:
    """The page of ``CASE`` with this at the end of its last section."""
    return render(CASE, MARKUPS["article"]).replace(BEFORE, stuffing + BEFORE, 1)


def _filled(unit: str) -> str:
    """One thing over and over, to just below 5 MB."""
    return unit * (_ROOM // len(unit.encode()))


def capture(html: str) -> Page:
    """The page as it would come from the site."""
    return Page.capture(
        url=URL,
        body=html.encode("utf-8"),
        fetched_at=datetime(2026, 7, 1, tzinfo=UTC),
        headers=(("content-type", "text/html; charset=utf-8"),),
    )


def _reopened() -> str:
    opened = "".join(f"<b id={number}>" for number in range(500))
    return f"<p>{opened}</p>" + "<p>x" * ((80_000 - len(opened)) // 4)


def _attributes(count: int) -> str:
    return "<p " + " ".join(f"a{number}" for number in range(count)) + ">words</p>"


def _hidden_attributes(count: int) -> str:
    """So many in one tag, with brackets in quotes to hide how long it is."""
    names = (f'a{number}="<>"' if number % 500 == 0 else f"a{number}" for number in range(count))
    return "<p " + " ".join(names) + ">words</p>"


HOSTILE: dict[str, Callable[[], str]] = {
    "100,000 nested divs": lambda: "<div>" * 100_000 + "deep",
    "80 KB of reopened formatting": _reopened,
    "reopened formatting, 5 MB": lambda: _filled("<p><b a=1><i b=2>x"),
    "100,000 attributes": lambda: _attributes(100_000),
    "100,000 attributes, brackets in quotes": lambda: _hidden_attributes(100_000),
    "5 MB of <": lambda: _filled("<"),
    "5 MB of <a": lambda: _filled("<a"),
    "5 MB of <a>": lambda: _filled("<a>"),
    "5 MB of links with addresses": lambda: _filled("<a href=/decisions/a/b/20-000-001>x</a> "),
    "5 MB of &": lambda: _filled("&"),
    "5 MB of &amp;": lambda: _filled("&amp;"),
    "5 MB of &#1;": lambda: _filled("&#1;"),
    "5 MB of <!--": lambda: _filled("<!--"),
    "5 MB of <!---->": lambda: _filled("<!---->"),
    "5 MB of nested tables": lambda: _filled("<table><tr><td>"),
    "5 MB of text astray in a table": lambda: "<table>" + "x<tr>" * 900_000,
    "5 MB of <select>": lambda: _filled("<select>"),
    "5 MB of <option>": lambda: "<select>" + "<option>x" * 500_000,
    "5 MB of nested svg": lambda: _filled("<svg>"),
    "5 MB of nested math": lambda: _filled("<math><mi>"),
    "5 MB of nested templates": lambda: _filled("<template>"),
    "5 MB of b and i": lambda: _filled("<b><i>x"),
    "20,000 b and i, never closed": lambda: "<b><i>x" * 10_000,
    "NULs": lambda: _filled("a\x00b &#0; "),
    "lone surrogates": lambda: "<p>" + "&#xD800;&#xDFFF;&#55357; " * 2_000 + "</p>",
    "lone surrogates, 5 MB": lambda: _filled("&#xD800;"),
    "bidi controls": lambda: f"<h3>{BIDI}</h3><p>{BIDI * 500}</p>",
    "one paragraph of 4 MB": lambda: "<p>" + "The Council was at fault. " * 160_000,
    "one word of 4 MB": lambda: "<p>" + "x" * 4_000_000,
    "one paragraph of digits": lambda: "<p>" + "1234567890" * 400_000,
    "paragraphs of 19,000 characters": lambda: _filled(
        "<p>" + "(section 24A(6) and 26B, as amended " * 530 + "</p>"
    ),
    "brackets": lambda: _filled("<p>" + "(" * 19_000 + "</p>"),
    "money": lambda: _filled("<p>" + "pay £100 and £200, " * 1_000 + "</p>"),
    "a million br": lambda: _filled("x<br>"),
    "a million br, nothing between": lambda: _filled("<br>"),
    "200,000 headings": lambda: "<h3>The matter</h3>" * 200_000,
    "200,000 known headings": lambda: "<h3>What I found</h3>" * 200_000,
    "190,000 paragraph numbers": lambda: (
        "<ol>" + "".join(f"<li value={n % 10**6}>It was." for n in range(190_000)) + "</ol>"
    ),
    "200,000 typed numbers": lambda: "".join(f"<p>{n}. It was so.</p>" for n in range(1, 200_001)),
    "a start of 5,000 digits": lambda: f"<ol start={'9' * 5_000}><li>It was so.</ol>",
    "a value of 5,000 digits": lambda: f"<ol><li value={'9' * 5_000}>It was so.</ol>",
    "a sum of 5,000 digits": lambda: (
        f"<h3>Agreed action</h3><p>The Council has agreed to pay Mr X £{'9' * 5_000}.</p>"
        f"<p>The Council has agreed to pay Mr X £{'9' * 300},000.50 a week.</p>"
    ),
    "a typed number of 5,000 digits": lambda: f"<p>{'9' * 5_000}. It was so.</p>",
    "a section of 5,000 digits": lambda: (
        f"<p>(Care Act {'9' * 5_000}, section {'9' * 5_000}) see paragraph {'9' * 5_000}.</p>"
    ),
    "a percentage of 5,000 digits": lambda: (
        f"<h3>Agreed action</h3><p>The Council will refund {'9' * 5_000}% of the cost.</p>"
    ),
    "a deadline of 5,000 digits": lambda: (
        f"<h3>Agreed action</h3><p>Within {'9' * 5_000} months the Council will pay £100.</p>"
    ),
    "the word Act over and over": lambda: ("<p>" + "Act " * 2_490 + "</p>") * 13,
    "provisions that multiply": lambda: (
        "<p>(Care Act 2014, section 1" + "(1,2)" * 60 + " as amended).</p>"
    ),
    "sums held against sums": lambda: (
        "<h3>Agreed action</h3>"
        + ("<p>The Council has agreed to pay Mr X " + "£195 no " * 1_000 + "</p>") * 13
    ),
    "a list 20,000 deep": lambda: "<ul><li>x" * 20_000,
    "a list 2,000 deep": lambda: "<ul><li>x" * 2_000,
    "a million contents links": lambda: _filled("<li><a href=#x>What I found</a>"),
    "doctype and html over and over": lambda: _filled("<!doctype html><html><body a=b>"),
    "no end of frames": lambda: _filled("<frameset><frame><noframes>"),
    "plaintext": lambda: "<plaintext>" + "<p>x" * 900_000,
    "a script never closed": lambda: "<script>" + "<!--<script>" * 300_000,
    "5 MB of white space": lambda: _filled(" \n"),
    "5 MB of no-break spaces": lambda: _filled("&nbsp;"),
    "5 MB of soft hyphens": lambda: _filled("\u00ad"),
    "5 MB of combining marks": lambda: _filled("e" + "\u0301" * 40),
}
"""Name → what builds the stuffing."""
