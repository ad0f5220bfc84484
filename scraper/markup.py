"""An element as its tags and texts in reading order, straight from the tree builder's own writing.

Walking a tree node by node costs a Python object for each step. The tree builder can also write
an element out again, and what it writes is regular, whatever soup came in: tags are lower-case and
well nested, every attribute is ``name="value"``, and a text never holds a bare ``<``. One regular
expression then takes it apart at a fraction of the cost. (The rules are those of the HTML
standard, "serialising HTML fragments"; a test compares the two ways on random tag soup.)

The one exception are elements whose text the standard writes unescaped. Those that no reader sees
are taken out of the tree first, those that one does see become ordinary ones.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode, create_tag

from scraper.html import UNREAD

Token = tuple[str, str, str, str, str]
"""A text (escaped), the tag after it (``p`` or ``/p``; empty for a comment and the like), its
attributes, and, where the tag's element holds nothing but text, that text and ``</``: its end tag
is then no token.
"""

RAW = ("xmp", "iframe", "noembed", "noframes", "plaintext")
"""Elements that a reader may see and that are written without escapes."""

_NAME = r"[^\t\n\f\r />]"
_TOKEN = re.compile(
    r"([^<]*+)<(?:"
    rf'(/?[a-zA-Z]{_NAME}*+)((?: {_NAME}[^\t\n\f\r />=]*+="[^"]*+")*+)>(?:([^<]*+)(</)\2>)?'
    r"|(?:!--.*?-->|\?[^>]*+>)?)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(rf' ({_NAME}[^\t\n\f\r />=]*)="([^"]*)"')
_IRREGULAR = frozenset((*UNREAD, *RAW))
_UNREAD_TAGS = ",".join(sorted(UNREAD - {"-comment"}))
_RAW_TAGS = ",".join(RAW)


def tokens(element: LexborNode) -> tuple[str, list[Token]]:
    """The element written out, and as texts and tags, its own included.

    May change the tree below it.
    """
    written = element.html or ""
    found = _TOKEN.findall(written)
    if _IRREGULAR.isdisjoint([token[1] for token in found]):
        return written, found
    # Nodes are replaced, never freed: one may stand within another that comes later.
    for node in element.css(_UNREAD_TAGS):
        node.replace_with("")
    for node in element.css(_RAW_TAGS):
        block = create_tag("div")
        block.insert_child(node.text())
        node.replace_with(block)
    written = element.html or ""
    return written, _TOKEN.findall(written)


def unescape(text: str) -> str:
    """A text or value of a token as it was before it was written out."""
    text = text.replace("&nbsp;", "\u00a0").replace("&lt;", "<").replace("&gt;", ">")
    return text.replace("&quot;", '"').replace("&amp;", "&")


def attribute_table(attributes: str) -> dict[str, str]:
    """A token's attributes by name; empty where the page gives one without a value."""
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
