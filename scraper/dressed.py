"""What only an attribute tells: ``role="heading"``, and bold set by a ``style``.

A redesign may keep no ``h3`` and no ``strong``, and still say to a screen reader, or show to the
eye, which lines are headings. The walk (``scraper.blocks``) looks at tags only, as nearly every
page needs no more; so this comes after it, and only on a page whose text holds such an attribute at
all. A block is found again by its words: that is enough, as a heading is a block of its own. Style
sheets and class names are not looked at.
"""

from __future__ import annotations

import re

from selectolax.lexbor import LexborNode

from scraper.blocks import Block, fold

_HEADING_SIGN = 'role="heading'
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)")
_BLOCKS = frozenset(("p", "div", "td", "th", "dt", "dd", "section", "header"))
_MOST = 1_000
"""Elements looked at: each is read with all below it, and they may stand in one another."""

_LONGEST = 200
"""Characters of what may be a heading."""


def dressed(written: str, element: LexborNode, blocks: list[Block]) -> list[Block]:
    """The blocks of an element, headings and bold words marked that an attribute tells.

    ``written`` is the element as ``scraper.blocks.Content`` has it. The attributes are looked for
    there first, in lower case and without blanks, as everybody writes them: every page passes here.
    """
    levels: dict[str, int] = {}
    bold: set[str] = set()
    if _HEADING_SIGN in written:
        for node in element.css('[role="heading" i]')[:_MOST]:
            levels[_words(node)] = _level(node.attributes.get("aria-level"))
    if "font-weight" in written and _BOLD.search(written):
        for node in element.css('[style*="font-weight" i]')[:_MOST]:
            words = _words(node)
            if _BOLD.search(node.attributes.get("style") or "") and _is_whole(node, words):
                bold.add(words)
    if not levels and not bold:
        return blocks
    return [_dressed(block, levels, bold) for block in blocks]


def _dressed(block: Block, levels: dict[str, int], bold: set[str]) -> Block:
    words = "" if len(block.text) > _LONGEST else fold(block.text)
    if not block.level and words in levels:
        return block._replace(level=levels[words])
    if not block.bold and words in bold:
        return block._replace(bold=True)
    return block


def _is_whole(node: LexborNode, words: str) -> bool:
    """Whether an element is a block or all of one, not a few words amid a paragraph."""
    return node.tag in _BLOCKS or (node.parent is not None and _words(node.parent) == words)


def _words(node: LexborNode) -> str:
    """The words of an element, as a block has them; the first of very many."""
    return fold(node.text(deep=True, separator="")[: _LONGEST * 5])


def _level(stated: str | None) -> int:
    """``aria-level`` as 1 to 6; 2 where it is not given (WAI-ARIA's own default)."""
    return min(int(stated), 6) if stated in ("1", "2", "3", "4", "5", "6", "7", "8", "9") else 2
