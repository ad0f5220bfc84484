"""What a page's markup can be: one ``Markup`` is a bundle of independent choices.

The real pages' HTML was never seen, so nothing about it is fixed here: what carries the header, the
headings, the numbers, the lists, where the cookie banner stands, and so on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Header = Literal["spans", "dl", "table", "plain", "bold", "pairs", "figure", "line"]
Heading = Literal["h1", "h2", "h3", "h4", "strong", "b", "role", "div", "styled"]
Numbers = Literal["start", "css", "typed", "value", "cell", "column"]
Bullets = Literal["nested", "sibling", "typed"]
Letters = Literal["type", "style", "typed"]
Title = Literal["h1", "h2", "p"]
Tail = Literal["inside", "beside"]
Banner = Literal["last", "first"]
Back = Literal["all", "missing", "none"]
Summary = Literal["bold", "plain", "heading"]
Paragraphs = Literal["p", "div"]


@dataclass(frozen=True, slots=True)
class Markup:
    """One bundle of choices. The defaults are the form that scrapers have reported.

    ``header``    what carries category, decision and date: "pairs" are blocks with nothing but
                  classes, "figure" a table without header cells, "line" all three in a paragraph
    ``title``     the tag around the title ("p" has no meaning of its own)
    ``headings``  top-level headings; "strong" and "b" are bold paragraphs, "styled" are bold by
                  style; "role" is a block that says it is a heading, "div" one with a class only
                  (headings that are not in the table are bold then: nothing else would tell them)
    ``deeper``    sub-headings one level down, or on the same level as their parent
    ``numbers``   ``ol start``, counted by CSS (each list seems to begin at 1), ``li value``, typed
                  ``12.``, or typed in a block ("cell") or table cell ("column") of its own
    ``inner_p``   ``li > p`` instead of text in ``li``
    ``bullets``   in the item, as a list beside it that splits the numbers, or typed in paragraphs
    ``letters``   ``ol type=a``, a CSS style, or typed ``a)``
    ``tail``      where a paragraph after a list stands: in the item, or beside the list
    ``banner``    the cookie banner after the content or before it
    ``contents``  an in-page list of section names before the title
    ``breaks``    soft line breaks inside paragraphs
    ``nbsp``      no-break spaces after short words and in front of numbers
    ``shy``       soft hyphens in long words
    ``straight``  straight quotes instead of the case's own
    ``back``      "Back to top" after each section but the last, once missing, or nowhere
    ``summary``   a run-in label (bold or not), or a heading of its own; reports have a heading
    ``spans``     words wrapped and split in inline tags, as a word processor exports them
    ``soup``      tags left open, upper case, empty paragraphs, fonts, comments
    ``article``   whether ``main`` and ``article`` exist at all
    ``blocks``    the tag of paragraphs
    ``sections``  an element with a label around each section
    ``entities``  every sign that is not ASCII as a character reference
    ``litter``    a publishing system's comments, styles, figures and empty elements
    """

    name: str
    header: Header = "spans"
    title: Title = "h1"
    headings: Heading = "h3"
    deeper: bool = True
    numbers: Numbers = "start"
    inner_p: bool = False
    bullets: Bullets = "nested"
    letters: Letters = "type"
    tail: Tail = "beside"
    banner: Banner = "last"
    contents: bool = False
    breaks: bool = False
    nbsp: bool = False
    shy: bool = False
    straight: bool = False
    back: Back = "all"
    summary: Summary = "bold"
    spans: bool = False
    soup: bool = False
    article: bool = True
    blocks: Paragraphs = "p"
    sections: bool = False
    entities: bool = False
    litter: bool = False

    @property
    def keeps_depth(self) -> bool:
        """Whether level and label of list items can be told from the page at all."""
        return self.bullets != "typed"


CHOICES: dict[str, tuple[str | bool, ...]] = {
    "header": get_args(Header),
    "title": get_args(Title),
    "headings": get_args(Heading),
    "deeper": (True, False),
    "numbers": get_args(Numbers),
    "inner_p": (True, False),
    "bullets": get_args(Bullets),
    "letters": get_args(Letters),
    "tail": get_args(Tail),
    "banner": get_args(Banner),
    "contents": (True, False),
    "breaks": (True, False),
    "nbsp": (True, False),
    "shy": (True, False),
    "straight": (True, False),
    "back": get_args(Back),
    "summary": get_args(Summary),
    "spans": (True, False),
    "soup": (True, False),
    "article": (True, False),
    "blocks": get_args(Paragraphs),
    "sections": (True, False),
    "entities": (True, False),
    "litter": (True, False),
}
"""What each choice may be, for tests that compose markups at random; every mixture renders."""
