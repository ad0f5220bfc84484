"""What a page may ask of the tree builder before we let it: no minutes, no gigabytes.

Three things cost a builder of HTML trees more than their length (measured with Lexbor):

* nesting: each tag looks up the open elements, so 100,000 nested ones take 37 s (20,000: 0.7 s);
* attributes of one tag: each is compared with all before it (100,000: four minutes);
* formatting tags left open: they are opened again, attributes and all, in every later block, so
  80 KB can ask for gigabytes.

The checks are upper bounds, cheap for ordinary pages, and refuse before the tree is built.
"""

from __future__ import annotations

import re

from scraper.errors import Refused

MAX_TAGS = 20_000
"""Tags of a page; real ones have hundreds."""

MAX_TAG_LENGTH = 50_000
"""Characters between two ``>``, if they can be one tag: some 10,000 attributes, half a second."""

MAX_CLONES = 600_000
"""Elements and attributes that reopened formatting may come to; each takes up to 370 bytes."""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)")
_FORMATTING = frozenset(
    (
        "a",
        "b",
        "big",
        "code",
        "em",
        "font",
        "i",
        "nobr",
        "s",
        "small",
        "strike",
        "strong",
        "tt",
        "u",
    )
)
_BARRIERS = frozenset(("table", "object", "applet", "marquee", "template", "svg", "math", "select"))
"""Within these an end tag does not close formatting that was opened outside."""


def check(html: str, url: str) -> None:
    """Raise Refused (``overgrown``) where building the page's tree could do harm."""
    tags = html.count("<")
    if tags > MAX_TAGS:
        raise Refused(url, "overgrown", f"{tags:,} tags, more than the {MAX_TAGS:,} we read")
    if len(html) > MAX_TAG_LENGTH and re.search(f"<[a-zA-Z][^>]{{{MAX_TAG_LENGTH}}}", html):
        raise Refused(url, "overgrown", f"a tag of more than {MAX_TAG_LENGTH:,} characters")
    # With t tags in all, f of them formatting with a attributes, (f + a) * (t - f) is at most this.
    if (tags + html.count("=")) ** 2 // 4 > MAX_CLONES and clones(html) > MAX_CLONES:
        raise Refused(url, "overgrown", "formatting tags left open in too many blocks")


def clones(html: str) -> int:
    """An upper bound on what reopened formatting comes to: each tag may reopen all that is open."""
    total = weight = depth = 0
    stacks: dict[str, list[tuple[int, int]]] = {}
    for closing, name, attributes in _TAG.findall(html):
        tag = name.lower()
        if tag in _BARRIERS:
            depth = max(0, depth - 1) if closing else depth + 1
        elif tag in _FORMATTING:
            stack = stacks.setdefault(tag, [])
            if (closing or tag == "a") and stack and stack[-1][1] >= depth:
                weight -= stack.pop()[0]
            if not closing:
                cost = 1 + max(attributes.count("="), len(attributes.split()))
                stack.append((cost, depth))
                weight += cost
        if not closing:
            total += weight
    return total
