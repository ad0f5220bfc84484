"""One walk over a page's tree, giving the flat list of text blocks that all rules read.

A *block* is what a reader sees as one run of text: a paragraph, a heading, a list item, a table
cell. The walk knows HTML and nothing else; what a block means is decided by a source's tables
(``scraper.sources``). It keeps what the eye would see (list depth, an item's number or mark,
bold, linked) and drops what it would not (tag names, classes, nesting), so that the same decision
in other markup gives the same blocks.

Text is verbatim in its words. White space of every kind, no-break spaces included, is folded to
one space; soft hyphens and zero-width marks, which print nothing, are left out; a single line
break (``<br>``) is kept as ``\\n`` for the rules to look at; two in a row end the block.

The walk does not recurse: a page may be nested as deep as it likes.
"""

from __future__ import annotations

from typing import NamedTuple

from selectolax.lexbor import LexborNode

from scraper.html import bytes_hash, squeeze
from scraper.list_marks import OpenList
from scraper.markup import attribute_table, tokens, unescape


class Block(NamedTuple):
    """One run of text as a reader sees it.

    ``level``: 1–6 in an ``h1``–``h6``, else 0. ``bold`` / ``linked``: every word is.
    ``aside``: stands in an element that is furniture by its nature (``nav``, ``footer``, a button).
    ``lists``: the lists around it, outermost first, a letter each: ``n`` numbered, ``a`` lettered,
    ``u`` bulleted. ``marker``: on the first block of a list item its number (int) or its printed
    label (str), else None. ``stated``: the page itself gives that number (``start``, ``value``).
    ``href``: the address of the first link in the block.
    """

    text: str
    level: int = 0
    bold: bool = False
    linked: bool = False
    aside: bool = False
    lists: str = ""
    marker: int | str | None = None
    stated: bool = False
    href: str | None = None


class Content(NamedTuple):
    """The blocks of an element, all its text, folded, that ``content_hash`` counts, and the element
    as the tree builder writes it out."""

    blocks: list[Block]
    folded: str
    written: str = ""

    def hash(self) -> str:
        """What ``scraper.html.content_hash`` gives for the page, from text already at hand."""
        return bytes_hash(self.folded.encode("utf-8", "surrogatepass").translate(None, b" "))


_BLOCKS = (
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "form", "header", "hgroup", "hr",
    "html", "iframe", "legend", "main", "object", "p", "pre", "section", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "title", "tr", "video", "audio", "canvas",
)  # fmt: skip

# What an element does to the text around it; elements that are not listed are inline.
_BLOCK, _ITEM, _HEADING, _LIST, _ASIDE, _BREAK, _BOLD, _LINK = range(1, 9)
_ROLES: dict[str, int] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), _HEADING),
    **dict.fromkeys(("ul", "ol", "menu", "dir"), _LIST),
    **dict.fromkeys(("b", "strong"), _BOLD),
    **dict.fromkeys(("nav", "footer", "dialog", "button", "select", "textarea", "svg"), _ASIDE),
    **dict.fromkeys(_BLOCKS, _BLOCK),
    "li": _ITEM,
    "br": _BREAK,
    "a": _LINK,
}
_ROLES |= {f"/{tag}": role for tag, role in _ROLES.items()}
_INLINE_ROLES = frozenset((_BOLD, _LINK))
_PLAIN_ROLES = frozenset((_BLOCK, _ITEM))

_LINE = "\x1e"
_SEAM = "\x1d"
_INVISIBLE = ("\u00ad", "\u200b", "\u2060", "\ufeff")
_UNPRINTED = dict.fromkeys(map(ord, _INVISIBLE))


def fold(text: str) -> str:
    """White space folded to single spaces; marks that print nothing left out."""
    folded = " ".join(text.split())
    return _printed(folded)


def _printed(folded: str) -> str:
    """Folded text (lines may be kept) without the marks that print nothing."""
    if folded.isascii():
        return folded
    for mark in _INVISIBLE:
        if mark in folded:
            text = folded.translate(_UNPRINTED)
            return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n"))))
    return folded


def walk(root: LexborNode, *, apart: frozenset[str] = frozenset(), seams: bool = False) -> Content:
    """Every block below ``root`` in reading order.

    A link whose whole text, folded and in lower case, is in ``apart`` is always a block of its
    own, even amid a paragraph. With ``seams`` every edge of an inline element counts as a line
    break, for pages that set several values in one line.
    """
    state = _Walk(apart, seams)
    enter, leave, flush, buffer = state.enter, state.leave, state.flush, state.buffer
    lists, bold, links, add, keep = (
        state.lists, state.bold, state.links, state.blocks.append, state.folded.append
    )  # fmt: skip
    role_of, make = _ROLES.get, tuple.__new__
    written, found = tokens(root)
    for text, tag, attributes, inner, closed in found:
        # White space in front of a block is none of its words.
        if text and (buffer or not text.isspace()):
            buffer.append(text if "&" not in text else unescape(text))
        role = role_of(tag, 0)
        if role in _PLAIN_ROLES:
            if buffer:
                flush()
            if role == _ITEM:
                if tag == "/li":
                    state.marker = None
                    continue
                if lists:
                    state.marker, state.stated = lists[-1].next_item(attributes)
            if not closed:
                continue
            if "&" in inner:
                inner = unescape(inner)
            # What most blocks are, and so the way that must be quick; else as in ``flush``.
            if bold.depth or links.depth:
                buffer.append(inner)
                flush()
            elif inner:
                if inner.isprintable() and "  " not in inner and inner[0] != " " != inner[-1]:
                    # Nothing to fold or to leave out: white space but for the space, and marks that
                    # print nothing, are not "printable" (Unicode's categories Z and C).
                    keep(inner)
                    shown = inner
                else:
                    folded = " ".join(inner.split())
                    keep(folded)
                    shown = _printed(folded)
                if shown:
                    add(make(Block, (shown, state.heading, False, False, state.asides > 0,
                                     state.path, state.marker, state.stated, None)))  # fmt: skip
                    state.marker = None
                    state.stated = False
            if role == _ITEM:
                state.marker = None
            continue
        if role:
            if tag[0] == "/":
                leave(role)
            else:
                enter(role, tag, attributes)
        elif seams and tag:
            state.mark(_SEAM)
        if closed:
            if "&" in inner:
                inner = unescape(inner)
            if inner and (buffer or not inner.isspace()):
                buffer.append(inner)
            if role:
                leave(role)
            elif seams:
                state.mark(_SEAM)
    if buffer:
        flush()
    return Content(state.blocks, "".join(state.folded), written)


class _Span:
    """Which words of the block being read stand in a certain kind of inline element."""

    __slots__ = ("depth", "pieces", "start")

    def __init__(self) -> None:
        self.depth = 0
        self.start = 0
        self.pieces: list[str] = []

    def open(self, buffer: list[str]) -> None:
        if not self.depth:
            self.start = len(buffer)
        self.depth += 1

    def close(self, buffer: list[str]) -> None:
        self.depth -= 1
        if not self.depth:
            self.pieces += buffer[self.start :]

    def covers(self, squeezed: str, buffer: list[str]) -> bool:
        """Whether all words of the block are inside; asked once, when the block ends."""
        if self.depth:
            self.pieces += buffer[self.start :]
            self.start = 0
        elif not self.pieces:
            return False
        inside = squeeze("".join(self.pieces))
        self.pieces.clear()
        return bool(inside) and inside == squeezed


class _Walk:
    """What the walk remembers between one node and the next."""

    __slots__ = (
        "apart", "asides", "blocks", "bold", "broken", "buffer", "folded", "heading", "href",
        "links", "lists", "marker", "path", "seams", "stated", "weights",
    )  # fmt: skip

    def __init__(self, apart: frozenset[str], seams: bool) -> None:
        self.apart = apart
        self.seams = seams
        self.blocks: list[Block] = []
        self.folded: list[str] = []
        self.buffer: list[str] = []
        self.lists: list[OpenList] = []
        self.path = ""
        self.marker: int | str | None = None
        self.stated = False
        self.href: str | None = None
        self.bold = _Span()
        self.links = _Span()
        self.heading = self.asides = 0
        self.weights: list[int] = []
        self.broken = False

    def enter(self, role: int, tag: str, attributes: str) -> None:
        """Open an element: a block ends before it, or its words take on its look."""
        if role in _INLINE_ROLES:
            if self.seams:
                self.mark(_SEAM)
            if role == _BOLD:
                self.bold.open(self.buffer)
            elif role == _LINK:
                self.links.open(self.buffer)
                if self.href is None:
                    self.href = attribute_table(attributes).get("href")
        elif role == _BREAK:
            self.mark(_LINE)
        else:
            if self.buffer:
                self.flush()
            if role == _HEADING:
                self.heading = int(tag[1])
            elif role == _LIST:
                opened = OpenList(tag, attributes)
                self.lists.append(opened)
                self.path += opened.kind
            elif role == _ASIDE:
                # A button in a heading folds the section, and its words are the heading.
                weight = 0 if self.heading and tag == "button" else 1
                self.weights.append(weight)
                self.asides += weight

    def leave(self, role: int) -> None:
        """Close an element: its last block ends with it."""
        if role in _INLINE_ROLES:
            if role == _BOLD:
                self.bold.close(self.buffer)
            elif role == _LINK:
                self.links.close(self.buffer)
                if self.apart:
                    self._set_apart()
            if self.seams:
                self.mark(_SEAM)
        elif role != _BREAK:
            if self.buffer:
                self.flush()
            if role == _HEADING:
                self.heading = 0
            elif role == _LIST:
                self.lists.pop()
                self.path = self.path[:-1]
            elif role == _ASIDE:
                self.asides -= self.weights.pop()

    def mark(self, sign: str) -> None:
        """Note a line break, or the edge of an inline element, among the words."""
        self.buffer.append(sign)
        self.broken = True

    def _set_apart(self) -> None:
        """Give the link just closed a block of its own, where its words ask for that."""
        start = self.links.start
        text = fold("".join(self.buffer[start:]))
        if self.links.depth or text.lower() not in self.apart:
            return
        words = self.buffer[start:]
        del self.buffer[start:]
        del self.links.pieces[len(self.links.pieces) - len(words) :]
        href, self.href = self.href, None
        self.flush()
        self.buffer += words
        self.links.pieces += words
        self.href = href
        marker, self.marker = self.marker, None
        self.flush()
        self.marker = marker

    def flush(self) -> None:
        """End the block that is being read, if it has any words."""
        buffer = self.buffer
        text = buffer[0] if len(buffer) == 1 else "".join(buffer)
        folded = " ".join(text.split())
        bold, links = self.bold, self.links
        styled = bold.depth or bold.pieces or links.depth or links.pieces
        if folded:
            self.folded.append(folded)
            in_bold = in_link = False
            if styled:
                squeezed = folded.replace(" ", "")
                in_bold = bold.covers(squeezed, buffer)
                in_link = links.covers(squeezed, buffer)
            for run in _runs(text) if self.broken else (folded,):
                shown = _printed(run)
                if shown:
                    self.blocks.append(
                        Block(
                            shown,
                            self.heading,
                            in_bold,
                            in_link,
                            self.asides > 0,
                            self.path,
                            self.marker,
                            self.stated,
                            self.href,
                        )
                    )
                    self.marker = None
                    self.stated = False
        elif styled:
            bold.start = links.start = 0
        buffer.clear()
        self.broken = False
        if not links.depth:
            self.href = None


def _runs(text: str) -> list[str]:
    """The text between double line breaks; single ones stay, as newlines."""
    runs: list[str] = []
    lines: list[str] = []
    for part in text.split(_LINE):
        line = "\n".join(filter(None, map(fold, part.split(_SEAM))))
        if line:
            lines.append(line)
        elif lines:
            runs.append("\n".join(lines))
            lines = []
    if lines:
        runs.append("\n".join(lines))
    return runs
