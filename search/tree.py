"""The query as we understand it: a small tree, printable in the query language itself.

Made by ``search.parse``, worked out behind ``search.evaluate``, marked in texts by
``search.snippets``. ``understood`` prints a tree so that it can be read back as a query and gives
the same tree: what a person sees above the hits is exactly what was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from search.provisions import spelt


@dataclass(frozen=True, slots=True)
class Word:
    """One word in any of its forms. ``exact`` is as typed (folded), ``stem`` is looked up."""

    exact: str
    stem: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Exact words side by side in one paragraph. ``bare`` ones were typed without quotes
    (``drop-in``) and count as plain words of the query when adjacency is looked for."""

    words: tuple[str, ...]
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every word that begins like this (``educat*``)."""

    start: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Every word spelt nearly like this (``hampshir~``); see ``search.spelling``."""

    word: str


@dataclass(frozen=True, slots=True)
class Near:
    """All items close together: ``within`` so many words, or ``"p"``aragraph, ``"s"``entence.

    Items are words, phrases, prefixes, spellings, provisions, or an OR of those.
    """

    items: tuple[Node, ...]
    within: int | str


@dataclass(frozen=True, slots=True)
class Reference:
    """The decision of that reference, or one whose text names it. ``words`` is as it is printed."""

    key: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Provision:
    """A section, Schedule … however it is spelt; ``path`` is that of ``search.provisions``."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Decisions of which a header field has this value: ``field`` is one of ``search.fields``."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Days:
    """Decided between two days, both in it; None leaves that end open."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Money:
    """A remedy of at least ``low`` and at most ``high`` pence."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Scoped:
    """Words of ``item`` count only in these regions (kinds of section, title, summary, heading)."""

    item: Node
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """All decisions: a search by filters alone."""


@dataclass(frozen=True, slots=True)
class Not:
    """What does not answer the item."""

    item: Node


@dataclass(frozen=True, slots=True)
class And:
    """What answers all items."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """What answers any of the items."""

    items: tuple[Node, ...]


Text = Word | Phrase | Prefix | Fuzzy
Leaf = Text | Near | Reference | Provision
Node = Leaf | Filter | Days | Money | Scoped | Everything | Not | And | Or


def understood(node: Node) -> str:
    """The tree in the query language, bracketed where precedence could be in doubt."""
    match node:
        case Word(exact):
            return exact
        case Phrase(words):
            return '"' + " ".join(words) + '"'
        case Prefix(start):
            return start + "*"
        case Fuzzy(word):
            return word + "~"
        case Near(items, within):
            return f" /{within} ".join(_bracketed(item) for item in items)
        case Reference(_, words):
            return "-".join(words)
        case Provision(path):
            return spelt(path)
        case Filter(field, value):
            return f"{field}:{value}" if _plain(value) else f'{field}:"{value}"'
        case Days(first, last):
            return f"date:{first.isoformat() if first else ''}..{last.isoformat() if last else ''}"
        case Money(low, high):
            return f"remedy:{_pounds(low)}..{_pounds(high)}"
        case Scoped(item, regions):
            if len(regions) == 1:
                one = isinstance(item, Word | Phrase | Prefix | Fuzzy)
                inside = understood(item)
                return f"{regions[0]}:{inside}" if one else f"{regions[0]}:({inside})"
            inside = understood(item) if isinstance(item, And) else _bracketed(item)
            return f"(section:{','.join(regions)} AND {inside})"
        case Everything():
            return "*"
        case Not(item):
            return "NOT " + _bracketed(item)
        case And(items):
            return " AND ".join(_bracketed(item) for item in items)
        case Or(items):
            return " OR ".join(_bracketed(item) for item in items)


def _bracketed(node: Node) -> str:
    text = understood(node)
    return f"({text})" if isinstance(node, And | Or | Near) else text


def _plain(value: str) -> bool:
    return value.replace("-", "").replace("_", "").isalnum()


def _pounds(pence: int | None) -> str:
    if pence is None:
        return ""
    return f"{pence / 100:.2f}" if pence % 100 else str(pence // 100)


def side_by_side(node: Node) -> Node | None:
    """The phrase that the query's plain words make when they stand next to each other.

    The longest run of plain words among the things that must all be there, two words at least, in
    the same scope as the words; None where there is no such run. Decisions that have it rank first
    and are counted.
    """
    if isinstance(node, Scoped):
        inner = side_by_side(node.item)
        return None if inner is None else Scoped(inner, node.regions)
    items = node.items if isinstance(node, And) else (node,)
    best: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    pieces = 0
    for item in (*items, None):
        if isinstance(item, Word):
            run += (item.exact,)
            pieces += 1
        elif isinstance(item, Phrase) and item.bare:
            run += item.words
            pieces += 1
        else:
            if pieces > 1 and len(run) > len(best):
                best = run
            run, pieces = (), 0
    if best:
        return Phrase(best)
    scoped = (side_by_side(item) for item in items if isinstance(item, Scoped))
    return next((phrase for phrase in scoped if phrase is not None), None)


def neighbours(node: Node, within: int) -> list[tuple[Near, tuple[str, ...] | None]]:
    """Each two plain words typed one after the other among the things that must all be there.

    As nearness of at most ``within`` words, with the regions it is limited to, None for everywhere.
    """
    if isinstance(node, Scoped):
        inner = neighbours(node.item, within)
        return [(pair, overlap(names, node.regions)) for pair, names in inner]
    if not isinstance(node, And):
        return []
    found: list[tuple[Near, tuple[str, ...] | None]] = [
        (Near((one, other), within), None)
        for one, other in pairwise(node.items)
        if isinstance(one, Word) and isinstance(other, Word) and one.stem != other.stem
    ]
    for item in node.items:
        if isinstance(item, Scoped):
            found.extend(neighbours(item, within))
    return found


def wanted(node: Node) -> Iterator[tuple[Leaf, tuple[str, ...] | None]]:
    """What a hit may be marked for: the leaves that do not stand under a NOT, in order.

    Each comes with the regions it is limited to, None for everywhere.
    """
    stack: list[tuple[Node, tuple[str, ...] | None]] = [(node, None)]
    while stack:
        current, regions = stack.pop()
        match current:
            case And(items) | Or(items):
                stack.extend((item, regions) for item in reversed(items))
            case Scoped(item, inner):
                stack.append((item, overlap(regions, inner)))
            case (
                Word() | Phrase() | Prefix() | Fuzzy() | Near() | Reference() | Provision() as leaf
            ):
                yield leaf, regions
            case Not() | Everything() | Filter() | Days() | Money():
                pass


def changed(node: Node, change: Callable[[Node], Node | None]) -> Node | None:
    """The tree with every leaf and filter put through ``change``; None takes one out.

    What is left with nothing in it goes too; None when that is the whole tree.
    """
    match node:
        case And(items) | Or(items):
            left = [new for item in items if (new := changed(item, change)) is not None]
            if len(left) < 2:
                return left[0] if left else None
            return And(tuple(left)) if isinstance(node, And) else Or(tuple(left))
        case Not(item):
            inner = changed(item, change)
            return None if inner is None else Not(inner)
        case Scoped(item, regions):
            inner = changed(item, change)
            return None if inner is None else Scoped(inner, regions)
        case _:
            return change(node)


def has_text(node: Node) -> bool:
    """Whether any word is asked for, be it to be left out; else there are only filters."""
    match node:
        case And(items) | Or(items):
            return any(has_text(item) for item in items)
        case Not(item) | Scoped(item, _):
            return has_text(item)
        case Everything() | Filter() | Days() | Money():
            return False
        case _:
            return True


def overlap(outer: tuple[str, ...] | None, inner: tuple[str, ...]) -> tuple[str, ...]:
    """The regions that a scope within a scope leaves."""
    return inner if outer is None else tuple(region for region in inner if region in outer)
