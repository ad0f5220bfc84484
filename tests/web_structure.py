"""What every page of the room has to keep, whatever stands on it; looked at without a browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser as Tree
from selectolax.lexbor import LexborNode as Node

_NAMED_BY = ("aria-labelledby", "aria-describedby")
_UNLABELLED = ("hidden", "submit", "button")


def faults(html: str) -> list[str]:
    """Everything in a page that a reader with a keyboard or a screen reader would stumble over."""
    tree = Tree(html)
    return [
        *_landmarks(tree),
        *_headings(tree),
        *_controls(tree),
        *_links(tree),
        *_ids(tree),
        *_inline(tree),
    ]


def words(node: Node | None) -> str:
    """The text of an element with single blanks."""
    return "" if node is None else " ".join(node.text(deep=True).split())


def _landmarks(tree: Tree) -> Iterator[str]:
    for name in ("main", "body > header", "body > footer", "head > title", 'html[lang="en-GB"]'):
        if len(tree.css(name)) != 1:
            yield f"{len(tree.css(name))} of {name}"
    first = tree.css_first("body a")
    if first is None or first.attributes.get("href") != "#main":
        yield "the first link does not lead to the content"
    named = Counter(_label(tree, node) for node in tree.css("nav"))
    yield from (
        f"{count} navigations are called {name!r}" for name, count in named.items() if count > 1
    )
    if "" in named:
        yield "a navigation without a name"


def _headings(tree: Tree) -> Iterator[str]:
    levels = [int((node.tag or "")[1]) for node in tree.css("h1, h2, h3, h4, h5, h6")]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"headings begin {levels[:3]}"
    yield from (
        f"a heading of level {level} follows one of level {above}"
        for above, level in pairwise(levels)
        if level > above + 1
    )
    yield from (f"an empty {node.tag}" for node in tree.css("h1, h2, h3, h4") if not words(node))


def _controls(tree: Tree) -> Iterator[str]:
    labels = [node.attributes.get("for") for node in tree.css("label")]
    for node in tree.css("input, select, textarea"):
        if node.attributes.get("type") in _UNLABELLED:
            continue
        if labels.count(node.attributes.get("id") or "?") != 1:
            yield f"{node.html!r:.80} has not one label"
    ids = {node.attributes.get("id") for node in tree.css("input, select, textarea")}
    yield from (f"a label for {name!r}, which is not there" for name in labels if name not in ids)
    yield from ("a button without a word" for node in tree.css("button") if not words(node))


def _links(tree: Tree) -> Iterator[str]:
    for node in tree.css("a"):
        if not node.attributes.get("href"):
            yield "a link to nowhere"
        if not words(node) and not node.attributes.get("aria-label"):
            yield f"a link without a word to {node.attributes.get('href')}"


def _ids(tree: Tree) -> Iterator[str]:
    ids = Counter(node.attributes.get("id") for node in tree.css("[id]"))
    yield from (f"{count} times id={name}" for name, count in ids.items() if count > 1)
    for attribute in _NAMED_BY:
        for node in tree.css(f"[{attribute}]"):
            for name in (node.attributes.get(attribute) or "").split():
                if name not in ids:
                    yield f"{attribute} names {name}, which is not there"


def _inline(tree: Tree) -> Iterator[str]:
    """What the rules of the room keep a browser from, and would only break the page."""
    yield from ("an inline style" for _ in tree.css("[style], style"))
    for node in tree.css("script"):
        if not (node.attributes.get("src") or "").startswith("/static/") or words(node):
            yield f"a script of its own: {node.html!r:.80}"
    for node in tree.css("*"):
        yield from (f"{name} on {node.tag}" for name in node.attributes if name.startswith("on"))


def _label(tree: Tree, node: Node) -> str:
    name = node.attributes.get("aria-labelledby")
    if name:
        return words(tree.css_first(f"#{name}"))
    return node.attributes.get("aria-label") or ""
