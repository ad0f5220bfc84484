"""The query as we understand it: a small tree, printable in the query language itself.

Made by ``search.parse``, worked out by ``search.evaluate``, marked in texts by
``search.snippets``. ``understood`` prints a tree so that it can be read back as a query and gives
the same tree: what a person sees above the hits is exactly what was asked.
"""

from __future__ import annotations

from dataclasses import dataclass


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
class Reference:
    """The decision of that reference, or one whose text names it. ``words`` is as it is printed."""

    key: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """All decisions: a search by filters alone."""


@dataclass(frozen=True, slots=True)
class Not:
    item: Node


@dataclass(frozen=True, slots=True)
class And:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    items: tuple[Node, ...]


Node = Word | Phrase | Prefix | Reference | Everything | Not | And | Or


def understood(node: Node) -> str:
    """The tree in the query language, fully bracketed where precedence could be in doubt."""
    match node:
        case Word(exact):
            return exact
        case Phrase(words):
            return '"' + " ".join(words) + '"'
        case Prefix(start):
            return start + "*"
        case Reference(_, words):
            return "-".join(words)
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
    return f"({text})" if isinstance(node, And | Or) else text


def side_by_side(node: Node) -> Phrase | None:
    """The phrase that the query's plain words make when they stand next to each other.

    The longest run of plain words among the things that must all be there, two words at least;
    None where there is no such run. Decisions that have it rank first and are counted.
    """
    items = node.items if isinstance(node, And) else (node,)
    best: tuple[str, ...] = ()
    run: tuple[str, ...] = ()
    pieces = longest = 0
    for item in (*items, None):
        if isinstance(item, Word):
            run += (item.exact,)
            pieces += 1
        elif isinstance(item, Phrase) and item.bare:
            run += item.words
            pieces += 1
        else:
            if pieces > 1 and len(run) > longest:
                best, longest = run, len(run)
            run, pieces = (), 0
    return Phrase(best) if best else None


def wanted(node: Node) -> tuple[Word | Phrase | Prefix | Reference, ...]:
    """What a hit may be marked for: every leaf that does not stand under a NOT, once each."""
    found: dict[Word | Phrase | Prefix | Reference, None] = {}
    stack: list[Node] = [node]
    while stack:
        match stack.pop():
            case And(items) | Or(items):
                stack.extend(reversed(items))
            case Word() | Phrase() | Prefix() | Reference() as leaf:
                found[leaf] = None
            case Not() | Everything():
                pass
    return tuple(found)
