"""What a page may ask of this process before its tree is built, and where it is read otherwise.

Four things cost a builder of HTML trees, or the rules over words, more than their length (measured
with Lexbor):

* nesting: each tag looks up the open elements, so 100,000 nested ones take 37 s (20,000: 0.7 s);
* attributes of one tag: each is compared with all before it (100,000: four minutes);
* formatting tags left open: they are opened again, attributes and all, in every later block, so
  80 KB can ask for gigabytes;
* one paragraph of a million characters: rules over words may take the square of its length.

``check`` is an upper bound on all four, cheap for ordinary pages. A page beyond it is not given up:
a great report may be beyond it too. ``within_limits`` has it read in a process of its own, which is
ended when it takes too long or too much (``scraper.confined``). Ordinary pages never pay for that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar, cast

from scraper.errors import Overgrown

MAX_LENGTH = 150_000
"""Bytes of a page; real ones have some tens of thousands."""

MAX_TAGS = 10_000
"""Tags of a page; real ones have hundreds."""

MAX_PIECE = 50_000
"""Bytes between two ``<``: one tag of some 10,000 attributes takes half a second."""

MAX_CLONES = 600_000
"""Elements and attributes that reopened formatting may come to; each takes up to 370 bytes."""

_TAG = re.compile(rb"<(/?)([a-zA-Z][^\s/>]*)([^>]*)")
_QUOTED = re.compile(rb"""=\s*("[^">]*>[^"]*|'[^'>]*>[^']*)""")
"""A value in quotes that holds a ``>``, or what looks like one."""

_FORMATTING = frozenset(b"a b big code em font i nobr s small strike strong tt u".split())
_BARRIERS = frozenset(b"table object applet marquee template svg math select".split())
"""Within these an end tag does not close formatting that was opened outside."""

_limited: ContextVar[bool] = ContextVar("limited", default=False)
"""Whether the system itself holds this process to its limits, so that nothing need be refused."""

_P = ParamSpec("_P")
_R = TypeVar("_R")


def within_limits(read: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R:
    """What ``read`` makes of pages: here if they are ordinary, else in a process with limits.

    ``read``, what it is given and what it returns must be picklable. Raises what ``read`` raises;
    Refused (``overgrown``) where the limits are not enough.
    """
    try:
        return read(*args, **kwargs)
    except Overgrown as beyond:
        from scraper.confined import confined

        return cast("_R", confined(read, args, kwargs, beyond=beyond))


@contextmanager
def lifted() -> Iterator[None]:
    """Let every page through: for a process that the system itself holds to its limits."""
    token = _limited.set(True)
    try:
        yield
    finally:
        _limited.reset(token)


def check(html: bytes, url: str) -> None:
    """Raise Overgrown where building the page's tree, or reading it, could do harm here."""
    if _limited.get():
        return
    if len(html) > MAX_LENGTH:
        raise Overgrown(url, f"{len(html):,} bytes, more than {MAX_LENGTH:,}")
    tags = html.count(b"<")
    if tags > MAX_TAGS:
        raise Overgrown(url, f"{tags:,} tags, more than {MAX_TAGS:,}")
    if len(html) > MAX_PIECE and (
        max(map(len, html.split(b"<"))) > MAX_PIECE or longest(html) > MAX_PIECE
    ):
        raise Overgrown(url, f"more than {MAX_PIECE:,} bytes without a tag, or in one")
    # With t tags in all, f of them formatting with a attributes, (f + a) * (t - f) is at most this.
    if (tags + html.count(b"=")) ** 2 // 4 > MAX_CLONES and clones(html) > MAX_CLONES:
        raise Overgrown(url, "formatting tags left open in too many blocks")


def longest(html: bytes) -> int:
    """An upper bound on the length of any one tag, in bytes.

    A tag ends at the first ``>`` that is not in a quoted value, so it is no longer than the longest
    stretch without one times the number of those that may be quoted.
    """
    quoted: int = sum(value.count(b">") for value in _QUOTED.findall(html))
    return (quoted + 1) * (1 + max(map(len, html.split(b">"))))


def clones(html: bytes) -> int:
    """An upper bound on what reopened formatting comes to: each tag may reopen all that is open."""
    total = weight = depth = 0
    stacks: dict[bytes, list[tuple[int, int]]] = {}
    for closing, name, attributes in _TAG.findall(html):
        tag = name.lower()
        if tag in _BARRIERS:
            depth = max(0, depth - 1) if closing else depth + 1
        elif tag in _FORMATTING:
            stack = stacks.setdefault(tag, [])
            if (closing or tag == b"a") and stack and stack[-1][1] >= depth:
                weight -= stack.pop()[0]
            if not closing:
                cost = 1 + max(attributes.count(b"="), len(attributes.split()))
                stack.append((cost, depth))
                weight += cost
        if not closing:
            total += weight
    return total
